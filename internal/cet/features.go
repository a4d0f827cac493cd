package cet

import (
	"math"
	"strings"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// feature is a property of a patent as the model sees it.
type feature struct {
	linear.Feature
	what  string // a word, two words, or a symbol
	field string
}

// Features are the properties that the model is trained on and asked with:
// words and pairs of words, and the symbols with all that they stand under. A
// field's features share one length, so that a missing field only takes its
// own away.
func (l *List) Features(p *record.Patent) []linear.Feature {
	var out []linear.Feature
	l.eachFeature(p, func(f linear.Feature, _ func() (string, string)) { out = append(out, f) })
	return out
}

// eachFeature hands on every feature, and how to say what it is.
func (l *List) eachFeature(p *record.Patent, yield func(linear.Feature, func() (what, field string))) {
	for _, text := range []struct{ field, text string }{{"title", p.Title}, {"abstract", p.Abstract}, {"first_claim", p.FirstClaim}} {
		n := 0
		for word := range words(text.text) {
			if !l.lexicon.words.dull(word) {
				n++
			}
		}
		value := float32(1 / math.Sqrt(float64(max(n, 4))))
		before, last := uint64(0), ""
		for word := range words(text.text) {
			if l.lexicon.words.dull(word) {
				continue
			}
			h := hashOf('w', singular(word))
			yield(linear.Feature{Bucket: bucket(h), Value: value}, func() (string, string) { return word, text.field })
			if before != 0 {
				pair := before*0x9e3779b97f4a7c15 ^ h
				yield(linear.Feature{Bucket: bucket(pair), Value: value}, func() (string, string) { return last + " " + word, text.field })
			}
			before, last = h, word
		}
	}
	symbols := l.symbols(p)
	value := float32(1 / math.Sqrt(float64(max(len(symbols), 2))))
	for _, s := range symbols {
		at := value
		if s.field == "cpc_additional" {
			at /= 2
		}
		l.scheme.lineage(s.symbol, func(above string) bool {
			if len(above) > 3 {
				yield(linear.Feature{Bucket: bucket(hashOf('c', above)), Value: at}, func() (string, string) { return above, s.field })
			}
			return true
		})
	}
}

// singular takes the ending of a plural away: cheaper than stemming, and all
// that the model asks for.
func singular(word string) string {
	if len(word) > 3 && word[len(word)-1] == 's' && word[len(word)-2] != 's' {
		return word[:len(word)-1]
	}
	return word
}

// hashOf is FNV-1a of a text of some kind.
func hashOf(kind byte, text string) uint64 {
	const prime = 1099511628211
	h := (14695981039346656037 ^ uint64(kind)) * prime
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	return h
}

// bucket folds a hash, all its bits mixed.
func bucket(h uint64) uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return uint32(h >> (64 - linear.Bits))
}

// cited is one of a patent's symbols, as records write it.
type cited struct {
	symbol, field string
	at            int // place in its field
}

// symbols lists the patent's symbols, each once, the inventive ones first.
// What cannot be read as a symbol is left out.
func (l *List) symbols(p *record.Patent) []cited {
	out := make([]cited, 0, len(p.CPC)+len(p.IPC)+len(p.CPCAdditional))
	seen := make(map[string]bool, cap(out))
	for _, list := range []struct {
		field string
		codes []string
	}{{"cpc", p.CPC}, {"ipc", p.IPC}, {"cpc_additional", p.CPCAdditional}} {
		for i, text := range list.codes {
			symbol, ok := text, canonical(text)
			if !ok {
				symbol, ok = record.Symbol(text)
			}
			if ok && !seen[symbol] {
				seen[symbol] = true
				out = append(out, cited{symbol, list.field, i})
			}
		}
	}
	return out
}

// without returns the patent with neither the symbols nor the words of the
// title that are named: how training hides what a label came from.
func without(p *record.Patent, symbols, phrases []string) *record.Patent {
	q := &record.Patent{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim}
	hidden := map[string]bool{}
	for _, s := range symbols {
		hidden[s] = true
	}
	keep := func(codes []string) (left []string) {
		for _, c := range codes {
			symbol, ok := record.Symbol(c)
			if !ok || !hidden[symbol] {
				left = append(left, c)
			}
		}
		return left
	}
	q.CPC, q.IPC, q.CPCAdditional = keep(p.CPC), keep(p.IPC), keep(p.CPCAdditional)
	stems := map[string]bool{}
	for _, phrase := range phrases {
		for w := range words(phrase) {
			stems[stem(w)] = true
		}
	}
	for _, text := range []*string{&q.Title, &q.Abstract, &q.FirstClaim} {
		var left []string
		for w := range words(*text) {
			if !stems[stem(w)] {
				left = append(left, w)
			}
		}
		*text = strings.Join(left, " ")
	}
	return q
}

// Masked returns poorer copies of a patent for training: without the symbols
// and phrases that spoke for its areas, without its symbols, and without its
// words; which one, n decides.
func (l *List) Masked(p *record.Patent, n int) []*record.Patent {
	switch n % 4 {
	case 0:
		return []*record.Patent{{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim}}
	case 1:
		return []*record.Patent{{ID: p.ID, CPC: p.CPC, IPC: p.IPC, CPCAdditional: p.CPCAdditional}}
	}
	var symbols, phrases []string
	for _, w := range l.weigh(p) {
		for _, e := range w.evidence {
			switch {
			case e.grade == weak:
			case e.kind == byCode:
				symbols = append(symbols, e.what)
			default:
				phrases = append(phrases, e.what)
			}
		}
	}
	if n%4 == 2 {
		return []*record.Patent{without(p, symbols, nil)}
	}
	return []*record.Patent{without(p, nil, phrases)}
}
