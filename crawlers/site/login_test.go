package site_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
)

const (
	out   = `<a href="/logout">Log out</a>`
	login = `login: {url: "` + crawltest.Host + `/login", fields: {user: {env: BOL_USER}, password: {env: BOL_PASSWORD}}, proof: "a[href='/logout']"}
`
	bills = login + `follow: [{select: "a", role: bill, on: [list], carry: {status: "closest(tr) td.status"}}]
paginate: {kind: next-link, select: "nav a[rel=next]", on: [list]}
`
)

func billSite() *crawltest.LoginSite {
	return &crawltest.LoginSite{User: "reader@example.test", Password: "s3cret&pass word", Pages: map[string]string{
		"/":        out + `<table><tr><td><a href=/bill/1>1</a><td class=status>arrived<tr><td><a href=/bill/2>2</a></table><nav><a rel=next href="/?page=2">next</a></nav>`,
		"/?page=2": out + `<table><tr><td><a href=/bill/3>3</a></table>`,
		"/bill/1":  out + "one", "/bill/2": out + "two", "/bill/3": out + "three",
	}}
}

// loggedIn crawls a site with its user and password in the environment.
func loggedIn(t *testing.T, h http.Handler, options string, env map[string]string) (kepts []string, archive *crawltest.Archive, log string, err error) {
	t.Helper()
	var b strings.Builder
	agent, _ := crawltest.AgentWith(t, h, fetch.AgentOptions{
		Log: slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Env: func(name string) string { return env[name] },
	})
	archive = &crawltest.Archive{}
	err = crawler(t, agent, options).Crawl(t.Context(), fetch.Job{
		Source: "demo", Run: "r1", Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep,
	})
	return kept(archive), archive, b.String(), err
}

var account = map[string]string{"BOL_USER": "reader@example.test", "BOL_PASSWORD": "s3cret&pass word"}

// Every page is kept once and as it is shown within a session, however often
// sessions end; what is typed is in nothing that is kept or told.
func TestLogin(t *testing.T) {
	want := []string{"bill /bill/1[status:arrived]", "bill /bill/2", "bill /bill/3", "list /", "list /?page=2"}
	for _, tt := range []struct {
		name    string
		site    func(*crawltest.LoginSite)
		options string
		logins  int
	}{
		{"one session", func(*crawltest.LoginSite) {}, "", 1},
		{"sessions that end, at the login page", func(s *crawltest.LoginSite) { s.Lasts = 2 }, "", 3},
		{"sessions that end, in a page's place", func(s *crawltest.LoginSite) { s.Lasts, s.Silent = 2, true }, "", 3},
		{"several at once", func(s *crawltest.LoginSite) { s.Silent = true }, "rate: {parallel: 3}\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			behind := billSite()
			tt.site(behind)
			got, archive, log, err := loggedIn(t, behind, bills+tt.options, account)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if in, attempts := behind.Logins(); in != tt.logins || attempts != in {
				t.Errorf("%d logins of %d forms sent, want %d", in, attempts, tt.logins)
			}
			if strings.Contains(strings.Join(behind.Asked(), "\n"), "/logout") {
				t.Error("the link to log out was followed")
			}
			for _, k := range archive.All() {
				if !strings.Contains(string(k.Body), "Log out") {
					t.Errorf("%s was kept as it is shown to anybody:\n%s", k.Capture.URL, k.Body)
				}
				log += fmt.Sprintf("%+v", k)
			}
			for _, secret := range []string{"s3cret", "reader@", "reader%40"} {
				if strings.Contains(log, secret) {
					t.Errorf("%q is in what is kept or logged", secret)
				}
			}
		})
	}
}

// A login that fails is tried once, ends the crawl and says what to do.
func TestLoginFails(t *testing.T) {
	with := func(change map[string]string) map[string]string {
		env := maps.Clone(account)
		maps.Copy(env, change)
		return env
	}
	const at = "site: login: " + crawltest.Host
	for _, tt := range []struct {
		name     string
		env      map[string]string
		form     string
		options  string
		attempts int
		want     string
	}{
		{"nothing in the environment", nil, "", bills, 0, "site: login: set in the environment what the form asks for: BOL_PASSWORD, BOL_USER"},
		{"no password", with(map[string]string{"BOL_PASSWORD": ""}), "", bills, 0, "site: login: set in the environment what the form asks for: BOL_PASSWORD"},
		{"a wrong password", with(map[string]string{"BOL_PASSWORD": "s3cret guess"}), "", bills, 1, at + "/session?from=login: the answer lacks login.proof (a[href='/logout']): what was typed is refused, or more is asked for, like a code"},
		{"several at once", with(map[string]string{"BOL_PASSWORD": "s3cret guess"}), "", bills + "rate: {parallel: 8}\n", 1, at + "/session?from=login: the answer lacks"},
		{"a form for another host", account, `<form method=post action="http://other.tripoint.test/%s"><input name=user><input type=password name=password>`, bills, 0, at + "/login: the form is not sent to the host of login.url"},
		{"a form to its host without https", account, `<form method=post action="ftp://web.tripoint.test/%s"><input name=user><input type=password name=password>`, bills, 0, at + "/login: the form is not sent to"},
		{"a form that writes addresses", account, `<form action="/session#%s"><input name=user><input type=password name=password>`, bills, 0, at + "/login: the form writes what is typed into an address (method GET)"},
		{"other fields", account, `<form method=post action="/session#%s"><input name=email><input type=password name=password>`, bills, 0, at + `/login: the form has no field "user" of login.fields: it has email, password`},
		{"no form", account, `<p>%s`, bills, 0, at + "/login: the page has no form that asks for a password"},
		{"another form", account, "", strings.Replace(bills, "login: {", `login: {form: "#other", `, 1), 0, at + "/login: the page has no login.form (#other)"},
		{"a token that is wrong", account, `<form method=post action="/session"><input name=token value="x%s"><input name=user><input type=password name=password>`, bills, 1, "site: login: fetch: " + crawltest.Host + "/session: status 403"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			behind := billSite()
			behind.Form = tt.form
			got, _, log, err := loggedIn(t, behind, tt.options, tt.env)
			if text := fmt.Sprint(err); !strings.HasPrefix(text, tt.want) || strings.Contains(text, "\n") {
				t.Errorf("error %q,\nwant %q", text, tt.want)
			}
			if text := log + fmt.Sprint(err); strings.Contains(text, "s3cret") || strings.Contains(text, "reader@") {
				t.Errorf("what is typed is told: %s", text)
			}
			if _, attempts := behind.Logins(); attempts != tt.attempts || len(got) > 0 {
				t.Errorf("%d forms sent, want %d; kept %q", attempts, tt.attempts, got)
			}
		})
	}
}

// Pages that are not shown to an account cost a few logins, not one each, and
// are not kept.
func TestLoginNoProof(t *testing.T) {
	behind := billSite()
	var links strings.Builder
	for i := range 20 {
		fmt.Fprintf(&links, "<a href=/closed/%d>x</a><a href=/open/%d>x</a>", i, i)
		behind.Pages[fmt.Sprint("/closed/", i)] = "<p>Not in your plan.</p>"
		behind.Pages[fmt.Sprint("/open/", i)] = out
	}
	behind.Pages["/"] = out + links.String()
	got, _, _, err := loggedIn(t, behind, bills, account)
	if in, _ := behind.Logins(); in != 4 || len(got) != 21 {
		t.Errorf("%d logins, want 4; kept %d, want 21", in, len(got))
	}
	if want := "site: " + crawltest.Host + "/closed/0: the page lacks login.proof: "; !strings.HasPrefix(fmt.Sprint(err), want) {
		t.Errorf("error %q, want %q", err, want)
	}
}

// A session that goes on where the page of the login says so needs no form.
func TestLoginGoesOn(t *testing.T) {
	closed, forms := 0, 0
	_, _, _, err := loggedIn(t, web{
		"/":      func(w http.ResponseWriter, r *http.Request) { closed++; markup("<p>closed")(w, r) },
		"/login": func(w http.ResponseWriter, r *http.Request) { forms++; markup(out)(w, r) },
	}, login, account)
	if closed != 2 || forms != 2 || err == nil {
		t.Errorf("the page was asked for %d times, the login's %d; %v", closed, forms, err)
	}
}

func TestLoginFaults(t *testing.T) {
	agent, _ := crawltest.Agent(t, web{})
	for text, want := range map[string]string{
		`{}`: "login.url: scheme \"\": only http and https are fetched\nlogin.fields: name the fields\nlogin.proof: say by a CSS selector",
		`{url: "http://bol.example.org/login", fields: {user: {}, password: {env: A, value: b}}, proof: a}`: "login.url: a password is sent by https only\n" +
			"login.fields.password: name the environment variable\nlogin.fields.user: name the environment variable",
		`{url: "https://{host}/login", fields: {user: {env: A}}, proof: a}`: "login.url: ",
	} {
		_, err := site.New(decode("start: ["+crawltest.Host+"/]\nlogin: "+text), agent)
		got := strings.Split(fmt.Sprint(err), "\n")
		for i, line := range strings.Split(want, "\n") {
			if i >= len(got) || !strings.HasPrefix(got[i], line) {
				t.Errorf("%s: faults %q, want %q", text, got, want)
				break
			}
		}
	}
	for _, sound := range []string{
		`login: {url: "https://bol.example.org/login", fields: {user: {env: A}, keep: {value: on}}, proof: a}`,
		"allow_private: true\nlogin: {url: \"http://127.0.0.1/login\", fields: {user: {env: A}}, proof: a}",
	} {
		if _, err := site.New(decode("start: ["+crawltest.Host+"/]\n"+sound), agent); err != nil {
			t.Errorf("%s: %v", sound, err)
		}
	}
}
