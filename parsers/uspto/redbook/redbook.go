// Package redbook reads the office's full-text XML, one document or a week of
// them in a file, of three ages: schema 4 (grants v4.0 to v4.7, application
// publications v4.0 to v4.6, since 2005) and before it ST.32 grants and PAP
// applications. Another schema is refused by name, so that a change is seen
// and does not pass as empty fields. An answer of the Open Data Portal that
// led to single documents is kept beside them and gives no record.
//
// Start with New.
package redbook

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

const supported = "supported are us-patent-grant v4.0 to v4.7, us-patent-application v4.0 to v4.6, " +
	"PATDOC (ST.32) and patent-application-publication (PAP)"

// schemas are the supported ones by root element.
var schemas = map[string]struct {
	newest byte // last minor version of schema 4; 0 for the ages before, which are closed
	make   func() patenter
}{
	"us-patent-grant":                {'7', func() patenter { return new(document) }},
	"us-patent-application":          {'6', func() patenter { return new(document) }},
	"PATDOC":                         {0, func() patenter { return new(st32) }},
	"patent-application-publication": {0, func() patenter { return new(pap) }},
}

// patenter is a decoded document.
type patenter interface {
	patent() (*record.Patent, error)
}

// read parses the documents of one part. What the first one is decides
// whether the part has the format at all; a later one spoils only itself.
func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	head, err := r.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	head = bytes.TrimSpace(head)
	switch {
	case bytes.HasPrefix(head, []byte("PATN")), bytes.HasPrefix(head, []byte("HHHHH")):
		return fmt.Errorf("%s is no red-book XML: it is green-book text of 1976 to 2001, which greenbook-txt reads", name)
	case bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"patentFileWrapperDataBag"`)):
		return nil
	case len(head) > 0 && head[0] != '<':
		return fmt.Errorf("%s is no red-book XML: it does not begin with a tag", name)
	}
	s := &splitter{r: r}
	n := 0
	for {
		doc, err := s.next()
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return fmt.Errorf("%s is empty", name)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, uspto.ErrTooLarge):
			return fmt.Errorf("%s cannot be read: %w", name, err)
		}
		n++
		var p *record.Patent
		if err == nil {
			p, err = parse(doc)
		}
		if err == nil && p == nil { // a document that holds no patent of its own
			continue
		}
		var foreign *formatError
		if errors.As(err, &foreign) && n == 1 {
			return fmt.Errorf("%s is no red-book XML: %w", name, foreign)
		}
		if err := emit(fmt.Sprintf("#%d", n), p, err); err != nil {
			return err
		}
	}
}

// formatError says that a document is of another format.
type formatError struct{ what string }

func (e *formatError) Error() string { return e.what }

// parse reads one document. A sequence listing, which stands in the weekly
// files behind the grant that it belongs to, gives no record and no error.
func parse(doc []byte) (*record.Patent, error) {
	root, doctype, err := rootOf(doc)
	if err != nil {
		return nil, &formatError{"no root element: " + err.Error()}
	}
	if root.Name.Local == "sequence-cwu" {
		return nil, nil
	}
	schema, ok := schemas[root.Name.Local]
	if !ok {
		return nil, &formatError{fmt.Sprintf("its root element is %.100s; %s", root.Name.Local, supported)}
	}
	if version := version(root, doctype); schema.newest > 0 {
		if m := schema4.FindStringSubmatch(version); m == nil || m[1][0] > schema.newest {
			return nil, &formatError{fmt.Sprintf("it is %s of %q; %s", root.Name.Local, version, supported)}
		}
	}
	d := schema.make()
	dec := uspto.DecodeXML(bytes.NewReader(doc))
	if err := dec.Decode(d); err != nil {
		return nil, uspto.BrokenXML(err)
	}
	if err := alone(dec); err != nil {
		return nil, err
	}
	return d.patent()
}

// alone refuses anything behind the root element: another document there has
// no declaration of its own and would be lost.
func alone(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		switch t := t.(type) {
		case xml.StartElement:
			return fmt.Errorf("a second root element %.100s stands behind the first without an XML declaration", t.Name.Local)
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return uspto.BrokenXML(err)
		}
	}
}

// schema4 matches "v4.2 2006-08-23", "v40 2004-12-02" and the names of files.
var schema4 = regexp.MustCompile(`\bv4\.?([0-9])\b`)

// version is what a document claims to be: in its root element, else in its
// document type.
func version(root xml.StartElement, doctype string) string {
	for _, a := range root.Attr {
		if a.Name.Local == "dtd-version" {
			return a.Value
		}
	}
	if m := quoted.FindAllStringSubmatch(doctype, -1); len(m) > 0 {
		return m[len(m)-1][1]
	}
	return "no named schema"
}

var quoted = regexp.MustCompile(`"([^"]{1,100})"`)

// rootOf reads up to the root element and returns the document type, without
// its internal subset, that stood before it.
func rootOf(doc []byte) (root xml.StartElement, doctype string, err error) {
	d := uspto.DecodeXML(bytes.NewReader(doc))
	for {
		t, err := d.Token()
		if err != nil {
			return root, doctype, uspto.BrokenXML(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			doctype, _, _ = strings.Cut(string(t), "[")
		case xml.StartElement:
			return t, doctype, nil
		}
	}
}
