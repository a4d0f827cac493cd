// Package assignments reads the office's records of patent assignments: the
// files of a day or of many years (ad20260807.xml), one paper after another,
// each with the properties that it conveys.
//
// A property is an application with the documents that are known of it. Each
// of these gives a record that holds what the paper tells: number, dates,
// title and the assignment; an application without documents gives one under
// its own number (see uspto.Filing). The store unites such a record with the
// document itself, in which what is filled beats what is absent. Give the
// sources of the documents the precedence: titles are in capitals here. A
// paper that the office has purged is passed over.
//
// Start with New.
package assignments

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

// maxPaper bounds one paper: a security interest may list ten thousand
// properties of half a kilobyte.
const maxPaper = 16 << 20

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	limited := uspto.NewAllowance(r)
	dec := uspto.DecodeXML(limited)
	fault := func(err error) error {
		if errors.Is(err, uspto.ErrTooLarge) {
			return fmt.Errorf("%s: a paper is larger than %d MiB", name, maxPaper>>20)
		}
		return fmt.Errorf("%s: %w", name, uspto.BrokenXML(err))
	}
	rooted := false
	for n := 0; ; {
		limited.Allow(maxPaper)
		t, err := dec.Token()
		if errors.Is(err, io.EOF) && rooted {
			return nil
		}
		start, ok := t.(xml.StartElement)
		switch {
		case err != nil && !rooted && !errors.Is(err, uspto.ErrTooLarge):
			return fmt.Errorf("%s is no assignment XML: no root element: %w", name, uspto.BrokenXML(err))
		case err != nil:
			return fault(err)
		case !ok:
			continue
		case !rooted && start.Name.Local != "us-patent-assignments" && start.Name.Local != "patent-assignments":
			return fmt.Errorf("%s is no assignment XML: its root element is %.100s, want us-patent-assignments", name, start.Name.Local)
		case start.Name.Local != "patent-assignment":
			rooted = true
			continue
		}
		n++
		var p paper
		if err := dec.DecodeElement(&p, &start); err != nil {
			return fault(err)
		}
		if err := p.emit(fmt.Sprintf("#%d", n), emit); err != nil {
			return err
		}
	}
}

// paper is one recorded paper.
type paper struct {
	Reel      string `xml:"assignment-record>reel-no"`
	Frame     string `xml:"assignment-record>frame-no"`
	Recorded  string `xml:"assignment-record>recorded-date>date"`
	Purged    string `xml:"assignment-record>purge-indicator"`
	Text      string `xml:"assignment-record>conveyance-text"`
	Assignors []struct {
		Name     string `xml:"name"`
		Executed string `xml:"execution-date>date"`
	} `xml:"patent-assignors>patent-assignor"`
	Assignees []struct {
		Name string `xml:"name"`
	} `xml:"patent-assignees>patent-assignee"`
	Properties []property `xml:"patent-properties>patent-property"`
}

type property struct {
	Documents []documentID `xml:"document-id"`
	Title     string       `xml:"invention-title"`
}

type documentID struct {
	Country string `xml:"country"`
	Number  string `xml:"doc-number"`
	Kind    string `xml:"kind"`
	Date    string `xml:"date"`
}

// emit gives a record for each document of each property, or one problem
// where the paper itself cannot be read.
func (p *paper) emit(locator string, emit uspto.Emit) error {
	if uspto.Clean(p.Purged) == "Y" {
		return nil
	}
	c := uspto.Conveyance{Reel: p.Reel, Frame: p.Frame, Text: p.Text, Recorded: p.Recorded}
	for _, a := range p.Assignors {
		c.Assignors = append(c.Assignors, uspto.Assignor{Name: a.Name, Executed: a.Executed})
	}
	for _, a := range p.Assignees {
		c.Assignees = append(c.Assignees, a.Name)
	}
	all, err := c.Assignments()
	if err == nil && len(all) == 0 {
		err = errors.New("the paper names no assignee")
	}
	if err != nil {
		return emit(locator, nil, err)
	}
	for i, property := range p.Properties {
		at := fmt.Sprintf("%s.%d", locator, i+1)
		patents, err := property.patents()
		if err != nil {
			if err := emit(at, nil, err); err != nil {
				return err
			}
			continue
		}
		for _, q := range patents {
			q.Assignments = all[:len(all):len(all)]
			if err := emit(at, q, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// patents are the documents of a property, or its application where there are
// none. Documents of other offices are left out.
func (p property) patents() ([]*record.Patent, error) {
	base := record.Patent{Title: uspto.Text(p.Title)}
	filing := ""
	for _, d := range p.Documents {
		if kind(d) != "X0" || !domestic(d) {
			continue
		}
		filing = uspto.Clean(d.Number)
		base.ApplicationNumber = uspto.ApplicationNumber(filing)
		var err error
		if base.Filed, err = day(d); err != nil {
			return nil, err
		}
	}
	var out []*record.Patent
	for _, d := range p.Documents {
		if kind(d) == "X0" || !domestic(d) {
			continue
		}
		q := base
		code := kind(d)
		if !strings.HasPrefix(code, "A") { // of grants the records say B1 also where there was no such code yet
			code = ""
		}
		if err := uspto.Identify(&q, d.Number, code); err != nil {
			return nil, err
		}
		if q.Document == record.Grant {
			q.KindCode = ""
		}
		issued, err := day(d)
		if err != nil {
			return nil, err
		}
		uspto.Issue(&q, issued)
		out = append(out, &q)
	}
	if len(out) > 0 || filing == "" && len(p.Documents) > 0 {
		return out, nil
	}
	return []*record.Patent{&base}, uspto.Filing(&base, filing)
}

func kind(d documentID) string { return strings.ToUpper(uspto.Clean(d.Kind)) }

func domestic(d documentID) bool {
	country := uspto.Clean(d.Country)
	return country == "US" || country == ""
}

// day is a document's date; noughts stand for none.
func day(d documentID) (record.Date, error) {
	if strings.Trim(d.Date, "0 \t\r\n") == "" {
		return "", nil
	}
	date, err := uspto.Date(d.Date)
	if err != nil {
		return "", fmt.Errorf("%s: %w", uspto.Clean(d.Number), err)
	}
	return date, nil
}
