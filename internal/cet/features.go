package cet

import (
	"math"
	"strings"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// Features are the properties that the model is trained on and asked with:
// words and pairs of words, and the symbols with all that they stand under. A
// field's features share one length, so that a missing field only takes its
// own away.
func (l *List) Features(p *record.Patent) []linear.Feature {
	return l.features(p, l.symbols(p))
}

func (l *List) features(p *record.Patent, symbols []cited) []linear.Feature {
	out := make([]linear.Feature, 0, (len(p.Title)+len(p.Abstract)+len(p.FirstClaim))/4+8*len(symbols))
	from, of := 0, ""
	settle := func() { // n words have 2n-1 features
		value := float32(1 / math.Sqrt(float64(max((len(out)-from+1)/2, 4))))
		for i := range out[from:] {
			out[from+i].Value = value
		}
		from = len(out)
	}
	code := float32(1 / math.Sqrt(float64(max(len(symbols), 2))))
	l.eachFeature(p, symbols, func(at uint32, _, _, field string) {
		switch field {
		case "title", "abstract", "first_claim":
			if field != of {
				settle()
				of = field
			}
			out = append(out, linear.Feature{Bucket: at})
			return
		}
		if of != "" {
			settle()
			of = ""
		}
		value := code
		if field == "cpc_additional" {
			value /= 2
		}
		out = append(out, linear.Feature{Bucket: at, Value: value})
	})
	if of != "" {
		settle()
	}
	return out
}

// eachFeature hands on the bucket of every feature and what it is: a word, a
// word and the one before it, or a symbol.
func (l *List) eachFeature(p *record.Patent, symbols []cited, yield func(at uint32, before, what, field string)) {
	for _, text := range [...]struct{ field, text string }{{"title", p.Title}, {"abstract", p.Abstract}, {"first_claim", p.FirstClaim}} {
		var last uint64
		before := ""
		for word := range words(text.text) {
			if dull(word) {
				continue
			}
			h := hashOf('w', singular(word))
			yield(bucket(h), "", word, text.field)
			if before != "" {
				yield(bucket(last*0x9e3779b97f4a7c15^h), before, word, text.field)
			}
			last, before = h, word
		}
	}
	for _, s := range symbols {
		for _, above := range s.lineage {
			if len(above) > 3 {
				yield(bucket(hashOf('c', above)), "", above, s.field)
			}
		}
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
	at            int      // place in its field
	lineage       []string // the symbol and what it stands under, nearest first
}

// symbols lists the patent's symbols, each once, the inventive ones first.
// What cannot be read as a symbol is left out.
func (l *List) symbols(p *record.Patent) []cited {
	out := make([]cited, 0, len(p.CPC)+len(p.IPC)+len(p.CPCAdditional)+len(p.USPC))
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
				c := cited{symbol, list.field, i, make([]string, 0, 8)}
				l.scheme.lineage(symbol, func(above string) bool {
					c.lineage = append(c.lineage, above)
					return true
				})
				out = append(out, c)
			}
		}
	}
	for i, text := range p.USPC {
		if symbol, lineage, ok := l.formerClass(text); ok && !seen[symbol] {
			seen[symbol] = true
			out = append(out, cited{symbol, fieldUSPC, i, lineage})
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
	for _, c := range p.USPC {
		if !hidden["US"+c] {
			q.USPC = append(q.USPC, c)
		}
	}
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
		return []*record.Patent{{ID: p.ID, CPC: p.CPC, IPC: p.IPC, CPCAdditional: p.CPCAdditional, USPC: p.USPC}}
	}
	var symbols, phrases []string
	all, _ := l.weigh(p)
	for _, w := range all {
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
