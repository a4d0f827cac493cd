package record

import (
	"slices"
	"strings"
)

// PartyType says what a listed party is.
type PartyType string

// The types of parties.
const (
	Organization PartyType = "organization"
	Individual   PartyType = "person"
	Vessel       PartyType = "vessel"
	Aircraft     PartyType = "aircraft"
)

// Party is one listed party: all rows of a list that share one id.
type Party struct {
	ID            string       `json:"id"`
	Type          PartyType    `json:"type,omitempty"`
	Name          string       `json:"name,omitempty"`
	Aliases       []Alias      `json:"aliases,omitempty"`
	Lists         []Listing    `json:"lists,omitempty"`
	Addresses     []Address    `json:"addresses,omitempty"`
	Countries     []string     `json:"countries,omitempty"` // ISO 3166-1 alpha-2, sorted
	IDs           []Identifier `json:"ids,omitempty"`
	Births        []string     `json:"births,omitempty"` // as published: 1962-05-03, 1962, circa 1962
	Nationalities []string     `json:"nationalities,omitempty"`
	Titles        []string     `json:"titles,omitempty"`
	Remarks       string       `json:"remarks,omitempty"`
	Synthetic     bool         `json:"synthetic,omitempty"`
	Origin        *Origin      `json:"origin,omitempty"`
	AlsoFrom      []Origin     `json:"also_from,omitempty"` // where other sources say something of it
}

// Ref is party:ID.
func (p *Party) Ref() Ref { return Ref{KindParty, p.ID} }

// Alias is another name of a party.
type Alias struct {
	Name    string `json:"name"`
	Quality string `json:"quality,omitempty"` // strong, weak; absent: not said
	Kind    string `json:"kind,omitempty"`    // aka, fka, nka, original_script
}

// AddAlias adds another name, unless the party bears it already in whatever
// case. A name that is given twice is weak only if it is so both times.
func (p *Party) AddAlias(a Alias) {
	if a.Name == "" || strings.EqualFold(a.Name, p.Name) {
		return
	}
	i := slices.IndexFunc(p.Aliases, func(b Alias) bool { return strings.EqualFold(a.Name, b.Name) })
	switch {
	case i < 0:
		p.Aliases = append(p.Aliases, a)
	case a.Quality != "weak" && p.Aliases[i].Quality == "weak":
		p.Aliases[i].Quality = a.Quality
	}
}

// Listing is a party's entry on one list.
type Listing struct {
	Code                string     `json:"code"` // US-BIS-EL, as config/tables/lists.yaml has it
	NativeID            string     `json:"native_id,omitempty"`
	Programs            []string   `json:"programs,omitempty"`
	Dates               []ListDate `json:"dates,omitempty"`
	Status              ListStatus `json:"status,omitempty"`
	Notices             []string   `json:"notices,omitempty"` // citations: 84 FR 54004
	LicenseRequirement  string     `json:"license_requirement,omitempty"`
	LicenseReviewPolicy string     `json:"license_review_policy,omitempty"` // verbatim
	SourceURL           string     `json:"source_url,omitempty"`
}

// ListStatus says how an entry stands.
type ListStatus string

// The states of an entry. NotInLatestFile is no delisting: only a notice or
// the publisher's end date makes an entry Removed or Expired.
const (
	Current         ListStatus = "current"
	Expired         ListStatus = "expired"
	Removed         ListStatus = "removed"
	NotInLatestFile ListStatus = "not_in_latest_file"
)

// ListDate is one dated event of an entry.
type ListDate struct {
	Event string `json:"event"` // listed, effective, amended, divestment, expires, removed
	Date  Date   `json:"date"`
	Basis string `json:"basis,omitempty"` // publisher, notice, first_seen, last_seen
	Scope string `json:"scope,omitempty"` // entry, alias, address
}

// Address is an address as published; Text is the whole of it.
type Address struct {
	Text       string `json:"text,omitempty"`
	Street     string `json:"street,omitempty"`
	City       string `json:"city,omitempty"`
	State      string `json:"state,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

// Identifier is a number that names a party: a registration, passport, ticker.
type Identifier struct {
	Type    string `json:"type"`
	Value   string `json:"value"`
	Country string `json:"country,omitempty"`
}

// Effective is the date that the listing took effect, or "" where no event
// says so: effective, else listed, entry scope first, earliest first.
func (l *Listing) Effective() Date {
	for _, event := range []string{"effective", "listed"} {
		var best Date
		for _, d := range l.Dates {
			if d.Event == event && (d.Scope == "" || d.Scope == "entry") && (best == "" || d.Date < best) {
				best = d.Date
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}
