package bolt

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"

	"github.com/tripoint-data/tripoint/record"
)

// blockRows is how many shipments a full block has. Larger blocks compress
// better and make a single Get slower.
const blockRows = 8192

// How a column is written.
const (
	asSizes = iota
	asTexts
	asCodes
	asDeltas
	asFloats
)

// layout says it of every column that is not asSizes.
var layout = [columns]int{
	colMaster: asCodes, colHouse: asCodes, colContainer: asCodes, colGoodContainer: asCodes,
	colLocator: asDeltas, colVoyage: asTexts,
	colFlow: asTexts, colReporter: asTexts, colCarrier: asTexts, colVessel: asTexts, colMode: asTexts,
	colDeparted: asTexts, colArrived: asTexts, colArrivedBasis: asTexts, colOriginCountry: asTexts, colDescription: asTexts,
	colHS: asTexts, colHSInText: asTexts, colBrand: asTexts, colManufacturer: asTexts, colUnit: asTexts,
	colStatus: asTexts, colTraderName: asTexts, colTraderAddress: asTexts, colTraderCountry: asTexts,
	colPlacePort: asTexts, colPlaceCountry: asTexts, colOriginSource: asTexts, colOriginURL: asTexts,
	colOriginSHA: asTexts, colOriginParser: asTexts, colOriginFetched: asTexts,
	colQuantity: asFloats, colValue: asFloats, colWeight: asFloats,
}

// sharedTexts are the columns whose texts repeat from block to block: in every
// block of a month but the first they are packed against those of the first.
var sharedTexts = [columns]bool{colDescription: true, colTraderName: true, colTraderAddress: true}

// maxShared bounds the texts that a month's blocks are packed against.
const maxShared = 2 << 20

// blockWriter gathers shipments in ascending order of ids and writes them as
// one block:
//
//	rows, first key, section lengths; keys (codes); every column in order
//
// A key is an id without source and month. Traders, places and origins stand
// once a block, with a reference wherever they appear.
type blockWriter struct {
	keys    []string
	sizes   [columns][]uint64
	strings [columns][]string
	floats  [columns][]float64
	traders map[record.Trader]uint64
	places  map[record.Place]uint64
	origins map[record.Origin]uint64
}

func newBlockWriter() *blockWriter {
	w := &blockWriter{}
	w.reset()
	return w
}

func (w *blockWriter) reset() {
	w.keys = w.keys[:0]
	for c := range columns {
		w.sizes[c], w.strings[c], w.floats[c] = w.sizes[c][:0], w.strings[c][:0], w.floats[c][:0]
	}
	w.traders, w.places, w.origins = map[record.Trader]uint64{}, map[record.Place]uint64{}, map[record.Origin]uint64{}
}

func (w *blockWriter) add(key string, s *record.Shipment) {
	w.keys = append(w.keys, key)
	walk(w, s)
}

func (w *blockWriter) text(c column, s *string)    { w.strings[c] = append(w.strings[c], *s) }
func (w *blockWriter) number(c column, f *float64) { w.floats[c] = append(w.floats[c], *f) }
func (w *blockWriter) size(c column, n uint64) uint64 {
	w.sizes[c] = append(w.sizes[c], n)
	return n
}

// refer writes the place of a thing in the block's table, 0 for a new one.
func refer[T comparable](w *blockWriter, c column, table map[T]uint64, t T) (known bool) {
	n, known := table[t]
	if !known {
		table[t] = uint64(len(table) + 1)
	}
	w.size(c, n)
	return known
}

func (w *blockWriter) trader(c column, t *record.Trader) {
	if !refer(w, c, w.traders, *t) {
		w.text(colTraderName, &t.Name)
		w.text(colTraderAddress, &t.Address)
		w.text(colTraderCountry, &t.Country)
	}
}

func (w *blockWriter) place(c column, p *record.Place) {
	if !refer(w, c, w.places, *p) {
		w.text(colPlacePort, &p.Port)
		w.text(colPlaceCountry, &p.Country)
	}
}

func (w *blockWriter) origin(c column, o *record.Origin) {
	head := *o
	head.Locator = ""
	if !refer(w, c, w.origins, head) {
		at := stamp(o.Fetched)
		w.text(colOriginSource, &o.Source)
		w.text(colOriginURL, &o.URL)
		w.text(colOriginSHA, &o.SHA256)
		w.text(colOriginParser, &o.Parser)
		w.text(colOriginFetched, &at)
	}
}

// encode writes the block; texts packs the shared texts.
func (w *blockWriter) encode(z, texts *zstd.Encoder) []byte {
	b := binary.AppendUvarint(make([]byte, 0, 64*len(w.keys)), uint64(len(w.keys)))
	b = binary.AppendUvarint(b, uint64(len(w.keys[0])))
	b = append(b, w.keys[0]...)
	keys := appendCodes(nil, w.keys, true, z)
	b = binary.AppendUvarint(b, uint64(len(keys)))
	b = append(b, keys...)
	for c := range columns {
		switch layout[c] {
		case asSizes:
			b = appendSizes(b, w.sizes[c], z)
		case asTexts:
			pool := z
			if sharedTexts[c] {
				pool = texts
			}
			b = appendTexts(b, w.strings[c], z, pool)
		case asCodes, asDeltas:
			b = appendCodes(b, w.strings[c], layout[c] == asDeltas, z)
		case asFloats:
			b = appendFloats(b, w.floats[c], z)
		}
	}
	return b
}

// blockReader reads a block from its first row to its last.
type blockReader struct {
	keys    []string
	sizes   [columns][]uint64
	strings [columns][]string
	floats  [columns][]float64
	traders []record.Trader
	places  []record.Place
	origins []record.Origin
	err     error
	next    int
}

// blockFirst returns a block's first key without unfolding the block.
func blockFirst(b []byte) (string, error) {
	c := cutter{b: b}
	c.uvarint()
	key := c.bytes(c.uvarint())
	return string(key), c.err
}

// blockKeys returns the keys of a block's rows and what follows them.
func blockKeys(b []byte) (keys []string, rest []byte, err error) {
	c := cutter{b: b}
	rows := c.uvarint()
	c.bytes(c.uvarint())
	in := cutter{b: c.bytes(c.uvarint())}
	if c.err != nil {
		return nil, nil, c.err
	}
	keys = in.codes()
	if in.err != nil || uint64(len(keys)) != rows {
		return nil, nil, errBlock
	}
	return keys, c.b, nil
}

// blockTexts returns what the other blocks of a month are packed against.
func blockTexts(first []byte) ([]byte, error) {
	_, rest, err := blockKeys(first)
	if err != nil {
		return nil, err
	}
	c := cutter{b: rest}
	new(blockReader).cut(&c)
	return c.shared[:min(len(c.shared), maxShared)], c.err
}

// newBlockReader takes a block apart; z is nil for a month's first block.
func newBlockReader(b []byte, z *zstd.Decoder) (*blockReader, error) {
	keys, rest, err := blockKeys(b)
	if err != nil {
		return nil, err
	}
	r := &blockReader{keys: keys}
	c := cutter{b: rest, z: z}
	r.cut(&c)
	return r, c.err
}

// cut reads the columns.
func (r *blockReader) cut(c *cutter) {
	for col := range columns {
		c.keep = sharedTexts[col]
		switch layout[col] {
		case asSizes:
			r.sizes[col] = c.sizes()
		case asTexts:
			r.strings[col] = c.texts()
		case asCodes, asDeltas:
			r.strings[col] = c.codes()
		case asFloats:
			r.floats[col] = c.floats()
		}
		if c.err != nil {
			return
		}
	}
}

// read sets s to the next row; false after the last one or an error.
func (r *blockReader) read(s *record.Shipment) (key string, ok bool) {
	if r.err != nil || r.next >= len(r.keys) {
		return "", false
	}
	walk(r, s)
	r.next++
	return r.keys[r.next-1], r.err == nil
}

func (r *blockReader) text(c column, s *string) {
	if len(r.strings[c]) == 0 {
		r.err = errBlock
		return
	}
	*s, r.strings[c] = r.strings[c][0], r.strings[c][1:]
}

func (r *blockReader) number(c column, f *float64) {
	if len(r.floats[c]) == 0 {
		r.err = errBlock
		return
	}
	*f, r.floats[c] = r.floats[c][0], r.floats[c][1:]
}

func (r *blockReader) size(c column, _ uint64) (n uint64) {
	if len(r.sizes[c]) == 0 {
		r.err = errBlock
		return 0
	}
	n, r.sizes[c] = r.sizes[c][0], r.sizes[c][1:]
	if items := itemsOf[c]; items != 0 && n > uint64(len(r.sizes[items])+len(r.strings[items]))+1 {
		r.err = errBlock // a list is never longer than its items' column
		return 0
	}
	return n
}

// itemsOf names the column that has an entry for each item of a list.
var itemsOf = [columns]column{
	colContainers: colContainer, colNotify: colNotifyAt, colTransit: colTransitAt, colGoods: colDescription,
}

// resolve reads a reference; known says that t was set from the table.
func resolve[T any](r *blockReader, c column, table []T, t *T) (known bool) {
	n := r.size(c, 0)
	if n > uint64(len(table)) {
		r.err = errBlock
		return true
	}
	if n > 0 {
		*t = table[n-1]
	}
	return n > 0
}

func (r *blockReader) trader(c column, t *record.Trader) {
	if !resolve(r, c, r.traders, t) {
		r.text(colTraderName, &t.Name)
		r.text(colTraderAddress, &t.Address)
		r.text(colTraderCountry, &t.Country)
		r.traders = append(r.traders, *t)
	}
}

func (r *blockReader) place(c column, p *record.Place) {
	if !resolve(r, c, r.places, p) {
		r.text(colPlacePort, &p.Port)
		r.text(colPlaceCountry, &p.Country)
		r.places = append(r.places, *p)
	}
}

func (r *blockReader) origin(c column, o *record.Origin) {
	if resolve(r, c, r.origins, o) {
		return
	}
	var at string
	r.text(colOriginSource, &o.Source)
	r.text(colOriginURL, &o.URL)
	r.text(colOriginSHA, &o.SHA256)
	r.text(colOriginParser, &o.Parser)
	r.text(colOriginFetched, &at)
	t, err := moment(at)
	if err != nil {
		r.err = err
	}
	o.Fetched = t
	r.origins = append(r.origins, *o)
}
