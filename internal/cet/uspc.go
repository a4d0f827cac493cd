package cet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// former is a class of the former US scheme (USPC) that a rule names, or a
// run of its subclasses. Grants of before 2015 carry such classes, those of
// before 2006 little else.
type former struct {
	name      string // US706, US382/115-127
	low, high float64
}

// parseFormer reads a class as a map writes it: 706, or 382/115-127, or
// 505/100.
func parseFormer(s string) (class string, f former, err error) {
	class, rest, parts := strings.Cut(s, "/")
	if n, err := strconv.Atoi(class); err != nil || n < 1 || n > 999 {
		return "", former{}, fmt.Errorf("uspc: %q is no class: write 706, or 382/115-127", s)
	}
	f = former{name: "US" + s}
	if !parts {
		return class, f, nil
	}
	low, high, run := strings.Cut(rest, "-")
	f.low, err = strconv.ParseFloat(low, 64)
	if f.high = f.low; run && err == nil {
		f.high, err = strconv.ParseFloat(high, 64)
	}
	if err != nil || !(0 < f.low && f.low <= f.high) {
		return "", former{}, fmt.Errorf("uspc: %q: want subclasses such as 115-127", s)
	}
	return class, f, nil
}

// addFormer enters a class for a target.
func (l *List) addFormer(s string, r codeRule) error {
	class, f, err := parseFormer(s)
	if err != nil {
		return err
	}
	if f.high > 0 && !slices.Contains(l.former[class], f) {
		l.former[class] = append(l.former[class], f)
		slices.SortFunc(l.former[class], func(a, b former) int { // the narrowest is the nearest
			return cmp.Or(cmp.Compare(a.high-a.low, b.high-b.low), cmp.Compare(a.low, b.low))
		})
	}
	l.addCode(f.name, r)
	return nil
}

// formerClass reads a class as records write it, 257/E21.219, and gives it the
// runs of subclasses that it lies in and its class to stand under. Designs
// (D14/138) and plants have no technology.
func (l *List) formerClass(s string) (symbol string, lineage []string, ok bool) {
	class, sub, ok := strings.Cut(s, "/")
	if n, err := strconv.Atoi(class); !ok || sub == "" || err != nil || n < 1 || n > 999 {
		return "", nil, false
	}
	symbol = "US" + s
	lineage = append(make([]string, 0, 3), symbol)
	if at, err := strconv.ParseFloat(sub, 64); err == nil {
		for _, f := range l.former[class] {
			if f.low <= at && at <= f.high && f.name != symbol {
				lineage = append(lineage, f.name)
			}
		}
	}
	return symbol, append(lineage, "US"+class), true
}

// fieldUSPC is the field of such classes, as evidence names it.
const fieldUSPC = "uspc"
