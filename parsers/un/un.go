// Package un reads the consolidated list of the United Nations Security
// Council as XML: the persons and entities of all its sanctions committees.
//
// Start with New. An element gives one Party under the Council's permanent
// reference number.
package un

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// New returns the parser of the list. It has no options.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	if decode != nil {
		if err := decode(&struct{}{}); err != nil {
			return nil, err
		}
	}
	return parse, nil
}

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, part := range u.Parts {
			goOn, err := readPart(ctx, u, part, yield)
			if err != nil {
				yield(nil, fmt.Errorf("un: %s: %w", part.Name, err))
				return
			}
			if !goOn {
				return
			}
		}
	}
}

// maxEntry bounds one entry: the longest real one has 20 kB.
const maxEntry = 4 << 20

// entryLimit stops an entry that does not end.
type entryLimit struct {
	r io.Reader
	n int
}

func (l *entryLimit) Read(b []byte) (int, error) {
	if l.n > maxEntry {
		return 0, fmt.Errorf("an entry of more than %d MiB", maxEntry>>20)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

// readPart yields the parties of a file and says whether to go on.
func readPart(ctx context.Context, u record.Unit, part record.Part, yield func(record.Record, error) bool) (bool, error) {
	rc, err := part.Open()
	if err != nil {
		return false, err
	}
	defer rc.Close()
	limit := &entryLimit{r: rc}
	dec := xml.NewDecoder(limit)
	entries, rooted := 0, false
	unread := map[string]bool{}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return false, fault(err, entries, rooted, dec.InputOffset())
		}
		limit.n = 0
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		name := start.Name.Local
		if !rooted && name != "CONSOLIDATED_LIST" {
			return false, fmt.Errorf("this is not the Security Council's list: its root is %.40q, want CONSOLIDATED_LIST", name)
		}
		rooted = true
		if name != "INDIVIDUAL" && name != "ENTITY" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		var e entry
		if err := dec.DecodeElement(&e, &start); err != nil {
			return false, fault(err, entries, rooted, dec.InputOffset())
		}
		entries++
		at := u.At(fmt.Sprintf("%s#%d", part.Name, entries))
		for _, child := range e.Rest {
			if c := child.XMLName.Local; !unread[c] {
				unread[c] = true
				if !yield(nil, record.Problemf(at, "un: %w", besides{fmt.Errorf("element %.60s is not read: say in parsers/un what it means", c)})) {
					return false, nil
				}
			}
		}
		p, err := e.party(name == "INDIVIDUAL")
		if err != nil {
			if !yield(nil, record.Problemf(at, "un: %w", err)) {
				return false, nil
			}
			continue
		}
		p.Origin = at
		if !yield(p, nil) {
			return false, nil
		}
	}
	switch {
	case !rooted:
		return false, errors.New("this is not the Security Council's list: it is no XML")
	case entries == 0:
		return false, errors.New("the list has neither an INDIVIDUAL nor an ENTITY: fetch it again")
	}
	return true, nil
}

// fault says what is wrong with a file that is no whole XML.
func fault(err error, entries int, rooted bool, at int64) error {
	var syntax *xml.SyntaxError
	broken := errors.As(err, &syntax)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), broken && syntax.Msg == "unexpected EOF":
		return fmt.Errorf("the XML breaks off after %d entries, at byte %d: the download was cut short, fetch it again", entries, at)
	case broken && !rooted:
		return fmt.Errorf("this is not the Security Council's list: not XML: %s", syntax.Msg)
	case broken:
		return fmt.Errorf("after %d entries, line %d: not XML: %s", entries, syntax.Line, syntax.Msg)
	}
	return err
}

// besides marks a problem that stands for no entry.
type besides struct{ error }

func (besides) Besides() bool { return true }

// Unwrap returns what is wrong.
func (b besides) Unwrap() error { return b.error }

// plain brings blanks and line breaks to single blanks; the list's "na" and
// "N/A" are nothing.
func plain(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	switch s {
	case "na", "NA", "N/A", "n/a":
		return ""
	}
	return s
}

// filled brings texts to their plain form without empty ones and repetitions.
func filled(texts ...string) []string {
	var out []string
	for _, s := range texts {
		if s = plain(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
