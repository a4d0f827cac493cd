package browser

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the crawl block of a source of kind browser.
type Options struct {
	fetch.Options `yaml:",inline"`

	Start []string `yaml:"start"` // with {variables}
	Role  string   `yaml:"role"`  // of the pages; list
	// Login is a form that must be filled before any page is shown.
	Login    *fetch.Login `yaml:"login"`
	Wait     Wait         `yaml:"wait"`
	Paginate *Paginate    `yaml:"paginate"`
	// Follow are the links that are followed, on the host that they stand on.
	Follow []Follow `yaml:"follow"`
	// MaxPages is how many pages a crawl asks for; 10000. One that knows of more
	// says so at its end, as an error, and keeps what it has.
	MaxPages int `yaml:"max_pages"`
	// RestartEvery is how many pages a browser lives for; 100.
	RestartEvery int `yaml:"restart_every"`
}

// Wait says when a page is ready and what it need not load.
type Wait struct {
	Visible Selector       `yaml:"visible"` // CSS; a page that is started at is ready when it shows
	Timeout fetch.Duration `yaml:"timeout"` // of loading, of waiting, of a click; 30s each
	Block   []Block        `yaml:"block"`   // image, font, media, stylesheet
}

// Paginate says how a click leads to the next page of a list.
type Paginate struct {
	Kind   string   `yaml:"kind"`   // click
	Select Selector `yaml:"select"` // CSS of what is clicked; the list ends where it is missing or disabled
	Max    int      `yaml:"max"`    // pages of one list; 1000. A longer list is an error.
}

// Follow says which links are followed and what they lead to.
type Follow struct {
	Select  Selector        `yaml:"select"`  // CSS
	Attr    string          `yaml:"attr"`    // that holds the address; href
	Role    string          `yaml:"role"`    // of what is led to: detail
	On      []string        `yaml:"on"`      // roles of the pages that are looked at; that of the start
	Visible Selector        `yaml:"visible"` // CSS; what is led to is ready when it shows, or when it is loaded
	Carry   map[string]Pick `yaml:"carry"`   // texts beside the link that its page is told, by variable
}

// Selector is a CSS selector.
type Selector = fetch.Selector

// Block is a type of resource that is not loaded.
type Block string

var blocks = map[Block]network.ResourceType{
	"image":      network.ResourceTypeImage,
	"font":       network.ResourceTypeFont,
	"media":      network.ResourceTypeMedia,
	"stylesheet": network.ResourceTypeStylesheet,
}

// UnmarshalText reads a type of resource.
func (k *Block) UnmarshalText(b []byte) error {
	if _, ok := blocks[Block(b)]; !ok {
		return fmt.Errorf("%q is none of image, font, media, stylesheet", b)
	}
	*k = Block(b)
	return nil
}

func (o *Options) setDefaults() {
	if o.Wait.Timeout == 0 {
		o.Wait.Timeout = fetch.Duration(30 * time.Second)
	}
	if o.RestartEvery == 0 {
		o.RestartEvery = 100
	}
	o.MaxPages = cmp.Or(o.MaxPages, fetch.PagesMost)
	for i := range o.Follow {
		if len(o.Follow[i].On) == 0 {
			o.Follow[i].On = []string{o.Role}
		}
		o.Follow[i].Attr = cmp.Or(o.Follow[i].Attr, "href")
	}
	if o.Paginate != nil && o.Paginate.Max == 0 {
		o.Paginate.Max = 1000
	}
	if o.Limits.MaxBytes == 0 {
		o.Limits.MaxBytes = 64 << 20
	}
	o.Retry.Max = orDefault(o.Retry.Max, 5)
	if o.Retry.Wait == 0 {
		o.Retry.Wait = fetch.Duration(time.Second)
	}
	if o.Retry.MaxWait == 0 {
		o.Retry.MaxWait = fetch.Duration(10 * time.Minute)
	}
}

func orDefault(p *int, n int) *int {
	if p != nil {
		return p
	}
	return &n
}

func (o *Options) check() error {
	faults := []error{fetch.CheckStart("start", o.Start), o.Options.Check()}
	fault := func(path, format string, args ...any) {
		faults = append(faults, record.Faultf(path, format, args...))
	}
	if p := o.Paginate; p != nil {
		if p.Kind != "click" {
			fault("paginate.kind", "%q is not click, the only kind of a browser", p.Kind)
		}
		if p.Select == "" {
			fault("paginate.select", "say by a CSS selector what is clicked")
		}
		if p.Max < 0 {
			fault("paginate.max", "%d is negative", p.Max)
		}
	}
	for i, f := range o.Follow {
		at := fmt.Sprintf("follow[%d].", i)
		if f.Select == "" {
			fault(at+"select", "say by a CSS selector which links are followed")
		}
		if f.Role == "" || f.Role == o.Role {
			fault(at+"role", "say what the links lead to, another thing than the start: detail …")
		}
	}
	if o.MaxPages < 0 {
		fault("max_pages", "%d is negative", o.MaxPages)
	}
	if o.RestartEvery < 0 {
		fault("restart_every", "%d is negative", o.RestartEvery)
	}
	if o.Rate.Parallel > 1 {
		fault("rate.parallel", "a browser has one tab: leave it out")
	}
	if len(o.Headers) > 0 {
		fault("headers", "a browser would send them to every host: use kind site or api")
	}
	if o.Auth != nil {
		fault("auth", "a browser would send the key to every host: use kind site or api")
	}
	return errors.Join(faults...)
}

// visible is what a page of a role is ready by.
func (o *Options) visible(role string) Selector {
	for _, f := range o.Follow {
		if f.Role == role {
			return f.Visible
		}
	}
	return o.Wait.Visible
}

func (o *Options) blocked(t network.ResourceType) bool {
	return slices.ContainsFunc(o.Wait.Block, func(b Block) bool { return blocks[b] == t })
}
