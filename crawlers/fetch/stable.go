package fetch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

const (
	ignoredLine = 64 << 10 // a pattern is looked for in lines, and in parts of longer ones
	ignoredKey  = 256      // a longer key of an answer is none that is ignored
)

// Ignored is a part of answers that says nothing: a key of JSON, or a
// /pattern/ of text.
type Ignored struct {
	key     string
	pattern *regexp.Regexp
}

// UnmarshalText reads a key or a /pattern/.
func (i *Ignored) UnmarshalText(b []byte) error {
	text := string(b)
	inner, ok := strings.CutPrefix(text, "/")
	if !ok {
		if text == "" || len(text) > ignoredKey || strings.ContainsAny(text, `"\`) {
			return fmt.Errorf("%q is no key of JSON: write for example search_performed_at, or a pattern as /generated .*/", text)
		}
		*i = Ignored{key: text}
		return nil
	}
	if inner, ok = strings.CutSuffix(inner, "/"); !ok || inner == "" {
		return fmt.Errorf("%q is no pattern: write /generated .*/", text)
	}
	pattern, err := regexp.Compile(inner)
	if err != nil {
		return fmt.Errorf("%q is no pattern: %w", text, err)
	}
	*i = Ignored{pattern: pattern}
	return nil
}

// Stable is the hash of an answer without what unchanged_ignoring names; ""
// where it names nothing. The reader is left at its start.
func (o Options) Stable(r io.ReadSeeker) (string, error) {
	if len(o.UnchangedIgnoring) == 0 {
		return "", nil
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	sum := sha256.New()
	w := bufio.NewWriterSize(sum, ignoredLine)
	if err := errors.Join(o.stable(w, bufio.NewReaderSize(r, ignoredLine)), w.Flush()); err != nil {
		return "", err
	}
	_, err := r.Seek(0, io.SeekStart)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// stable writes an answer without what is ignored, holding one line at most.
func (o Options) stable(w io.Writer, r *bufio.Reader) error {
	var patterns []*regexp.Regexp
	keys := map[string]bool{}
	for _, i := range o.UnchangedIgnoring {
		if i.pattern != nil {
			patterns = append(patterns, i.pattern)
		} else {
			keys[i.key] = true
		}
	}
	var json *jsonCut
	if first, _ := r.Peek(4096); len(keys) > 0 && looksLikeJSON(first) {
		json = &jsonCut{keys: keys}
		for key := range keys {
			json.longest = max(json.longest, len(key))
		}
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		for _, p := range patterns {
			line = p.ReplaceAllLiteral(line, nil)
		}
		if json != nil {
			line = json.cut(line)
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
	}
}

func looksLikeJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// jsonCut leaves the values of some keys out of JSON that passes by in pieces.
// What is no JSON passes in some way that is the same every time.
type jsonCut struct {
	keys    map[string]bool
	longest int // of them

	text    bool   // within a string
	escaped bool   // behind a backslash in it
	last    []byte // the string that passed last: a key, if a colon follows
	long    bool   // it is longer than all keys
	value   bool   // within a value that is left out
	depth   int    // of it
}

func (j *jsonCut) cut(piece []byte) []byte {
	kept := 0
	for i := 0; i < len(piece); i++ {
		if j.text && !j.escaped { // most of an answer is the inside of strings
			n := bytes.IndexAny(piece[i:], "\"\\")
			if n < 0 {
				n = len(piece) - i
			}
			if !j.value {
				j.note(piece[i : i+n])
				kept += copy(piece[kept:], piece[i:i+n])
			}
			if i += n; i == len(piece) {
				break
			}
		}
		if j.pass(piece[i]) {
			piece[kept] = piece[i]
			kept++
		}
	}
	return piece[:kept]
}

// note adds to the string that passes, as long as it may be a key.
func (j *jsonCut) note(s []byte) {
	if j.long = j.long || len(j.last)+len(s) > j.longest; !j.long {
		j.last = append(j.last, s...)
	}
}

// pass says whether a byte is part of what is kept.
func (j *jsonCut) pass(c byte) bool {
	if j.text {
		switch {
		case j.escaped:
			j.escaped = false
		case c == '"':
			j.text = false
		default: // a backslash: no key that is looked for holds one
			j.escaped, j.long = true, true
		}
		return !j.value
	}
	if j.value {
		switch c {
		case '"':
			j.text = true
		case '{', '[':
			j.depth++
		case '}', ']', ',':
			if j.depth == 0 { // the value has ended
				j.value, j.last = false, j.last[:0]
				return true
			}
			if c != ',' {
				j.depth--
			}
		}
		return false
	}
	switch c {
	case '"':
		j.text, j.long, j.last = true, false, j.last[:0]
	case ':':
		j.value = !j.long && j.keys[string(j.last)]
	case ' ', '\t', '\r', '\n':
	default:
		j.last = j.last[:0]
	}
	return true
}
