package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	devfetch "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// intercept decides on the requests of the tab, on every hop: by type, and as
// robots.txt says. A page and what it asks for count as one turn of its host,
// as they do with a reader's browser; the robots.txt of every host is obeyed
// for all of it, and what is closed to us is left out of the page. Which hosts
// may be reached at all, and what workers and sockets ask for, is the proxy's
// business.
func (t *tab) intercept(target *chromedp.Target, events func(yield func(devfetch.EventRequestPaused, error) bool)) {
	for ev, err := range events {
		if err != nil {
			return // the tab is closed
		}
		go t.decide(target, ev)
	}
}

// paused is what stops for a decision: every request, and the answer to one
// for a document.
var paused = []*devfetch.RequestPattern{
	{RequestStage: devfetch.RequestStageRequest},
	{RequestStage: devfetch.RequestStageResponse, ResourceType: network.ResourceTypeDocument},
}

func (t *tab) decide(target *chromedp.Target, ev devfetch.EventRequestPaused) {
	var err error
	if ev.ResponseStatusCode != 0 || ev.ResponseErrorReason != "" {
		t.answered(target, ev)
		_, err = cdp.Call(t.ctx, target, devfetch.ContinueRequest, devfetch.ContinueRequestParams{RequestID: ev.RequestID})
	} else if t.opt.blocked(ev.ResourceType) || isIcon(ev) || t.closes(target, ev) {
		_, err = cdp.Call(t.ctx, target, devfetch.FailRequest, devfetch.FailRequestParams{
			RequestID: ev.RequestID, ErrorReason: network.ErrorReasonBlockedByClient,
		})
	} else {
		_, err = cdp.Call(t.ctx, target, devfetch.ContinueRequest, devfetch.ContinueRequestParams{RequestID: ev.RequestID})
	}
	if err != nil {
		t.log.Debug("browser request is gone", "url", fetch.Redact(ev.Request.URL), "error", err)
	}
}

// answered notes what a document came with: its host's next turn is as it asks.
func (t *tab) answered(target *chromedp.Target, ev devfetch.EventRequestPaused) {
	status := int(ev.ResponseStatusCode)
	if status == 0 || !isPage(target, ev) {
		return
	}
	header := http.Header{}
	for _, h := range ev.ResponseHeaders {
		header.Add(h.Name, h.Value)
	}
	t.client.Answered(ev.Request.URL, status, header)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answer = status
}

// isIcon says whether a request is the browser's own, for the icon of a tab
// that nobody sees.
func isIcon(ev devfetch.EventRequestPaused) bool {
	return ev.ResourceType == network.ResourceTypeOther && strings.HasSuffix(ev.Request.URL, "/favicon.ico")
}

// isPage says whether a request is for the page itself, not for a frame in it.
func isPage(target *chromedp.Target, ev devfetch.EventRequestPaused) bool {
	return ev.ResourceType == network.ResourceTypeDocument && string(ev.FrameID) == string(target.TargetID)
}

// closes says whether robots.txt or the guard closes an address to us.
func (t *tab) closes(target *chromedp.Target, ev devfetch.EventRequestPaused) bool {
	address := ev.Request.URL
	switch scheme, _, _ := strings.Cut(address, ":"); scheme {
	case "http", "https":
	case "data", "blob", "about": // what the page holds itself
		return false
	default: // file:, chrome: …
		return true
	}
	if isPage(target, ev) {
		err := t.client.Permit(t.ctx, address)
		if err == nil && movesOn(ev, t.opt.Login) {
			err = errors.New("a form that was sent is redirected to another host")
		}
		t.refuse(err)
		return err != nil
	}
	err := t.aside.Permit(t.ctx, address)
	if errors.Is(err, fetch.ErrRobots) {
		t.leftOut(address)
	}
	return err != nil
}

// leftOut remembers what robots.txt closed to the page, and says it once of a host.
func (t *tab) leftOut(address string) {
	host := ""
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	t.mu.Lock()
	_, said := t.closed[host]
	t.closed[host]++
	t.mu.Unlock()
	if !said {
		t.log.Info("left out of pages as robots.txt says", "host", host, "url", fetch.Redact(address))
	}
}

// missing is a note for a page that did not become what was expected.
func (t *tab) missing() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, of := range t.closed {
		n += of
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (robots.txt closes %d of the things that the page asks for)", n)
}

// forget forgets what was noted of an earlier page.
func (t *tab) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused, t.answer = nil, 0
	for host := range t.closed {
		t.closed[host] = 0
	}
}

// asideClient asks for a robots.txt once: a page must not wait for the retries
// of a host that it could do without.
func (c *Crawler) asideClient() *fetch.Client {
	opt := c.opt.Options
	opt.Retry.Max = new(int)
	return c.agent.Client("", opt)
}

// refuse remembers why a document was not loaded, until refusal.
func (t *tab) refuse(err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = err
}

// refusal returns and forgets why a document was not loaded.
func (t *tab) refusal() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refused
	t.refused = nil
	return err
}

// dismiss closes the dialogs that would hold a page up.
func dismiss(ctx context.Context, target *chromedp.Target, events func(yield func(page.EventJavascriptDialogOpening, error) bool)) {
	for _, err := range events {
		if err != nil {
			return
		}
		_, _ = cdp.Call(ctx, target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) // or gone with its page
	}
}
