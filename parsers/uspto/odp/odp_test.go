package odp

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) {
	usptotest.Goldens(t, parser(t), "search.json", "assignment.json", "metadata.json")
}

func TestEmptyAnswers(t *testing.T) {
	for _, body := range []string{`{"count":0,"patentFileWrapperDataBag":[]}`, `{"count":0}`, `[]`} {
		if r := usptotest.Parse(t, parser(t), "x.json", []byte(body)); r.Err != nil || len(r.Patents)+len(r.Problems) > 0 {
			t.Errorf("%s: %+v", body, r)
		}
	}
}

func TestWrongFormat(t *testing.T) {
	const other = "x.json is no Open Data Portal answer on applications: want an object with patentFileWrapperDataBag, or an application; its keys are "
	usptotest.Refused(t, parser(t), "x.json", map[string]string{
		"":                            "x.json is empty",
		"<?xml version='1.0'?>":       "x.json is no Open Data Portal JSON: it is an HTML or XML page",
		`{"bulkDataProductBag":[]}`:   other + "bulkDataProductBag",
		`{"inventionTitle":"LAMP"}`:   other + "inventionTitle",
		`{"patents":[],"numFound":0}`: other + "patents, numFound",
		`{"code":404,"error":"Not Found","message":"No matching records found"}`: `x.json is no answer: the portal reported "Not Found"`,
		`{"message":"Forbidden"}`:                  `x.json is no answer: the portal reported "Forbidden"`,
		`{"patentFileWrapperDataBag":7}`:           "x.json is no answer: its patentFileWrapperDataBag are no list",
		`{"patentFileWrapperDataBag":[{"a":[1,2,3`: "x.json is cut off: what follows byte 29 is not whole",
	})
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.json", []string{"search.json", "assignment.json", "metadata.json"},
		`{"patentFileWrapperDataBag":[{"applicationNumberText":7,"assignmentBag":[{"reelAndFrameNumber":"/","assigneeBag":{}}]}]}`)
}

func BenchmarkParse(b *testing.B) {
	one := strings.TrimSpace(string(usptotest.Fixture(b, "metadata.json")))
	data := []byte("[" + strings.Repeat(one+",", 999) + one + "]")
	usptotest.Bench(b, parser(b), "x.json", data, 2000)
}
