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
	byMethod = "method"
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
}

// Classify returns the patent's tags: one for each subfield whose evidence
// reaches the threshold and is not far below the best of its area, and one for
// an area whose evidence reaches it only together. The best come first. A
// design shows no technology and gets none.
func (l *List) Classify(p *record.Patent) []record.Tag {
	tags := []record.Tag{}
	if design(p) {
		return tags
	}
	all := l.readCodes(nil, p)
	all = l.readText(all, "title", p.Title, l.weights.Phrase.Title)
	all = l.readText(all, "abstract", p.Abstract, l.weights.Phrase.Abstract)
	all = l.readText(all, "first_claim", p.FirstClaim, l.weights.Phrase.FirstClaim)
	slices.SortStableFunc(all, func(a, b evidence) int { return cmp.Compare(a.target, b.target) }) // areas precede their subfields

	for len(all) > 0 {
		area := l.targets[all[0].target].area
		n := slices.IndexFunc(all, func(e evidence) bool { return l.targets[e.target].area != area })
		if n < 0 {
			n = len(all)
		}
		tags = l.judge(tags, p, area, all[:n])
		all = all[n:]
	}
	slices.SortFunc(tags, func(a, b record.Tag) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return tags
}

// judge appends the tags of one area, given its evidence sorted by target.
func (l *List) judge(tags []record.Tag, p *record.Patent, area int, all []evidence) []record.Tag {
	type verdict struct {
		target   int
		score    float64
		evidence []evidence
	}
	var verdicts []verdict
	best := 0.0
	for rest := all; len(rest) > 0; {
		t, n := rest[0].target, 1
		for n < len(rest) && rest[n].target == t {
			n++
		}
		if score := l.fuse(rest[:n]); t != area && score >= l.weights.Threshold.Subfield {
			verdicts = append(verdicts, verdict{t, score, rest[:n]})
			best = max(best, score)
		}
		rest = rest[n:]
	}
	for _, v := range verdicts {
		if v.score >= best*l.weights.Threshold.Sibling {
			tags = append(tags, l.tag(p, v.target, v.score, v.evidence))
		}
	}
	if len(verdicts) > 0 {
		return tags
	}
	once := heardOnce(all)
	if score := l.fuse(once); score >= l.weights.Threshold.Area {
		tags = append(tags, l.tag(p, area, score, once))
	}
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
func (l *List) readCodes(all []evidence, p *record.Patent) []evidence {
	w := &l.weights.Code
	seen := make(map[string]bool, len(p.CPC)+len(p.CPCAdditional)+len(p.IPC))
	var nearest []int
	for _, list := range []struct {
		field string
		codes []string
	}{{"cpc", p.CPC}, {"ipc", p.IPC}, {"cpc_additional", p.CPCAdditional}} {
		for i, text := range list.codes {
			symbol, ok := text, canonical(text)
			if !ok {
				symbol, ok = record.Symbol(text)
			}
			if !ok || seen[symbol] {
				continue
			}
			seen[symbol] = true
			nearest = nearest[:0]
			l.scheme.lineage(symbol, func(at string) bool {
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
					case list.field == "cpc_additional" && !indexing(symbol):
						weight *= w.Additional
					case i == 0 && list.field != "cpc_additional":
						weight += (1 - weight) * w.First
					case i >= w.LateFrom:
						weight *= w.Late
					}
					all = append(all, evidence{target: r.target, kind: byCode, grade: r.grade, what: symbol, field: list.field, rule: at, weight: weight, area: true})
				}
				return true
			})
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
		unit := l.weights.Phrase.Strong
		if s.grade == weak {
			unit = l.weights.Phrase.Weak
		}
		all = append(all, evidence{
			target: s.target, kind: byPhrase, grade: s.grade, what: l.lexicon.phrases[s.phrase].text, field: field,
			weight: 1 - math.Pow(1-unit, counts), area: s.area,
		})
	}
	return all
}

// tag writes down a judgement with its evidence, the heaviest first.
func (l *List) tag(p *record.Patent, t int, score float64, all []evidence) record.Tag {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.kind, b.kind), cmp.Compare(a.what, b.what), cmp.Compare(a.field, b.field))
	})
	to := l.targets[t]
	tag := record.Tag{
		ID: p.ID + "/" + l.edition + "/" + to.id, Patent: p.ID, Edition: l.edition,
		Area: l.targets[to.area].id, Score: score, Why: make([]record.Why, 0, len(all)+1), Synthetic: p.Synthetic,
	}
	if t != to.area {
		tag.Subfield = to.id
	}
	for _, e := range all {
		tag.Why = append(tag.Why, record.Why{Kind: e.kind, Text: l.words(e), Field: e.field, Weight: math.Round(e.weight*1e4) / 1e4})
	}
	tag.Why = append(tag.Why, record.Why{Kind: byMethod, Text: "codes on the scheme tree and phrases, fused as independent witnesses", Method: l.method})
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
	if e.field == "cpc_additional" {
		b.WriteString("additional")
	} else {
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
	return strings.HasPrefix(p.ID, "USD") || strings.HasPrefix(p.KindCode, "S")
}
