package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// printScreened answers one row. For reading, a row is there only where there
// is something to say of it.
func (a *app) printScreened(s screened) error {
	if a.json {
		return a.line(s)
	}
	if s.Refused == "" && len(s.Matches) == 0 {
		return nil
	}
	fmt.Fprintf(a.out, "row %d  %s\n", s.Row, cutName(s.Name))
	if s.Refused != "" {
		fmt.Fprintf(a.out, "  not screened: %s\n", s.Refused)
	}
	for _, m := range s.Matches {
		fmt.Fprintf(a.out, "  %.3f  %-8s  %s  %s  %s\n", m.Score, m.Band, whoIs(m), m.ID, strings.Join(entries(m), ", "))
		fmt.Fprintf(a.out, "    %s\n", strings.Join(howMet(m), "; "))
	}
	return nil
}

// whoIs is a party's name with what tells it from others of the name.
func whoIs(h link.Hit) string {
	who := cutName(h.Name)
	if len(h.Countries) > 0 {
		who += " (" + strings.Join(h.Countries, ", ") + ")"
	}
	if len(h.Births) > 0 {
		who += " born " + strings.Join(h.Births, " or ")
	}
	return who
}

// entries are the lists that a party is on, and how an entry stands that is
// not current.
func entries(h link.Hit) []string {
	out := slices.Clone(h.Lists)
	for i, list := range out {
		if status := h.Status[list]; status != "" && status != record.Current {
			out[i] += " (" + strings.ReplaceAll(string(status), "_", " ") + ")"
		}
	}
	return out
}

// howMet is by which of a party's names it was met, and as what.
func howMet(h link.Hit) []string {
	var out []string
	for _, w := range h.Why {
		if w.Kind == "alias" || w.Kind == "role" {
			out = append(out, cutName(w.Text))
		}
	}
	return out
}

// mostShown is how many letters of a name are printed for reading.
const mostShown = 120

// cutName is a name as it is printed for reading: of a longer one the
// beginning, and how long it is.
func cutName(name string) string {
	letters := []rune(name)
	if len(letters) <= mostShown {
		return name
	}
	return fmt.Sprintf("%s… (%d letters)", string(letters[:mostShown]), len(letters))
}
