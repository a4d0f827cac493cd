package record

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Request is one fetch that a crawler wants made.
type Request struct {
	Method string            `json:"method,omitempty"` // GET where empty
	URL    string            `json:"url"`
	Body   []byte            `json:"body,omitempty"`
	Step   int               `json:"step,omitempty"` // tells repeated requests to one address apart: the page of a click-paged list
	Role   string            `json:"role,omitempty"` // list, detail …: what the answer is for
	Vars   map[string]string `json:"vars,omitempty"` // what led here: loop variables and carried values
}

// Key identifies a request: method, canonical address, hash of the body, step.
func (r Request) Key() string {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	key := method + " " + CanonicalURL(r.URL)
	if len(r.Body) > 0 {
		sum := sha256.Sum256(r.Body)
		key += " " + hex.EncodeToString(sum[:8])
	}
	if r.Step > 0 {
		key += " " + strconv.Itoa(r.Step)
	}
	return key
}

// CanonicalURL brings an address to one spelling: scheme and host in small
// letters, no default port, no fragment, no user information, sorted query.
// What cannot be parsed is returned as it is.
func CanonicalURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return s
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if p := u.Port(); p == "80" && u.Scheme == "http" || p == "443" && u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":"+p)
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if u.RawQuery != "" && !strings.Contains(u.RawQuery, ";") {
		u.RawQuery = u.Query().Encode()
	}
	return u.String()
}

// Capture is one answer as it came, kept in the archive.
type Capture struct {
	Source       string    `json:"source"`
	Run          string    `json:"run"`
	URL          string    `json:"url"`             // as asked
	Final        string    `json:"final,omitempty"` // after redirects, where it differs
	Name         string    `json:"name,omitempty"`  // a file's name, where the source has one
	MediaType    string    `json:"media_type,omitempty"`
	SHA256       string    `json:"sha256,omitempty"` // of the body, hex
	Stable       string    `json:"stable,omitempty"` // the same, without the parts of it that change with every rebuild
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Status       int       `json:"status"`             // HTTP status; 200 for a file
	Size         int64     `json:"size"`               // bytes of the body
	Rendered     bool      `json:"rendered,omitempty"` // the body is the page as a browser built it, not the bytes that the server sent
	Request      Request   `json:"request"`
	Fetched      time.Time `json:"fetched"`
}

// Part is one file of what a parser reads.
type Part struct {
	Name    string // cons_prim.csv, x.zip!ipg.xml: the first part of a Locator
	Capture Capture
	Open    func() (io.ReadCloser, error)
}

// Unit is what one parse reads: one capture, or all files of a joined format.
type Unit struct {
	Origin Origin // Locator empty: the parser fills it a record
	Parts  []Part
	Temp   string // a folder for external joins; "" where the parse may not use the disk
	Audit  *Audit // takes what the parse notices beside its records; nil where nobody asks
}

// At returns the unit's origin with a locator.
func (u Unit) At(locator string) *Origin {
	o := u.Origin
	o.Locator = locator
	return &o
}
