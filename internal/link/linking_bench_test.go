package link_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// market is a store of parties, links and names of shipments.
type market struct {
	world
	names []record.NameUse
}

func (m *market) Names(context.Context) iter.Seq2[record.NameUse, error] {
	return func(yield func(record.NameUse, error) bool) {
		for _, n := range m.names {
			if !yield(n, nil) {
				return
			}
		}
	}
}

// BenchmarkLinking links 200,000 names and 20,000 parties: anew, and with the
// memory of the last linking after a new month with 2,000 names, after ten
// parties changed, and after nothing did.
func BenchmarkLinking(b *testing.B) {
	listed := generate(20_000, 1)
	r := rand.New(rand.NewPCG(3, 3))
	m := &market{}
	for i, name := range listed {
		m.records = append(m.records, &record.Party{
			ID: fmt.Sprintf("T:%06d", i), Type: record.Organization, Name: name, Lists: []record.Listing{{Code: fmt.Sprint("L", i%5)}},
			Aliases: []record.Alias{{Name: spoil(name, r)}, {Name: spoil(name, r)}}, Countries: []string{"CN"},
		})
	}
	for i, name := range generate(200_000, 99) {
		if i%50 == 0 {
			name = spoil(listed[r.IntN(len(listed))], r)
		}
		m.names = append(m.names, record.NameUse{Name: name, Country: "CN", Address: "12 Fuhua Road, Shenzhen", Roles: []string{record.RoleShipper}})
	}
	first := link.NewLinking(m, link.Options{}, "bench", nil)
	var links []record.Record
	for l, err := range first.Links(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		links = append(links, l)
	}
	memory, err := first.Memory()
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d links, %d bytes of memory", len(links), len(memory))
	month := &market{m.world, m.names}
	for _, name := range generate(2000, 7) {
		month.names = append(month.names, record.NameUse{Name: name, Country: "RU"})
	}
	month.records = append(month.records[:len(month.records):len(month.records)], links...)
	list := &market{m.world, m.names}
	list.records = append(list.records[:len(list.records):len(list.records)], links...)
	for i, name := range generate(10, 8) {
		p := *list.records[i*1999].(*record.Party)
		p.Name = name
		list.records[i*1999] = &p
	}
	same := &market{m.world, m.names}
	same.records = month.records
	for _, bench := range []struct {
		name   string
		facts  *market
		memory []byte
	}{{"anew", list, nil}, {"nothing", same, memory}, {"month", month, memory}, {"list", list, memory}} {
		b.Run(bench.name, func(b *testing.B) {
			var tally link.Tally
			for b.Loop() {
				l := link.NewLinking(bench.facts, link.Options{}, "bench", bench.memory)
				for _, err := range l.Links(b.Context()) {
					if err != nil {
						b.Fatal(err)
					}
				}
				if _, err := l.Memory(); err != nil {
					b.Fatal(err)
				}
				tally = l.Tally()
			}
			b.ReportMetric(float64(tally.Matched), "names_matched")
			b.ReportMetric(float64(tally.Sought), "parties_sought")
		})
	}
}
