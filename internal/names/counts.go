package names

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/tripoint-data/tripoint/config/tables"
)

// fitted are the tables with counts other than the shipped ones.
var fitted atomic.Pointer[lexicons]

// lexicon returns the tables in use.
func lexicon() *lexicons {
	if x := fitted.Load(); x != nil {
		return x
	}
	return shipped()
}

// UseCounts weighs words by the text of a Counter, and "" by the shipped
// counts. It is for the start of a program: names that were parsed before keep
// the weights that they have, and do not compare with those parsed after it.
func UseCounts(text string) error {
	if text == "" {
		fitted.Store(nil)
		return nil
	}
	text = withoutNotes(text)
	weights, err := readCounts(text)
	if err != nil {
		return err
	}
	x := *shipped()
	x.gather(weights)
	x.method = hashTables(text)
	fitted.Store(&x)
	return nil
}

// withoutNotes leaves out the lines that say nothing to a reader of counts.
func withoutNotes(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// readCounts reads counts as weights: a word that many names have says less
// than a rare one.
func readCounts(text string) (map[string]float32, error) {
	total := 0
	weights := map[string]float32{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		at := strings.LastIndexByte(line, ' ') + 1
		word := strings.TrimSpace(line[:at])
		n, err := strconv.Atoi(line[at:])
		switch {
		case err != nil || n < 1 || word == "":
			return nil, fmt.Errorf("counts of words: %.60q is no word with its count", line)
		case total == 0 && word != "names":
			return nil, fmt.Errorf("counts of words: the first line must say how many names there are, not %.60q", line)
		case total == 0:
			total = n
		default:
			weights[word] = idf(n, total)
		}
	}
	if total == 0 {
		return nil, fmt.Errorf("counts of words: there are none")
	}
	return weights, nil
}

// Counter counts in how many distinct names each distinctive word stands. The
// zero value is ready for use.
type Counter struct {
	names int
	words map[string]int
}

// Add takes in a name, which must not come twice. It says whether the name
// counts: one that can match nothing does not.
func (c *Counter) Add(name string) bool {
	n := Parse(name, "")
	if n.Refused != "" || n.Order {
		return false
	}
	if c.words == nil {
		c.words = map[string]int{}
	}
	c.names++
	for i, t := range n.Tokens {
		if t.Kind == Distinctive && !slices.ContainsFunc(n.Tokens[:i], func(o Token) bool { return o.Kind == Distinctive && o.Text == t.Text }) {
			c.words[t.Text]++
		}
	}
	return true
}

// Text is the counts as UseCounts takes them: how many names, then the words
// in order. Words that are too rare to weigh less than a new one are left out.
func (c *Counter) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "names %d\n", c.names)
	for _, w := range slices.Sorted(maps.Keys(c.words)) {
		if n := c.words[w]; idf(n, c.names) < 1 {
			fmt.Fprintf(&b, "%s %d\n", w, n)
		}
	}
	return b.String()
}

// idf falls from 1 for a word seen once to 0.4 for one that is everywhere.
func idf(count, total int) float32 {
	w := 1 - math.Log(float64(max(count, 1)))/math.Log(float64(max(total, 2)))
	return float32(max(0.4, min(1, 0.25+w)))
}

// shippedCounts are the counts that tables come with.
func shippedCounts() map[string]float32 {
	weights, err := readCounts(withoutNotes(tables.TokenCounts()))
	if err != nil {
		return nil // a test reads them
	}
	return weights
}
