package fetch

import (
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, robots string
		allow, deny  string // paths, blank-separated
	}{
		{"empty", "", "/ /a /robots.txt", ""},
		{"html is no robots.txt", "<!doctype html><p>Disallow everything</p>", "/a", ""},
		{"all", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a"},
		{"own group wins over star", "User-agent: *\nDisallow: /\n\nUser-agent: tripoint\nDisallow: /x", "/ /a", "/x /xy"},
		{"token is compared whole", "User-agent: tri\nDisallow: /\nUser-agent: tripointer\nDisallow: /", "/a", ""},
		{"token in any case, with version", "user-AGENT: TriPoint/2.0\nDisallow: /a", "/b", "/a"},
		{"groups of one name are united", "User-agent: tripoint\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: tripoint\nDisallow: /b", "/c", "/a /b"},
		{"several agents in one group", "User-agent: x\nUser-agent: tripoint\nDisallow: /a", "/b", "/a"},
		{"other lines do not end a group", "User-agent: tripoint\nSitemap: /s\nDisallow: /a", "/b", "/a"},
		{"own group without rules allows", "User-agent: tripoint\n\nUser-agent: *\nDisallow: /", "", "/a"},
		{"empty disallow allows", "User-agent: tripoint\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a", ""},
		{"longest match", "User-agent: *\nAllow: /p\nDisallow: /", "/p /page", "/ /q"},
		{"longest match whatever the order", "User-agent: *\nDisallow: /\nAllow: /p", "/p /page", "/q"},
		{"allow wins a tie", "User-agent: *\nDisallow: /folder\nAllow: /folder", "/folder/page", ""},
		{"octets, stars counted", "User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page", "/page.htm"},
		{"root only", "User-agent: *\nAllow: /$\nDisallow: /", "/", "/page.htm"},
		{"star and end", "User-agent: *\nDisallow: /*.php$", "/a.php?b /a.php5 /a.PHP", "/a.php /b/c.php /a.php.php"},
		{"star in the middle", "User-agent: *\nDisallow: /fish*.php", "/Fish.PHP /fish", "/fish.php /fishheads/catfish.php?parameters"},
		{"query", "User-agent: *\nDisallow: /*?id=", "/a?x=1", "/a?id=1"},
		{"case of paths", "User-agent: *\nDisallow: /a", "/A", "/a"},
		{"escapes", "User-agent: *\nDisallow: /a%3cd\nDisallow: /%7ejoe\nDisallow: /\u00e9", "/b", "/a%3Cd /~joe /%C3%A9 /%7Ejoe"},
		{"no escape of a slash", "User-agent: *\nDisallow: /a%2Fb", "/a/b", "/a%2fb"},
		{"comments, CR, BOM, blanks", "\ufeffUser-agent : * # all\rDisallow :  /a # why\r\n", "/b", "/a"},
		{"rules before any group", "Disallow: /\nUser-agent: *\nDisallow: /a", "/b", "/a"},
		{"beyond 500 KiB", "User-agent: *\n" + strings.Repeat("# pad\n", 100_000) + "Disallow: /", "/a", ""},
	} {
		r := parseRobots([]byte(tt.robots), Product)
		for _, path := range strings.Fields(tt.allow) {
			if !r.allowed(path) {
				t.Errorf("%s: %s is disallowed", tt.name, path)
			}
		}
		for _, path := range strings.Fields(tt.deny) {
			if r.allowed(path) {
				t.Errorf("%s: %s is allowed", tt.name, path)
			}
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for _, tt := range []struct {
		robots string
		want   time.Duration
	}{
		{"User-agent: *\nCrawl-delay: 2.5", 2500 * time.Millisecond},
		{"User-agent: tripoint\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 9", 3 * time.Second},
		{"User-agent: *\nCrawl-delay: -1", 0},
		{"User-agent: *\nCrawl-delay: NaN", 0},
		{"User-agent: *\nCrawl-delay: 1e300", 0},
	} {
		if got := parseRobots([]byte(tt.robots), Product).delay; got != tt.want {
			t.Errorf("%q: %v, want %v", tt.robots, got, tt.want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nAllow: /", "/aXb")
	f.Add("User-agent: tripoint\nDisallow: /%zz\nCrawl-delay: 1", "/%zz?q=*")
	f.Fuzz(func(t *testing.T, robots, path string) {
		r := parseRobots([]byte(robots), Product)
		if r.delay < 0 {
			t.Errorf("delay %v", r.delay)
		}
		r.allowed(path)
		if normal := normalPath(path); normalPath(normal) != normal {
			t.Errorf("normalPath(%q) = %q is not its own normal form", path, normal)
		}
		if !r.allowed("/robots.txt") {
			t.Error("robots.txt itself is disallowed")
		}
	})
}
