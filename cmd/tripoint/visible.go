package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// visible writes text so that nothing in it takes over a terminal or deceives
// the eye: control characters, and those that turn or hide what stands beside
// them, become escapes as JSON and YAML strings have them, so that data loses
// nothing by it. What is no UTF-8 becomes U+FFFD.
type visible struct {
	to   io.Writer
	asIs *bool // while it is true, bytes pass as they are

	mu  sync.Mutex
	cut []byte // the beginning of a character whose rest is still to come
}

// Write writes text. A character that it ends in the midst of waits for the
// next call: what the program says ends with a line.
func (v *visible) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asIs != nil && *v.asIs {
		return v.to.Write(p)
	}
	text := append(v.cut, p...)
	whole := len(text)
	for i := max(0, whole-utf8.UTFMax+1); i < whole; i++ {
		if !utf8.FullRune(text[i:]) {
			whole = i
			break
		}
	}
	_, err := io.WriteString(v.to, escaped(string(text[:whole])))
	v.cut = append([]byte(nil), text[whole:]...)
	return len(p), err
}

// escaped is a text with what must not reach a terminal written out.
func escaped(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	first := strings.IndexFunc(s, unseen)
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for _, r := range s[first:] {
		switch high, low := utf16.EncodeRune(r); {
		case !unseen(r):
			b.WriteRune(r)
		case high == utf8.RuneError:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		}
	}
	return b.String()
}

// unseen says whether a character commands a terminal, or hides or turns text.
// The two joiners do neither: names in Persian and in Indian scripts are spelt
// with them.
func unseen(r rune) bool {
	switch {
	case r < 0x7f:
		return r < ' ' && r != '\n' && r != '\t'
	case r == '\u200c', r == '\u200d':
		return false
	case r == '\u2028', r == '\u2029': // they break lines
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
