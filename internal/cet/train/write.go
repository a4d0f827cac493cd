package main

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/cet"
)

// yaml writes what was found, in the order of the edition.
func (f *fused) yaml(t *training, weights, weightsHash, dataHash string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What was trained for the edition of %s: written by go run ./internal/cet/train -write, not by hand.\n", edition)
	fmt.Fprintf(&b, "edition: %q\nweights: %s\nhash: %s\n", edition, weights, weightsHash)
	fmt.Fprintf(&b, "trained:\n  data: %s # SHA-256 of the corpora and the labels, one after the other\n", dataHash)
	fmt.Fprintf(&b, "  examples: %q\n", fmt.Sprintf("%d weakly labelled (strong codes and phrases that agree; part of them masked), %d labelled by hand", len(t.weak), len(t.hand)))
	fmt.Fprintf(&b, "  recipe: %q\n", fmt.Sprintf("one-vs-rest logistic regression, AdaGrad, rate %v, decay %v, %d epochs, buckets of at least %d examples, hand labels ×%d", recipe.Rate, recipe.Decay, recipe.Epochs, recipe.Rarest, handWeight))
	fmt.Fprintf(&b, "  seed: %q\n  folds: %q\n", fmt.Sprint(recipe.Seed), fmt.Sprint(folds))
	b.WriteString("area:\n")
	for i, name := range cet.SignalNames {
		fmt.Fprintf(&b, "  %s: %.4f\n", name, f.area[i])
	}
	b.WriteString("own:\n")
	for a, id := range t.areas {
		fmt.Fprintf(&b, "  %s: {bias: %.4f, code: %.4f, phrase: %.4f, threshold: %.3f%s}\n", id, f.own[a].Bias, f.own[a].Code, f.own[a].Phrase, f.threshold[a], rules(f.own[a].Rules))
	}
	fmt.Fprintf(&b, "score: {slope: %.4f, bias: %.4f}\n", f.slope, f.offset)
	fmt.Fprintf(&b, "subfield: {score: %.4f, lead: %.4f, area: %.4f, alone: %.4f, bias: %.4f, threshold: %.3f,\n  sure: {area: %.4f, within: %.4f, bias: %.4f}}\n", f.within[0], f.within[1], f.within[2], f.within[3], f.within[4], f.cut, f.sure[0], f.sure[1], f.sure[2])
	return b.Bytes()
}

// rules writes what single rules add, in their order.
func rules(all map[string]float64) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if v := all[name]; math.Abs(v) >= 0.05 {
			list = append(list, fmt.Sprintf("%s: %.2f", name, v))
		}
	}
	if list == nil {
		return ""
	}
	return ",\n    rules: {" + strings.Join(list, ", ") + "}"
}
