package crawlers_test

import (
	"errors"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers"
)

func TestNew(t *testing.T) {
	for kind, options := range map[string]string{
		"api":     "start: [https://h.test/]",
		"browser": "start: [https://h.test/]",
		"bulk":    "start: [https://h.test/]",
		"drop":    "{folder: a, files: ['*']}",
		"site":    "start: [https://h.test/]",
	} {
		c, err := crawlers.New(kind, func(v any) error { return yaml.Load([]byte(options), v, yaml.WithKnownFields()) }, nil)
		if err != nil || c == nil {
			t.Errorf("%s: %v, %v", kind, c, err)
		}
	}
}

// The shape of a crawl block, as a source file writes it, is taken by the kinds
// that it is of.
func TestShape(t *testing.T) {
	const common = `
start: ["https://h.test/search?year={year}"]
robots: obey
rate: {every: 1s, parallel: 1, crawl_delay_max: 30s}
retry: {max: 5, wait: 1s, max_wait: 10m}
limits: {max_bytes: 64MiB, timeout: 60s}
unchanged_ignoring: ["search_performed_at", '/Generated on .*/']
`
	const links = `
follow: [{select: "table tr td:first-child a", attr: href, role: detail, carry: {effective: "closest(tr) td:nth-child(3)"}}]
`
	for kind, options := range map[string]string{
		"bulk": common + "auth: {header: X-API-KEY, env: USPTO_API_KEY}\ncomplete: zip\n",
		"api": common + `
auth: {query: api_key, env: USPTO_API_KEY}
session: {request: {method: POST, url: "https://h.test/session", body: "-1"}, take: {token: {header: X-Access-Token}, case: {json: userCase.caseId}}, send: {header: {X-Access-Token: "{token}"}}}
request: {method: POST, json: {start: "{start}", query: {caseId: "{case}", q: "…"}}}
paginate: {kind: offset, param: start, step: 500, total: "numFound", max: 20000}
follow: [{json: "patents[*]", url: "/api/patents/highlight/{guid}?source={type}", role: detail, carry: {guid: guid}}]
`,
		"site": common + links + "paginate: {kind: next-link, select: a.next}\n",
		"browser": common + links + `
wait: {visible: "table#bl tbody tr", timeout: 20s, block: [image, font]}
paginate: {kind: click, select: "#next", max: 50}
`,
	} {
		if _, err := crawlers.New(kind, func(v any) error { return yaml.Load([]byte(options), v, yaml.WithKnownFields()) }, nil); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestNewFails(t *testing.T) {
	bad := errors.New("line 3: unknown key")
	for _, kind := range crawlers.Kinds() {
		if c, err := crawlers.New(kind, func(any) error { return bad }, nil); !errors.Is(err, bad) || c != nil {
			t.Errorf("%s: %v, %v", kind, c, err)
		}
	}
	if _, err := crawlers.New("ftp", nil, nil); err == nil || !strings.Contains(err.Error(), "bulk") {
		t.Errorf("unknown kind: %v does not name the kinds", err)
	}
}
