package browser_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// scriptForm is a form that a script builds and sends.
const scriptForm = `<!doctype html><body><script>setTimeout(() => {
	document.body.innerHTML = '<form id=f><input type=hidden name=token value="%s"><input id=user><input type=password name=password><button>Go</button></form>';
	document.querySelector("#f").onsubmit = async e => {
		e.preventDefault();
		const sent = new URLSearchParams(new FormData(e.target));
		sent.set("user", document.querySelector("#user").value);
		sent.set("do", "enter");
		const answer = await fetch("/session", {method: "POST", body: sent});
		if (answer.url.endsWith("/home")) location.href = "/home";
	};
}, 100)</script>`

const quick = "wait: {timeout: 2s}\n"

// behindLogin crawls a list and its bills behind a login.
func behindLogin(t *testing.T, behind *crawltest.LoginSite, password, options string) (kept []string, all string, err error) {
	t.Helper()
	if _, ok := browser.Available(); !ok {
		t.Skip("no Chromium is installed: the browser is not tested")
	}
	const out = `<!doctype html><a href="/logout">Log out</a>`
	behind.User, behind.Password = "reader", `s3cret"'&`
	behind.Pages = map[string]string{
		"/bills":  out + `<table><tr><td><a href=/bill/1>1</a><td>arrived<tr><td><a href=/bill/2>2</a><td>at sea</table>`,
		"/bill/1": out + "<main>one</main>", "/bill/2": out + "<main>two</main>",
	}
	var log bytes.Buffer
	agent, _ := crawltest.AgentWith(t, behind, fetch.AgentOptions{
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Env: func(name string) string {
			return map[string]string{"BOL_USER": "reader", "BOL_PASSWORD": password}[name]
		},
	})
	c, err := browser.New(decode(`
start: [`+crawltest.Host+`/bills]
login: {url: "`+crawltest.Host+`/login", fields: {user: {env: BOL_USER}, password: {env: BOL_PASSWORD}}, proof: "a[href='/logout']"}
follow: [{select: "a", role: bill, visible: main, carry: {status: "closest(tr) td:nth-child(2)"}}]
rate: {every: 0s}
retry: {max: 1, wait: 10ms}
`+options), agent)
	if err != nil {
		t.Fatal(err)
	}
	archive := &crawltest.Archive{}
	err = c.Crawl(t.Context(), fetch.Job{Source: "demo", Run: "r1", Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep})
	for _, k := range archive.All() {
		kept = append(kept, strings.TrimSpace(strings.TrimPrefix(k.Capture.URL, crawltest.Host)+" "+k.Capture.Request.Vars["status"]))
		all += fmt.Sprintf("%+v %s", k.Capture, k.Body)
		if !bytes.Contains(k.Body, []byte("Log out")) {
			t.Errorf("%s was kept as it is shown to anybody:\n%s", k.Capture.URL, k.Body)
		}
	}
	slices.Sort(kept)
	all += log.String() + fmt.Sprint(err)
	if strings.Contains(all, "s3cret") {
		t.Errorf("what is typed is in what is kept or told:\n%s", all)
	}
	if strings.Contains(all, "passwordsleakcheck") {
		t.Error("the browser tells its maker of what is typed")
	}
	return kept, all, err
}

func TestLogin(t *testing.T) {
	for _, tt := range []struct {
		name    string
		site    *crawltest.LoginSite
		options string
		logins  int
	}{
		{"one session over several browsers", &crawltest.LoginSite{}, "restart_every: 1\n" + quick, 1},
		{"sessions that end", &crawltest.LoginSite{Lasts: 2}, quick, 2},
		{"sessions that end in a page's place, before what is waited for", &crawltest.LoginSite{Lasts: 2, Silent: true}, quick, 2},
		{"a form that a script sends", &crawltest.LoginSite{Form: scriptForm}, quick, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, all, err := behindLogin(t, tt.site, `s3cret"'&`, tt.options)
			if err != nil {
				t.Fatal(err, all)
			}
			if diff := cmp.Diff([]string{"/bill/1 arrived", "/bill/2 at sea", "/bills"}, got); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if in, attempts := tt.site.Logins(); in != tt.logins || attempts != in {
				t.Errorf("%d logins of %d forms sent, want %d", in, attempts, tt.logins)
			}
			if slices.Contains(tt.site.Asked(), "/logout") {
				t.Error("the link to log out was followed")
			}
		})
	}
}

func TestLoginFails(t *testing.T) {
	for _, tt := range []struct {
		name, password, form string
		attempts             int
		want                 string
	}{
		{"nothing in the environment", "", "", 0, "browser: login: set in the environment what the form asks for: BOL_PASSWORD"},
		{"a wrong password", "s3cret guess", "", 1, "/login: what answers the form lacks login.proof (a[href='/logout']): what was typed is refused, or more is asked for, like a code"},
		{"a form for another host", "s3cret", `<form method=post action="http://other.tripoint.test/%s"><input name=user><input type=password name=password>`, 0, "/login: the form is not sent to http://web.tripoint.test: "},
		{"other fields", "s3cret", `<form method=post action="/%s"><input name=email><input type=password name=password>`, 0, `/login: the form has no field "user" of login.fields: it has email, password`},
		{"no form", "s3cret", "<p>%s", 0, "/login: the page has no form that asks for a password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			behind := &crawltest.LoginSite{Form: tt.form}
			got, all, err := behindLogin(t, behind, tt.password, quick)
			if text := fmt.Sprint(err); !strings.Contains(text, tt.want) || !strings.HasPrefix(text, "browser: login: ") || strings.Contains(text, "\n") {
				t.Errorf("error %q,\nwant %q\n%s", text, tt.want, all)
			}
			if _, attempts := behind.Logins(); attempts != tt.attempts || len(got) > 0 {
				t.Errorf("%d forms sent, want %d; kept %q", attempts, tt.attempts, got)
			}
		})
	}
}
