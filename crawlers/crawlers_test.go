package crawlers_test

import (
	"errors"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers"
)

func TestNew(t *testing.T) {
	for kind, options := range map[string]string{
		"api":     "start: [https://h.test/]",
		"browser": "start: [https://h.test/]",
		"bulk":    "start: [https://h.test/]",
		"drop":    "{folder: a, files: ['*']}",
		"site":    "start: [https://h.test/]",
	} {
		c, err := crawlers.New(kind, func(v any) error { return yaml.Load([]byte(options), v, yaml.WithKnownFields()) }, nil)
		if err != nil || c == nil {
			t.Errorf("%s: %v, %v", kind, c, err)
		}
	}
}

func TestNewFails(t *testing.T) {
	bad := errors.New("line 3: unknown key")
	for _, kind := range crawlers.Kinds() {
		if c, err := crawlers.New(kind, func(any) error { return bad }, nil); !errors.Is(err, bad) || c != nil {
			t.Errorf("%s: %v, %v", kind, c, err)
		}
	}
	if _, err := crawlers.New("ftp", nil, nil); err == nil || !strings.Contains(err.Error(), "bulk") {
		t.Errorf("unknown kind: %v does not name the kinds", err)
	}
}
