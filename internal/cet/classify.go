package cet

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// The kinds of evidence, as Why names them.
const (
	byCode   = "code"
	byPhrase = "phrase"
	byModel  = "model"
	byMethod = "method"
	// bySubfield carries, as its weight, the chance that the subfield is right,
	// where the score is that of the area.
	bySubfield = "subfield"
)

// evidence is one witness for a target.
type evidence struct {
	target int
	kind   string
	grade  grade
	what   string // the patent's symbol or the phrase: within an area it is heard once a field
	field  string
	rule   string // of a code: the symbol of the rule
	weight float64
	area   bool // is heard for the area as a whole
	words  int  // of a phrase
	first  bool // of a code: it stands first among the inventive ones
}

// Classify returns the patent's tags: for each area whose chance reaches its
// threshold a tag for each subfield that is likely within it, or one for the
// area where none is. The score is the chance that the area is right, as
// docs/cet.md measures it; of a second subfield, that chance lowered by how far
// it is behind the first. The best come first. A design shows no technology
// and gets none.
func (l *List) Classify(p *record.Patent) []record.Tag {
	tags := []record.Tag{}
	if design(p) || scanned(p) {
		return tags
	}
	weighed, says := l.weigh(p)
	for _, w := range weighed {
		own := &l.judge.own[w.area]
		odds := Odds(&l.judge.common, own, &w.signals, w.heard)
		if chance(odds) < own.Threshold {
			continue
		}
		score := l.judge.score(odds)
		candidates := l.candidates(w)
		first := 0.0
		for _, c := range candidates {
			first = max(first, l.within.chance(c, odds))
		}
		if first < l.within.Threshold {
			tags = append(tags, l.tag(p, w.area, score, heardOnce(w.evidence), says.of(w.area)))
			continue
		}
		model := says.of(w.area)
		for _, c := range candidates {
			if within := l.within.chance(c, odds); within >= l.within.Threshold {
				tags = append(tags, l.tag(p, c.target, score*within/first, c.evidence, append(slices.Clone(model), l.within.why(score, within))))
			}
		}
	}
	slices.SortFunc(tags, func(a, b record.Tag) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return tags
}

// heardOnce keeps of the evidence of several targets each symbol and each
// phrase of a field once, at its strongest.
func heardOnce(all []evidence) []evidence {
	all = slices.DeleteFunc(slices.Clone(all), func(e evidence) bool { return !e.area })
	slices.SortStableFunc(all, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.what, b.what), cmp.Compare(a.field, b.field), cmp.Compare(b.weight, a.weight))
	})
	return slices.CompactFunc(all, func(a, b evidence) bool { return a.kind == b.kind && a.what == b.what && a.field == b.field })
}

// fuse is the chance that at least one witness is right, were they
// independent. They are not: so witnesses of one kind are capped together,
// weak ones below what it takes to tag.
func (l *List) fuse(all []evidence) float64 {
	var missed struct{ weakCode, code, weakPhrase, phrase float64 }
	missed.weakCode, missed.code, missed.weakPhrase, missed.phrase = 1, 1, 1, 1
	for _, e := range all {
		at := &missed.code
		switch {
		case e.kind == byCode && e.grade == weak:
			at = &missed.weakCode
		case e.kind == byPhrase && e.grade == weak:
			at = &missed.weakPhrase
		case e.kind == byPhrase:
			at = &missed.phrase
		}
		*at *= 1 - e.weight
	}
	w := &l.weights
	codes := max(1-w.Code.Cap, missed.code*max(1-w.Code.CapWeak, missed.weakCode))
	phrases := max(1-w.Phrase.Cap, missed.phrase*max(1-w.Phrase.CapWeak, missed.weakPhrase))
	return math.Round((1-codes*phrases)*1e4) / 1e4
}

// readCodes appends what the patent's symbols say, each symbol once.
func (l *List) readCodes(all []evidence, symbols []cited) []evidence {
	w := &l.weights.Code
	var nearest []int
	for _, c := range symbols {
		nearest = nearest[:0]
		for _, at := range c.lineage {
			for _, r := range l.codes[at] {
				if slices.Contains(nearest, r.target) {
					continue
				}
				nearest = append(nearest, r.target)
				if r.grade == none {
					continue
				}
				weight := w.Strong
				switch r.grade {
				case weak:
					weight = w.Weak
				case legacy:
					weight = w.Legacy
				}
				switch {
				case c.field == "cpc_additional" && !indexing(c.symbol):
					weight *= w.Additional
				case c.at == 0 && c.field != "cpc_additional":
					weight += (1 - weight) * w.First
				case c.at >= w.LateFrom:
					weight *= w.Late
				}
				all = append(all, evidence{target: r.target, kind: byCode, grade: r.grade, what: c.symbol, field: c.field, rule: at, weight: weight, area: true, first: c.at == 0 && c.field != "cpc_additional"})
			}
		}
	}
	return all
}

// indexing says whether a symbol can only ever be additional: section Y and
// the groups from 2000 on. It says as much as it can where it stands.
func indexing(symbol string) bool {
	if symbol[0] == 'Y' {
		return true
	}
	return len(symbol) > 8 && symbol[4] == '2' && symbol[8] == '/'
}

// readText appends what the phrases of a field say.
func (l *List) readText(all []evidence, field, text string, counts float64) []evidence {
	if text == "" {
		return all
	}
	area := func(target int) (int, int) { return target, l.targets[target].area }
	for _, s := range l.lexicon.find(text, area) {
		if s.grade == entitled {
			if s.grade = weak; field == "title" {
				s.grade = strong
			}
		}
		unit := l.weights.Phrase.Strong
		switch {
		case s.grade == weak:
			unit = l.weights.Phrase.Weak
		case l.lexicon.phrases[s.phrase].words >= 3:
			unit = l.weights.Phrase.Long
		}
		all = append(all, evidence{
			target: s.target, kind: byPhrase, grade: s.grade, what: l.lexicon.phrases[s.phrase].text, words: l.lexicon.phrases[s.phrase].words, field: field,
			weight: 1 - math.Pow(1-unit, counts), area: s.area,
		})
	}
	return all
}

// tag writes down a judgement with its evidence, the heaviest first.
func (l *List) tag(p *record.Patent, t int, score float64, all []evidence, model []record.Why) record.Tag {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.kind, b.kind), cmp.Compare(a.what, b.what), cmp.Compare(a.field, b.field))
	})
	to := l.targets[t]
	tag := record.Tag{
		ID: p.ID + "/" + l.edition + "/" + to.id, Patent: p.ID, Edition: l.edition,
		Area: l.targets[to.area].id, Score: math.Round(score*1e4) / 1e4, Why: make([]record.Why, 0, len(all)+1), Synthetic: p.Synthetic,
	}
	if t != to.area {
		tag.Subfield = to.id
	}
	for _, e := range all {
		tag.Why = append(tag.Why, record.Why{Kind: e.kind, Text: l.words(e), Field: e.field, Weight: math.Round(e.weight*1e4) / 1e4})
	}
	tag.Why = append(tag.Why, model...)
	tag.Why = append(tag.Why, record.Why{Kind: byMethod, Text: "codes on the scheme tree, phrases and a linear model, fused by logistic regression; the score is a chance measured on patents labelled by hand, no export classification (ECCN)", Method: l.method})
	return tag
}

// words puts a piece of evidence into words.
func (l *List) words(e evidence) string {
	if e.kind == byPhrase {
		return e.what
	}
	var b strings.Builder
	b.WriteString(e.what)
	if gloss, of := l.gloss(e.what); gloss != "" {
		b.WriteString(" (")
		if of != e.what {
			b.WriteString(of + ": ")
		}
		b.WriteString(gloss + ")")
	}
	b.WriteString(", ")
	switch e.field {
	case fieldUSPC:
		b.WriteString("of the former US scheme")
	case "cpc_additional":
		b.WriteString("additional")
	default:
		b.WriteString("inventive")
	}
	if e.rule != e.what {
		b.WriteString(", stands under " + e.rule)
	}
	switch e.grade {
	case weak:
		b.WriteString("; speaks weakly")
	case legacy:
		b.WriteString("; a code of older documents")
	}
	return b.String()
}

// gloss returns the nearest gloss above a symbol, and whose it is.
func (l *List) gloss(symbol string) (gloss, of string) {
	if class, _, former := strings.Cut(symbol, "/"); former && strings.HasPrefix(class, "US") {
		return l.glosses[class], class
	}
	l.scheme.lineage(symbol, func(at string) bool {
		gloss, of = l.glosses[at], at
		return gloss == ""
	})
	if gloss == "" {
		return "", ""
	}
	return gloss, of
}

// design says whether the document protects an appearance.
func design(p *record.Patent) bool {
	return strings.HasPrefix(strings.ReplaceAll(p.ID, " ", ""), "USD") || strings.HasPrefix(p.KindCode, "S")
}

// scanned says whether the document is a stub of a scanned one: its title is
// the notice of that, and nothing else is known.
func scanned(p *record.Patent) bool {
	return strings.EqualFold(strings.Join(strings.Fields(p.Title), " "), "OCR scanned document") && p.Abstract+p.FirstClaim == "" && len(p.CPC)+len(p.IPC) == 0
}
