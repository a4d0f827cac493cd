package parsers

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// leftOut stands where a contact of a private person stood.
const leftOut = "(contact left out)"

var (
	contact = regexp.MustCompile(`(?i)(?:\be-?mail(?: address(?:es)?)?\s*:?\s*)?[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+` +
		`|\b(?:tel(?:e(?:phone|fax|x))?|phone|mobile|cell(?:ular)?|fax|whatsapp|viber)\b\.?(?:\s*(?:numbers?|nos?\b\.?|#))?\s*:?\s*\+?\(?[0-9][0-9\s()/+-]{4,}[0-9]`)
	contactKind = regexp.MustCompile(`(?i)\b(?:e-?mail|telephone|phone|mobile|cell|fax|telex|whatsapp|viber)\b`)
	repeated    = regexp.MustCompile(`\(contact left out\)(?:[;,.\s]*(?:alt\. |and )?\(contact left out\))+`)
)

// withoutContacts drops the e-mail addresses and telephone numbers of a
// private person, whichever list and parser they come from: they identify
// nobody in a manifest, and a dataset must not carry them on. What names an
// organization stays.
func withoutContacts(p *record.Party) {
	if p.Type != record.Individual {
		return
	}
	p.IDs = slices.DeleteFunc(p.IDs, func(n record.Identifier) bool {
		return contactKind.MatchString(n.Type) || contact.MatchString(n.Value)
	})
	p.Remarks = redact(p.Remarks)
	for i := range p.Titles {
		p.Titles[i] = redact(p.Titles[i])
	}
	for i := range p.Addresses {
		p.Addresses[i].Text, p.Addresses[i].Street = redact(p.Addresses[i].Text), redact(p.Addresses[i].Street)
	}
}

func redact(s string) string {
	if !strings.ContainsAny(s, "@0123456789") {
		return s
	}
	return repeated.ReplaceAllString(contact.ReplaceAllString(s, leftOut), leftOut)
}
