// Package seco reads the consolidated list of the Swiss State Secretariat for
// Economic Affairs as XML: parties (targets) whose names come in parts with
// spellings in several scripts, and whose addresses and programmes refer to
// places and sanctions sets that stand elsewhere in the file.
//
// Start with New. A target gives one Party. The file is read twice: once for
// the places and sets, which are held in memory, once for the targets.
package seco

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"github.com/tripoint-data/tripoint/record"
)

const (
	root       = "swiss-sanctions-list"
	maxElement = 16 << 20 // bytes of one target, so that a missing end cannot swallow the file
	maxShared  = 500_000  // places and sets; the real file has 9,000
)

// New returns the parser. It has no options.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	if decode != nil {
		if err := decode(&struct{}{}); err != nil {
			return nil, err
		}
	}
	return parse, nil
}

var errStop = errors.New("stop")

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, part := range u.Parts {
			err := readPart(ctx, u, part, yield)
			if errors.Is(err, errStop) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("seco: %s: %w", part.Name, err))
				return
			}
		}
	}
}

func readPart(ctx context.Context, u record.Unit, part record.Part, yield func(record.Record, error) bool) error {
	var known shared
	if err := children(ctx, part, known.read); err != nil {
		return err
	}
	n := 0
	err := children(ctx, part, func(dec *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "target" {
			return dec.Skip()
		}
		var t target
		if err := dec.DecodeElement(&t, &start); err != nil {
			return err
		}
		n++
		at := u.At(part.Name + "#" + strconv.Itoa(n))
		p, err := known.party(&t)
		if err != nil {
			if !yield(nil, record.Problemf(at, "seco: target %s: %w", t.SSID, err)) {
				return errStop
			}
			return nil
		}
		p.Origin = at
		if !yield(p, nil) {
			return errStop
		}
		return nil
	})
	if err == nil && n == 0 {
		return errors.New("there is no target in it: it is another file")
	}
	return err
}

// children opens a part and hands over each element below the root.
func children(ctx context.Context, part record.Part, each func(*xml.Decoder, xml.StartElement) error) error {
	rc, err := part.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	in := &limited{r: bufio.NewReaderSize(rc, 64<<10)}
	dec := xml.NewDecoder(in)
	dec.CharsetReader = charset
	for depth := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		in.n = 0
		tok, err := dec.Token()
		if err == io.EOF { // within the root it would be a syntax error
			return nil
		}
		if err != nil {
			return fault(err, dec.InputOffset())
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				depth++
				if t.Name.Local != root {
					return fmt.Errorf("its root is %q, want %q: it is another file", t.Name.Local, root)
				}
				continue
			}
			if err := each(dec, t); err != nil {
				return fault(err, dec.InputOffset())
			}
		case xml.EndElement:
			depth--
		}
	}
}

func charset(name string, r io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("encoding %q is unknown", name)
	}
	return transform.NewReader(r, enc.NewDecoder()), nil
}

func fault(err error, at int64) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return fmt.Errorf("the XML breaks off at byte %d: the download was cut short, fetch it again", at)
	case syntax != nil:
		return fmt.Errorf("line %d: not XML: %s", syntax.Line, syntax.Msg)
	}
	return err
}

// limited bounds what is read between two resets of n.
type limited struct {
	r io.Reader
	n int
}

func (l *limited) Read(b []byte) (int, error) {
	if l.n > maxElement {
		return 0, fmt.Errorf("an element of more than %d MiB: its end is missing", maxElement>>20)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

// shared is what targets refer to.
type shared struct {
	places map[string]place
	sets   map[string]string // a sanctions set → its programme and what it says
}

func (s *shared) read(dec *xml.Decoder, start xml.StartElement) error {
	if s.places == nil {
		s.places, s.sets = map[string]place{}, map[string]string{}
	}
	switch start.Name.Local {
	case "place":
		var p place
		if err := dec.DecodeElement(&p, &start); err != nil {
			return err
		}
		s.places[p.SSID] = p
	case "sanctions-program":
		var p program
		if err := dec.DecodeElement(&p, &start); err != nil {
			return err
		}
		key := english(p.Keys)
		for _, set := range p.Sets {
			if _, known := s.sets[set.SSID]; !known || set.Lang == "eng" {
				s.sets[set.SSID] = joined(": ", key, text(set.Text))
			}
		}
	default:
		return dec.Skip()
	}
	if len(s.places)+len(s.sets) > maxShared {
		return fmt.Errorf("more than %d places and sanctions sets: it is another file", maxShared)
	}
	return nil
}
