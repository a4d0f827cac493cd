package ppubs

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) {
	usptotest.Goldens(t, parser(t), "search.json", "documents.json", "document.json")
}

func TestEmptyAnswers(t *testing.T) {
	for _, body := range []string{
		`{"numFound":0,"perPage":500,"patents":[]}`,
		`{"patents":null,"numFound":0,"error":null}`,
		`[]`,
		`{"numFound":0,"patents":` + strings.Repeat(" ", 5000) + `[]}`,
	} {
		if r := usptotest.Parse(t, parser(t), "x.json", []byte(body)); r.Err != nil || len(r.Patents)+len(r.Problems) > 0 {
			t.Errorf("%s: %+v", body, r)
		}
	}
}

func TestWrongFormat(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.json", map[string]string{
		"":                              "x.json is empty",
		" \n ":                          "x.json is empty",
		"\x00\x00":                      "x.json is no Public Search JSON: it begins with '\\x00'",
		"<!DOCTYPE html><html>":         "x.json is no Public Search JSON: it is an HTML or XML page",
		"guid,title\n":                  `x.json is no Public Search JSON: it begins with 'g'`,
		`{"userSessionId":1}`:           "x.json is no Public Search answer: want an object with patents or guid, or an array of documents; its keys are userSessionId",
		`{"numFound":3,"patents":null}`: "x.json is no Public Search answer: want an object with patents or guid, or an array of documents; its keys are numFound, patents",
		`{ "message": "Too many"}`:      "x.json is no Public Search answer: want an object with patents or guid, or an array of documents; its keys are message",
		`{"numFound":null,"patents":null,"error":{"errorCode":"502"}}`: `x.json is no answer: the search reported {"errorCode":"502"}`,
		`[{"guid":"US-9999999-B2"`:                                     "x.json is cut off: what follows byte 1 is not whole",
		`{"numFound":1,"patents":{"guid":1}}`:                          "x.json is no answer: its patents are no list",
		`[] []`:                                                        "x.json holds more than one JSON value",
		`[{"guid":"US-9999999-B2"},]`:                                  "x.json: not JSON at byte 25: invalid character ']' looking for beginning of value",
	})
}

func TestLimit(t *testing.T) {
	big := `[{"guid":"US-9999999-B2","descriptionHtml":"` + strings.Repeat("x", 65<<20) + `"}]`
	r := usptotest.Parse(t, parser(t), "x.json", []byte(big))
	if r.Err == nil || r.Err.Error() != "x.json: a document is larger than 64 MiB" {
		t.Errorf("error %v", r.Err)
	}
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.json", []string{"search.json", "documents.json", "document.json"},
		`{"patents":null,"numFound":0}`,
		`[{"guid":["US-RE43633-E",null],"kindCode":7}]`)
}

func BenchmarkParse(b *testing.B) {
	one := strings.TrimSpace(string(usptotest.Fixture(b, "document.json")))
	data := []byte("[" + strings.Repeat(one+",", 999) + one + "]")
	usptotest.Bench(b, parser(b), "x.json", data, 1000)
}
