package pipeline_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// TestRoles: pages that are there for their links are kept and not parsed.
func TestRoles(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	src := h.list("/list.csv")
	src.Crawler = crawlerFunc(func(ctx context.Context, job fetch.Job) error {
		for role, body := range map[string]string{"list": "<a href=b.csv>", "detail": "name,country\nZhelanqu,CN\n"} {
			sum := sha256.Sum256([]byte(body))
			address := "http://host.test/" + role
			err := job.Keep(ctx, record.Capture{
				Source: src.ID, Run: job.Run, URL: address, Status: http.StatusOK, Size: int64(len(body)),
				SHA256: hex.EncodeToString(sum[:]), Request: record.Request{URL: address, Role: role},
			}, strings.NewReader(body))
			if err != nil {
				return err
			}
		}
		return nil
	})
	src.Full = false
	src.Roles = []string{"detail"}
	h.crawl(src)
	if run := h.parse(src); run.Read != 1 || run.Problems != 0 {
		t.Errorf("%d rows read, %d problems; want 1 and 0", run.Read, run.Problems)
	}
	if got := h.ids(record.KindParty); len(got) != 1 || !slices.ContainsFunc(got, func(id string) bool { return strings.Contains(id, "ZHELANQU") }) {
		t.Errorf("parties: %v", got)
	}
	src.Roles = []string{"annex"}
	if _, err := h.Parse(t.Context(), src); err == nil || !strings.Contains(err.Error(), "no answer of the role annex is archived yet") {
		t.Errorf("parsing a role that no page has: %v", err)
	}
}
