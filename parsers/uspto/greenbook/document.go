package greenbook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// first is the first value under a tag, or "".
func first(values map[string][]string, key string) string {
	if len(values[key]) == 0 {
		return ""
	}
	return values[key][0]
}

func (d *document) patent() (*record.Patent, error) {
	if d.spoilt != nil {
		return nil, d.spoilt
	}
	p := &record.Patent{}
	if err := uspto.Identify(p, number(first(d.values, "PATN.WKU")), ""); err != nil {
		return nil, fmt.Errorf("WKU: %w", err)
	}
	p.Document = record.Grant
	day, err := uspto.Date(first(d.values, "PATN.ISD"))
	if err != nil {
		return nil, fmt.Errorf("%s: ISD: %w", p.ID, err)
	}
	uspto.Issue(p, day)
	if p.Filed, err = uspto.Date(first(d.values, "PATN.APD")); err != nil {
		return nil, fmt.Errorf("%s: APD: %w", p.ID, err)
	}
	p.ApplicationNumber = application(first(d.values, "PATN.SRC"), first(d.values, "PATN.APN"))
	p.Title = uspto.Text(first(d.values, "PATN.TTL"))
	p.Abstract = uspto.Text(strings.Join(append(d.values["ABST.PAL"], d.values["ABST.PAR"]...), " "))
	p.FirstClaim = uspto.FirstClaim(strings.Join(d.claims, "\n"))
	design := strings.HasPrefix(p.PublicationNumber, "D")
	for _, g := range d.groups {
		switch g.name {
		case "INVT":
			p.Inventors = appendPerson(p.Inventors, g.values)
		case "ASSG":
			p.Assignees = appendPerson(p.Assignees, g.values)
		case "CLAS":
			for _, s := range append(g.values["OCL"], g.values["XCL"]...) {
				p.USPC = append(p.USPC, uspto.FixedUSPC(s))
			}
			if !design { // theirs is of the Locarno scheme
				for _, s := range g.values["ICL"] {
					p.IPC = append(p.IPC, uspto.FixedIPC(s))
				}
			}
		}
	}
	p.IPC, p.USPC = uspto.Symbols(p.IPC...), uspto.USPC(p.USPC...)
	return p, nil
}

// number takes the check digit off a number: 039305848 is patent 3,930,584,
// and D02425837 is design 242,583.
func number(wku string) string {
	if wku = uspto.Clean(wku); len(wku) == 9 {
		return wku[:8]
	}
	return wku
}

// application joins a series (5, D) and a number with its check digit
// (5184541) to 05518454.
func application(series, number string) string {
	if number = uspto.Clean(number); len(number) == 7 {
		number = number[:6]
	}
	return uspto.ApplicationNumber(cmp.Or(uspto.Clean(series), "?") + "/" + number)
}

func appendPerson(list []record.Person, values map[string][]string) []record.Person {
	p, ok := uspto.Person(first(values, "NAM"), first(values, "CTY"), first(values, "STA"), first(values, "CNT"))
	if !ok {
		return list
	}
	return append(list, p)
}
