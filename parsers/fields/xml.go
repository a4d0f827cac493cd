package fields

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// maxDepth bounds how deep elements of a row may lie in each other.
const maxDepth = 64

// readXML reads the elements that input.elements names, one at a time, of one
// document or of several that follow each other. Rules
// see an element as JSON would have it: children by their names, attributes as
// @name, its own name as #name and text beside children as #text.
func (s *session) readXML(in *bufio.Reader, row rowFunc) error {
	o := s.mapping.options.Input
	s.limit = &rowLimit{r: in}
	dec := xml.NewDecoder(s.limit)
	dec.Entity = xml.HTMLEntity // many use them without declaring them; what a file declares itself is never expanded
	decoded := o.Encoding.Encoding != nil
	dec.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		if decoded { // as the mapping says, or by the declaration of an earlier document
			return r, nil
		}
		decoded = true
		enc, err := htmlindex.Get(charset)
		if err != nil {
			return nil, fmt.Errorf("encoding %q is unknown", charset)
		}
		return transform.NewReader(r, enc.NewDecoder()), nil
	}
	n := 0
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return xmlFault(err, n, dec.InputOffset())
		}
		s.limit.n = 0
		start, ok := tok.(xml.StartElement)
		if !ok || !slices.Contains(o.Elements, start.Name.Local) {
			continue
		}
		value, err := element(dec, start, 0)
		if err != nil {
			return xmlFault(err, n, dec.InputOffset())
		}
		m, ok := value.(map[string]any)
		if !ok {
			m = map[string]any{"#text": value}
		}
		s.note(m)
		m["#name"] = start.Name.Local
		n++
		if err := row("#"+strconv.Itoa(n), jsonRow{value: m}, nil); err != nil {
			return err
		}
	}
	if n == 0 {
		return fmt.Errorf("there is no element %s: it is another file, or input.elements is wrong", strings.Join(o.Elements, " or "))
	}
	return nil
}

// element reads an element to its end: a text where it holds nothing else.
func element(dec *xml.Decoder, start xml.StartElement, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("elements lie more than %d deep", maxDepth)
	}
	m := map[string]any{}
	for _, a := range start.Attr {
		if a.Value != "" && a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			m["@"+a.Name.Local] = a.Value
		}
	}
	var text strings.Builder
	for {
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			child, err := element(dec, t, depth+1)
			if err != nil {
				return nil, err
			}
			switch have := m[t.Name.Local].(type) {
			case nil:
				m[t.Name.Local] = child
			case []any:
				m[t.Name.Local] = append(have, child)
			default:
				m[t.Name.Local] = []any{have, child}
			}
		case xml.EndElement:
			s := strings.Join(strings.Fields(text.String()), " ")
			if len(m) == 0 {
				return s, nil
			}
			if s != "" {
				m["#text"] = s
			}
			return m, nil
		}
	}
}

func xmlFault(err error, n int, at int64) error {
	var syntax *xml.SyntaxError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		return fmt.Errorf("the XML breaks off after %d rows, at byte %d: the download was cut short, fetch it again", n, at)
	}
	if syntax != nil && strings.HasPrefix(syntax.Msg, "invalid character entity &") {
		return fmt.Errorf("after %d rows, line %d: %s is known to neither XML nor HTML, and what a file declares itself is not expanded", n, syntax.Line, strings.TrimPrefix(syntax.Msg, "invalid character "))
	}
	if syntax != nil {
		return fmt.Errorf("after %d rows, line %d: not XML: %s", n, syntax.Line, syntax.Msg)
	}
	return err
}
