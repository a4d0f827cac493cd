package fetch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/cascadia"

	"github.com/tripoint-data/tripoint/record"
)

// vainLogins is how many pages of a crawl may show no proof right after a
// login was made for their sake, until no more are made: accounts are locked
// for less.
const vainLogins = 3

// ErrLogin says that a login failed. It ends the crawl.
var ErrLogin = errors.New("login")

// ErrLoggedOut says that a page is not the one that is shown to who is logged
// in. It is never kept.
var ErrLoggedOut = errors.New("the page lacks login.proof: this account may not see it, or login.proof is on other pages only")

// Login is a form that lets a reader in. It is filled once a crawl, before the
// first page, and again where a page shows that the session has ended. What is
// typed comes from the environment, goes to the host of the form by https and
// is written down nowhere; nor are the pages of the login.
type Login struct {
	URL    string           `yaml:"url"`    // of the page that holds the form
	Form   Selector         `yaml:"form"`   // CSS; the first form with a password where left out
	Fields map[string]Typed `yaml:"fields"` // by name of the form's fields; the others are sent as the page fills them
	// Proof is shown to nobody but who is logged in, like the link to log out:
	// CSS. A page without it is not kept, and the one that answers the form must
	// have it too.
	Proof Selector `yaml:"proof"`
}

// Typed is what a field of a form is filled with.
type Typed struct {
	Env   string `yaml:"env"`   // the variable of the environment that holds it
	Value string `yaml:"value"` // as it stands, where it is no secret
}

// Selector is a CSS selector.
type Selector string

// UnmarshalText checks a CSS selector.
func (s *Selector) UnmarshalText(b []byte) error {
	if _, err := cascadia.ParseGroup(string(b)); err != nil {
		return fmt.Errorf("%q is no CSS selector: %w", b, err)
	}
	*s = Selector(b)
	return nil
}

// Check returns the faults that the decoder cannot see, joined. A nil Login
// has none.
func (l *Login) Check(a *Agent, allowPrivate bool) error {
	if l == nil {
		return nil
	}
	var faults []error
	fault := func(path, format string, args ...any) {
		faults = append(faults, record.Faultf("login."+path, format, args...))
	}
	u, err := url.Parse(l.URL)
	switch {
	case err != nil:
		fault("url", "%q is no web address", l.URL)
	case strings.ContainsAny(l.URL, "{}"):
		fault("url", "write the address out: one login serves the whole crawl")
	case checkURL(u) != nil:
		fault("url", "%w", checkURL(u))
	case u.Scheme != "https" && !allowPrivate && mapped(a.opt.Hosts, u.Hostname()) == "":
		fault("url", "a password is sent by https only")
	}
	if len(l.Fields) == 0 {
		fault("fields", "name the fields of the form and the variables that fill them: {password: {env: NAME}}")
	}
	for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
		if f := l.Fields[name]; (f.Env == "") == (f.Value == "") {
			fault("fields."+name, "name the environment variable that holds it, or write a value")
		}
	}
	if l.Proof == "" {
		fault("proof", "say by a CSS selector what a page shows only to who is logged in: a[href='/logout']")
	}
	return errors.Join(faults...)
}

// Typed returns what the fields are filled with, by name; nothing of a nil Login.
func (l *Login) Typed(a *Agent) (map[string]string, error) {
	if l == nil {
		return nil, nil
	}
	typed, missing := map[string]string{}, []string{}
	for name, f := range l.Fields {
		typed[name] = f.Value
		if f.Env == "" {
			continue
		}
		if typed[name] = a.opt.Env(f.Env); typed[name] == "" {
			missing = append(missing, f.Env)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, fmt.Errorf("%w: set in the environment what the form asks for: %s", ErrLogin, strings.Join(slices.Compact(missing), ", "))
	}
	return typed, nil
}

// Takes says why a form that is sent to an address is not filled: it must stay
// on the host of the login page.
func (l *Login) Takes(method, action string) error {
	to, err := url.Parse(action)
	switch {
	case err != nil || !l.Home(to):
		return errors.New("the form is not sent to the host of login.url: where another may see the password, write the address there as login.url")
	case !strings.EqualFold(method, http.MethodPost):
		return errors.New("the form writes what is typed into an address (method GET): it is not filled")
	}
	return nil
}

// Home says whether an address is on the host of the login page, by the same
// scheme and port.
func (l *Login) Home(u *url.URL) bool {
	home, err := url.Parse(l.URL)
	return err == nil && origin(home) == origin(u)
}

// At says whether an address is that of the login page, where those are sent
// who are not logged in.
func (l *Login) At(u *url.URL) bool {
	home, err := url.Parse(l.URL)
	return err == nil && l.Home(u) && home.Path == u.Path
}

// Logins are the logins of one crawl: one, and another where a page shows that
// the session has ended.
type Logins struct {
	enter  func(context.Context) error
	mu     sync.Mutex
	number int // of the session; 0: none yet
	vain   int
	err    error // of the login that failed: it is not tried again
}

// NewLogins returns the logins of a crawl. What enter logs in with is wrong for
// good where it fails.
func NewLogins(enter func(context.Context) error) *Logins { return &Logins{enter: enter} }

// Within calls visit in a session, and once more in a new one where it returns
// ErrLoggedOut or a status that says so. A login that fails ends the crawl.
// Nil Logins only visit.
func (s *Logins) Within(ctx context.Context, visit func() error) error {
	if s == nil {
		return visit()
	}
	number, err := s.session(ctx, 0)
	if err != nil {
		return err
	}
	if err = visit(); !loggedOut(err) {
		return err
	}
	again, fault := s.session(ctx, number)
	if fault != nil {
		return fault
	}
	if again == number {
		return err
	}
	if err = visit(); loggedOut(err) {
		s.mu.Lock()
		s.vain++
		s.mu.Unlock()
	}
	return err
}

// session returns the number of the session, logging in where there is none or
// where it is the one that has ended.
func (s *Logins) session(ctx context.Context, ended int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && s.number == ended && s.vain < vainLogins {
		if err := s.enter(ctx); err != nil {
			s.err = stop{fmt.Errorf("%w: %w", ErrLogin, err)}
			return 0, s.err
		}
		s.number++
	}
	return s.number, s.err
}

func loggedOut(err error) bool {
	var status *StatusError
	return errors.Is(err, ErrLoggedOut) ||
		errors.As(err, &status) && (status.Status == http.StatusUnauthorized || status.Status == http.StatusForbidden)
}
