package api

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the crawl block of a source of kind api.
type Options struct {
	fetch.Options `yaml:",inline"`

	Start    []string  `yaml:"start"` // addresses with {variables}
	Role     string    `yaml:"role"`  // of what is started at; list where there is something to follow
	Session  *Session  `yaml:"session"`
	Request  Call      `yaml:"request"` // how the start addresses are asked
	Paginate *Paginate `yaml:"paginate"`
	Follow   []Follow  `yaml:"follow"`
	Empty    *Empty    `yaml:"empty"`
}

// Empty is how a publisher says that a search has no results, where it says so
// by a status. Nothing is kept of such an answer.
type Empty struct {
	Status int            `yaml:"status"` // 404
	Match  *regexp.Regexp `yaml:"match"`  // of what the answer begins with: without these words the status is an error as ever
}

// is says whether an answer is that a search has no results.
func (e *Empty) is(err error) bool {
	var status *fetch.StatusError
	return e != nil && errors.As(err, &status) && status.Status == e.Status && e.Match.MatchString(status.Text)
}

// Call is a request in the making. Of Body and JSON at most one is set.
type Call struct {
	Method string            `yaml:"method"` // GET, or POST where there is a body
	URL    string            `yaml:"url"`    // of a session only
	Header map[string]string `yaml:"header"` // values with {variables}
	Body   string            `yaml:"body"`   // as it stands, with {variables}
	JSON   any               `yaml:"json"`   // a text that is one {variable} takes on the variable's type
}

// Session is what must be asked for before anything else is answered. It is
// opened when first needed, and again once when an answer is 401 or 403.
type Session struct {
	Before  []string        `yaml:"before"` // addresses to visit first, for their cookies
	Request Call            `yaml:"request"`
	Take    map[string]Take `yaml:"take"` // variables from the answer
	Send    Send            `yaml:"send"`
}

// Take names where in a session's answer a variable stands.
type Take struct {
	Header string `yaml:"header"`
	JSON   Path   `yaml:"json"`
}

// Send is what goes with every request of an open session.
type Send struct {
	Header map[string]string `yaml:"header"`
}

// Follow leads from the items of an answer to further addresses.
type Follow struct {
	Of    string          `yaml:"of"`    // role of the answers it looks at; that of the start
	JSON  Path            `yaml:"json"`  // the items: patents[*]
	URL   string          `yaml:"url"`   // with {keys of the item} and {variables}; the item itself where it is an address
	Role  string          `yaml:"role"`  // of what it leads to; detail
	Match *regexp.Regexp  `yaml:"match"` // of the whole address: what it does not match is left alone
	Carry map[string]Path `yaml:"carry"` // variables from the item for what it leads to
}

// Paginate leads from a page to the next.
type Paginate struct {
	Kind  Kind   `yaml:"kind"`
	Param string `yaml:"param"` // {param} in the address or body, else a query parameter
	Step  int    `yaml:"step"`  // results a page
	First string `yaml:"first"` // of the parameter: 0 for offset, 1 for page
	Total Path   `yaml:"total"` // the number of results
	Items Path   `yaml:"items"` // the results; a page without any is the last
	Next  Path   `yaml:"next"`  // the next cursor or address; of next-link the Link header by default
	Max   int    `yaml:"max"`   // results that the publisher gives out at most; what lies beyond is reported. Pages, where there is no step
}

// Kind is a way of paging.
type Kind string

// The ways of paging.
const (
	Offset   Kind = "offset"
	Page     Kind = "page"
	Cursor   Kind = "cursor"
	NextLink Kind = "next-link"
)

// UnmarshalText reads a way of paging.
func (k *Kind) UnmarshalText(b []byte) error {
	all := []Kind{Offset, Page, Cursor, NextLink}
	if !slices.Contains(all, Kind(b)) {
		return fmt.Errorf("%q is none of %v", b, all)
	}
	*k = Kind(b)
	return nil
}

func (o *Options) fill() {
	if o.Role == "" && len(o.Follow) > 0 {
		o.Role = "list"
	}
	for i := range o.Follow {
		f := &o.Follow[i]
		if f.Of == "" {
			f.Of = o.Role
		}
		if f.Role == "" {
			f.Role = "detail"
		}
	}
	if p := o.Paginate; p != nil && p.First == "" {
		switch p.Kind {
		case Offset:
			p.First = "0"
		case Page:
			p.First = "1"
		}
	}
}

func (o *Options) check() error {
	faults := []error{fetch.CheckStart("start", o.Start), o.Check(), o.Request.check("request")}
	if o.Request.URL != "" {
		faults = append(faults, record.Faultf("request.url", "the address is one of start"))
	}
	if s := o.Session; s != nil {
		faults = append(faults, fetch.CheckStart("session.request.url", []string{s.Request.URL}), s.Request.check("session.request"))
		if len(s.Before) > 0 {
			faults = append(faults, fetch.CheckStart("session.before", s.Before))
		}
		for name, t := range s.Take {
			if (t.Header == "") == t.JSON.IsZero() {
				faults = append(faults, record.Faultf("session.take."+name, "name a header or a json path"))
			}
		}
	}
	for i, f := range o.Follow {
		if path := fmt.Sprintf("follow[%d]", i); f.JSON.IsZero() {
			faults = append(faults, record.Faultf(path+".json", "name the items to follow: results[*]"))
		} else if f.Role == f.Of {
			faults = append(faults, record.Faultf(path+".role", "%q would follow itself", f.Role))
		}
	}
	if o.Paginate != nil {
		faults = append(faults, o.Paginate.check())
	}
	if e := o.Empty; e != nil {
		if e.Status < 400 || e.Status > 499 {
			faults = append(faults, record.Faultf("empty.status", "%d is no status that refuses a request: 404", e.Status))
		}
		if e.Match == nil {
			faults = append(faults, record.Faultf("empty.match", "write the words by which the publisher says so: an address that moved has the same status"))
		}
	}
	return errors.Join(faults...)
}

func (c Call) check(path string) error {
	var faults []error
	if c.Body != "" && c.JSON != nil {
		faults = append(faults, record.Faultf(path+".json", "body is set already"))
	}
	if !slices.Contains([]string{"", "GET", "POST"}, c.Method) {
		faults = append(faults, record.Faultf(path+".method", "%q is neither GET nor POST: a crawl only reads", c.Method))
	}
	if err := plain(c.JSON); err != nil {
		faults = append(faults, &record.Fault{Path: path + ".json", Err: err})
	}
	return errors.Join(faults...)
}

func (p *Paginate) check() error {
	var faults []error
	fault := func(key, format string, args ...any) {
		faults = append(faults, record.Faultf("paginate."+key, format, args...))
	}
	if p.Kind == "" {
		fault("kind", "write offset, page, cursor or next-link")
	}
	if p.Param == "" && p.Kind != NextLink && p.Kind != "" {
		fault("param", "name the parameter that turns the page")
	}
	if p.Step < 0 || p.Step == 0 && (p.Kind == Offset || !p.Total.IsZero()) {
		fault("step", "say how many results a page holds")
	}
	if p.Max < 0 {
		fault("max", "%d is negative", p.Max)
	}
	switch p.Kind {
	case Offset, Page:
		if _, err := number(p.First); err != nil {
			fault("first", "%q is no number", p.First)
		}
		if p.Total.IsZero() && p.Items.IsZero() {
			fault("total", "name total or items, to know the last page by")
		}
	case Cursor:
		if p.Next.IsZero() {
			fault("next", "name where the next cursor stands")
		}
	}
	return errors.Join(faults...)
}
