package cet_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config/cet"
)

func TestEditions(t *testing.T) {
	if diff := cmp.Diff([]string{"2022", "2024", "2026", "coins", "outbound"}, cet.Editions()); diff != "" {
		t.Error(diff)
	}
	if !slices.Contains(cet.Editions(), cet.Default) {
		t.Errorf("the default %s is no edition", cet.Default)
	}
	for _, e := range cet.Editions() {
		for _, name := range []string{e + ".yaml", "map-" + e + ".yaml"} {
			if _, err := fs.Stat(cet.FS(), name); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestSize keeps the tables small: they are in every binary.
func TestSize(t *testing.T) {
	for name, most := range map[string]int64{"ipc-2023.01.gz": 400_000, "model-2024.gz": 8 << 20} {
		info, err := fs.Stat(cet.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > most {
			t.Errorf("%s takes %d bytes", name, info.Size())
		}
	}
}
