package seco

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// maxWords bounds the words that one name is written out to, in all spellings.
const maxWords = 10_000

// addNames adds an identity's names: the first primary name of the first
// identity is the party's, all others are aliases.
func addNames(p *record.Party, names []name) error {
	slices.SortStableFunc(names, func(a, b name) int { return cmp.Compare(rank(a), rank(b)) })
	for _, n := range names {
		kind := "aka"
		if n.Type == "formerly-known-as" {
			kind = "fka"
		}
		for _, part := range n.Parts {
			if title := text(part.Value); part.Type == "title" && title != "" {
				p.Titles = addNew(p.Titles, title)
			}
		}
		quality := map[string]string{"good": "strong", "low": "weak"}[n.Quality]
		spellings, err := n.spellings()
		if err != nil {
			return err
		}
		for i, s := range spellings {
			switch {
			case p.Name == "" && i == 0:
				p.Name = s.text
			case s.latin:
				p.AddAlias(record.Alias{Name: s.text, Quality: quality, Kind: kind})
			default:
				p.AddAlias(record.Alias{Name: s.text, Quality: quality, Kind: "original_script"})
			}
		}
	}
	return nil
}

func rank(n name) int {
	if n.Type == "primary-name" {
		return 0
	}
	return 1
}

type spelt struct {
	text  string
	latin bool
}

// tongue is what a spelling is written in.
type tongue struct{ lang, script string }

func (t tongue) latin() bool { return t.script == "" || t.script == "LATN" }

// spellings writes a name out: as the file has it first, then in each other
// spelling that its parts have. The first spellings of the parts go together,
// then the second ones; a part that has fewer keeps its last. A part that has
// none in Latin letters keeps its value; in another script the name is left
// out, since half of it would be no name. Titles are no names.
func (n name) spellings() ([]spelt, error) {
	parts := slices.DeleteFunc(slices.Clone(n.Parts), func(p namePart) bool {
		return p.Type == "title" || text(p.Value) == ""
	})
	slices.SortStableFunc(parts, func(a, b namePart) int {
		x, _ := strconv.Atoi(a.Order)
		y, _ := strconv.Atoi(b.Order)
		return cmp.Compare(x, y)
	})
	if len(parts) == 0 {
		return nil, nil
	}
	values := make([]string, len(parts))
	variants := make([]map[tongue][]string, len(parts))
	most := map[tongue]int{}
	var tongues []tongue
	for i, p := range parts {
		values[i] = text(p.Value)
		variants[i] = map[tongue][]string{}
		for _, s := range p.Spellings {
			if s.Text = text(s.Text); s.Text == "" {
				continue
			}
			t := tongue{s.Lang, s.Script}
			if most[t] == 0 {
				tongues = append(tongues, t)
			}
			variants[i][t] = append(variants[i][t], s.Text)
			most[t] = max(most[t], len(variants[i][t]))
		}
	}
	out := []spelt{{strings.Join(values, " "), true}}
	for _, t := range tongues {
		if !t.latin() && slices.ContainsFunc(variants, func(v map[tongue][]string) bool { return len(v[t]) == 0 }) {
			continue
		}
		if (len(out)+most[t])*len(parts) > maxWords {
			return nil, fmt.Errorf("a name of more than %d words in all its spellings", maxWords)
		}
		for k := range most[t] {
			words := slices.Clone(values)
			for i, v := range variants {
				if have := v[t]; len(have) > 0 {
					words[i] = have[min(k, len(have)-1)]
				}
			}
			out = append(out, spelt{strings.Join(words, " "), t.latin()})
		}
	}
	return out, nil
}
