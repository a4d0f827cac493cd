package link_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

var (
	benchPlaces = strings.Fields("GUANGZHOU SHENZHEN HANGZHOU BEIJING SHANGHAI NINGBO WUHAN CHENGDU MOSCOW TEHRAN DUBAI ISTANBUL")
	benchTrades = strings.Fields("TECHNOLOGY TRADING ELECTRONICS LOGISTICS INTERNATIONAL INDUSTRIAL MACHINERY ENERGY TEXTILE CHEMICAL OPTICAL DIGITAL GROUP")
	benchForms  = []string{"CO LTD", "CO., LTD.", "LLC", "LIMITED", "INC", "GMBH", "S.A.", "CORPORATION", "COMPANY LIMITED", "OOO"}
	syllables   = strings.Fields("hai kang wei shi zhong xin jin long tai da fu guo hua ming yuan sheng bo rui lian xing var tek mor dan lex ron cor vel tan bri sol nex pra vor gal min")
)

// generate makes n distinct names from a seed: one or two made-up words, a
// place, trades, a form.
func generate(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	seen := map[string]bool{}
	out := make([]string, 0, n)
	for len(out) < n {
		var parts []string
		if r.IntN(3) == 0 {
			parts = append(parts, pick(benchPlaces))
		}
		for range 1 + r.IntN(2) {
			w := ""
			for range 2 + r.IntN(3) {
				w += pick(syllables)
			}
			parts = append(parts, strings.ToUpper(w))
		}
		for range 1 + r.IntN(2) {
			parts = append(parts, pick(benchTrades))
		}
		parts = append(parts, pick(benchForms))
		if name := strings.Join(parts, " "); !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// spoil writes a name as manifests do.
func spoil(name string, r *rand.Rand) string {
	switch r.IntN(7) {
	case 0: // a letter lost
		i := 1 + r.IntN(len(name)-2)
		return name[:i] + name[i+1:]
	case 1: // abbreviated
		return strings.NewReplacer("TECHNOLOGY", "TECH", "INTERNATIONAL", "INTL", "TRADING", "TRDG", "ELECTRONICS", "ELEC", "LIMITED", "LTD").Replace(name)
	case 2: // cut
		return name[:min(len(name), 35)]
	case 3: // order
		f := strings.Fields(name)
		return strings.Join(append(f[1:], f[0]), " ")
	case 4: // a word split
		f := strings.Fields(name)
		if len(f[0]) > 6 {
			f[0] = f[0][:len(f[0])/2] + " " + f[0][len(f[0])/2:]
		}
		return strings.Join(f, " ")
	case 5: // two letters swapped
		b := []byte(name)
		i := 1 + r.IntN(len(b)-3)
		b[i], b[i+1] = b[i+1], b[i]
		return string(b)
	}
	return name + " NO 12 " + "FUHUA ROAD"
}

func buildIndex(list []string) *link.Index {
	x := link.NewIndex(link.Options{})
	for i, name := range list {
		x.Add(&record.Party{ID: fmt.Sprintf("T:%06d", i), Type: record.Organization, Name: name})
	}
	x.Build()
	return x
}

var bench250k = sync.OnceValues(func() (*link.Index, []string) {
	list := generate(250_000, 1)
	return buildIndex(list), list
})

// BenchmarkScreen250k screens names against 250,000: nine of ten are
// strangers, one is a listed name as manifests spoil it.
func BenchmarkScreen250k(b *testing.B) {
	x, list := bench250k()
	screen(b, x, mixed(list, generate(50_000, 99)))
}

// screen measures how fast names are screened, and how much lies in memory.
func screen(b *testing.B, x *link.Index, queries []string) {
	b.Helper()
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		i := rand.IntN(len(queries))
		for pb.Next() {
			x.Match(record.Mention{Name: queries[i%len(queries)], Type: record.Organization})
			i++
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
	b.ReportMetric(float64(mem.HeapAlloc)/1e6, "MB")
}

// mixed are strangers of which one in ten is a name of the list as manifests
// spoil it.
func mixed(list, strangers []string) []string {
	r := rand.New(rand.NewPCG(3, 3))
	queries := slices.Clone(strangers)
	for i := range queries {
		if i%10 == 0 {
			queries[i] = spoil(list[r.IntN(len(list))], r)
		}
	}
	return queries
}

// BenchmarkGrowth screens the same strangers against ever longer lists.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{10_000, 50_000, 250_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list := generate(n, 1)
			start := time.Now()
			x := buildIndex(list)
			took := time.Since(start)
			screen(b, x, mixed(list, generate(20_000, 99)))
			b.ReportMetric(took.Seconds(), "s/build")
		})
	}
}

// BenchmarkScreenWords screens names of real words: frames of listed names,
// filled with the words of listed parties and of applicants for patents.
func BenchmarkScreenWords(b *testing.B) {
	parties := readList(b, "bis_entity_list")
	words := applicantWords(b)
	for _, p := range parties {
		for w := range ownWords(strings.ToUpper(names.Fold(p.Name))) {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	frames := framesOf(parties)
	make := func(n int, seed uint64) []string {
		r := rand.New(rand.NewPCG(seed, 8))
		seen := map[string]bool{}
		var out []string
		for len(out) < n {
			if name := frames.fill(words, r); !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
		return out
	}
	list := make(250_000, 1)
	screen(b, buildIndex(list), mixed(list, make(20_000, 2)))
}

func BenchmarkBuild50k(b *testing.B) {
	list := generate(50_000, 1)
	for b.Loop() {
		buildIndex(list)
	}
	b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "aliases/s")
}

// TestRecall holds the candidates to what manifests do to names: of spoilt
// names, 99 of 100 must find the name that they were.
func TestRecall(t *testing.T) {
	list := generate(20_000, 1)
	x := buildIndex(list)
	r := rand.New(rand.NewPCG(5, 5))
	const tries = 4000
	missed := 0
	for range tries {
		i := r.IntN(len(list))
		q := spoil(list[i], r)
		id := fmt.Sprintf("T:%06d", i)
		found := false
		for _, l := range x.Match(record.Mention{Name: q, Type: record.Organization}) {
			found = found || l.B.ID == id || l.A.ID == id
		}
		if !found {
			missed++
			if missed < 25 {
				t.Logf("%q did not find %q (%.3f)", q, list[i], names.Similarity(names.Parse(q, names.Organization), names.Parse(list[i], names.Organization)))
			}
		}
	}
	if recall := 1 - float64(missed)/tries; recall < 0.99 {
		t.Errorf("recall %.4f, want 0.99 or more", recall)
	} else {
		t.Logf("recall %.4f", recall)
	}
}
