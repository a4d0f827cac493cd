package manifest_test

import (
	"errors"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/record"
)

func TestArrived(t *testing.T) {
	date := func(s string) (record.Date, error) {
		if s == "bad" {
			return "", errors.New("no date")
		}
		return record.Date(s), nil
	}
	for _, tt := range []struct{ actual, estimated, day, basis, err string }{
		{"2023-05-11", "2023-05-01", "2023-05-11", "", ""},
		{"", "2023-05-01", "2023-05-01", "estimated", ""},
		{"", "", "", "", ""},
		{"bad", "2023-05-01", "", "", "no date"},
		{"", "bad", "", "", "no date"},
	} {
		day, basis, err := manifest.Arrived(date, tt.actual, tt.estimated)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if string(day) != tt.day || basis != tt.basis || text != tt.err {
			t.Errorf("%+v: %q, %q, %v", tt, day, basis, err)
		}
	}
}

func TestID(t *testing.T) {
	unit := record.Unit{Origin: record.Origin{Source: "us-cbp-ams"}}
	if got := manifest.ID(unit, "ams", "2023-05-11", "1"); got != "us-cbp-ams/202305/1" {
		t.Error(got)
	}
	if got := manifest.ID(record.Unit{}, "ams", "", "1"); got != "ams/000000/1" {
		t.Error(got)
	}
}
