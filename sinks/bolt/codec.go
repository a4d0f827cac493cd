package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/tripoint-data/tripoint/record"
)

// maxUnpacked bounds what one compressed value may unfold to.
const maxUnpacked = 1 << 30

// The coders are made once: they hold tables of some megabytes and may be used
// by many goroutines.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder { return newEncoder(zstd.SpeedDefault) })
	decoder = sync.OnceValue(func() *zstd.Decoder { return newDecoder() })
)

// blockEncoder packs blocks, which are written once and read often.
var blockEncoder = sync.OnceValue(func() *zstd.Encoder { return newEncoder(zstd.SpeedBetterCompression) })

func newEncoder(level zstd.EncoderLevel, more ...zstd.EOption) *zstd.Encoder {
	more = append(more, zstd.WithEncoderLevel(level), zstd.WithWindowSize(4<<20), zstd.WithEncoderCRC(true))
	e, err := zstd.NewWriter(nil, more...)
	if err != nil { // only wrong options do this
		return nil
	}
	return e
}

func newDecoder(more ...zstd.DOption) *zstd.Decoder {
	more = append(more, zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderConcurrency(0))
	d, err := zstd.NewReader(nil, more...)
	if err != nil { // only wrong options do this
		return nil
	}
	return d
}

// sharedID is what a frame says that is packed against shared texts.
const sharedID = 1

// packFrom is the length from which a fact's JSON is compressed; a shorter
// one gains less than the frame costs.
const packFrom = 384

// The flags of a row.
const (
	flagPacked  = 1 << iota // JSON is compressed
	flagGone                // absent from its source's newest full load
	flagDeleted             // a tombstone, until it is swept
)

// row is one source's row of a fact.
type row struct {
	first   uint64 // the generation that brought it
	last    uint64 // the last generation that had it, where it is gone
	deleted bool
	json    []byte
}

func (r row) append(b []byte) []byte {
	flags, body := byte(0), r.json
	if len(body) >= packFrom {
		if packed := encoder().EncodeAll(body, nil); len(packed) < len(body) {
			flags, body = flagPacked, packed
		}
	}
	if r.last > 0 {
		flags |= flagGone
	}
	if r.deleted {
		flags |= flagDeleted
	}
	b = binary.AppendUvarint(append(b, flags), r.first)
	if r.last > 0 {
		b = binary.AppendUvarint(b, r.last)
	}
	return append(b, body...)
}

var errRow = errors.New("store: a row cannot be read: the store is damaged; " + cure)

// parseRow reads what row.append wrote; json may lie in b.
func parseRow(b []byte) (r row, err error) {
	if len(b) == 0 {
		return r, errRow
	}
	flags, b := b[0], b[1:]
	take := func() (v uint64) {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			err = errRow
			return 0
		}
		b = b[n:]
		return v
	}
	r.first = take()
	if flags&flagGone != 0 {
		r.last = take()
	}
	if err != nil {
		return r, err
	}
	r.deleted, r.json = flags&flagDeleted != 0, b
	if flags&flagPacked != 0 {
		if r.json, err = decoder().DecodeAll(b, nil); err != nil {
			return r, fmt.Errorf("%w: %w", errRow, err)
		}
	}
	return r, nil
}

// encodeRecord writes a record as JSON without its kind, which the bucket says.
func encodeRecord(r record.Record) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.Ref(), err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func decodeRecord(kind record.Kind, b []byte) (record.Record, error) {
	r := record.New(kind)
	if r == nil {
		return nil, fmt.Errorf("store: kind %q is unknown", kind)
	}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%w: %w", errRow, record.Plain(err))
	}
	return r, nil
}
