package fetch

import (
	"net/http"
	"sync"
)

// A publisher may set so many cookies in one crawl, none longer than that:
// more than a browser takes of one site, and less than fills a memory.
const (
	cookiesMost = 300
	cookieBytes = 8 << 10
)

// cookies are those that a crawl has been given.
type cookies struct {
	mu   sync.Mutex
	seen map[[4]string]bool // host, domain, path, name
}

// limit takes the cookies that go too far out of an answer, and says how many.
func (c *cookies) limit(host string, h http.Header) (dropped int) {
	lines := h["Set-Cookie"]
	if len(lines) == 0 {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept []string
	for _, line := range lines {
		cookie, err := http.ParseSetCookie(line)
		if err != nil || len(line) > cookieBytes {
			dropped++
			continue
		}
		key := [4]string{host, cookie.Domain, cookie.Path, cookie.Name}
		if !c.seen[key] && len(c.seen) >= cookiesMost {
			dropped++
			continue
		}
		if c.seen == nil {
			c.seen = map[[4]string]bool{}
		}
		c.seen[key] = true
		kept = append(kept, line)
	}
	h["Set-Cookie"] = kept
	return dropped
}
