package tables

import (
	_ "embed" // the table of ports
	"strings"
	"sync"
)

//go:embed ports.tsv
var portsFile string

// portIndex finds countries by their names and ports by theirs, folded.
type portIndex struct {
	countries map[string]string   // GERMANY: DE
	ports     map[string][]string // VALENCIA: ES VE
}

var ports = sync.OnceValue(func() *portIndex {
	x := &portIndex{make(map[string]string, 512), make(map[string][]string, 8192)}
	for line := range strings.Lines(portsFile) {
		code, rest, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		names, list, _ := strings.Cut(rest, "\t")
		for name := range strings.SplitSeq(names, "|") {
			x.countries[foldPlace(name)] = code
		}
		for name := range strings.SplitSeq(list, "|") {
			if key := foldPlace(name); key != "" {
				x.add(key, code)
			}
		}
	}
	return x
})

func (x *portIndex) add(key, code string) {
	for _, c := range x.ports[key] {
		if c == code {
			return
		}
	}
	x.ports[key] = append(x.ports[key], code)
}

// one is the country of a port that no other country has the name of.
func (x *portIndex) one(key string) string {
	if codes := x.ports[key]; len(codes) == 1 {
		return codes[0]
	}
	return ""
}

// Port reads a port as a document writes it: "Puerto Bolivar,Ecuador" is
// Puerto Bolivar in EC, "Port Hueneme, California" keeps its state and is in
// US, and "PUERTO BOLIVAR" alone is in no country, since two have a port of
// that name. Names are compared whole, never by a part of them, so that Port
// of Spain is not in Spain. Unknown names come back as they are, without a
// country.
func Port(text string) (name, country string) {
	text = strings.Trim(text, " \t\r\n,;-")
	if text == "" {
		return "", ""
	}
	x := ports()
	whole := foldPlace(text)
	if i := strings.LastIndexByte(text, ','); i >= 0 {
		head, tail := strings.TrimRight(text[:i], " \t,;-"), foldPlace(text[i+1:])
		code := x.countries[tail]
		switch {
		case head == "":
		case usStates[tail] && code == "":
			return text, "US"
		case usStates[tail]: // Georgia: a country and a state
			for _, c := range x.ports[foldPlace(head)] {
				if c == code {
					return head, code
				}
			}
			return text, x.one(whole)
		case code != "":
			return head, code
		}
	}
	if c := x.one(whole); c != "" {
		return text, c
	}
	if len(x.ports[whole]) == 0 && whole != "GEORGIA" {
		return text, x.countries[whole]
	}
	return text, ""
}

// foldPlace brings a place's name to capital letters and digits with single
// blanks between words; what is not ASCII stays as it is.
func foldPlace(s string) string {
	b := make([]byte, 0, len(s))
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80:
		case c == '\'' || c == '.':
			continue
		default:
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		gap = false
		b = append(b, c)
	}
	return string(b)
}

var usStates = map[string]bool{
	"ALABAMA": true, "ALASKA": true, "ARIZONA": true, "ARKANSAS": true, "CALIFORNIA": true, "COLORADO": true,
	"CONNECTICUT": true, "DELAWARE": true, "DISTRICT OF COLUMBIA": true, "FLORIDA": true, "GEORGIA": true,
	"HAWAII": true, "IDAHO": true, "ILLINOIS": true, "INDIANA": true, "IOWA": true, "KANSAS": true,
	"KENTUCKY": true, "LOUISIANA": true, "MAINE": true, "MARYLAND": true, "MASSACHUSETTS": true, "MICHIGAN": true,
	"MINNESOTA": true, "MISSISSIPPI": true, "MISSOURI": true, "MONTANA": true, "NEBRASKA": true, "NEVADA": true,
	"NEW HAMPSHIRE": true, "NEW JERSEY": true, "NEW MEXICO": true, "NEW YORK": true, "NORTH CAROLINA": true,
	"NORTH DAKOTA": true, "OHIO": true, "OKLAHOMA": true, "OREGON": true, "PENNSYLVANIA": true,
	"RHODE ISLAND": true, "SOUTH CAROLINA": true, "SOUTH DAKOTA": true, "TENNESSEE": true, "TEXAS": true,
	"UTAH": true, "VERMONT": true, "VIRGINIA": true, "WASHINGTON": true, "WEST VIRGINIA": true,
	"WISCONSIN": true, "WYOMING": true,
}
