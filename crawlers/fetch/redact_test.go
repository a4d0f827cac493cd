package fetch_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func TestRedact(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"https://h.test/a?b=1&page=2", "https://h.test/a?b=1&page=2"},
		{"https://u:pw@h.test/a", "https://h.test/a"},
		{"https://h.test/?token=x&a=1", "https://h.test/?token=REDACTED&a=1"},
		{"https://h.test/?X-Amz-Signature=x", "https://h.test/?X-Amz-Signature=REDACTED"},
		{"https://h.test/?AWSAccessKeyId=x", "https://h.test/?AWSAccessKeyId=REDACTED"},
		{"https://h.test/?api_key=x", "https://h.test/?api_key=REDACTED"},
		{"https://h.test/?a=1;token=x", "https://h.test/?a=1;token=REDACTED"},
		{"https://h.test/?monkey=x&keyword=y", "https://h.test/?monkey=x&keyword=y"},
		{"http://u:pw@h.test:port/", "(unreadable address)"},
	} {
		if got := fetch.Redact(tt.in); got != tt.want {
			t.Errorf("Redact(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("https://h.test/path", "a=1;b=2")
	f.Add("http://u:p@h.test", "%zz&=")
	f.Fuzz(func(t *testing.T, address, query string) {
		const secret = "5ecret0fM1ne"
		if strings.ContainsAny(address+query, "#") || strings.Contains(address, "?") {
			return
		}
		in := address + "?" + query + "&token=" + url.QueryEscape(secret)
		if got := fetch.Redact(in); strings.Contains(got, secret) {
			t.Errorf("Redact(%q) = %q", in, got)
		}
	})
}
