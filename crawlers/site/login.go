package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html/charset"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// submits are the buttons of a form that send it.
const submits = "button:not([type]), button[type=submit], input[type=submit], input[type=image]"

// logIn fills the form of the login page and sends it, unless the page itself
// shows that the session goes on. Nothing of it is kept.
func (w *walker) logIn(ctx context.Context, typed map[string]string) error {
	l := w.c.opt.Login
	page, at, err := w.open(ctx, record.Request{URL: l.URL}, nil)
	if err != nil || page.Find(string(l.Proof)).Length() > 0 {
		return err
	}
	form, err := loginForm(page, l)
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(l.URL), err)
	}
	req, err := filled(form, typed, onBase(page, (&colly.Request{URL: at}).AbsoluteURL))
	if err == nil {
		err = l.Takes(req.Method, req.URL)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(l.URL), err)
	}
	if page, _, err = w.open(ctx, req, http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
		"Origin":       {(&url.URL{Scheme: at.Scheme, Host: at.Host}).String()}, // by which many servers know a form of theirs
	}); err != nil {
		return err
	}
	if page.Find(string(l.Proof)).Length() == 0 {
		return fmt.Errorf("%s: the answer lacks login.proof (%s): what was typed is refused, or more is asked for, like a code", fetch.Redact(req.URL), l.Proof)
	}
	w.c.agent.Log().InfoContext(ctx, "logged in", "source", w.job.Source, "url", fetch.Redact(l.URL))
	return nil
}

// open fetches a page of the login, and says where it came from.
func (w *walker) open(ctx context.Context, req record.Request, header http.Header) (*goquery.Document, *url.URL, error) {
	resp, err := w.client.Do(ctx, req, header)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Close()
	page, err := tree(resp)
	return page, resp.At, err
}

// tree reads a page, in whatever character set it says it is.
func tree(resp *fetch.Response) (*goquery.Document, error) {
	in, err := charset.NewReader(resp, resp.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	return goquery.NewDocumentFromReader(in)
}

// loginForm is the form that the options name, or the first that asks for a
// password.
func loginForm(page *goquery.Document, l *fetch.Login) (*goquery.Selection, error) {
	if l.Form != "" {
		if form := page.Find(string(l.Form)).First(); form.Length() > 0 {
			return form, nil
		}
		return nil, fmt.Errorf("the page has no login.form (%s)", l.Form)
	}
	if form := page.Find("form").Has("input[type=password]").First(); form.Length() > 0 {
		return form, nil
	}
	return nil, errors.New("the page has no form that asks for a password: name it by login.form; one that a script builds needs kind browser")
}

// filled is the request that sends a form with what is typed into it, by its
// first button; hidden fields go back as the page fills them.
func filled(form *goquery.Selection, typed map[string]string, absolute func(string) string) (record.Request, error) {
	element := form
	if button := form.Find(submits).Not("[disabled]").First(); button.Length() > 0 {
		element = button
	}
	req, ok := submit(element, absolute)
	if !ok {
		return req, errors.New("login.form selects no form")
	}
	values, err := url.ParseQuery(string(req.Body))
	if err != nil {
		return req, err
	}
	var names []string
	form.Closest("form").Find("input, select, textarea").Each(func(_ int, field *goquery.Selection) {
		names = append(names, field.AttrOr("name", ""))
	})
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		if !slices.Contains(names, name) {
			return req, fmt.Errorf("the form has no field %q of login.fields: it has %s", name, strings.Join(slices.DeleteFunc(names, func(n string) bool { return n == "" }), ", "))
		}
		values.Set(name, typed[name])
	}
	req.Body = []byte(values.Encode())
	return req, nil
}

// proven returns fetch.ErrLoggedOut for a page without the proof of the login.
// What is no page of HTML, like a file of a page, need not have it.
func (w *walker) proven(resp *fetch.Response) error {
	l := w.c.opt.Login
	if l == nil || resp.Unchanged() {
		return nil
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(resp, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if _, err := resp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if !isHTML(resp.Header.Get("Content-Type")) && !isHTML(http.DetectContentType(head[:n])) {
		return nil
	}
	page, err := tree(resp)
	if err != nil {
		return err
	}
	if page.Find(string(l.Proof)).Length() == 0 {
		return fetch.ErrLoggedOut
	}
	_, err = resp.Seek(0, io.SeekStart)
	return err
}
