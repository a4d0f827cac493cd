package fetch

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// robotsLimit is how much of a robots.txt is read: RFC 9309 asks for at least
// 500 KiB, and what stands behind it is ignored.
const robotsLimit = 500 << 10

// rules are what one robots.txt says to us.
type rules struct {
	rules []rule
	delay time.Duration // Crawl-delay; 0 where none
}

type rule struct {
	pattern string // octets, percent-encoded as normalPath does
	allow   bool
}

// parseRobots reads the groups that name the product token or, where none
// does, those of *. Groups of one name are united (RFC 9309 §2.2.1).
func parseRobots(data []byte, product string) *rules {
	data = data[:min(len(data), robotsLimit)]
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var named, star rules
	var found bool         // a group names the product
	var forUs, forAll bool // of the group being read
	inRules := true        // so that the first user-agent line begins a group
	lines := bytes.FieldsFunc(data, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, line := range lines {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			if inRules {
				forUs, forAll, inRules = false, false, false
			}
			switch token := productToken(value); {
			case value == "*":
				forAll = true
			case token != "" && strings.EqualFold(token, product):
				forUs, found = true, true
			}
		case "allow", "disallow", "crawl-delay":
			inRules = true
			if forUs {
				named.add(key, value)
			}
			if forAll {
				star.add(key, value)
			}
		}
	}
	if found {
		return &named
	}
	return &star
}

// productToken is the leading part of a user-agent line that can be a token:
// "Tripoint/1.0" names tripoint.
func productToken(s string) string {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '-' {
			return s[:i]
		}
	}
	return s
}

func (r *rules) add(key, value string) {
	if key == "crawl-delay" {
		seconds, err := strconv.ParseFloat(value, 64)
		if err == nil && seconds > 0 && seconds < 1e6 {
			r.delay = max(r.delay, time.Duration(seconds*float64(time.Second)))
		}
		return
	}
	if value != "" { // an empty pattern says nothing
		r.rules = append(r.rules, rule{normalPath(value), key == "allow"})
	}
}

// allowed says whether a path with its query may be fetched: the longest
// pattern in octets decides, and allow wins over disallow of equal length.
func (r *rules) allowed(path string) bool {
	if path == "/robots.txt" {
		return true
	}
	path = normalPath(path)
	longest, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); n >= longest && matchPath(rule.pattern, path) {
			allow = rule.allow || n == longest && allow
			longest = n
		}
	}
	return allow
}

// matchPath matches a pattern with * and a final $ at the start of a path, in
// time proportional to the product of the lengths at worst: only the last *
// is ever gone back to.
func matchPath(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	p, s := 0, 0
	star, mark := -1, 0
	for {
		switch {
		case p == len(pattern) && (!anchored || s == len(path)):
			return true
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, s
			p++
		case p < len(pattern) && s < len(path) && pattern[p] == path[s]:
			p++
			s++
		case star >= 0 && mark < len(path):
			mark++
			p, s = star+1, mark
		default:
			return false
		}
	}
}

// normalPath brings a path to the octets that RFC 9309 §2.2.2 compares: what
// is not ASCII is percent-encoded, escapes of unreserved characters are
// undone, others have upper-case digits.
func normalPath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				if unreserved(byte(v)) {
					b.WriteByte(byte(v))
				} else {
					b.WriteString(strings.ToUpper(s[i : i+3]))
				}
				i += 2
				continue
			}
		}
		if c <= ' ' || c >= 0x7f || c == '%' {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
