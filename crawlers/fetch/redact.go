package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
)

// secretParam matches the query parameters that sign or unlock an address.
var secretParam = regexp.MustCompile(`(?i)^(x-(amz|goog)-(signature|credential|security-token)|(aws|google)?access(key)?id|` +
	`sig(nature)?|jwt|bearer|auth(orization)?|credentials?|((client|api|app)[_-]?)?secret|` +
	`((access|auth|id|api|refresh|session|csrf|security)[_-]?)?token|((x[_-])?(api|subscription|access|auth)[_-]?)?key|` +
	`(session|jsession|phpsess|aspsession)[_-]?id|pass(word|wd|phrase)?|pwd)$`)

// queryPart is a name with its value: some servers part them by semicolons.
var queryPart = regexp.MustCompile(`[^&;]+`)

// secretPath matches a session that servers write into the path.
var secretPath = regexp.MustCompile(`(?i)(;(?:jsessionid|phpsessid|sessionid|sid)=)[^/;?#]+`)

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
	return withoutSecrets(u, func(string) string { return redacted })
}

const redacted = "REDACTED"

// seal is Redact for what is kept: requests that differ in a secret stay told
// apart by its hash, of which too little is left to find it by.
func seal(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" && u.User == nil && !secretPath.MatchString(u.Path) {
		return address
	}
	return withoutSecrets(u, func(value string) string {
		if len(value) == len(redacted)+9 && value[:len(redacted)] == redacted {
			return value // sealed already
		}
		sum := sha256.Sum256([]byte(value))
		return redacted + "-" + hex.EncodeToString(sum[:4])
	})
}

// withoutSecrets is an address as it stands where nothing in it is secret.
func withoutSecrets(u *url.URL, hide func(string) string) string {
	v := *u
	v.User = nil
	if secretPath.MatchString(v.Path) {
		v.Path, v.RawPath = secretPath.ReplaceAllStringFunc(v.Path, func(s string) string {
			at := secretPath.FindStringSubmatchIndex(s)[3]
			return s[:at] + hide(s[at:])
		}), ""
	}
	v.RawQuery = queryPart.ReplaceAllStringFunc(v.RawQuery, func(part string) string {
		name, value, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil || !secretParam.MatchString(plain) {
			return part
		}
		return name + "=" + hide(value)
	})
	return v.String()
}
