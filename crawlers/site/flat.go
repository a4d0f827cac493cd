package site

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// byItself matches selectors that look at nothing but a link's own name and
// attributes: a, a.next, a[href^="/d/"], area[href].
var byItself = regexp.MustCompile(`^` + simpleLink + `(?:\s*,\s*` + simpleLink + `)*$`)

const simpleLink = `(?:a|area|link)(?:[.#][\w-]+|\[[\w-]+(?:[~|^$*]?=(?:"[^"\\]*"|'[^'\\]*'|[\w-]+))?\])*`

// flat says whether the links of a page of a role can be told by their tags
// alone. Building a page's tree costs several times as much as fetching it.
func (o Options) flat(role string) bool {
	if next := o.Paginate; next != nil && looksAt(next.On, role) && !next.Select.byItself {
		return false
	}
	return !slices.ContainsFunc(o.Follow, func(f Follow) bool {
		return looksAt(f.On, role) && (!f.Select.byItself || len(f.Carry) > 0)
	})
}

// flatten returns the links of a page without the tree that they hang in. It
// returns nil where the tree may hold other links than the tags say, or where
// it says what they lead to.
func flatten(page io.Reader) (*goquery.Selection, error) {
	root := &html.Node{Type: html.ElementNode, DataAtom: atom.Html, Data: "html"}
	for z := html.NewTokenizer(page); ; {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return nil, err
			}
			return goquery.NewDocumentFromNode(root).Selection, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.A, atom.Area, atom.Link:
				link := &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
				for more {
					var key, value []byte
					key, value, more = z.TagAttr()
					link.Attr = append(link.Attr, html.Attribute{Key: atom.String(key), Val: string(value)})
				}
				root.AppendChild(link)
			case atom.Base, atom.Select, atom.Svg, atom.Math, atom.Template, atom.Noscript, atom.Frameset, atom.Plaintext:
				return nil, nil
			case atom.Meta:
				for more {
					var key, value []byte
					key, value, more = z.TagAttr()
					if string(key) == "http-equiv" && bytes.EqualFold(bytes.TrimSpace(value), []byte("refresh")) {
						return nil, nil
					}
				}
			}
		}
	}
}
