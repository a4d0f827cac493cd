package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/config"
)

// nonsense is a word that stands for nothing anywhere.
const nonsense = "zzqx"

// probes are the keys that take one of a few words which no type knows. What
// check refuses there names them. In is the file around the key where the
// sound one has none; schema is its place there where the paths differ.
var probes = []struct{ key, in, schema string }{
	{key: "domain"},
	{key: "set"},
	{key: "terms.redistribute"},
	{key: "terms.automated_access"},
	{key: "terms.personal_data"},
	{key: "assert.on_fail"},
	{key: "schedule.catchup", in: `schedule: {cron: "0 6 * * *"}`},
	{key: "notify.on[0]", in: `notify: {webhook: "https://hook.example/"}`, schema: "notify.on[]"},
	{key: "crawl.foreach.kind", in: `crawl: {kind: bulk, start: ["https://a.example/{x}"], foreach: {as: x}}`},
	{key: "crawl.request.method", in: `crawl: {kind: api, start: ["https://a.example/"]}`, schema: "crawl-api.request.method"},
	{key: "crawl.paginate.kind", in: `crawl: {kind: site, start: ["https://a.example/"], paginate: {select: a}}`, schema: "crawl-site.paginate.kind"},
	{key: "crawl.paginate.kind", in: `crawl: {kind: browser, start: ["https://a.example/"], paginate: {select: a}}`, schema: "crawl-browser.paginate.kind"},
	{key: "parse.input.type", schema: "parse-fields.input.type"},
	{key: "parse.record", schema: "parse-fields.record"},
	{key: "parse.list", schema: "parse-fields.list"},
	{key: "parse.status", schema: "parse-fields.status"},
	{key: "parse.fields.name.lookup", schema: "rule.lookup"},
}

// wordsByProbe writes nonsense in the place of each key and reads what is
// said: the words of the refusal that are not refused themselves.
func wordsByProbe(t *testing.T) map[string][]string {
	out := map[string][]string{}
	for _, p := range probes {
		refused := refusalOf(t, p.in, p.key, nonsense)
		if refused == "" {
			t.Fatalf("%s: anything goes", p.key)
		}
		if p.schema == "" {
			p.schema = p.key
		}
		for _, word := range wordsOf(refused) {
			if refusalOf(t, p.in, p.key, word) == "" {
				out[p.schema] = append(out[p.schema], word)
			}
		}
		if len(out[p.schema]) == 0 {
			t.Fatalf("%s: %q names no word that it takes", p.key, refused)
		}
	}
	return out
}

// refusalOf is what check says of a value, or "".
func refusalOf(t *testing.T, in, key, value string) string {
	var file, around map[string]any
	for text, into := range map[string]*map[string]any{soundSource: &file, in: &around} {
		if err := yaml.Load([]byte(text), into); text != "" && err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range around {
		file[k] = v
	}
	put(file, strings.Split(key, "."), value)
	text, err := yaml.Dump(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := config.ReadSource(fstest.MapFS{"s.yaml": {Data: text}}, "s.yaml")
	if err == nil {
		_, err = build(s, testAgent(t))
	}
	for _, f := range config.All(err) {
		if fault := (config.Fault{}); errors.As(f, &fault) && fault.Path == key {
			return fault.What
		}
	}
	return ""
}

// put sets a value at a path of blocks; a last step x[0] makes a list.
func put(block map[string]any, path []string, value any) {
	if len(path) == 1 {
		if name, ok := strings.CutSuffix(path[0], "[0]"); ok {
			block[name] = []any{value}
			return
		}
		block[path[0]] = value
		return
	}
	inner, ok := block[path[0]].(map[string]any)
	if !ok {
		inner = map[string]any{}
		block[path[0]] = inner
	}
	put(inner, path[1:], value)
}

var word = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}_/.-]*`)

// wordsOf are the words of a message, each once, without the one refused.
func wordsOf(message string) []string {
	var out []string
	seen := map[string]bool{nonsense: true}
	for _, w := range word.FindAllString(message, -1) {
		if w = strings.TrimRight(w, "./-"); !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func TestWordsOf(t *testing.T) {
	got := fmt.Sprint(wordsOf(`"zzqx" is none of [offset page next-link]: write Asia/Kolkata.`))
	if want := "[is none of offset page next-link write Asia/Kolkata]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
