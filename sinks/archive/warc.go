package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/tripoint-data/tripoint/record"
)

// The types of WARC record that the archive writes.
const (
	typeInfo     = "warcinfo"
	typeResponse = "response"
	typeResource = "resource" // a file, or a page as a browser rendered it
	typeRevisit  = "revisit"
)

const (
	version     = "WARC/1.1"
	recordEnd   = "\r\n\r\n"
	captureKey  = "WARC-Tripoint-Capture"
	maxHead     = 16 << 20 // a request body is part of the description
	profileSame = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	profile304  = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
)

// errBroken marks bytes that are no record.
var errBroken = errors.New("broken record")

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errBroken, fmt.Errorf(format, args...))
}

// header is the head of a WARC record.
type header struct {
	kind, id, uri, digest string
	refers                string // when read: the id of the record that a revisit refers to
	date                  time.Time
	refersTo              *record.Capture // when writing a revisit
	length                int64           // of the block
	capture               []byte          // JSON
}

// recordID is the same for the same capture, wherever it is written.
func recordID(c record.Capture) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%d\n%s",
		c.Source, c.Run, c.Request.Key(), c.Fetched.UTC().Format(time.RFC3339Nano), c.Status, c.SHA256))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80 // version 8: by the maker's own method
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// writeRecord writes one record with its block and the two line ends after it.
func writeRecord(w io.Writer, h header, c record.Capture, p *payload) error {
	var js bytes.Buffer
	enc := json.NewEncoder(&js)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return err
	}
	var block []byte // what stands before the payload
	contentType := clean(c.MediaType)
	if strings.HasPrefix(c.URL, "http") && h.kind != typeResource {
		block, contentType = httpHead(c), "application/http; msgtype=response"
	}
	length := int64(len(block))
	if h.kind != typeRevisit {
		length += p.size
	}

	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	b.WriteString(version + "\r\n")
	field("WARC-Type", h.kind)
	field("WARC-Record-ID", h.id)
	field("WARC-Date", h.date.UTC().Format(time.RFC3339Nano))
	field("WARC-Target-URI", cleanURI(h.uri))
	field("WARC-Payload-Digest", "sha256:"+c.SHA256)
	if e := h.refersTo; e != nil {
		profile := profileSame
		if c.Status == http.StatusNotModified {
			profile = profile304
		}
		field("WARC-Profile", profile)
		field("WARC-Refers-To", recordID(*e))
		field("WARC-Refers-To-Target-URI", cleanURI(e.URL))
		field("WARC-Refers-To-Date", e.Fetched.UTC().Format(time.RFC3339Nano))
	}
	field(captureKey, strings.TrimSpace(js.String()))
	if length > 0 {
		field("Content-Type", contentType)
	}
	field("Content-Length", strconv.FormatInt(length, 10))
	b.WriteString("\r\n")
	if b.Len() > maxHead {
		return fmt.Errorf("the capture's description has %d bytes, more than %d", b.Len(), maxHead)
	}
	b.Write(block)
	if _, err := w.Write(b.Bytes()); err != nil {
		return err
	}
	if h.kind != typeRevisit {
		if gz, ok := w.(*gzip.Writer); ok { // who reads the head alone need not unpack the body
			if err := gz.Flush(); err != nil {
				return err
			}
		}
		if err := p.copyTo(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, recordEnd)
	return err
}

// writeInfo writes the record that heads a segment.
func writeInfo(w io.Writer, name string, date time.Time) error {
	const fields = "software: tripoint\r\nformat: WARC File Format 1.1\r\n" +
		"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	id := recordID(record.Capture{Source: name, Fetched: date})
	_, err := fmt.Fprintf(w, "%s\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\nWARC-Date: %s\r\nWARC-Filename: %s\r\n"+
		"Content-Type: application/warc-fields\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		version, typeInfo, id, date.UTC().Format(time.RFC3339Nano), name, len(fields), fields)
	return err
}

// httpHead writes the head of the answer, of what the capture knows of it: the
// transport has undone transfer and content codings.
func httpHead(c record.Capture) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", c.Status, http.StatusText(c.Status))
	for _, f := range [][2]string{{"Content-Type", c.MediaType}, {"ETag", c.ETag}, {"Last-Modified", c.LastModified}} {
		if v := clean(f[1]); v != "" {
			b.WriteString(f[0] + ": " + v + "\r\n")
		}
	}
	if c.Status != http.StatusNotModified {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", c.Size)
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// clean makes a text from outside fit for one header line.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s))
}

// cleanURI escapes what may not stand in an address.
func cleanURI(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			fmt.Fprintf(&b, "%%%02X", s[i])
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// readHeader reads the head of a record and says how many bytes it took. At
// the end of the input it returns io.EOF.
func readHeader(r *bufio.Reader) (header, int64, error) {
	lines, n, err := readHead(r)
	if err != nil {
		return header{}, n, err
	}
	if lines[0] != version && lines[0] != "WARC/1.0" {
		return header{}, n, broken("the first line is %.20q", lines[0])
	}
	h := header{length: -1}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return header{}, n, broken("no field: %.40q", line)
		}
		value = strings.TrimSpace(value)
		switch textproto.CanonicalMIMEHeaderKey(name) {
		case "Warc-Type":
			h.kind = value
		case "Warc-Record-Id":
			h.id = value
		case "Warc-Target-Uri":
			h.uri = value
		case "Warc-Refers-To":
			h.refers = value
		case "Warc-Payload-Digest":
			h.digest = value
		case "Warc-Date":
			if h.date, err = time.Parse(time.RFC3339Nano, value); err != nil {
				return header{}, n, broken("WARC-Date: %.40q", value)
			}
		case "Warc-Tripoint-Capture":
			h.capture = []byte(value)
		case "Content-Length":
			v, err := strconv.ParseInt(value, 10, 64)
			if err != nil || v < 0 || v >= maxBody+maxHead {
				return header{}, n, broken("Content-Length: %.40q", value)
			}
			h.length = v
		}
	}
	if h.kind == "" || h.length < 0 {
		return header{}, n, broken("no WARC-Type or no Content-Length")
	}
	return h, n, nil
}

// readHead reads lines up to and with the first empty one.
func readHead(r *bufio.Reader) (lines []string, n int64, err error) {
	var buf []byte
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case errors.Is(err, io.EOF) && len(buf) == 0:
			return nil, 0, io.EOF
		case errors.Is(err, io.EOF):
			return nil, int64(len(buf)), broken("%w", io.ErrUnexpectedEOF)
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, int64(len(buf)), err
		case len(buf) > maxHead:
			return nil, int64(len(buf)), broken("a head of more than %d bytes", maxHead)
		case bytes.HasSuffix(buf, []byte("\r\n\r\n")):
			return strings.Split(string(buf[:len(buf)-4]), "\r\n"), int64(len(buf)), nil
		}
	}
}

// described reads the capture that a record carries; ok is false for a
// record that carries none.
func (h header) described() (c record.Capture, ok bool, err error) {
	if h.capture == nil {
		return c, false, nil
	}
	if err := json.Unmarshal(h.capture, &c); err != nil {
		return c, false, broken("%s: %w", captureKey, record.Plain(err))
	}
	if _, err := digest(c.SHA256); err != nil {
		return c, false, broken("%s: %w", captureKey, err)
	}
	return c, true, nil
}

// hasHTTP says that the block begins with the head of an HTTP answer.
func (h header) hasHTTP() bool {
	return h.kind == typeResponse && strings.HasPrefix(h.uri, "http")
}

func digest(s string) (sum [sha256.Size]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(sum) {
		return sum, fmt.Errorf("%.80q is no SHA-256 in hex", s)
	}
	return [sha256.Size]byte(b), nil
}

var gzips = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// gzipped has write's output written as one gzip member.
func gzipped(w io.Writer, write func(io.Writer) error) error {
	gz := gzips.Get().(*gzip.Writer)
	defer gzips.Put(gz)
	gz.Reset(w)
	if err := write(gz); err != nil {
		return err
	}
	return gz.Close()
}
