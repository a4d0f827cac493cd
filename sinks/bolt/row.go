package bolt

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/tripoint-data/tripoint/record"
)

// rowWriter writes one shipment as one run of bytes: the form in which rows
// are sorted and compared.
type rowWriter struct {
	b       []byte
	fetched record.Origin // the last stamped one
	stamp   string
}

func (w *rowWriter) write(s *record.Shipment) []byte {
	w.b = w.b[:0]
	walk(w, s)
	return w.b
}

func (w *rowWriter) text(_ column, s *string) {
	w.b = append(binary.AppendUvarint(w.b, uint64(len(*s))), *s...)
}

// number writes a float's bits from its exponent down, which is short for
// numbers with few digits.
func (w *rowWriter) number(_ column, f *float64) {
	w.b = binary.AppendUvarint(w.b, bits.ReverseBytes64(math.Float64bits(*f)))
}

func (w *rowWriter) size(_ column, n uint64) uint64 {
	w.b = binary.AppendUvarint(w.b, n)
	return n
}

func (w *rowWriter) trader(c column, t *record.Trader) {
	w.text(c, &t.Name)
	w.text(c, &t.Address)
	w.text(c, &t.Country)
}

func (w *rowWriter) place(c column, p *record.Place) {
	w.text(c, &p.Port)
	w.text(c, &p.Country)
}

func (w *rowWriter) origin(c column, o *record.Origin) {
	if w.fetched.Fetched != o.Fetched || w.stamp == "" {
		w.fetched.Fetched, w.stamp = o.Fetched, stamp(o.Fetched)
	}
	w.text(c, &o.Source)
	w.text(c, &o.URL)
	w.text(c, &o.SHA256)
	w.text(c, &o.Parser)
	w.text(c, &w.stamp)
}

// rowReader reads what rowWriter wrote. All texts of a row share one piece of
// memory.
type rowReader struct {
	s       string
	at      int
	err     error
	fetched record.Origin
	stamp   string
}

func (r *rowReader) read(b []byte, s *record.Shipment) error {
	r.s, r.at, r.err = string(b), 0, nil
	walk(r, s)
	if r.err == nil && r.at != len(r.s) {
		r.err = errBlock
	}
	return r.err
}

func (r *rowReader) uvarint() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		if r.at >= len(r.s) {
			break
		}
		c := r.s[r.at]
		r.at++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	r.err = errBlock
	return 0
}

func (r *rowReader) take() string {
	n := r.uvarint()
	if n > uint64(len(r.s)-r.at) {
		r.err = errBlock
		return ""
	}
	s := r.s[r.at : r.at+int(n)]
	r.at += int(n)
	return s
}

func (r *rowReader) text(_ column, s *string) { *s = r.take() }

func (r *rowReader) number(_ column, f *float64) {
	*f = math.Float64frombits(bits.ReverseBytes64(r.uvarint()))
}

// size bounds a length by what is left: every item takes a byte at least.
func (r *rowReader) size(column, uint64) uint64 {
	n := r.uvarint()
	if n > uint64(len(r.s)-r.at)+1 {
		r.err = errBlock
		return 0
	}
	return n
}

func (r *rowReader) trader(_ column, t *record.Trader) {
	t.Name, t.Address, t.Country = r.take(), r.take(), r.take()
}

func (r *rowReader) place(_ column, p *record.Place) {
	p.Port, p.Country = r.take(), r.take()
}

func (r *rowReader) origin(_ column, o *record.Origin) {
	o.Source, o.URL, o.SHA256, o.Parser = r.take(), r.take(), r.take(), r.take()
	if at := r.take(); at != r.stamp {
		t, err := moment(at)
		if err != nil {
			r.err = err
			return
		}
		r.fetched.Fetched, r.stamp = t, at
	}
	o.Fetched = r.fetched.Fetched
}
