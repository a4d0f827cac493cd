package ppubs

import (
	"fmt"
	"html"
	"reflect"
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// document is what is read of a document; search results have fewer of the
// fields than the viewer's answer.
type document struct {
	GUID             texts `json:"guid"` // US-20200334450-A1
	Type             texts `json:"type"` // USPAT, US-PGPUB, USOCR
	KindCode         texts `json:"kindCode"`
	Title            texts `json:"inventionTitle"`
	Abstract         texts `json:"abstractHtml"`
	Claims           texts `json:"claimsHtml"`
	Published        texts `json:"datePublished"`
	Filed            texts `json:"applicationFilingDate"`
	Application      texts `json:"applicationNumber"`
	Family           texts `json:"familyIdentifierCur"`
	CPC              texts `json:"cpcInventiveFlattened"`
	CPCAdditional    texts `json:"cpcAdditionalFlattened"`
	IPC              texts `json:"ipcCodeFlattened"`
	USPC             texts `json:"uspcFullClassificationFlattened"`
	AssigneeName     texts `json:"assigneeName"`
	AssigneeCity     texts `json:"assigneeCity"`
	AssigneeState    texts `json:"assigneeState"`
	AssigneeCountry  texts `json:"assigneeCountry"`
	ApplicantName    texts `json:"applicantName"`
	ApplicantCity    texts `json:"applicantCity"`
	ApplicantState   texts `json:"applicantState"`
	ApplicantCountry texts `json:"applicantCountry"`
	InventorName     texts `json:"inventorsName"`
	InventorCity     texts `json:"inventorCity"`
	InventorState    texts `json:"inventorState"`
	InventorCountry  texts `json:"inventorCountry"`
}

// isField holds the JSON names of document.
var isField = func() map[string]bool {
	names := map[string]bool{}
	for f := range reflect.TypeFor[document]().Fields() {
		names[f.Tag.Get("json")] = true
	}
	return names
}()

// texts are what a field may hold.
type texts = uspto.Texts

// first is the first text without mark-up, or "".
func first(t texts) string { return plain(t.First()) }

func (d *document) patent() (*record.Patent, error) {
	guid := uspto.Clean(first(d.GUID))
	country, rest, _ := strings.Cut(guid, "-")
	number, kind, ok := strings.Cut(rest, "-")
	if !ok {
		return nil, fmt.Errorf("guid %q is not of the form US-number-kind", guid)
	}
	if country != "US" {
		return nil, fmt.Errorf("%s is no US document", guid)
	}
	p := &record.Patent{}
	if err := uspto.Identify(p, number, kind); err != nil {
		return nil, fmt.Errorf("guid %q: %w", guid, err)
	}
	switch first(d.Type) {
	case "US-PGPUB":
		p.Document = record.Application
	case "USPAT", "USOCR":
		p.Document = record.Grant
	}
	published, err := uspto.Date(first(d.Published))
	if err != nil {
		return nil, fmt.Errorf("%s: datePublished: %w", guid, err)
	}
	uspto.Issue(p, published)
	if p.Filed, err = uspto.Date(first(d.Filed)); err != nil {
		return nil, fmt.Errorf("%s: applicationFilingDate: %w", guid, err)
	}
	p.ApplicationNumber = uspto.ApplicationNumber(first(d.Application))
	p.FamilyID = uspto.FamilyID(first(d.Family))
	p.Title = uspto.Text(first(d.Title))
	p.Abstract = uspto.Text(first(d.Abstract))
	p.FirstClaim = uspto.FirstClaim(first(d.Claims))
	p.CPC = symbols(d.CPC, uspto.Symbols)
	p.CPCAdditional = symbols(d.CPCAdditional, uspto.Symbols)
	p.IPC = symbols(d.IPC, uspto.Symbols)
	p.USPC = symbols(d.USPC, uspto.USPC)
	p.Assignees = persons(d.AssigneeName, d.AssigneeCity, d.AssigneeState, d.AssigneeCountry)
	p.Applicants = persons(d.ApplicantName, d.ApplicantCity, d.ApplicantState, d.ApplicantCountry)
	p.Inventors = persons(d.InventorName, d.InventorCity, d.InventorState, d.InventorCountry)
	return p, nil
}

func symbols(t texts, read func(...string) []string) []string {
	plained := make([]string, len(t))
	for i, s := range t {
		plained[i] = plain(s)
	}
	return read(plained...)
}

// persons reads lists that run side by side. A list of places of another
// length than the names belongs to nobody in particular and is left out.
func persons(names, cities, states, countries texts) []record.Person {
	at := func(t texts, i int) string {
		if len(t) != len(names) {
			return ""
		}
		return plain(t[i])
	}
	var out []record.Person
	for i := range names {
		p, ok := uspto.Person(plain(names[i]), at(cities, i), at(states, i), at(countries, i))
		if ok {
			out = append(out, p)
		}
	}
	return out
}

var (
	lineBreak = regexp.MustCompile(`(?i)<(?:br|/p|p|/div|/li)\b[^<>]*>`)
	tag       = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)
)

// plain takes the highlights and other mark-up off a text and decodes its
// entities; a line break stays one.
func plain(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = tag.ReplaceAllString(lineBreak.ReplaceAllString(s, "\n"), "")
	}
	return html.UnescapeString(s)
}
