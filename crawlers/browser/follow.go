package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/record"
)

// linksMax bounds what one page leads to.
const linksMax = 100_000

// Pick finds a text beside a link: a selector within the link, or
// closest(tr) td:nth-child(3) within the nearest tr around it; @attr at the end
// takes an attribute instead of the text.
type Pick struct {
	Around Selector `json:"around"`
	Within Selector `json:"within"`
	Attr   string   `json:"attr"`
}

var pickForm = regexp.MustCompile(`^(?:closest\((.+?)\)(?:\s+|$))?(.*?)\s*(?:@([A-Za-z][\w:-]*))?$`)

// UnmarshalText reads [closest(selector)] [selector] [@attr].
func (p *Pick) UnmarshalText(b []byte) error {
	m := pickForm.FindStringSubmatch(strings.TrimSpace(string(b)))
	if m == nil || m[1] == "" && m[2] == "" && m[3] == "" {
		return fmt.Errorf("%q: write for example closest(tr) td:nth-child(3)", b)
	}
	*p = Pick{Attr: m[3]}
	for text, selector := range map[string]*Selector{m[1]: &p.Around, m[2]: &p.Within} {
		if text == "" {
			continue
		}
		if err := selector.UnmarshalText([]byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// rule is a Follow for the page's own engine, which knows what a page looks
// like after its scripts have run.
type rule struct {
	Select Selector        `json:"select"`
	Attr   string          `json:"attr"`
	Carry  map[string]Pick `json:"carry"`
	Not    Selector        `json:"not,omitempty"` // it may log out
}

// link is what one element leads to.
type link struct {
	URL  string            `json:"url"`
	Vars map[string]string `json:"vars"`
}

const linksJS = `((rule, max) => Array.from(document.querySelectorAll(rule.select)).slice(0, max).flatMap(e => {
	if (rule.not && e.matches(rule.not)) return [];
	const href = (e.getAttribute(rule.attr) || "").trim();
	if (!href || href.startsWith("#")) return [];
	let url;
	try { url = new URL(href, document.baseURI); } catch { return []; }
	url.hash = "";
	const vars = {};
	for (const [name, pick] of Object.entries(rule.carry || {})) {
		let at = pick.around ? e.closest(pick.around) : e;
		if (at && pick.within) at = at.querySelector(pick.within);
		const text = (at && (pick.attr ? at.getAttribute(pick.attr) : at.innerText) || "").replace(/\s+/g, " ").trim();
		if (text) vars[name] = text;
	}
	return [{url: url.href, vars: vars}];
}))(%s, %d)`

// links returns the requests that the page that the tab shows leads to.
func (r *renderer) links(from record.Request) ([]record.Request, error) {
	base, err := url.Parse(from.URL)
	if err != nil {
		return nil, err
	}
	var led []record.Request
	for i, f := range r.c.opt.Follow {
		if !slices.Contains(f.On, from.Role) {
			continue
		}
		by := rule{Select: f.Select, Attr: f.Attr, Carry: f.Carry}
		if l := r.c.opt.Login; l != nil {
			by.Not = l.Proof
		}
		found, err := r.tab.links(by)
		if err != nil {
			return nil, fmt.Errorf("follow[%d]: %w", i, err)
		}
		for _, l := range found {
			to, err := url.Parse(l.URL)
			if err != nil || to.User != nil || to.Scheme != base.Scheme || !strings.EqualFold(to.Host, base.Host) {
				continue
			}
			vars := maps.Clone(from.Vars)
			if vars == nil && len(l.Vars) > 0 {
				vars = map[string]string{}
			}
			maps.Copy(vars, l.Vars)
			led = append(led, record.Request{URL: l.URL, Role: f.Role, Vars: vars})
		}
	}
	return led, nil
}

func (t *tab) links(by rule) ([]link, error) {
	quoted, err := json.Marshal(by)
	if err != nil {
		return nil, err
	}
	found, err := within(t, chromedp.Evaluate[[]link](fmt.Sprintf(linksJS, quoted, linksMax+1)))
	if err == nil && len(found) > linksMax {
		err = errors.New("the page has more links than can be followed: narrow select")
	}
	return found, err
}
