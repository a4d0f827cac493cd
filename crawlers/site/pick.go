package site

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
)

// Selector is a compiled CSS selector.
type Selector struct {
	goquery.Matcher
	byItself bool // looks at the element alone, which is a link
}

// UnmarshalText compiles a CSS selector.
func (s *Selector) UnmarshalText(b []byte) error {
	compiled, err := cascadia.Compile(string(b))
	if err != nil {
		return fmt.Errorf("%q is no CSS selector: %w", b, err)
	}
	s.Matcher, s.byItself = compiled, byItself.Match(bytes.TrimSpace(b))
	return nil
}

// Pick finds a text beside a link: a selector within the link, or
// closest(tr) td:nth-child(3) within the nearest tr around it; @attr at the end
// takes an attribute instead of the text.
type Pick struct {
	around, within goquery.Matcher
	attr           string
}

// UnmarshalText reads [closest(selector)] [selector] [@attr].
func (p *Pick) UnmarshalText(b []byte) error {
	text := strings.TrimSpace(string(b))
	*p = Pick{}
	if i := strings.LastIndex(text, "@"); i >= 0 && !strings.ContainsAny(text[i:], `]"')`) {
		text, p.attr = strings.TrimSpace(text[:i]), text[i+1:]
		if p.attr == "" {
			return fmt.Errorf("%q: name the attribute after @", b)
		}
	}
	if rest, ok := strings.CutPrefix(text, "closest("); ok {
		end := closing(rest)
		if end < 0 {
			return fmt.Errorf("%q: closest( is not closed", b)
		}
		compiled, err := cascadia.Compile(rest[:end])
		if err != nil {
			return fmt.Errorf("%q is no CSS selector: %w", rest[:end], err)
		}
		p.around, text = compiled, strings.TrimSpace(rest[end+1:])
	}
	if text != "" {
		compiled, err := cascadia.Compile(text)
		if err != nil {
			return fmt.Errorf("%q is no CSS selector: %w", text, err)
		}
		p.within = compiled
	}
	if p.around == nil && p.within == nil && p.attr == "" {
		return fmt.Errorf("%q: write for example closest(tr) td:nth-child(3)", b)
	}
	return nil
}

// closing is where the parenthesis closes that was opened before s.
func closing(s string) int {
	depth := 1
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// of returns the text beside a link, its blanks collapsed; "" where it is missing.
func (p Pick) of(link *goquery.Selection) string {
	if p.around != nil {
		link = link.ClosestMatcher(p.around)
	}
	if p.within != nil {
		link = link.FindMatcher(p.within).First()
	}
	text := link.Text()
	if p.attr != "" {
		text = link.AttrOr(p.attr, "")
	}
	return strings.Join(strings.Fields(text), " ")
}
