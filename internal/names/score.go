package names

import (
	"math/bits"
	"slices"
	"strings"
)

// Band says what a score is good for, in the words of records.
type Band string

// The bands, strongest first.
const (
	Certain  Band = "certain"
	Probable Band = "probable"
	Review   Band = "review"
	WeakBand Band = "weak"
)

// The lower edges of the bands: the one table that every verb uses. Threshold
// is the lower edge of Probable.
const (
	certainEdge = 0.93
	Threshold   = 0.78
	reviewEdge  = 0.62
)

// caps: what keeps a pair below an edge, however much else agrees.
const (
	capProbable = 0.92
	capReview   = 0.77
	capWeak     = 0.40
)

// BandOf is the band of a score.
func BandOf(value float64) Band {
	switch {
	case value >= certainEdge:
		return Certain
	case value >= Threshold:
		return Probable
	case value >= reviewEdge:
		return Review
	}
	return WeakBand
}

// Reason is one piece of a score: what met what, or what spoke against it.
type Reason struct {
	Kind   string // token, form, number, native, gate, refused …
	Text   string
	Weight float64 // negative: it spoke against
}

// Score is how alike two names are, with its reasons.
type Score struct {
	Value float64
	Band  Band
	Why   []Reason
}

// Compare scores two names and explains the score. It is symmetric.
func Compare(a, b *Name) Score {
	var j judge
	j.explain = true
	value := j.compare(a, b)
	return Score{Value: value, Band: BandOf(value), Why: j.why}
}

// Similarity is Compare's value without its reasons, for many pairs.
func Similarity(a, b *Name) float64 {
	var j judge
	return j.compare(a, b)
}

// judge holds one comparison.
type judge struct {
	alignment
	explain bool
	why     []Reason
	limit   float64
}

func (j *judge) say(kind, text string, weight float64) {
	if j.explain {
		j.why = append(j.why, Reason{kind, text, weight})
	}
}

// cap bounds the score and says why.
func (j *judge) cap(limit float64, kind, text string) {
	if limit < j.limit {
		j.limit = limit
		j.say(kind, text, limit-1)
	}
}

func (j *judge) compare(a, b *Name) float64 {
	if a.Refused != "" || b.Refused != "" {
		if j.explain {
			for _, n := range []*Name{a, b} {
				if n.Refused != "" {
					j.say("refused", "“"+n.Written+"”: "+n.Refused, -1)
				}
			}
		}
		return 0
	}
	if b.order < a.order || b.order == a.order && b.Written < a.Written {
		a, b = b, a
	}
	j.limit = 1
	if a.Clipped || b.Clipped {
		j.cap(capProbable, "clipped", "only the first words are compared")
	}
	j.align(a, b)
	var value float64
	if a.person && b.person {
		value = j.persons()
	} else {
		value = j.organizations()
	}
	return float64(int(min(value, j.limit)*1000+0.5)) / 1000
}

// sides sums what is left over on one side.
type sides struct {
	cost                            float64
	distinctive, generic, contrast  int
	cities, countries, numbers, all int
	echoes                          int
}

func (j *judge) organizations() float64 {
	var met, mass, distinct float64
	fuzzy, short, only, lone := false, false, true, false
	for i := range j.met {
		p := &j.pairs[i]
		met += float64(p.weight * p.alike)
		mass += float64(p.weight)
		short = short || p.how == acronym || p.how == head
		only = only && (p.how == head || p.weight < 0.5)
		if w := j.distinctiveness(p); w > 0 {
			distinct += w * float64(p.alike)
			fuzzy = fuzzy || p.alike < 0.97
			lone = lone || p.alike < 0.97 && (tokenOf(j.a, p.a).lone || tokenOf(j.b, p.b).lone)
		}
		if j.explain {
			j.say("token", wordsOf(j.a, p.a)+" = "+wordsOf(j.b, p.b)+howNames[p.how], float64(p.weight*p.alike)/2)
		}
	}
	left, right := j.left(j.a, j.usedA, j.b, j.usedB), j.left(j.b, j.usedB, j.a, j.usedA)
	cost := left.cost + right.cost
	if (left.generic+left.contrast > 0) && (right.generic+right.contrast > 0) {
		cost += tradeClash
		j.say("against", "each has a trade that the other has not", -0.25)
	}
	value := 0.0
	if met > 0 {
		value = met / (mass + cost)
	}
	j.gate(distinct, mass, left, right)
	j.numbers(left, right)
	if left.cities+left.countries > 0 && right.cities+right.countries > 0 {
		j.cap(capReview-0.05, "place", "different places")
	}
	if left.echoes > 0 && right.echoes > 0 {
		j.cap(capReview, "acronym", "each has initials that the other has not")
	}
	if short {
		j.cap(capReview, "acronym", "an acronym or first letters are a weak sign")
		if only {
			j.cap(capWeak, "acronym", "nothing but first letters met")
		}
	}
	if fuzzy && value > capReview && distinct-j.doubtful(left.all+right.all == 0 && mass-2*distinct > leastFrame) < leastDistinct {
		j.cap(capReview, "spelling", "another letter makes another name")
	}
	if lone {
		j.cap(reviewEdge-0.02, "spelling", "an ordinary word alone, and another letter")
	}
	if fuzzy || left.all+right.all > 0 {
		j.cap(capProbable, "spelling", "not every word is the same")
	}
	value *= j.forms()
	return value * j.natives()
}

// doubtful is the weight of the words that met in spelling and are more likely
// two words than one: short ones that begin otherwise, and good Chinese both.
// Where all else agrees, and that is more than one trade, a short word may
// begin otherwise, and of two good Chinese words one that the counts know is
// what the other was meant for.
func (j *judge) doubtful(framed bool) (sum float64) {
	for i := range j.met {
		p := &j.pairs[i]
		w := j.distinctiveness(p)
		if p.how != spelling || w == 0 {
			continue
		}
		t, u := tokenOf(j.a, p.a), tokenOf(j.b, p.b)
		x, y := t.Written, u.Written
		if x[0] != y[0] && min(len(x), len(y)) <= shortWord && !framed || isPinyin(x) && isPinyin(y) && !(framed && t.seen != u.seen) {
			sum += w * float64(p.alike)
		}
	}
	return sum
}

func tokenOf(n *Name, bit uint32) *Token { return &n.Tokens[bits.TrailingZeros32(bit)] }

const (
	leastDistinct = 0.55 // the weight of distinctive words on which a pair passes
	leastFrame    = 0.9  // the weight of the other words, of both names, by which a doubt may go
	shortWord     = 6    // letters
)

// natives: the same sound in other characters is another name, as a rule.
func (j *judge) natives() float64 {
	if j.a.Native == "" || j.b.Native == "" || j.a.Native == j.b.Native {
		return 1
	}
	j.say("native", j.a.Native+" ≠ "+j.b.Native, -0.15)
	return 0.85
}

// distinctiveness is the weight of a meeting's distinctive words; a word that
// only one side takes for distinctive counts for half.
func (j *judge) distinctiveness(p *pair) float64 {
	a, b := distinctOf(j.a, p.a), distinctOf(j.b, p.b)
	if a == 0 || b == 0 {
		return 0
	}
	return float64(min(a, b))
}

func distinctOf(n *Name, mask uint32) float32 {
	var w float32
	for m := mask; m != 0; m &= m - 1 {
		if t := &n.Tokens[bits.TrailingZeros32(m)]; t.Kind == Distinctive {
			w += t.Weight
		}
	}
	return w
}

// gate lets a pair pass only on a distinctive word. Names that have none must
// agree in all they have, and that must be more than two ordinary words.
func (j *judge) gate(distinct, mass float64, left, right sides) {
	switch {
	case distinct >= leastDistinct:
	case distinct > 0:
		j.cap(capReview, "gate", "what is distinctive in both is little")
	case left.distinctive+right.distinctive > 0:
		j.cap(capWeak, "gate", "no distinctive word met")
	case left.cost+right.cost > 0.2:
		j.cap(reviewEdge-0.02, "gate", "only ordinary words met, and not all of them")
	case mass < 1.7 && j.alikeThroughout(left, right):
		j.cap(capProbable, "gate", "only ordinary words, but all written alike, and the form too")
	case mass < 1.7:
		j.cap(capReview, "gate", "only ordinary words met")
	}
}

// alikeThroughout says that two names are written with the same words in the
// same order, but for a plural s, and with the same legal forms.
func (j *judge) alikeThroughout(left, right sides) bool {
	return left.all+right.all == 0 && len(j.a.Tokens) > 1 && slices.Equal(j.a.Forms, j.b.Forms) &&
		slices.EqualFunc(j.a.Tokens, j.b.Tokens, func(t, u Token) bool {
			return t.Text == u.Text && strings.TrimSuffix(t.Written, "s") == strings.TrimSuffix(u.Written, "s")
		})
}

// numbers: different numbers are different entities.
func (j *judge) numbers(left, right sides) {
	switch {
	case left.numbers > 0 && right.numbers > 0:
		j.cap(capWeak, "number", "different numbers")
	case left.numbers+right.numbers > 0:
		j.cap(capReview-0.02, "number", "a number that only one name has")
	}
}

// forms is the soft word of legal forms: two exact and different classes
// speak against each other.
func (j *judge) forms() float64 {
	if !differ(j.a.classes, j.b.classes) {
		return 1
	}
	j.say("form", strings.Join(j.a.Forms, " ")+" ≠ "+strings.Join(j.b.Forms, " "), formsApart-1)
	return formsApart
}

// formsApart is what is left of a score where the legal forms differ.
const formsApart = 0.75

func differ(a, b class) bool {
	return a != 0 && b != 0 && a&b == 0 && (a|b)&classAny == 0
}

// tradeClash is what it costs that each name has a trade that the other has
// not.
const tradeClash = 0.5

// cutCost is what a word costs, beside its price, that the other name may have
// lost where it was cut off.
const cutCost = 0.06

// echoCost is what a name's own initials cost that the other has not.
const echoCost = 0.1

// slipCost is what a word costs that is a slip of the other name's legal form.
const slipCost = 0.15

// left weighs the words of n that met nothing.
func (j *judge) left(n *Name, used uint32, other *Name, otherUsed uint32) sides {
	var s sides
	last := bits.Len32(used) // words from here on are the tail
	for i := range n.Tokens {
		if used&(1<<i) != 0 {
			continue
		}
		t := &n.Tokens[i]
		cost := 0.0
		if t.Kind == Particle {
			continue
		}
		s.all++
		switch t.Kind {
		case Distinctive:
			if t.echo {
				cost = echoCost
				s.echoes++
				break
			}
			if t.formish && slipOfForm(t.Written, other.Forms) {
				cost = slipCost
				break
			}
			cost = 1.6 * float64(t.Weight)
			s.distinctive++
		case Generic:
			cost = 0.6
			s.generic++
		case Contrast:
			cost = 1.4
			s.contrast++
		case Weak:
			cost = 0.1
			s.generic++
		case City:
			cost = 0.5
			if used>>i != 0 && used&(1<<i-1) == 0 { // in front of all that met
				cost = 0.15
			}
			s.cities++
		case Country:
			cost = 1
			s.countries++
		case Number:
			cost = 0.5
			s.numbers++
		}
		if other.Cut && i >= last && otherUsed != 0 { // may have been cut off
			cost *= cutCost
			if t.Kind == Distinctive && !t.echo {
				s.distinctive--
			}
		}
		s.cost += cost
		if j.explain {
			j.say("against", t.Written+" only in “"+n.Written+"” ("+t.Kind.String()+")", -cost/2)
		}
	}
	return s
}

func wordsOf(n *Name, mask uint32) string {
	var parts []string
	for m := mask; m != 0; m &= m - 1 {
		parts = append(parts, n.Tokens[bits.TrailingZeros32(m)].Written)
	}
	return strings.Join(parts, " ")
}
