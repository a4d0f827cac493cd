// Package arrows holds the table of which room may import which, and the test
// that reads every import of the module and fails on a forbidden one.
//
// Start with the table.
package arrows

import "strings"

// of says what of ours the rooms under a path may import; the longest path
// that fits a room decides. A trailing /… takes in what lies below.
var of = map[string][]string{
	"record":            {},
	"config":            {"config/sources", "config/cet"},
	"config/sources":    {},
	"config/cet":        {},
	"config/tables":     {},
	"crawlers":          {"record", "crawlers/…"},
	"crawlers/fetch":    {"record"},
	"crawlers/bulk":     {"record", "crawlers/fetch"},
	"crawlers/api":      {"record", "crawlers/fetch"},
	"crawlers/site":     {"record", "crawlers/fetch"},
	"crawlers/browser":  {"record", "crawlers/fetch"},
	"crawlers/drop":     {"record", "crawlers/fetch"},
	"parsers":           {"record", "config/tables", "parsers/…"},
	"parsers/bis":       {"record", "config/tables", "parsers/sheet"},
	"parsers/csl":       {"record", "config/tables"},
	"parsers/ecfr":      {"record", "config/tables"},
	"parsers/eu":        {"record", "config/tables", "parsers/sheet"},
	"parsers/fields":    {"record", "config/tables", "parsers/table"},
	"parsers/ofac":      {"record", "config/tables"},
	"parsers/sheet":     {"record"},
	"parsers/uk":        {"record", "config/tables", "parsers/sheet"},
	"parsers/un":        {"record", "config/tables"},
	"parsers/seco":      {"record", "config/tables"},
	"parsers/uspto":     {"record", "config/tables", "parsers/uspto"},
	"parsers/manifest":  {"record", "config/tables", "parsers/manifest", "parsers/manifest/runs", "parsers/table"},
	"parsers/table":     {},
	"sinks":             {"record"},
	"internal/arrows":   {},
	"internal/schedule": {},
	"internal/cet":      {"record", "internal/cet/linear"},
	"internal/draft":    {"record", "config/tables", "parsers/table"},
	"internal/names":    {"config/tables"},
	"internal/link":     {"record", "internal/names", "config/tables"},
	"internal/pipeline": {"record", "crawlers", "crawlers/fetch", "parsers", "internal/cet", "internal/link"},
	"internal/notify":   {},
	"internal/metrics":  {},
	"internal/web":      {"record"},
	"internal/testkit":  {"record"},
	"testdata/world":    {},
	"cmd/tripoint":      {"…"},
	// Training of the classifier, on real patents beside the project.
	"internal/cet/corpus": {"record", "parsers"},
	"internal/cet/linear": {},
	"internal/cet/train":  {"record", "config/cet", "internal/cet", "internal/cet/corpus", "internal/cet/linear"},
	// Suites and generators for tests.
	"crawlers/crawltest":           {"record", "crawlers/fetch", "internal/testkit"},
	"sinks/sinktest":               {"record"},
	"parsers/parsertest":           {"record"},
	"parsers/uspto/usptotest":      {"record", "internal/testkit"},
	"parsers/manifest/ams/amstest": {"record"},
}

// home names the rooms of libraries that live in one room only.
var home = map[string]string{
	"github.com/gocolly/colly/":  "crawlers/site",
	"github.com/chromedp/":       "crawlers/browser",
	"go.etcd.io/bbolt":           "sinks/bolt",
	"github.com/spf13/cobra":     "cmd/tripoint",
	"github.com/vbauerster/mpb/": "cmd/tripoint",
	"github.com/go-co-op/gocron": "cmd/tripoint",
	"github.com/prometheus/":     "internal/metrics",
}

// refuse says why a room may not import a package, or "".
func refuse(room, imported string) string {
	const module = "github.com/tripoint-data/tripoint/"
	if ours, ok := strings.CutPrefix(imported, module); ok {
		for _, may := range of[ruleFor(room)] {
			if may == "…" || may == ours || strings.HasSuffix(may, "/…") && strings.HasPrefix(ours, strings.TrimSuffix(may, "…")) {
				return ""
			}
		}
		return "no arrow leads there"
	}
	for library, at := range home {
		if strings.HasPrefix(imported, library) && room != at {
			return "that library lives in " + at
		}
	}
	outside := strings.Contains(strings.Split(imported, "/")[0], ".")
	switch {
	case room == "record" && outside:
		return "the language of the house needs the standard library alone"
	case strings.HasPrefix(room, "parsers") && (imported == "net" || imported == "net/http"):
		return "parsers read no network"
	}
	return ""
}

// ruleFor is the longest path of the table that is room or lies above it.
func ruleFor(room string) string {
	for path := room; path != ""; {
		if _, ok := of[path]; ok {
			return path
		}
		i := strings.LastIndex(path, "/")
		if i < 0 {
			break
		}
		path = path[:i]
	}
	return room
}
