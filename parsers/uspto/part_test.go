package uspto

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// TestDocuments runs a reader of lines: a number each, or a problem.
func TestDocuments(t *testing.T) {
	parse := Documents(func(name string, r *bufio.Reader, emit Emit) error {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			p := &record.Patent{}
			if err := emit("#"+lines.Text(), p, Identify(p, lines.Text(), "")); err != nil {
				return err
			}
		}
		return lines.Err()
	})
	part := func(name, text string) record.Part {
		return record.Part{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	missing := record.Part{Name: "c", Open: func() (io.ReadCloser, error) { return nil, errors.New("it is gone") }}
	run := func(ctx context.Context, stop int, parts ...record.Part) string {
		var got []string
		for rec, err := range parse(ctx, record.Unit{Origin: record.Origin{Source: "s"}, Parts: parts}) {
			if err != nil {
				got = append(got, err.Error())
			} else {
				p := rec.(*record.Patent)
				got = append(got, p.ID+"@"+p.Origin.Source+":"+p.Origin.Locator)
			}
			if len(got) == stop {
				break
			}
		}
		return strings.Join(got, " | ")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	a, b := part("a", "\ufeff7654321\nx\n"), part("b", "8765432\n")
	for want, got := range map[string]string{
		`US7654321@s:a#7654321 | a#x: "x" is no US document number | US8765432@s:b#8765432`: run(t.Context(), 0, a, b),
		"US8765432@s:b#8765432 | c cannot be opened: it is gone":                            run(t.Context(), 0, b, missing, a),
		"d is empty":            run(t.Context(), 0, part("d", ""), a),
		"US7654321@s:a#7654321": run(t.Context(), 1, a, b),
		"context canceled":      run(gone, 0, a),
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestAllowance(t *testing.T) {
	a := NewAllowance(strings.NewReader("0123456789"))
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("before Allow: %v", err)
	}
	a.Allow(4)
	if got, err := io.ReadAll(a); string(got) != "0123" || !errors.Is(err, ErrTooLarge) {
		t.Errorf("%q, %v", got, err)
	}
	a.Allow(10)
	if got, err := io.ReadAll(a); string(got) != "456789" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
