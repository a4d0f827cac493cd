package browser

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	devfetch "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// intercept decides on the requests of the tab: documents, on every hop, as
// robots.txt says; the rest by its type. Which hosts may be reached at all is
// the proxy's business.
func (t *tab) intercept(target *chromedp.Target, events func(yield func(devfetch.EventRequestPaused, error) bool)) {
	for ev, err := range events {
		if err != nil {
			return // the tab is closed
		}
		go t.decide(target, ev)
	}
}

func (t *tab) decide(target *chromedp.Target, ev devfetch.EventRequestPaused) {
	address := ev.Request.URL
	var refused, err error
	if ev.ResourceType == network.ResourceTypeDocument && strings.HasPrefix(address, "http") {
		refused = t.permit(t.ctx, address)
		if string(ev.FrameID) == string(target.TargetID) { // the page itself, not a frame in it
			t.refuse(refused)
		}
	}
	if refused == nil && !t.opt.blocked(ev.ResourceType) {
		_, err = cdp.Call(t.ctx, target, devfetch.ContinueRequest, devfetch.ContinueRequestParams{RequestID: ev.RequestID})
	} else {
		_, err = cdp.Call(t.ctx, target, devfetch.FailRequest, devfetch.FailRequestParams{
			RequestID: ev.RequestID, ErrorReason: network.ErrorReasonBlockedByClient,
		})
	}
	if err != nil {
		t.log.Debug("browser request is gone", "url", fetch.Redact(address), "error", err)
	}
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
