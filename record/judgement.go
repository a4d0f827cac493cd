package record

import "time"

// Tag says that a patent falls under an area or subfield of a CET edition.
type Tag struct {
	ID        string  `json:"id"` // patent/edition/area-or-subfield
	Patent    string  `json:"patent"`
	Edition   string  `json:"edition"`            // 2022, 2024, 2026
	Area      string  `json:"area"`               // data_cyber
	Subfield  string  `json:"subfield,omitempty"` // data_cyber.identity_biometrics
	Score     float64 `json:"score"`
	Why       []Why   `json:"why"`
	Synthetic bool    `json:"synthetic,omitempty"`
}

// Ref is tag:ID.
func (t *Tag) Ref() Ref { return Ref{KindTag, t.ID} }

// Why is one piece of evidence, for or against.
type Why struct {
	Kind   string  `json:"kind"`             // code, phrase, token, alias, country, address, decision, method …
	Text   string  `json:"text"`             // the evidence in words
	Field  string  `json:"field,omitempty"`  // where it stands: cpc, title, abstract, name …
	Weight float64 `json:"weight,omitempty"` // what it added; negative: it spoke against
	Ref    *Ref    `json:"ref,omitempty"`    // the record that shows it
	Method string  `json:"method,omitempty"` // edition or method with the hash of its tables
}

// The relations of links.
const (
	SameEntity = "same_entity"
	Related    = "related"
)

// Band says what a score is good for. Only Certain and Probable enter
// findings; Review goes to candidates; Weak is not published.
type Band string

// The bands, strongest first.
const (
	Certain  Band = "certain"
	Probable Band = "probable"
	Review   Band = "review"
	Weak     Band = "weak"
)

// Link joins two parties, or a party and a name found in a document.
type Link struct {
	ID        string  `json:"id"` // relation/a/b
	Relation  string  `json:"relation"`
	Basis     string  `json:"basis,omitempty"` // of related: shared_address, named_in_entry, declared_parent, brand, analyst; of same_entity: decision
	A         Ref     `json:"a,omitzero"`      // a < b as text
	B         Ref     `json:"b,omitzero"`
	Score     float64 `json:"score"`
	Band      Band    `json:"band"`
	Method    string  `json:"method,omitempty"`
	Why       []Why   `json:"why"`
	Synthetic bool    `json:"synthetic,omitempty"`
}

// Ref is link:ID.
func (l *Link) Ref() Ref { return Ref{KindLink, l.ID} }

// LinkID names the link between two refs, whichever comes first, and returns
// them in their order.
func LinkID(relation string, x, y Ref) (id string, a, b Ref) {
	if y.String() < x.String() {
		x, y = y, x
	}
	return relation + "/" + x.String() + "/" + y.String(), x, y
}

// Decision is an analyst's word on a link; it wins over the score.
type Decision struct {
	ID        string    `json:"id"`
	Link      string    `json:"link"`    // a Link's id
	Verdict   string    `json:"verdict"` // same, different, unsure
	By        string    `json:"by"`
	Note      string    `json:"note,omitempty"`
	Source    string    `json:"source,omitempty"` // a citation for the decision
	Made      time.Time `json:"made,omitzero"`
	Hashes    []string  `json:"hashes,omitempty"` // of both records as they were decided on
	Synthetic bool      `json:"synthetic,omitempty"`
}

// Ref is decision:ID.
func (d *Decision) Ref() Ref { return Ref{KindDecision, d.ID} }
