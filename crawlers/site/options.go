package site

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the crawl block of a source of kind site.
type Options struct {
	fetch.Options `yaml:",inline"`

	Start []string `yaml:"start"` // with {variables}
	Role  string   `yaml:"role"`  // of the start pages; list
	// Login is a form that must be filled before any page is shown.
	Login *fetch.Login `yaml:"login"`
	// Follow are the links that are followed.
	Follow []Follow `yaml:"follow"`
	// Paginate leads from a page to the next one like it, up to one that repeats
	// the page before.
	Paginate *Paginate `yaml:"paginate"`
	// MetaRefresh follow goes where a page sends its reader at once, as lists
	// with a single hit do; ignore (default) does not.
	MetaRefresh Refresh `yaml:"meta_refresh"`
	// Hosts are the hosts that links may lead to besides those of Start;
	// .example.org also means every host under it.
	Hosts []string `yaml:"hosts"`
	// Depth is how many links a page may be away from the start; next pages
	// count none. It is told to what is parsed as the variable depth.
	Depth int `yaml:"depth"`
	// MaxPages is how many pages a crawl asks for; 10000. One that knows of more
	// says so at its end, as an error, and keeps what it has.
	MaxPages int `yaml:"max_pages"`
}

// Follow says which links are followed and what they lead to. A selected form,
// or a selected button of one, is submitted as a browser would.
type Follow struct {
	Select *Selector       `yaml:"select"` // CSS
	Attr   string          `yaml:"attr"`   // that holds the address; href
	Role   string          `yaml:"role"`   // of what is led to: detail
	On     []string        `yaml:"on"`     // roles of the pages that are looked at; all where empty
	Match  *regexp.Regexp  `yaml:"match"`  // of the whole address
	Carry  map[string]Pick `yaml:"carry"`  // texts beside the link that its page is told, by variable
}

// Paginate says how the next page is found.
type Paginate struct {
	Kind   string    `yaml:"kind"`   // next-link
	Select *Selector `yaml:"select"` // CSS; the first one selected counts
	Attr   string    `yaml:"attr"`   // href
	On     []string  `yaml:"on"`     // roles of the pages that have next pages; all where empty
}

// Refresh says what a page that sends its reader on leads to.
type Refresh string

// The values of Refresh.
const (
	RefreshFollow Refresh = "follow"
	RefreshIgnore Refresh = "ignore"
)

// UnmarshalText reads follow or ignore.
func (r *Refresh) UnmarshalText(b []byte) error {
	switch v := Refresh(b); v {
	case RefreshFollow, RefreshIgnore:
		*r = v
		return nil
	}
	return fmt.Errorf("%q is neither follow nor ignore", b)
}

func (o Options) check() error {
	faults := []error{fetch.CheckStart("start", o.Start), o.Options.Check()}
	fault := func(path, format string, args ...any) {
		faults = append(faults, record.Faultf(path, format, args...))
	}
	for i, s := range o.Start {
		if host, ok := hostOf(s); ok && strings.ContainsAny(host, "{}") {
			fault(fmt.Sprintf("start[%d]", i), "the host must be written out: it says where links may lead")
		}
	}
	for i, f := range o.Follow {
		at := fmt.Sprintf("follow[%d].", i)
		if f.Select == nil {
			fault(at+"select", "say by a CSS selector which links are followed")
		}
		if f.Role == "" {
			fault(at+"role", "say what the links lead to: detail, list …")
		}
	}
	if p := o.Paginate; p != nil {
		if p.Kind != "next-link" {
			fault("paginate.kind", "%q is not next-link, the only kind of a site", p.Kind)
		}
		if p.Select == nil {
			fault("paginate.select", "say by a CSS selector where the link to the next page is")
		}
	}
	for i, h := range o.Hosts {
		if h == "" || strings.ContainsAny(h, "/: {}") {
			fault(fmt.Sprintf("hosts[%d]", i), "%q is no host: write www.example.org, or .example.org for all under it", h)
		}
	}
	if o.Depth < 0 {
		fault("depth", "%d is negative", o.Depth)
	}
	if o.MaxPages < 0 {
		fault("max_pages", "%d is negative", o.MaxPages)
	}
	return errors.Join(faults...)
}

// looksAt says whether a rule that is limited to roles looks at a page.
func looksAt(on []string, role string) bool { return len(on) == 0 || slices.Contains(on, role) }

// leads says whether a page of a role may lead anywhere.
func (o Options) leads(role string) bool {
	return o.MetaRefresh == RefreshFollow ||
		o.Paginate != nil && looksAt(o.Paginate.On, role) ||
		slices.ContainsFunc(o.Follow, func(f Follow) bool { return looksAt(f.On, role) })
}

// hostOf cuts the host out of a template of an address.
func hostOf(template string) (string, bool) {
	_, rest, ok := strings.Cut(template, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest, ok
}

// scope is the hosts that a crawl keeps to.
type scope []string

func newScope(start, hosts []string) scope {
	s := scope{}
	for _, h := range hosts {
		s = append(s, strings.ToLower(h))
	}
	for _, template := range start {
		if host, ok := hostOf(template); ok {
			s = append(s, (&url.URL{Host: strings.ToLower(host)}).Hostname())
		}
	}
	return s
}

func (s scope) allows(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (u.Scheme == "http" || u.Scheme == "https") && slices.ContainsFunc([]string(s), func(name string) bool {
		return host == strings.TrimPrefix(name, ".") || strings.HasPrefix(name, ".") && strings.HasSuffix(host, name)
	})
}
