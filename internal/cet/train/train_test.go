package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestLogistic finds the weights that invented rows were drawn with.
func TestLogistic(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	want := []float64{2, -1, 0.5}
	var rows []row
	for range 20_000 {
		x := []float64{random.Float64()*2 - 1, random.Float64()*2 - 1, 1}
		z := 0.0
		for i, v := range x {
			z += want[i] * v
		}
		rows = append(rows, row{x, random.Float64() < chance(z), 1})
	}
	for i, got := range logistic(rows, []float64{1e-3, 1e-3, 1e-3}) {
		if math.Abs(got-want[i]) > 0.1 {
			t.Errorf("weight %d is %.2f, want %.2f", i, got, want[i])
		}
	}
	// A ridge draws a weight to nothing.
	if w := logistic(rows, []float64{1e6, 1e-3, 1e-3}); math.Abs(w[0]) > 0.05 {
		t.Errorf("with a ridge the weight is %.2f", w[0])
	}
}

func TestBest(t *testing.T) {
	scores := []float64{0.9, 0.8, 0.65, 0.59, 0.3, 0.2}
	truth := []bool{true, true, true, false, false, false}
	if got := best(scores, truth, 0.4, 0); got < 0.6 || got > 0.65 {
		t.Errorf("the threshold is %.3f, want .6 to .65", got)
	}
	if got := best(scores, truth, 0.4, 100); got != 0.4 {
		t.Errorf("the threshold is %.3f, want the common one", got)
	}
}

func TestCounts(t *testing.T) {
	var c counts
	for _, pair := range [][2]bool{{true, true}, {true, true}, {true, false}, {false, true}, {false, false}} {
		c.count(pair[0], pair[1])
	}
	p, r, f := c.scores()
	if c != (counts{2, 1, 1}) || math.Abs(p-2.0/3) > 1e-9 || math.Abs(r-2.0/3) > 1e-9 || math.Abs(f-2.0/3) > 1e-9 {
		t.Errorf("%+v: P %.2f R %.2f F1 %.2f", c, p, r, f)
	}
	if low, high := wilson(c); !(low > 0 && low < f && f < high && high < 1) {
		t.Errorf("the interval is %.2f to %.2f around %.2f", low, high, f)
	}
}
