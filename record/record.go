// Package record is the language of the house: the facts that parsers read
// (Patent, Party, Shipment), the judgements that are made of them (Tag, Link,
// Finding, Decision), and what travels between the rooms (Request, Capture,
// Unit, Run, Problem). It imports nothing but the standard library.
//
// Start with Record and Ref; Marshal and Unmarshal are the JSON lines that
// every command reads and writes.
package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Kind names a kind of record; it is the JSON key "kind" of every record line.
type Kind string

// The kinds of records.
const (
	KindPatent   Kind = "patent"
	KindParty    Kind = "party"
	KindShipment Kind = "shipment"
	KindTag      Kind = "tag"
	KindLink     Kind = "link"
	KindFinding  Kind = "finding"
	KindDecision Kind = "decision"
	// KindName is a Ref's kind for a distinct name as written in a document
	// (see Mention). It is no record of its own.
	KindName Kind = "name"
)

// Record is one line of the dataset. Records are used as pointers.
type Record interface {
	// Ref is the record's identity, unique within its kind.
	Ref() Ref
}

// Ref points at a record; it is written kind:id.
type Ref struct {
	Kind Kind
	ID   string
}

// String writes the Ref as kind:id.
func (r Ref) String() string { return string(r.Kind) + ":" + r.ID }

// MarshalText writes the Ref as kind:id.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (r *Ref) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRef(string(b))
	return err
}

// ParseRef reads kind:id. The kind code of a US grant (US11321963B2) is
// accepted and dropped, since a grant's id carries none.
func ParseRef(s string) (Ref, error) {
	kind, id, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok || id == "" {
		return Ref{}, fmt.Errorf("%q is no reference: write kind:id, for example party:US-OFAC:30946", s)
	}
	switch k := Kind(kind); k {
	case KindPatent:
		if id = CanonicalPatentID(id); id == "" {
			return Ref{}, fmt.Errorf("%q names no patent: write patent:US11321963", s)
		}
		return Ref{k, id}, nil
	case KindParty, KindShipment, KindTag, KindLink, KindFinding, KindDecision, KindName:
		return Ref{k, id}, nil
	}
	return Ref{}, fmt.Errorf("%q is no kind of record: use patent, party, shipment, tag, link, finding, decision or name", kind)
}

// Origin says where a fact was read: which source, from which address, in
// which captured bytes, at which place in them, by which parser.
type Origin struct {
	Source  string    `json:"source,omitempty"`
	URL     string    `json:"url,omitempty"`
	SHA256  string    `json:"sha256,omitempty"`  // of the capture, hex; of the unit's manifest for joined formats
	Locator string    `json:"locator,omitempty"` // "cons_prim.csv:812 cons_alt.csv:90", "x.zip!ipg.xml#3", "results[12]"
	Parser  string    `json:"parser,omitempty"`  // format/version
	Fetched time.Time `json:"fetched,omitzero"`
}

// Marshal writes one record as one JSON line without its newline; "kind"
// comes first. Nothing is HTML-escaped.
func Marshal(r Record) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("record %s: %w", r.Ref(), err)
	}
	body := bytes.TrimRight(b.Bytes(), "\n")
	out := make([]byte, 0, len(body)+24)
	out = append(out, `{"kind":"`...)
	out = append(out, r.Ref().Kind...)
	out = append(out, '"')
	if len(body) > 2 {
		out = append(out, ',')
	}
	return append(out, body[1:]...), nil
}

// Unmarshal reads a line that Marshal wrote. Unknown keys are refused by name.
func Unmarshal(line []byte) (Record, error) {
	var head struct {
		Kind Kind `json:"kind"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, Plain(err)
	}
	r := New(head.Kind)
	if r == nil {
		return nil, fmt.Errorf("kind %q is unknown", head.Kind)
	}
	return r, Decode(line, r)
}

// New returns an empty record of a kind, or nil for an unknown kind.
func New(k Kind) Record {
	switch k {
	case KindPatent:
		return &Patent{}
	case KindParty:
		return &Party{}
	case KindShipment:
		return &Shipment{}
	case KindTag:
		return &Tag{}
	case KindLink:
		return &Link{}
	case KindFinding:
		return &Finding{}
	case KindDecision:
		return &Decision{}
	}
	return nil
}

// Decode reads one JSON line into r strictly: an unknown key is refused with
// its name, a wrong type with its place, and so is anything after the value.
// A "kind" key is accepted and must be r's kind. null and "" read as absent.
func Decode(line []byte, r Record) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	var kind Kind
	var keys any
	switch r := r.(type) { // the record's keys and "kind" side by side
	case *Patent:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Patent
		}{&kind, r}
	case *Party:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Party
		}{&kind, r}
	case *Shipment:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Shipment
		}{&kind, r}
	case *Tag:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Tag
		}{&kind, r}
	case *Link:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Link
		}{&kind, r}
	case *Finding:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Finding
		}{&kind, r}
	case *Decision:
		keys = &struct {
			Kind *Kind `json:"kind"`
			*Decision
		}{&kind, r}
	default:
		return fmt.Errorf("a %T cannot be decoded", r)
	}
	if err := dec.Decode(keys); err != nil {
		return Plain(err)
	}
	if dec.More() {
		return errors.New("more than one JSON value on the line")
	}
	if want := r.Ref().Kind; kind != "" && kind != want {
		return fmt.Errorf("kind is %q, want %q", kind, want)
	}
	return nil
}

// Plain rewrites a JSON decoder's error in the house's words, without the
// names of Go types.
func Plain(err error) error {
	var typ *json.UnmarshalTypeError
	var syn *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &typ):
		what := "a JSON " + strings.Fields(typ.Value)[0]
		field := typ.Field
		if head, rest, ok := strings.Cut(field, "."); ok && strings.ToUpper(head[:1]) == head[:1] {
			field = rest // the decoder names the embedded record first
		}
		if field == "" {
			return fmt.Errorf("%s stands where an object is wanted", what)
		}
		return fmt.Errorf("%s: %s does not belong here", field, what)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON breaks off")
	case errors.As(err, &syn):
		return fmt.Errorf("not JSON at byte %d: %s", syn.Offset, strings.TrimPrefix(syn.Error(), "json: "))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("unknown key %s", name)
	}
	return err
}
