package cet_test

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config/cet"
)

func TestEditions(t *testing.T) {
	if diff := cmp.Diff([]string{"2022", "2024"}, cet.Editions()); diff != "" {
		t.Error(diff)
	}
	if editions := cet.Editions(); cet.Default != editions[len(editions)-1] {
		t.Errorf("the default is %s, the newest edition %s", cet.Default, editions[len(editions)-1])
	}
	for _, e := range cet.Editions() {
		for _, name := range []string{e + ".yaml", "map-" + e + ".yaml"} {
			if _, err := fs.Stat(cet.FS(), name); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestSize keeps the levels small: they are in every binary.
func TestSize(t *testing.T) {
	info, err := fs.Stat(cet.FS(), "ipc-2023.01.gz")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 400_000 {
		t.Errorf("the levels take %d bytes", info.Size())
	}
}
