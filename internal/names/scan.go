package names

import (
	"strings"
	"sync"
)

// maxWords bounds the words of a name that are compared.
const maxWords = 24

// rawWord is a word as written, in small letters.
type rawWord struct {
	text  string
	typed string // as written, where that is a slip of text
	upper bool   // written in capitals or digits only
	glued bool   // written as one with the word before
	join  bool   // tied to the word before by & or and: single letters join over it
	entry *entry
}

// scanner cuts folded text into words. Apostrophes vanish, dots between single
// letters too (S.A.R.L., U.S.), and so do & and / between them (AT&T, A/S).
type scanner struct {
	words []rawWord
	ends  []int32 // where each word ends in the buffer
	buf   []byte
}

// scanners are kept for the next name: nothing of one outlives its name.
var scanners = sync.Pool{New: func() any { return &scanner{} }}

func (sc *scanner) free() {
	clear(sc.words)
	scanners.Put(sc)
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (sc *scanner) scan(s string) {
	sc.words, sc.ends = sc.words[:0], sc.ends[:0]
	buf := sc.buf[:0]
	start, part := 0, 0 // of the word, of its part since the last dot
	upper, tie := true, false
	end := func() {
		if len(buf) > start {
			sc.words = append(sc.words, rawWord{upper: upper, join: tie})
			sc.ends = append(sc.ends, int32(len(buf)))
			tie = false
		}
		start, part, upper = len(buf), len(buf), true
	}
	at := func(i int) byte {
		if i >= 0 && i < len(s) {
			return s[i]
		}
		return 0
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isAlnum(c):
			if c >= 'A' && c <= 'Z' {
				if len(buf) > start+2 && !upper && capitalsToEnd(s, i) { // SiemensAG
					end()
				}
				c |= 0x20
			} else if c >= 'a' {
				upper = false
			}
			buf = append(buf, c)
		case c == '\'' || c == '`' || c == '?' && len(buf) > start && isLetter(at(i+1)):
		case c == '.' && len(buf)-part == 1 && isLetter(at(i-1)) && isLetter(at(i+1)) && !isAlnum(at(i+2)):
			part = len(buf)
		case c == '.' && len(buf) > start && strings.HasPrefix(s[i+1:], "com") && !isAlnum(at(i+4)):
			// amazon.com is one word
		case (c == '&' || c == '/') && len(buf)-start == 1 && isLetter(at(i+1)) && !isAlnum(at(i+2)):
			if c == '/' && buf[len(buf)-1] == 'c' && at(i+1)|0x20 == 'o' {
				buf = append(buf[:len(buf)-1], "careof"...)
				i++
				end()
			}
		case c == '&' && len(buf) > start && len(buf)-start <= 2 && isAlnum(at(i+1)) && !isAlnum(at(i+3)):
		case c == '&' || c == '+':
			end()
			tie = true
		case c == '%':
			end()
			buf = append(buf, "percent"...)
		default:
			end()
		}
	}
	end()
	sc.buf = buf
	text, from := string(buf), 0
	for i := range sc.words {
		sc.words[i].text = text[from:sc.ends[i]]
		from = int(sc.ends[i])
	}
}

// look finds what the tables say of each word.
func (x *lexicons) look(ws []rawWord) {
	for i := range ws {
		ws[i].entry = x.entry(ws[i].text)
	}
}

// capitalsToEnd says that s[i:] goes on with two to four capitals to the end
// of its word.
func capitalsToEnd(s string, i int) bool {
	n := i
	for n < len(s) && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	return n-i >= 2 && n-i <= 4 && (n == len(s) || !isAlnum(s[n]))
}

// foldPlain folds without the native words, as the tables are read.
func foldPlain(s string) string {
	if isASCII(s) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		if r < 0x80 {
			out.WriteByte(byte(r))
		} else {
			out.WriteString(spellRune(r))
		}
	}
	return out.String()
}
