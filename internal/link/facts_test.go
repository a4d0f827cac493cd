package link_test

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// world is a store in memory, read from JSON lines.
type world struct {
	records []record.Record
}

func readWorld(t testing.TB, files ...string) *world {
	t.Helper()
	w := &world{}
	for _, file := range files {
		body, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(body) {
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			r, err := record.Unmarshal(line)
			if err != nil {
				t.Fatalf("%s: %v: %s", file, err, line)
			}
			w.records = append(w.records, r)
		}
	}
	slices.SortStableFunc(w.records, func(a, b record.Record) int { return cmp.Compare(a.Ref().String(), b.Ref().String()) })
	return w
}

func (w *world) Get(_ context.Context, r record.Ref) (record.Record, error) {
	for _, v := range w.records {
		if v.Ref() == r {
			return v, nil
		}
	}
	return nil, record.ErrNotFound
}

func (w *world) Scan(_ context.Context, k record.Kind, prefix string) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, v := range w.records {
			if v.Ref().Kind == k && strings.HasPrefix(v.Ref().ID, prefix) && !yield(v, nil) {
				return
			}
		}
	}
}

func (w *world) uses(yield func(name, country, address string, u record.Use)) {
	for _, v := range w.records {
		s, ok := v.(*record.Shipment)
		if !ok {
			continue
		}
		if s.Shipper != nil {
			yield(s.Shipper.Name, s.Shipper.Country, s.Shipper.Address, record.Use{Shipment: s.Ref(), Role: record.RoleShipper})
		}
		if s.Consignee != nil {
			yield(s.Consignee.Name, s.Consignee.Country, s.Consignee.Address, record.Use{Shipment: s.Ref(), Role: record.RoleConsignee})
		}
	}
}

func (w *world) Names(context.Context) iter.Seq2[record.NameUse, error] {
	var list []record.NameUse
	w.uses(func(name, country, address string, u record.Use) {
		i := slices.IndexFunc(list, func(n record.NameUse) bool { return n.Name == name && n.Country == country })
		if i < 0 {
			i = len(list)
			list = append(list, record.NameUse{Name: name, Country: country, Address: address})
		}
		list[i].Count++
		if !slices.Contains(list[i].Roles, u.Role) {
			list[i].Roles = append(list[i].Roles, u.Role)
			slices.Sort(list[i].Roles)
		}
	})
	slices.SortFunc(list, func(a, b record.NameUse) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Country, b.Country))
	})
	return func(yield func(record.NameUse, error) bool) {
		for _, n := range list {
			if !yield(n, nil) {
				return
			}
		}
	}
}

func (w *world) Uses(_ context.Context, name, country string) iter.Seq2[record.Use, error] {
	return func(yield func(record.Use, error) bool) {
		done := false
		w.uses(func(n, c, _ string, u record.Use) {
			if !done && n == name && c == country {
				done = !yield(u, nil)
			}
		})
	}
}
