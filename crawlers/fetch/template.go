package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

var placeholder = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9_]*)\}`)

// Template is a text with variables in braces: https://host/{year}.csv?name={name}.
type Template string

// Names returns the variables of the template in order.
func (t Template) Names() []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(string(t), -1) {
		names = append(names, m[1])
	}
	return names
}

// URL fills an address. A value is escaped for where it stands, in the path or
// in the query, so that no value can change where the request goes.
func (t Template) URL(vars map[string]string) (string, error) {
	path, query, ok := strings.Cut(string(t), "?")
	path, err := fill(path, vars, url.PathEscape)
	if err != nil || !ok {
		return path, err
	}
	query, err = fill(query, vars, url.QueryEscape)
	return path + "?" + query, err
}

// Text fills a text as it stands.
func (t Template) Text(vars map[string]string) (string, error) {
	return fill(string(t), vars, func(s string) string { return s })
}

// CheckStart returns the faults of start addresses, joined: there must be one,
// and each must be a web address.
func CheckStart(path string, start []string) error {
	if len(start) == 0 {
		return record.Faultf(path, "name at least one address to start at")
	}
	var faults []error
	for i, s := range start {
		u, err := url.Parse(placeholder.ReplaceAllString(s, "x"))
		if err == nil {
			err = checkURL(u)
		} else {
			err = fmt.Errorf("%q is no web address", s)
		}
		if err != nil {
			faults = append(faults, &record.Fault{Path: fmt.Sprintf("%s[%d]", path, i), Err: err})
		}
	}
	return errors.Join(faults...)
}

func fill(text string, vars map[string]string, escape func(string) string) (string, error) {
	var missing error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		value, ok := vars[m[1:len(m)-1]]
		if !ok && missing == nil {
			missing = fmt.Errorf("the variable %s has no value", m)
		}
		return escape(value)
	})
	return out, missing
}
