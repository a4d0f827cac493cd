package fetch

import (
	"net/url"
	"regexp"
)

// secretParam matches the query parameters that sign or unlock an address.
var secretParam = regexp.MustCompile(`(?i)^(x-(amz|goog)-(signature|credential|security-token)|(aws|google)?access(key)?id|` +
	`sig(nature)?|secret|((access|auth|id)[_-]?)?token|((api|subscription|access)[_-]?)?key|pass(word|wd)?|pwd)$`)

// Redact takes the user information and the values of secret query parameters
// out of an address, for logs, errors and the end of a redirect.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(unreadable address)"
	}
	return redact(u)
}

func redact(u *url.URL) string {
	v := *u
	v.User = nil
	if v.RawQuery != "" {
		query, err := url.ParseQuery(v.RawQuery)
		if err != nil { // what cannot be told apart cannot be kept
			query = url.Values{"REDACTED": {""}}
		}
		changed := err != nil
		for name := range query {
			if secretParam.MatchString(name) {
				query.Set(name, "REDACTED")
				changed = true
			}
		}
		if changed {
			v.RawQuery = query.Encode()
		}
	}
	return v.String()
}
