package link_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// TestWorst holds the search to a bound on lists and mentions made to be dear.
// The bound is far above what is measured: it is there for what grows with
// the list.
func TestWorst(t *testing.T) {
	const most = time.Second // a mention
	long := strings.Repeat("ZHONGXIN HAIKANGWEI BOHAIMING ", 6) + "SHENGTAI RUIBO CO"
	generic := "INTERNATIONAL TECHNOLOGY TRADING GROUP CO LTD"
	many := func(n int, name func(int) string) *link.Index {
		x := link.NewIndex(link.Options{})
		for i := range n {
			x.Add(&record.Party{ID: fmt.Sprintf("T:%06d", i), Type: record.Organization, Name: name(i)})
		}
		x.Build()
		return x
	}
	for _, list := range []struct {
		name  string
		index *link.Index
	}{
		{"identical", many(100_000, func(int) string { return "HAIKANGWEI SHENGTAI TECHNOLOGY CO LTD" })},
		{"one word apart", many(20_000, func(i int) string {
			return "HAIKANGWEI " + strings.ToUpper(syllables[i%36]+syllables[i/36%36]+syllables[i/1296%36]) + " TRADING CO"
		})},
		{"generic", many(20_000, func(i int) string { return benchTrades[i%13] + " " + benchTrades[i/13%13] + " " + benchForms[i%10] })},
		{"one letter", many(5_000, func(i int) string { return string(rune('A'+i%26)) + " " + string(rune('A'+i/26%26)) + " CO" })},
		{"long", many(5_000, func(i int) string { return long[:147+i%50] })},
	} {
		for _, mention := range []string{
			"HAIKANGWEI SHENGTAI TECHNOLOGY CO LTD", "HAIKANGWEY SHENGTAY TECH", "HAIKANGWEI", long, strings.Repeat("A B ", 50), generic, "A", "A CO LTD",
			strings.Repeat("HAIKANGWEI ", 1000)[:10_000], strings.Repeat("x", 10_000),
		} {
			t.Run(list.name+"/"+mention[:min(len(mention), 20)], func(t *testing.T) {
				list.index.Match(record.Mention{Name: mention}) // space for the search is made once
				const tries = 5
				start := time.Now()
				links := 0
				for range tries {
					links = len(list.index.Match(record.Mention{Name: mention}))
				}
				took := time.Since(start) / tries
				t.Logf("%v, %d links", took, links)
				if took > most {
					t.Errorf("%v, want %v or less", took, most)
				}
				if len(mention) == 10_000 && links > 0 {
					t.Errorf("%d links of a text that is no name", links)
				}
			})
		}
	}
}
