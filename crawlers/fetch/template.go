package fetch

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
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
