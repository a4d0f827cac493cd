// Package redbook reads the office's full-text XML, one document or a week of
// them in a file: grants of the schema ages v4.0 to v4.7 and application
// publications of v4.0 to v4.6. Other ages are refused by name, so that a
// change of schema is seen and does not pass as empty fields.
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
	"path"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	parse := uspto.Documents(read)
	return func(ctx context.Context, unit record.Unit) iter.Seq2[record.Record, error] {
		all := unit.Parts
		unit.Parts = nil
		for _, p := range all {
			if !beside(p.Name) {
				unit.Parts = append(unit.Parts, p)
			}
		}
		if len(unit.Parts) == 0 && len(all) > 0 {
			return func(yield func(record.Record, error) bool) {
				yield(nil, fmt.Errorf("%s is no red-book XML, and no other member is", all[0].Name))
			}
		}
		return parse(ctx, unit)
	}, nil
}

// beside says whether a part is what lies in a weekly ZIP beside its XML: a
// list, a report, drawings.
func beside(name string) bool {
	_, member, zipped := strings.Cut(name, "!")
	return zipped && !strings.EqualFold(path.Ext(member), ".xml")
}

const supported = "supported are us-patent-grant v4.0 to v4.7 and us-patent-application v4.0 to v4.6"

// newest is the last supported minor version of schema 4 by root element.
var newest = map[string]byte{"us-patent-grant": '7', "us-patent-application": '6'}

// older names the roots of the ages before schema 4.
var older = map[string]string{
	"PATDOC":                         "an ST.32 grant of 2001 to 2004",
	"patent-application-publication": "a PAP application of 2001 to 2004",
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
		return fmt.Errorf("%s is no red-book XML: it is greenbook text of 1976 to 2001; %s", name, supported)
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
	last, ok := newest[root.Name.Local]
	switch {
	case root.Name.Local == "sequence-cwu":
		return nil, nil
	case older[root.Name.Local] != "":
		return nil, &formatError{fmt.Sprintf("it is %s (%s); %s", older[root.Name.Local], systemID(root, doctype), supported)}
	case !ok:
		return nil, &formatError{fmt.Sprintf("its root element is %.100s; %s", root.Name.Local, supported)}
	}
	version := systemID(root, doctype)
	if m := schema4.FindStringSubmatch(version); m == nil || m[1][0] > last {
		return nil, &formatError{fmt.Sprintf("it is %s of %q; %s", root.Name.Local, version, supported)}
	}
	var d document
	if err := decoder(doc).Decode(&d); err != nil {
		return nil, broken(err)
	}
	return d.patent()
}

// schema4 matches "v4.2 2006-08-23", "v40 2004-12-02" and the names of files.
var schema4 = regexp.MustCompile(`\bv4\.?([0-9])\b`)

// systemID is the version that a document claims: of its root element, else
// of its document type.
func systemID(root xml.StartElement, doctype string) string {
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
	d := decoder(doc)
	for {
		t, err := d.Token()
		if err != nil {
			return root, doctype, broken(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			doctype, _, _ = strings.Cut(string(t), "[")
		case xml.StartElement:
			return t, doctype, nil
		}
	}
}

// decoder is a strict one that knows the entities of HTML, which older files
// use without declaring them. It loads no DTD and expands no declared entity:
// any other is a fault.
func decoder(doc []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "us-ascii", "ascii":
			return r, nil
		case "iso-8859-1", "windows-1252":
			return charmap.Windows1252.NewDecoder().Reader(r), nil
		}
		return nil, fmt.Errorf("the encoding %.40q is not known", label)
	}
	return d
}

// broken words an error of the decoder.
func broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("broken XML near line %d of the document: %s", syntax.Line, syntax.Msg)
	case errors.Is(err, io.EOF):
		return errors.New("broken XML: it ends too early")
	}
	return fmt.Errorf("broken XML: %w", err)
}
