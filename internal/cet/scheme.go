package cet

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// largestScheme bounds the unpacked levels file, bytes.
const largestScheme = 16 << 20

// scheme is the tree of a classification: which symbol stands under which.
type scheme struct {
	index  map[string]int32
	names  []string
	parent []int32 // of each symbol, -1 for a main group
}

// readScheme reads the file that config/cet/gen.go writes: one line a main
// group, its subgroups in scheme order, each its digits and a letter for its
// dots. A subgroup stands under the nearest earlier one with fewer dots.
func readScheme(r io.Reader) (*scheme, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("levels: %w", err)
	}
	limited := &io.LimitedReader{R: z, N: largestScheme}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, 1<<20)
	const symbols = 80_000
	s := &scheme{index: make(map[string]int32, symbols), names: make([]string, 0, symbols), parent: make([]int32, 0, symbols)}
	for n := 1; lines.Scan(); n++ {
		group, rest, _ := strings.Cut(lines.Text(), " ")
		if !canonical(group + "/00") {
			return nil, fmt.Errorf("levels: line %d: %q is no main group", n, group)
		}
		path := []int32{s.add(group+"/00", -1)} // the symbol last seen with each number of dots
		for sub := range strings.FieldsSeq(rest) {
			dots := int(sub[len(sub)-1]-'a') + 1
			if dots < 1 || dots > len(path) {
				return nil, fmt.Errorf("levels: line %d: %q has a level without one above it", n, sub)
			}
			path = append(path[:dots], s.add(group+"/"+sub[:len(sub)-1], path[dots-1]))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("levels: %w", err)
	}
	if limited.N == 0 {
		return nil, fmt.Errorf("levels: more than %d bytes", largestScheme)
	}
	return s, nil
}

func (s *scheme) add(name string, parent int32) int32 {
	i := int32(len(s.names))
	s.names = append(s.names, name)
	s.parent = append(s.parent, parent)
	s.index[name] = i
	return i
}

// lineage yields a symbol and everything that it stands under, nearest first,
// down to its class. A symbol that the scheme lacks, because only the CPC has
// it or it is withdrawn, stands under the symbol whose digits it extends
// (G06F9/5072 under G06F9/50, G06V40/45 under G06V40/40), else under its main
// group. In a group that the scheme lacks altogether the digits are all there
// is to go by.
func (s *scheme) lineage(symbol string, yield func(string) bool) {
	if !yield(symbol) {
		return
	}
	slash := strings.IndexByte(symbol, '/')
	if slash < 0 {
		if len(symbol) > 3 {
			yield(symbol[:3])
		}
		return
	}
	group := symbol[:slash] + "/00"
	seen := symbol == group
	_, known := s.index[group]
	at, ok := s.index[symbol]
	for short := symbol; !ok && len(short) > slash+3; {
		short = short[:len(short)-1]
		if at, ok = s.index[short]; known && !ok {
			continue
		}
		if !yield(short) {
			return
		}
		seen = seen || short == group
	}
	if !ok && len(symbol) == slash+3 && symbol[slash+1] != '0' {
		if ten := symbol[:slash+2] + "0"; ten != symbol {
			if at, ok = s.index[ten]; ok && !yield(ten) {
				return
			}
		}
	}
	for ok && s.parent[at] >= 0 {
		at = s.parent[at]
		if !yield(s.names[at]) {
			return
		}
		seen = seen || s.names[at] == group
	}
	if !seen && !yield(group) {
		return
	}
	_ = yield(symbol[:4]) && yield(symbol[:3])
}

// canonical says whether a symbol is written as records write it: G06V40/45,
// or G06V or G06 alone.
func canonical(s string) bool {
	if len(s) < 3 || s[0] < 'A' || s[0] > 'Y' || !digits(s[1:3]) {
		return false
	}
	if len(s) == 3 {
		return true
	}
	if s[3] < 'A' || s[3] > 'Z' {
		return false
	}
	if len(s) == 4 {
		return true
	}
	group, sub, ok := strings.Cut(s[4:], "/")
	return ok && len(group) >= 1 && len(group) <= 4 && group[0] != '0' && len(sub) >= 2 && len(sub) <= 6 && digits(group) && digits(sub)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
