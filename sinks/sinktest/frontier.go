package sinktest

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

func request(n int) record.Request {
	return record.Request{URL: fmt.Sprintf("https://host.test/%d", n), Role: "detail", Vars: map[string]string{"n": fmt.Sprint(n)}}
}

func testFrontier(t *testing.T, f *fixture) {
	ctx := t.Context()
	q, err := f.Frontier(ctx, "src", "run1")
	if err != nil {
		t.Fatal(err)
	}
	if q.Resumed() {
		t.Error("a new frontier is resumed")
	}
	if _, err := f.Frontier(ctx, "src", "run1"); err == nil {
		t.Error("two crawls of one source are let in")
	}
	if _, err := q.Lease(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("Lease of nothing: %v", err)
	}
	if err := q.Add(ctx, request(1), request(2), request(1), request(3)); err != nil {
		t.Fatal(err)
	}
	lease := func(q Frontier, want int) record.Request {
		t.Helper()
		r, err := q.Lease(ctx)
		if err != nil {
			t.Fatal(err)
		}
		f.want("lease", request(want), r)
		return r
	}
	first := lease(q, 1)
	lease(q, 2)
	if err := errors.Join(q.Add(ctx, request(4), request(2)), q.Done(ctx, first)); err != nil {
		t.Fatal(err)
	}
	if err := q.Done(ctx, first); err == nil {
		t.Error("Done twice is accepted")
	}
	n, err := q.Pending(ctx)
	f.want("pending", 3, n)
	if err := errors.Join(err, q.Close()); err != nil {
		t.Fatal(err)
	}
	f.reopen()

	q, err = f.Frontier(ctx, "src", "run2")
	if err != nil {
		t.Fatal(err)
	}
	if !q.Resumed() {
		t.Error("a frontier with requests is not resumed")
	}
	if err := q.Add(ctx, request(1)); err != nil { // done by the run before
		t.Fatal(err)
	}
	for want := 2; want <= 4; want++ { // 2 was in flight
		if err := q.Done(ctx, lease(q, want)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := q.Lease(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("Lease when all is done: %v", err)
	}
	if err := errors.Join(q.Clear(ctx), q.Add(ctx, request(1))); err != nil {
		t.Fatal(err)
	}
	lease(q, 1)
	if err := errors.Join(q.Clear(ctx), q.Close()); err != nil {
		t.Fatal(err)
	}
	q, err = f.Frontier(ctx, "src", "run3")
	if err != nil {
		t.Fatal(err)
	}
	if q.Resumed() {
		t.Error("a cleared frontier is resumed")
	}
}
