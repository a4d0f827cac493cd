package crawltest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// LoginSite is a site whose pages are shown to who is logged in, and its form
// of them: with a token that serves once, sessions that end, and words for who
// types something else.
type LoginSite struct {
	User, Password string
	Pages          map[string]string // by path and query, shown within a session
	Lasts          int               // pages that a session is good for; 0: all
	// Silent shows the form in a page's place where a session has ended, and
	// sends nobody to the login page.
	Silent bool
	Form   string // the form's page with %s for the token; the site's own where empty

	mu       sync.Mutex
	count    int // of tokens and sessions given out
	token    string
	session  string
	shown    int      // pages of the session
	logins   int      // that were let in
	attempts int      // forms that were sent
	asked    []string // pages, as host and address
}

// LoginForm is the form of a LoginSite.
const LoginForm = `<!doctype html><form action=/search><input name=q></form>
<form id=login method=post action="/session?from=login"><input type=hidden name=token value="%s">
<input name=user><input type=password name=password><input type=checkbox name=keep>
<button name=do value=enter>Log in</button></form>`

// Logins counts the logins and the forms that were sent.
func (s *LoginSite) Logins() (in, attempts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins, s.attempts
}

// Asked are the pages that were asked for, those of the login apart.
func (s *LoginSite) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// ServeHTTP answers.
func (s *LoginSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/robots.txt", "/favicon.ico":
		http.NotFound(w, r)
	case "/login":
		s.form(w)
	case "/session":
		s.enter(w, r)
	default:
		s.page(w, r)
	}
}

func (s *LoginSite) form(w http.ResponseWriter) {
	s.count++
	s.token = fmt.Sprintf("t%d&=", s.count)
	form := s.Form
	if form == "" {
		form = LoginForm
	}
	fmt.Fprintf(w, form, strings.ReplaceAll(s.token, "&", "&amp;"))
}

func (s *LoginSite) enter(w http.ResponseWriter, r *http.Request) {
	s.attempts++
	token := s.token
	s.token = ""
	switch {
	case r.Method != http.MethodPost || token == "" || r.PostFormValue("token") != token:
		http.Error(w, "the token is not that of the form", http.StatusForbidden)
		return
	case r.PostFormValue("user") != s.User || r.PostFormValue("password") != s.Password || r.PostFormValue("do") != "enter" || r.PostForm.Has("keep"):
		fmt.Fprint(w, "<p>Wrong.</p>")
		s.form(w)
		return
	}
	s.count++
	s.logins++
	s.session, s.shown = fmt.Sprint("s", s.count), 0
	http.SetCookie(w, &http.Cookie{Name: "session", Value: s.session, Path: "/", HttpOnly: true})
	http.Redirect(w, r, "/home", http.StatusFound)
}

func (s *LoginSite) page(w http.ResponseWriter, r *http.Request) {
	const home = "<p>Welcome</p><a href=/logout>Log out</a>"
	c, err := r.Cookie("session")
	in := err == nil && s.session != "" && c.Value == s.session
	if r.URL.Path == "/home" && in {
		fmt.Fprint(w, home)
		return
	}
	s.asked = append(s.asked, r.URL.RequestURI())
	if s.shown++; in && s.Lasts > 0 && s.shown > s.Lasts || r.URL.Path == "/logout" {
		in, s.session = false, ""
	}
	page, known := s.Pages[r.URL.RequestURI()]
	switch {
	case !in && s.Silent:
		s.form(w)
	case !in:
		http.Redirect(w, r, "/login?next="+r.URL.Path, http.StatusFound)
	case !known:
		http.NotFound(w, r)
	default:
		fmt.Fprint(w, page)
	}
}
