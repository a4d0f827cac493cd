package ecfr

import (
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// cell is what an entity's cell says, parted. The published forms are
//
//	Name, 1 Road, City, Country; and 2 Road, City, Country. (See alternate addresses under Iran).
//	Name, a.k.a., the following two aliases:
//	—Alias; and
//	—Another Alias.
//	1 Road, City, Country.
//	Name (f.k.a., Former Name), a.k.a., Alias, 1 Road, City, Country.
type cell struct {
	name      string
	aliases   []record.Alias
	addresses []record.Address
	remarks   []string
	doubt     string // why it could not be parted; then the cell stands whole in the remarks, and names are as short as they can be
}

var (
	// reference is a remark that leads to the same party's row elsewhere.
	reference = regexp.MustCompile(`(?i)\(\s*see\b[^()]*(?:\([^()]*\)[^()]*)?\)?[.,;]?`)
	// intro stands before other names.
	intro = regexp.MustCompile(`(?i)[,;]?\s*(\(\s*)?\b(?:(a|f|n|d)[./](?:k|b)[./]a\b\.?|(also known as)|(formerly known as|formerly)\b|(doing business as))[,:]?\s*(?:(?:under\s+)?(?:the following|by the following|including)\s[^:;—\n]{0,60}:)?`)
	// nextList begins another list of names behind one.
	nextList = regexp.MustCompile(`(?i)[,;\s]+[afnd][./][kb][./]a\b\.?,?\s*the following\b`)
	// item is the dash before each name of a list.
	item = regexp.MustCompile(`(?:^|\n|;|[,;]? and|:)\s*[—–-]+\s*`)
)

// maxIntros bounds how often a cell introduces other names: real ones do so
// three times.
const maxIntros = 50

// partCell parts an entity's cell. home is the country of the row.
func partCell(text, home string) cell {
	var c cell
	whole := oneLine(text)
	text = reference.ReplaceAllStringFunc(text, func(s string) string {
		c.remarks = append(c.remarks, strings.Trim(oneLine(s), "().,; "))
		return " "
	})
	text = strings.TrimSpace(text)
	at := intro.FindStringSubmatchIndex(text)
	var rest string
	if at == nil {
		var ok bool
		if c.name, rest, ok = nameAndAddress(text); !ok {
			c.doubt = "the name and what follows it cannot be told apart"
		}
	} else {
		c.name, rest = text[:at[0]], text[at[0]:]
		// A name that does not stand before the other names alone: "Name,
		// 1 Road, City, Country, a.k.a., Alias".
		if name, address, ok := nameAndAddress(c.name); ok && countryAtEnd(address) != "" {
			c.name = name
			c.addresses = append(c.addresses, addresses(address, home)...)
		}
		for n := 0; at != nil && c.doubt == ""; n++ {
			if n == maxIntros {
				c.doubt = "too many other names"
				break
			}
			rest = c.others(rest)
			if at = intro.FindStringIndex(rest); at != nil && at[0] > 0 {
				at = nil
			}
		}
	}
	c.name = endOfName(c.name)
	if rest = strings.Trim(rest, " ,;\n"); c.doubt == "" && rest != "" {
		c.addresses = append(c.addresses, addresses(rest, home)...)
	}
	if c.doubt != "" {
		c.addresses = nil
		c.remarks = append(c.remarks, whole)
	}
	return c
}

// others takes the other names off a text that begins with their introduction
// and returns what follows them.
func (c *cell) others(s string) string {
	m := intro.FindStringSubmatchIndex(s)
	kind := "aka"
	switch {
	case m[4] >= 0 && strings.EqualFold(s[m[4]:m[5]], "f"), m[8] >= 0:
		kind = "fka"
	case m[4] >= 0 && strings.EqualFold(s[m[4]:m[5]], "n"):
		kind = "nka"
	}
	body, rest := s[m[1]:], ""
	if m[2] >= 0 { // in brackets
		end := closing(body)
		if end < 0 {
			c.doubt = "a bracket around other names does not end"
			return s
		}
		body, rest = body[:end], body[end+1:]
		if body = strings.TrimSpace(body); strings.HasPrefix(body, "—") {
			body = item.ReplaceAllString(body, "; ")
		}
		c.add(kind, enumerated(strings.ReplaceAll(body, "\n", " "))...)
		return strings.TrimLeft(rest, " ,.;\n")
	}
	if at := nextList.FindStringIndex(body); at != nil {
		body, rest = body[:at[0]], body[at[0]:]
	}
	if starts := item.FindAllStringIndex(body, -1); len(starts) > 0 && strings.TrimSpace(body[:starts[0][0]]) == "" {
		return strings.TrimLeft(c.list(kind, body, starts)+rest, " ,;\n")
	}
	body += rest
	return c.inline(kind, body)
}

// list takes names after dashes. Each ends where the next begins; the last
// ends with its line or, where an address follows on it, before that.
func (c *cell) list(kind, body string, starts [][]int) string {
	for i, at := range starts[:len(starts)-1] {
		c.add(kind, body[at[1]:starts[i+1][0]])
	}
	last := body[starts[len(starts)-1][1]:]
	line, rest, _ := strings.Cut(last, "\n")
	if before, after, ok := beforeIntro(line); ok { // —Alias; f.k.a., Former Name
		c.add(kind, before)
		return after + "\n" + rest
	}
	if rest == "" {
		name, address, ok := cutName(line, true)
		if i := sentenceEnd(name); i >= 0 {
			name, ok = name[:i], false
		}
		if !ok {
			c.doubt = "the last of the other names and what follows it cannot be told apart"
			c.add(kind, name)
			return ""
		}
		line, rest = name, address
	}
	c.add(kind, line)
	return rest
}

// sentenceEnd is where a full stop ends a name and other words follow, or -1.
func sentenceEnd(name string) int {
	for i := range name {
		if strings.HasPrefix(name[i:], ". ") && !endings.MatchString(name[:i+1]) {
			return i
		}
	}
	return -1
}

// inline takes names between commas or semicolons, up to the address.
func (c *cell) inline(kind, body string) string {
	if before, after, ok := beforeIntro(body); ok {
		if name, address, parted := nameAndAddress(before); !parted || address == "" {
			c.add(kind, strings.Split(before, ";")...)
			return after
		} else if startsAddress(address) {
			c.doubt = "other names stand on both sides of an address"
			return name
		}
	}
	for {
		name, rest, more := strings.Cut(body, ";")
		if n, address, ok := nameAndAddress(name); !ok {
			c.doubt = "the other names and what follows them cannot be told apart"
			c.add(kind, n)
			return ""
		} else if address != "" {
			c.add(kind, n)
			if more {
				address += ";" + rest
			}
			return address
		}
		c.add(kind, name)
		if body = rest; !more {
			return ""
		}
	}
}

// beforeIntro cuts a text before the next introduction of other names.
func beforeIntro(s string) (before, after string, ok bool) {
	at := intro.FindStringIndex(s)
	if at == nil || at[0] == 0 {
		return s, "", false
	}
	return s[:at[0]], s[at[0]:], true
}

// closing is where the bracket ends that was opened before s, or -1.
func closing(s string) int {
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// enumerated takes "A; B; and C" and "A, B and C" apart. A comma before a
// legal form is the name's own, and so is an "and" without a comma.
func enumerated(s string) []string {
	if strings.Contains(s, ";") {
		return strings.Split(s, ";")
	}
	head, last, ok := strings.Cut(s, " and ")
	pieces := strings.Split(head, ",")
	if !ok || len(pieces) < 2 || strings.Contains(last, ",") || strings.Contains(last, " and ") {
		return []string{s}
	}
	for _, piece := range pieces[1:] {
		if isForm(piece) {
			return []string{s}
		}
	}
	return append(pieces, last)
}

var (
	leadingAnd  = regexp.MustCompile(`(?i)^(?:and|or)\s+`)
	trailingAnd = regexp.MustCompile(`(?i)[,;\s]+(?:and|or)[\s;,]*$`)
)

// add files other names.
func (c *cell) add(kind string, names ...string) {
	for _, s := range names {
		if before, after, ok := beforeIntro(s); ok { // one of them is itself also known as another
			c.add(kind, before)
			s = intro.ReplaceAllString(after, "")
		}
		s = leadingAnd.ReplaceAllString(strings.Trim(oneLine(s), " ,;—–"), "")
		if s = endOfName(trailingAnd.ReplaceAllString(s, "")); s != "" {
			c.aliases = append(c.aliases, record.Alias{Name: s, Kind: kind})
		}
	}
}
