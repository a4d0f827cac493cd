package main

import (
	"math"
	"slices"
)

// row is an example of what stands on top of the model.
type row struct {
	x      []float64
	wanted bool
	weight float64
}

// logistic fits weights and a bias (the last) by Newton's method with a ridge
// of its own for each column; rows are sparse enough in number to do it exactly.
func logistic(rows []row, ridge []float64) []float64 {
	n := len(ridge)
	w := make([]float64, n)
	for range 25 {
		gradient, hessian := make([]float64, n), make([][]float64, n)
		for i := range hessian {
			hessian[i] = make([]float64, n)
			hessian[i][i] = ridge[i]
			gradient[i] = ridge[i] * w[i]
		}
		for _, r := range rows {
			z := 0.0
			for i, v := range r.x {
				if v != 0 {
					z += w[i] * v
				}
			}
			p := 1 / (1 + math.Exp(-z))
			miss := p
			if r.wanted {
				miss--
			}
			miss *= r.weight
			for i, v := range r.x {
				if v == 0 {
					continue
				}
				gradient[i] += miss * v
				for j := range i + 1 {
					hessian[i][j] += r.weight * p * (1 - p) * v * r.x[j]
				}
			}
		}
		for i := range n {
			for j := range i {
				hessian[j][i] = hessian[i][j]
			}
		}
		most := 0.0
		for i, d := range solve(hessian, gradient) {
			w[i] -= d
			most = max(most, math.Abs(d))
		}
		if most < 1e-6 {
			break
		}
	}
	return w
}

// solve solves a symmetric positive system by elimination.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	x := slices.Clone(b)
	for i := range n {
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			if f == 0 {
				continue
			}
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			x[j] -= f * x[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}

func chance(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// best is the threshold of the best F1, drawn towards a common one by some
// invented examples: few labels must not move it far.
func best(scores []float64, truth []bool, common, trust float64) float64 {
	total := 0
	for _, t := range truth {
		if t {
			total++
		}
	}
	at, most := common, -1.0
	for cut := 0.25; cut < 0.76; cut += 0.025 {
		hit, told := 0, 0
		for i, s := range scores {
			if s >= cut {
				told++
				if truth[i] {
					hit++
				}
			}
		}
		f := 2 * float64(hit) / max(1, float64(told+total))
		f -= trust * math.Abs(cut-common) / math.Sqrt(float64(max(1, total)))
		if f > most+1e-9 {
			at, most = cut, f
		}
	}
	return math.Round(at*1000) / 1000
}
