package link

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// memory is what one linking leaves behind for the next: by what it was made,
// of which parties as they were, of which names, and under which decisions.
//
//	line of JSON: how, names, parties, links, decided
//	sums of the names, ascending, 16 bytes each
//	the parties as JSON lines
type memory struct {
	How     string   `json:"how"`     // the method, its tables, the options, the program
	Names   int      `json:"names"`   // how many sums
	Links   int      `json:"links"`   // how many links were made
	Decided []string `json:"decided"` // the links that decisions were on

	sums    []sum
	parties []string // without their origins, one line each
}

// sum stands for a mention. It is long enough that nobody can make two names
// that share one: a listed name must not hide behind another.
type sum struct{ high, low uint64 }

func compareSums(a, b sum) int { return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low)) }

// The ways in which a name stands in documents: all that is matched under one
// ref has one sum.
const (
	inShipments = 's'
	inPatents   = 'p'
	inBoth      = 'b'
)

// sum is that of all that a match of m can depend on beside the parties.
func (m *mention) sum(way byte) sum {
	b := []byte{way}
	for _, s := range []string{m.Name, m.ref.ID, m.Country, m.Address} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	h := sha256.Sum256(b)
	return sum{binary.BigEndian.Uint64(h[:8]), binary.BigEndian.Uint64(h[8:])}
}

// knows says whether a mention with that sum was linked the last time.
func (m *memory) knows(s sum) bool {
	if m == nil {
		return false
	}
	_, ok := slices.BinarySearchFunc(m.sums, s, compareSums)
	return ok
}

// partyLine is a party as it is compared with what it was.
func partyLine(p *record.Party) (string, error) {
	bare := *p
	bare.Origin, bare.AlsoFrom = nil, nil // where it was read says nothing of it
	line, err := record.Marshal(&bare)
	return string(bytes.TrimSuffix(line, []byte("\n"))), err
}

// encode writes a memory out. The same memory gives the same bytes.
func (m *memory) encode() ([]byte, error) {
	slices.SortFunc(m.sums, compareSums)
	m.sums = slices.Compact(m.sums)
	m.Names = len(m.sums)
	head, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	size := len(head) + 1 + 16*len(m.sums)
	for _, p := range m.parties {
		size += len(p) + 1
	}
	b := append(append(make([]byte, 0, size), head...), '\n')
	for _, s := range m.sums {
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, s.high), s.low)
	}
	for _, p := range m.parties {
		b = append(append(b, p...), '\n')
	}
	return b, nil
}

var errMemory = errors.New("the memory of the last linking is damaged")

// decodeMemory reads a memory back.
func decodeMemory(b []byte) (*memory, error) {
	head, rest, ok := bytes.Cut(b, []byte("\n"))
	m := &memory{}
	if !ok {
		return nil, errMemory
	}
	if err := json.Unmarshal(head, m); err != nil {
		return nil, fmt.Errorf("%w: %w", errMemory, record.Plain(err))
	}
	if m.Names < 0 || m.Names > len(rest)/16 {
		return nil, errMemory
	}
	m.sums = make([]sum, m.Names)
	for i := range m.sums {
		m.sums[i] = sum{binary.BigEndian.Uint64(rest[16*i:]), binary.BigEndian.Uint64(rest[16*i+8:])}
	}
	if !slices.IsSortedFunc(m.sums, compareSums) {
		return nil, errMemory
	}
	for line := range strings.Lines(string(rest[16*m.Names:])) {
		m.parties = append(m.parties, strings.TrimSuffix(line, "\n"))
	}
	return m, nil
}

// changes compares parties with what they were: those that are new or other
// than they were, and what was in the place of those or is there no more.
func (m *memory) changes(parties []*record.Party, lines []string) (before, after []*record.Party, err error) {
	gone := make(map[string]bool, len(m.parties))
	for _, line := range m.parties {
		gone[line] = true
	}
	for i, line := range lines {
		if !gone[line] {
			after = append(after, parties[i])
		}
		delete(gone, line)
	}
	for _, line := range m.parties {
		if !gone[line] {
			continue
		}
		p := &record.Party{}
		if err := record.Decode([]byte(line), p); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errMemory, err)
		}
		before = append(before, p)
	}
	return before, after, nil
}
