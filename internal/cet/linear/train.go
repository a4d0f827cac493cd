package linear

import (
	"math"
	"math/rand/v2"
)

// Example is a document with what is known of it.
type Example struct {
	Doc    []Feature
	Truth  []int8 // for each class: 1 it is, -1 it is not, 0 not known
	Weight float32
}

// Recipe is how a model is trained. The same recipe and the same examples give
// the same model.
type Recipe struct {
	Seed   uint64
	Epochs int
	Rate   float64
	Decay  float64 // of a weight at each step that touches it
	Rarest int     // a bucket that fewer examples touch keeps no weight
}

// Train fits each class by logistic regression with AdaGrad.
func Train(classes []string, examples []Example, r Recipe) *Model {
	n := len(classes)
	weights, squares := make([]float32, n<<Bits), make([]float32, n<<Bits)
	bias, biasSquares := make([]float32, n), make([]float32, n)
	touched := make([]int, 1<<Bits)
	for _, e := range examples {
		for _, f := range e.Doc {
			touched[f.Bucket]++
		}
	}
	random := rand.New(rand.NewPCG(r.Seed, r.Seed))
	order := random.Perm(len(examples))
	step := func(w, square *float32, gradient float32) {
		gradient += float32(r.Decay) * *w
		*square += gradient * gradient
		*w -= float32(r.Rate) * gradient / float32(math.Sqrt(float64(*square)+1e-6))
	}
	for range r.Epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			e := &examples[i]
			for c, truth := range e.Truth {
				if truth == 0 {
					continue
				}
				margin := bias[c]
				for _, f := range e.Doc {
					margin += weights[int(f.Bucket)*n+c] * f.Value
				}
				wanted := float32(0)
				if truth > 0 {
					wanted = 1
				}
				miss := (float32(1/(1+math.Exp(-float64(margin)))) - wanted) * e.Weight
				if math.Abs(float64(miss)) < 1e-3 {
					continue
				}
				for _, f := range e.Doc {
					if touched[f.Bucket] >= r.Rarest {
						at := int(f.Bucket)*n + c
						step(&weights[at], &squares[at], miss*f.Value)
					}
				}
				step(&bias[c], &biasSquares[c], miss)
			}
		}
	}
	return quantise(classes, bias, weights)
}
