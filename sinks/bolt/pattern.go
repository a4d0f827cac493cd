package bolt

import (
	"strings"

	"github.com/klauspost/compress/zstd"
)

// appendCodes writes texts that are letters with numbers in them, such as
// container numbers and locators: the patterns as texts, the numbers apart,
// where delta is set as differences from the last one of the same pattern.
// Texts whose patterns do not repeat are written as texts.
func appendCodes(b []byte, v []string, delta bool, z *zstd.Encoder) []byte {
	type numbered struct {
		text string
		last []uint64 // the last numbers of the pattern
	}
	patterns := make([]string, len(v))
	seen := map[string]*numbered{}
	now := &numbered{text: "\x02"} // no pattern
	var numbers, found []uint64
	var buf []byte
	for i, s := range v {
		buf, found = pattern(buf[:0], found[:0], s)
		if string(buf) != now.text {
			if now = seen[string(buf)]; now == nil {
				now = &numbered{string(buf), make([]uint64, len(found))}
				seen[now.text] = now
				if len(seen) > 64+len(v)/4 {
					return appendTexts(append(b, 0), v, z, z)
				}
			}
		}
		patterns[i] = now.text
		for j, n := range found {
			if delta {
				n, now.last[j] = zigzag(int64(n-now.last[j])), n
			}
			numbers = append(numbers, n)
		}
	}
	mode := byte(1)
	if delta {
		mode = 2
	}
	b = appendTexts(append(b, mode), patterns, z, z)
	return appendNumbers(b, numbers, z)
}

func (c *cutter) codes() []string {
	mode := c.bytes(1)
	if c.err != nil || mode[0] > 2 {
		c.err = errBlock
		return nil
	}
	v := c.texts()
	if mode[0] == 0 {
		return v
	}
	numbers := c.numbers()
	seen := map[string][]uint64{}
	var text []byte
	for i, p := range v {
		last, ok := seen[p]
		if !ok {
			last = make([]uint64, gaps(p))
			seen[p] = last
		}
		if len(last) > len(numbers) {
			c.err = errBlock
			return nil
		}
		if mode[0] == 2 {
			for j := range last {
				last[j] += uint64(unzigzag(numbers[j]))
			}
		} else {
			copy(last, numbers)
		}
		numbers = numbers[len(last):]
		if text, ok = unpattern(text[:0], p, last); !ok {
			c.err = errBlock
			return nil
		}
		v[i] = string(text)
	}
	return v
}

// The marks of a pattern. A text that has one of them itself is its own
// pattern, behind markRaw.
const (
	markNumber = 0 // a number without leading zeros stands here
	markPadded = 1 // a number with leading zeros; its width follows
	markRaw    = 2
)

// pattern replaces the numbers of a text by marks and appends their values.
func pattern(b []byte, numbers []uint64, s string) ([]byte, []uint64) {
	for i := 0; i < len(s); {
		c := s[i]
		if c <= markRaw {
			return append(append(b[:0], markRaw), s...), numbers[:0]
		}
		if c < '0' || c > '9' {
			b = append(b, c)
			i++
			continue
		}
		end, n := i, uint64(0)
		for ; end < len(s) && end-i < 18 && s[end] >= '0' && s[end] <= '9'; end++ {
			n = n*10 + uint64(s[end]-'0')
		}
		if c == '0' {
			b = append(b, markPadded, byte(end-i))
		} else {
			b = append(b, markNumber)
		}
		numbers = append(numbers, n)
		i = end
	}
	return b, numbers
}

// gaps counts the numbers of a pattern.
func gaps(p string) (n int) {
	if strings.HasPrefix(p, "\x02") {
		return 0
	}
	for i := 0; i < len(p); i++ {
		if p[i] <= markPadded {
			n++
		}
		if p[i] == markPadded {
			i++
		}
	}
	return n
}

func unpattern(b []byte, p string, numbers []uint64) ([]byte, bool) {
	if raw, ok := strings.CutPrefix(p, "\x02"); ok {
		return append(b, raw...), true
	}
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case markNumber:
			b = appendPadded(b, numbers[0], 1)
			numbers = numbers[1:]
		case markPadded:
			if i++; i >= len(p) || p[i] > 18 {
				return b, false
			}
			b = appendPadded(b, numbers[0], int(p[i]))
			numbers = numbers[1:]
		default:
			b = append(b, p[i])
		}
	}
	return b, true
}

func appendPadded(b []byte, n uint64, width int) []byte {
	var d [20]byte
	i := len(d)
	for ; n > 0 || len(d)-i < width; n /= 10 {
		i--
		d[i] = byte('0' + n%10)
	}
	return append(b, d[i:]...)
}
