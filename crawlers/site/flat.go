package site

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// byItself matches selectors that look at nothing but a link's own name and
// attributes: a, a.next, a[href^="/d/"], area[href].
var byItself = regexp.MustCompile(`^` + simpleLink + `(?:\s*,\s*` + simpleLink + `)*$`)

const simpleLink = `(?:a|area|link)(?:[.#][\w-]+|\[[\w-]+(?:[~|^$*]?=(?:"[^"\\]*"|'[^'\\]*'|[\w-]+))?\])*`

// flat says whether the links of a page of a role can be told by their tags
// alone. Building a page's tree costs many times what fetching it does.
func (o Options) flat(role string) bool {
	if next := o.Paginate; next != nil && looksAt(next.On, role) && !next.Select.byItself {
		return false
	}
	return o.Login == nil && !slices.ContainsFunc(o.Follow, func(f Follow) bool {
		return looksAt(f.On, role) && (!f.Select.byItself || len(f.Carry) > 0)
	})
}

// flatten returns the links of a page in UTF-8 without the tree that they hang
// in. It returns nil where the tree may hold other links than the tags say, or
// where it says what they lead to.
func flatten(page []byte) *goquery.Selection {
	tags, ok := linkTags(page)
	if !ok {
		return nil
	}
	root := &html.Node{Type: html.ElementNode, DataAtom: atom.Html, Data: "html"}
	for z := html.NewTokenizer(bytes.NewReader(tags)); z.Next() != html.ErrorToken; {
		t := z.Token()
		if t.DataAtom == atom.Meta {
			if slices.ContainsFunc(t.Attr, refreshes) {
				return nil
			}
			continue
		}
		root.AppendChild(&html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr})
	}
	return goquery.NewDocumentFromNode(root).Selection
}

func refreshes(a html.Attribute) bool {
	return a.Key == "http-equiv" && strings.EqualFold(strings.TrimSpace(a.Val), "refresh")
}

// linkTags returns the tags of a page that may be links or send its reader on.
// It is false for a page that its tags do not tell enough of.
func linkTags(page []byte) (tags []byte, ok bool) {
	if !utf8.Valid(page) {
		return nil, false
	}
	for {
		at := bytes.IndexByte(page, '<')
		if at < 0 || at+1 == len(page) {
			return tags, true
		}
		page = page[at:]
		switch c := page[1]; {
		case letter(c):
		case c == '/' && len(page) > 2 && letter(page[2]):
			page = page[tagLength(page):]
			continue
		case c == '/' || c == '!' || c == '?': // a comment, or what counts as one
			page = page[tokenLength(page, 1):]
			continue
		default: // of the text
			page = page[1:]
			continue
		}
		n := tagLength(page)
		switch tagAtom(page) {
		case atom.Base, atom.Select, atom.Svg, atom.Math, atom.Template, atom.Noscript, atom.Frameset, atom.Plaintext:
			return nil, false
		case atom.A, atom.Area, atom.Link, atom.Meta:
			tags = append(tags, page[:n]...)
		case atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes, atom.Xmp:
			n = tokenLength(page, 2) // with its text, in which nothing is a tag
		}
		page = page[n:]
	}
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func blank(c byte) bool  { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

// tagAtom is the name of the tag that b begins with; 0 for one that is no
// name of HTML.
func tagAtom(b []byte) atom.Atom {
	var name [16]byte
	n := 0
	for _, c := range b[1:] {
		if blank(c) || c == '/' || c == '>' {
			return atom.Lookup(name[:n])
		}
		if n == len(name) {
			break
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		name[n] = c
		n++
	}
	return 0
}

// tagLength is the length of the tag that b begins with: up to the > that is
// part of no attribute's quoted value.
func tagLength(b []byte) int {
	blanks := func(i int) int {
		for i < len(b) && blank(b[i]) {
			i++
		}
		return i
	}
	i := 1
	for i < len(b) && !blank(b[i]) && b[i] != '/' && b[i] != '>' || i == 1 && b[i] == '/' {
		i++
	}
	for {
		if i = blanks(i); i >= len(b) {
			return len(b)
		}
		if b[i] == '>' {
			return i + 1
		}
		for key := i; i < len(b) && !blank(b[i]) && b[i] != '/' && b[i] != '>' && (b[i] != '=' || i == key); {
			i++
		}
		if i = blanks(i); i >= len(b) {
			return len(b)
		}
		switch b[i] {
		case '/':
			i++
			continue
		case '=':
		default:
			continue
		}
		if i = blanks(i + 1); i >= len(b) {
			return len(b)
		}
		switch q := b[i]; q {
		case '>':
		case '"', '\'':
			end := bytes.IndexByte(b[i+1:], q)
			if end < 0 {
				return len(b)
			}
			i += end + 2
		default:
			for i < len(b) && !blank(b[i]) && b[i] != '>' {
				i++
			}
		}
	}
}

// tokenLength is the length of the first tokens of b; of the second only where
// it is text.
func tokenLength(b []byte, tokens int) (n int) {
	z := html.NewTokenizer(bytes.NewReader(b))
	for i := range tokens {
		t := z.Next()
		if t == html.ErrorToken {
			return len(b)
		}
		if i > 0 && t != html.TextToken {
			break
		}
		n += len(z.Raw())
	}
	return n
}
