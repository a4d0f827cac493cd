package cet

import (
	"cmp"
	"math"
	"slices"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// maxParts bounds what is told of a model.
const maxParts = 5

// saying is what the model says of a patent.
type saying struct {
	list     *List
	patent   *record.Patent
	symbols  []cited
	features []linear.Feature
	margins  []float64
}

// of tells which features speak most for an area.
func (s *saying) of(area int) []record.Why {
	classes := s.list.judge.margin[area]
	if len(classes) == 0 {
		return nil
	}
	class := slices.MaxFunc(classes, func(a, b int) int { return cmp.Compare(s.margins[a], s.margins[b]) })
	var out []record.Why
	at := -1
	s.list.eachFeature(s.patent, s.symbols, func(_ uint32, before, what, field string) {
		at++
		part := s.list.model.Part(s.features[at], class)
		if part < 0.05 {
			return
		}
		code := false
		switch {
		case before != "":
			what = before + " " + what
		case field == "cpc" || field == "ipc" || field == "cpc_additional" || field == fieldUSPC:
			code = true
			if gloss, of := s.list.gloss(what); of == what {
				what += " (" + gloss + ")"
			}
		}
		if same := slices.IndexFunc(out, func(w record.Why) bool { return w.Text == what && (code || w.Field == field) }); same >= 0 {
			out[same].Weight += part
			return
		}
		out = append(out, record.Why{Kind: byModel, Text: what, Field: field, Weight: part})
	})
	slices.SortFunc(out, func(a, b record.Why) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Field, b.Field))
	})
	out = out[:min(len(out), maxParts)]
	for i := range out {
		out[i].Weight = math.Round(out[i].Weight*1e4) / 1e4
	}
	return out
}
