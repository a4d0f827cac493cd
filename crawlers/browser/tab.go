package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	chrome "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	devfetch "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

const (
	startTimeout = time.Minute
	pollEvery    = 50 * time.Millisecond
)

var errNoNext = errors.New("there is no next page any more")

// tab is a browser with its one tab.
type tab struct {
	ctx    context.Context // chromedp's handle of the tab
	cancel func()
	opt    *Options
	log    *slog.Logger
	client *fetch.Client // obeys for documents
	aside  *fetch.Client // for what a document asks for, tried once
	status int           // of the document

	mu      sync.Mutex
	refused error
	closed  map[string]int // what robots.txt closed to the page shown, by host
	answer  int            // the status that the last document came with; 0: none yet
}

// newTab starts a browser that talks to nobody on its own account.
func (c *Crawler) newTab(ctx context.Context, path, proxy string, client *fetch.Client) (*tab, error) {
	sweepProfiles(c.agent.Temp(), c.agent.Log())
	profile, remove, err := newProfile(c.agent.Temp())
	if err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.UserAgent(c.agent.UserAgent()),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,InterestFeedContentSuggestions,IsolateOrigins,site-per-process"),
		chromedp.Flag("disable-site-isolation-trials", true), // frames stay where their requests are seen
		chromedp.Flag("disable-popup-blocking", false),
		chromedp.Flag("block-new-web-contents", true), // no second tab
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("dns-prefetch-disable", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("proxy-server", proxy),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),                           // not even the loopback goes past it
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), // the proxy resolves
		chromedp.Flag("mute-audio", true),
	)
	log := c.agent.Log()
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	quiet := func(format string, args ...any) { log.Debug("browser", "message", fmt.Sprintf(format, args...)) }
	tctx, cancel := chromedp.NewContext(allocator, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet), chromedp.WithDebugf(func(string, ...any) {}))
	t := &tab{
		ctx: tctx, opt: &c.opt, log: log, client: client, aside: c.asideClient(), closed: map[string]int{},
		cancel: func() { cancel(); stop(); remove() },
	}
	// The first Do starts the browser and must have no deadline of its own,
	// which the browser would inherit.
	hung := time.AfterFunc(startTimeout, cancel)
	err = t.prepare()
	if !hung.Stop() && err != nil {
		err = fmt.Errorf("the browser did not start within %s: %w", startTimeout, err)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *tab) prepare() error {
	return chromedp.Do(t.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		go t.intercept(target, chromedp.Events(t.ctx, devfetch.RequestPaused))
		go dismiss(t.ctx, target, chromedp.Events(t.ctx, page.JavascriptDialogOpening))
		if _, err := cdp.Call(ctx, target, devfetch.Enable, devfetch.EnableParams{Patterns: paused}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true}); err != nil {
			return err
		}
		_, err := chromedp.CallBrowser(ctx, chrome.SetDownloadBehavior, chrome.SetDownloadBehaviorParams{Behavior: chrome.SetDownloadBehaviorBehaviorDeny})
		return err
	}))
}

func (t *tab) close() { t.cancel() }

// within runs an action with the options' timeout.
func within[T any](t *tab, a chromedp.Action[T]) (T, error) {
	limit := time.Duration(t.opt.Wait.Timeout)
	ctx, cancel := context.WithTimeout(t.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("not done within %s: %w", fetch.Duration(limit), err)
	}
	return v, err
}

// navigate loads a page and waits until it shows what is wanted.
func (t *tab) navigate(address string, visible Selector) error {
	t.forget()
	resp, err := within(t, chromedp.NavigateResponse(address))
	if refused := t.refusal(); refused != nil {
		return refused
	}
	if resp == nil { // the browser shows a page of its own for some statuses
		t.mu.Lock()
		t.status = t.answer
		t.mu.Unlock()
		if t.status >= 400 {
			return &fetch.StatusError{URL: fetch.Redact(address), Status: t.status}
		}
		return fmt.Errorf("loading: %w", cmp.Or(err, errors.New("no answer was received")))
	}
	if err != nil {
		return fmt.Errorf("loading: %w", err)
	}
	if t.status = int(resp.Status); t.status < 200 || t.status > 299 {
		return &fetch.StatusError{URL: fetch.Redact(address), Status: t.status}
	}
	return t.ready(visible)
}

func (t *tab) ready(visible Selector) error {
	if visible == "" {
		return nil
	}
	if _, err := within(t, chromedp.WaitVisible(chromedp.CSS(visible))); err != nil {
		return fmt.Errorf("wait.visible %s: %w%s", visible, err, t.missing())
	}
	return nil
}

// The texts by which a click is seen to have led on, and whether there is
// something to click. Selectors are put in as JSON strings.
const (
	textsJS = `Array.from(document.querySelectorAll(%s)).map(e => e.innerText).join("\n")`
	nextJS  = `(e => !!e && !e.disabled && e.getAttribute("aria-disabled") !== "true" && e.getClientRects().length > 0 &&
		!e.closest(".disabled, [aria-disabled=true]"))(document.querySelector(%s))`
)

func js(format string, s Selector) (string, error) {
	quoted, err := json.Marshal(string(s))
	return fmt.Sprintf(format, quoted), err
}

func (t *tab) hasNext() (bool, error) {
	expr, err := js(nextJS, t.opt.Paginate.Select)
	if err != nil {
		return false, err
	}
	return within(t, chromedp.Evaluate[bool](expr))
}

// next clicks to the next page and waits until it is another one.
func (t *tab) next(visible Selector) error {
	if more, err := t.hasNext(); err != nil {
		return err
	} else if !more {
		return errNoNext
	}
	watched := cmp.Or(visible, "body")
	texts, err := js(textsJS, watched)
	if err != nil {
		return err
	}
	before, err := within(t, chromedp.Evaluate[string](texts))
	if err != nil {
		return err
	}
	_ = t.refusal()
	if _, err := within(t, chromedp.Click(chromedp.CSS(t.opt.Paginate.Select))); err != nil {
		return fmt.Errorf("click: %w", err)
	}
	if err := t.changed(texts, before); err != nil {
		return err
	}
	return t.ready(visible)
}

// changed waits until texts are others than before, and stay so for a moment.
func (t *tab) changed(texts, before string) error {
	limit := time.Duration(t.opt.Wait.Timeout)
	ctx, cancel := context.WithTimeout(t.ctx, limit)
	defer cancel()
	last := before
	for {
		if err := chromedp.Do(ctx, chromedp.Sleep(pollEvery)); err != nil {
			return fmt.Errorf("the click changed nothing within %s: %w", fetch.Duration(limit), err)
		}
		if refused := t.refusal(); refused != nil {
			return refused
		}
		now, err := chromedp.Run(ctx, chromedp.Evaluate[string](texts))
		if err != nil { // a page that is going away; the deadline ends this
			continue
		}
		if now != before && now != "" && now == last {
			return nil
		}
		last = now
	}
}

// contentJS takes the page as it stands. A click or a script may have loaded
// another document since it was looked at first: its status is said too, and
// whether it has the proof of a login, where one is wanted.
const contentJS = `((limit, proof) => {
	const html = (document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\n" : "") + document.documentElement.outerHTML;
	return {
		status: performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0,
		html: html.length > limit ? "" : html, large: html.length > limit, final: location.href,
		out: !!proof && !document.querySelector(proof),
	};
})(%d, %s)`

// content is the page as it stands, and its address.
func (t *tab) content(limit int64) ([]byte, string, error) {
	proof := Selector("")
	if t.opt.Login != nil {
		proof = t.opt.Login.Proof
	}
	quoted, err := json.Marshal(proof)
	if err != nil {
		return nil, "", err
	}
	now, err := within(t, chromedp.Evaluate[struct {
		Status int    `json:"status"`
		HTML   string `json:"html"`
		Large  bool   `json:"large"`
		Final  string `json:"final"`
		Out    bool   `json:"out"`
	}](fmt.Sprintf(contentJS, limit, quoted)))
	switch {
	case err != nil:
		return nil, "", err
	case now.Status != 0 && (now.Status < 200 || now.Status > 299):
		return nil, "", fmt.Errorf("what the page led to: %w", &fetch.StatusError{Status: now.Status})
	case now.Out:
		return nil, "", fetch.ErrLoggedOut
	case now.Large || int64(len(now.HTML)) > limit:
		return nil, "", fmt.Errorf("%w (%s)", fetch.ErrTooLarge, fetch.Size(limit))
	}
	return []byte(now.HTML), now.Final, nil
}
