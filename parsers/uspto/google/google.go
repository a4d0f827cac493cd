// Package google reads the document pages of Google Patents, of any office.
//
// What the page says of itself to be an assumption of Google's is not taken
// over: the legal status, the priority date and the current assignee. The
// assignees are the original ones; pages name no places, so none of the
// persons has a country. Recorded assignments are read from the legal events
// that the office reported (code AS).
//
// Start with New.
package google

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	data, err := uspto.Page(name, "page of Google Patents", r)
	if err != nil {
		return err
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(data))
	if err != nil {
		return emit("", nil, fmt.Errorf("the page cannot be read as HTML: %w", err))
	}
	article := doc.Find("article.result").First()
	switch {
	case article.Length() == 0:
		return emit("", nil, errors.New("no document page: it has no article; Google answers so where it was asked too often"))
	case !bytes.Contains(data, []byte("</article")):
		return emit("", nil, errors.New("the page breaks off: fetch it again"))
	}
	p, err := patent(article)
	return emit("", p, err)
}

// prop is the microdata's selector of a property.
func prop(name string) string { return `[itemprop="` + name + `"]` }

// own finds the properties of the document itself: those of its events,
// citations and family stand in items of their own.
func own(article *goquery.Selection, name string) *goquery.Selection {
	return article.Find(prop(name)).FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.ParentsUntilSelection(article).Filter("[itemscope]").Length() == 0
	})
}

// text is an element's text. On translated pages the original stands beside
// the translation and is left out.
func text(s *goquery.Selection) string {
	if s.Find(".google-src-text").Length() > 0 {
		s = s.Clone()
		s.Find(".google-src-text").Remove()
	}
	return uspto.Clean(s.Text())
}

func one(article *goquery.Selection, name string) string { return text(own(article, name).First()) }

func patent(article *goquery.Selection) (*record.Patent, error) {
	p := &record.Patent{}
	if err := identify(p, article); err != nil {
		return nil, err
	}
	var err error
	day := func(name string) record.Date {
		d, e := uspto.Date(own(article, name).First().AttrOr("datetime", ""))
		if e != nil && err == nil {
			err = fmt.Errorf("%s: %s: %w", p.ID, name, e)
		}
		return d
	}
	p.Filed = day("filingDate")
	uspto.Issue(p, day("publicationDate"))
	if err != nil {
		return nil, err
	}
	if p.Country == "US" {
		p.ApplicationNumber = uspto.ApplicationNumber(one(article, "applicationNumber"))
	}
	p.Title = uspto.Text(one(article, "title"))
	p.Abstract = uspto.Text(text(article.Find("section" + prop("abstract") + " " + prop("content")).First()))
	p.FirstClaim = firstClaim(article)
	p.Assignees = persons(own(article, "assigneeOriginal"))
	p.Inventors = persons(own(article, "inventor"))
	if _, family, ok := strings.Cut(article.Find("section"+prop("family")+" > h2").First().Text(), "ID="); ok {
		p.FamilyID = uspto.FamilyID(family)
	}
	classify(p, article)
	if p.Assignments, err = assignments(article); err != nil {
		return nil, fmt.Errorf("%s: %w", p.ID, err)
	}
	return p, nil
}

var isNumber = regexp.MustCompile(`^[A-Z]{2}[A-Z]{0,3}[0-9][0-9A-Z]{0,20}$`)

// identify sets what the number says. Other offices than that of the United
// States tell an application from a grant by the letter of the kind, A or B
// and C; of the rest (utility models) it is left open.
func identify(p *record.Patent, article *goquery.Selection) error {
	id := record.CanonicalPatentID(one(article, "publicationNumber"))
	kind := own(article, "kindCode").First().AttrOr("content", "")
	number, ok := strings.CutSuffix(id, strings.ToUpper(kind))
	if !isNumber.MatchString(id) {
		return fmt.Errorf("%.40q is no publication number", id)
	}
	if id[:2] == "US" {
		return uspto.Identify(p, strings.TrimSuffix(number[2:], kind), kind)
	}
	if !ok || kind == "" {
		return fmt.Errorf("%s: the page's kind code %.10q does not end its number", id, kind)
	}
	p.ID, p.PublicationNumber, p.KindCode, p.Country = id, number[2:], strings.ToUpper(kind), id[:2]
	switch p.KindCode[0] {
	case 'A':
		p.Document = record.Application
	case 'B', 'C':
		p.Document = record.Grant
	}
	return nil
}

// firstClaim is the first claim that stands: each has an element with its
// number, which the text repeats.
func firstClaim(article *goquery.Selection) string {
	found := ""
	article.Find("section" + prop("claims") + " .claim[num]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		found = uspto.FirstClaim(text(s))
		return found == ""
	})
	return found
}

func persons(all *goquery.Selection) []record.Person {
	var out []record.Person
	all.Each(func(_ int, s *goquery.Selection) {
		if p, ok := uspto.Person(text(s), "", "", ""); ok {
			out = append(out, p)
		}
	})
	return out
}

// classify takes the deepest of each branch of classes.
func classify(p *record.Patent, article *goquery.Selection) {
	article.Find("ul" + prop("classifications")).Each(func(_ int, branch *goquery.Selection) {
		leaf := branch.Find("li" + prop("classifications")).Last()
		says := func(name string) bool { return leaf.Find("meta"+prop(name)).AttrOr("content", "") == "true" }
		code := text(leaf.Find(prop("Code")).First())
		switch {
		case !says("IsCPC"):
			p.IPC = append(p.IPC, code)
		case says("Additional"):
			p.CPCAdditional = append(p.CPCAdditional, code)
		default:
			p.CPC = append(p.CPC, code)
		}
	})
	p.CPC, p.CPCAdditional, p.IPC = uspto.Symbols(p.CPC...), uspto.Symbols(p.CPCAdditional...), uspto.Symbols(p.IPC...)
}

// assignments reads the papers that the US office recorded:
//
//	AS | Assignment | Owner name: EXAMPLE, INC. | Free format text: ASSIGNMENT …;ASSIGNORS:ROE, R.;DOE, J.;REEL/FRAME:012345/0678 | Effective date: 20200617
func assignments(article *goquery.Selection) ([]record.Assignment, error) {
	var out []record.Assignment
	var failed error
	article.Find("tr" + prop("legalEvents")).EachWithBreak(func(_ int, row *goquery.Selection) bool {
		if text(row.Find(prop("code")).First()) != "AS" {
			return true
		}
		c := uspto.Conveyance{Recorded: row.Find("time"+prop("date")).AttrOr("datetime", "")}
		var signed string
		row.Find(prop("attributes")).Each(func(_ int, a *goquery.Selection) {
			value := text(a.Find(prop("value")).First())
			switch strings.TrimRight(text(a.Find(prop("label")).First()), ": ") {
			case "Owner name":
				c.Assignees = append(c.Assignees, value)
			case "Effective date":
				signed = value
			case "Free format text":
				value, place, _ := strings.Cut(value, ";REEL/FRAME:")
				c.Reel, c.Frame, _ = strings.Cut(place, "/")
				var names string
				c.Text, names, _ = strings.Cut(value, ";ASSIGNOR") // or ASSIGNORS
				_, names, _ = strings.Cut(names, ":")
				for name := range strings.SplitSeq(names, ";") {
					c.Assignors = append(c.Assignors, uspto.Assignor{Name: name})
				}
			}
		})
		for i := range c.Assignors {
			c.Assignors[i].Executed = signed
		}
		var read []record.Assignment
		if read, failed = c.Assignments(); failed == nil {
			out = append(out, read...)
		}
		return failed == nil
	})
	return out, failed
}
