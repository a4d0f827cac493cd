package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	devfetch "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// handOver is how long a browser that is closed has to hand its cookies over.
const handOver = 5 * time.Second

// form is a Login for the page's own engine.
type form struct {
	Form   Selector          `json:"form"`
	Origin string            `json:"origin"`
	Proof  Selector          `json:"proof"`
	Typed  map[string]string `json:"typed,omitempty"`
}

// The page of a login, once its scripts have built it: in, where it shows the
// proof, or else the form.
const formJS = `(f => {
	if (document.querySelector(f.proof)) return "in";
	const e = f.form ? document.querySelector(f.form) : Array.from(document.forms).find(e => e.querySelector("input[type=password]"));
	return e && e.closest("form") ? "form" : "";
})(%s)`

// fillJS types into the form and sends it as its first button does. It returns
// why it does not. A form that its page does not send itself is sent by POST,
// so that nothing that is typed stands in an address.
const fillJS = `(f => {
	if (location.origin !== f.origin) return "the page is at " + location.origin + ": write the address there as login.url";
	let e = f.form ? document.querySelector(f.form) : Array.from(document.forms).find(e => e.querySelector("input[type=password]"));
	e = e && e.closest("form");
	if (!e) return "the form is gone";
	const attribute = name => Element.prototype.getAttribute.call(e, name) || "";
	const button = e.querySelector(%q);
	const to = button && button.getAttribute("formaction") || attribute("action");
	if (new URL(to, document.baseURI).origin !== f.origin)
		return "the form is not sent to " + f.origin + ": where its host may see the password, write the address there as login.url";
	const controls = Array.from(e.querySelectorAll("input, select, textarea"));
	for (const [name, value] of Object.entries(f.typed)) {
		const field = controls.find(c => c.getAttribute("name") === name) || controls.find(c => c.id === name);
		if (!field) return "the form has no field " + JSON.stringify(name) + " of login.fields: it has " +
			controls.map(c => c.getAttribute("name") || c.id).filter(n => n).join(", ");
		if (field.type === "checkbox" || field.type === "radio") {
			if (!field.checked) field.click();
			continue;
		}
		Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
		for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, {bubbles: true}));
	}
	if (attribute("method").toLowerCase() !== "post") e.setAttribute("method", "post");
	if (button) button.removeAttribute("formmethod");
	setTimeout(() => HTMLFormElement.prototype.requestSubmit.call(e, button || undefined), 0);
	return "";
})(%s)`

// submits are the buttons of a form that send it.
const submits = "button:not([type]):not([disabled]), button[type=submit]:not([disabled]), input[type=submit]:not([disabled]), input[type=image]:not([disabled])"

// logIn has the tab fill the form of the login page, unless the page itself
// shows that the session goes on.
func (r *renderer) logIn(ctx context.Context, typed map[string]string) error {
	l := r.c.opt.Login
	r.shown = record.Request{}
	at, err := url.Parse(l.URL)
	if err != nil {
		return err
	}
	f := form{Form: l.Form, Origin: (&url.URL{Scheme: at.Scheme, Host: at.Host}).String(), Proof: l.Proof}
	err = r.retried(ctx, l.URL, func() error {
		if err := r.client.Permit(ctx, l.URL); err != nil {
			return err
		}
		return r.turn(ctx, l.URL, func() error { return r.tab.navigate(l.URL, "") })
	})
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(l.URL), err)
	}
	state, err := r.tab.until(formJS, f)
	if err == nil && state == "" {
		err = fmt.Errorf("the page has no form that asks for a password, or no login.form%s", r.tab.missing())
	}
	if err == nil && state == "form" {
		err = r.turn(ctx, l.URL, func() error { return r.tab.fill(f, typed) })
	}
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(l.URL), err)
	}
	r.c.agent.Log().InfoContext(ctx, "logged in", "source", r.job.Source, "url", fetch.Redact(l.URL))
	return nil
}

// fill types into the form, sends it and waits for the proof.
func (t *tab) fill(f form, typed map[string]string) error {
	f.Typed = typed
	filled, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_ = t.refusal()
	refused, err := within(t, chromedp.Evaluate[string](fmt.Sprintf(fillJS, submits, filled)))
	switch {
	case t.ctx.Err() != nil:
		return t.ctx.Err()
	case err != nil: // it may quote what is typed
		return errors.New("the form could not be filled")
	case refused != "":
		return errors.New(strings.Join(strings.Fields(refused), " "))
	}
	f.Typed = nil
	in, err := t.until(`(f => document.querySelector(f.proof) ? "in" : "")(%s)`, f)
	if err == nil && in == "" {
		err = fmt.Errorf("what answers the form lacks login.proof (%s): what was typed is refused, or more is asked for, like a code%s", f.Proof, t.missing())
	}
	return err
}

// until evaluates an expression of the form until it says something, or
// nothing within wait.timeout.
func (t *tab) until(expression string, f form) (string, error) {
	quoted, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(t.ctx, time.Duration(t.opt.Wait.Timeout))
	defer cancel()
	for {
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(expression, quoted)))
		if refused := t.refusal(); refused != nil {
			return "", refused
		}
		if err == nil && said != "" { // an error is that of a page that is going away
			return said, nil
		}
		if err := chromedp.Do(ctx, chromedp.Sleep(pollEvery)); err != nil {
			return "", t.ctx.Err()
		}
	}
}

// loggedOut says whether the tab shows a page of the publisher's without the
// proof of the login.
func (t *tab) loggedOut() bool {
	l := t.opt.Login
	if l == nil {
		return false
	}
	expr, err := js(`location.protocol.startsWith("http") && !document.querySelector(%s)`, l.Proof)
	if err != nil {
		return false
	}
	out, err := within(t, chromedp.Evaluate[bool](expr))
	return err == nil && out
}

// movesOn says whether a document's request takes its body to another host
// than the one that it was sent to.
func movesOn(ev devfetch.EventRequestPaused, login *fetch.Login) bool {
	if login == nil || ev.RedirectedRequestID == "" || ev.Request.Method == "GET" {
		return false
	}
	to, err := url.Parse(ev.Request.URL)
	return err != nil || !login.Home(to)
}

// cookies are those of the browser, for the next one.
func (t *tab) cookies() ([]*network.CookieParam, error) {
	ctx, cancel := context.WithTimeout(t.ctx, handOver)
	defer cancel()
	var out []*network.CookieParam
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		all, err := chromedp.CallBrowser(ctx, storage.GetCookies, storage.GetCookiesParams{})
		for _, c := range all.Cookies {
			p := &network.CookieParam{
				Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
				Priority: c.Priority, SourceScheme: c.SourceScheme, SourcePort: c.SourcePort, PartitionKey: c.PartitionKey,
			}
			if !c.Session {
				p.Expires = cdp.TimeSinceEpoch(c.Expires)
			}
			out = append(out, p)
		}
		return err
	}))
	return out, err
}

// setCookies gives a browser the cookies of the one before.
func (t *tab) setCookies(cookies []*network.CookieParam) error {
	_, err := within(t, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.CallBrowser(ctx, storage.SetCookies, storage.SetCookiesParams{Cookies: cookies})
		return err
	}))
	return err
}
