package link

import (
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// streets are the words that end a street's name, in one spelling each.
var streets = map[string]string{
	"road": "rd", "rd": "rd", "street": "st", "str": "st", "st": "st", "avenue": "ave", "ave": "ave", "boulevard": "blvd", "blvd": "blvd",
	"lane": "ln", "lu": "rd", "jie": "st", "dadao": "ave", "ulitsa": "st", "ul": "st", "strasse": "st", "straße": "st", "drive": "dr", "way": "way",
}

// plain are street names that every town has.
var plain = map[string]bool{
	"main": true, "first": true, "second": true, "high": true, "north": true, "south": true, "east": true, "west": true, "central": true, "middle": true,
	"industrial": true, "ring": true, "park": true, "the": true, "no": true, "new": true, "old": true, "1st": true, "2nd": true, "3rd": true, "station": true,
}

// addressKey brings an address to house number, street and city, or "" where
// it has not all three or the street is one that every town has. Floors,
// blocks and rooms do not count.
func addressKey(a record.Address) string {
	text := a.Text
	if text == "" {
		text = strings.Join([]string{a.Street, a.City, a.State, a.PostalCode, a.Country}, ", ")
	}
	if len(text) > 1000 {
		return ""
	}
	street, before, after := streetKey(text)
	if street == "" {
		return ""
	}
	for _, place := range []string{a.City, after, before} {
		if cities := names.Cities(place); len(cities) > 0 {
			return cities[0] + "|" + street
		}
	}
	if city := strings.ToLower(strings.TrimSpace(names.Fold(a.City))); city != "" {
		return city + "|" + street
	}
	return ""
}

// streetKey finds "555 qianmo rd" in "No. 555 Qianmo Road", "555, Qianmo
// Road" or "Qianmo Road 555", and what stands around it.
func streetKey(text string) (key, before, after string) {
	words := strings.FieldsFunc(strings.ToLower(names.Fold(text)), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '\'')
	})
	for i, w := range words {
		end, ok := streets[strings.Trim(w, "-'")]
		if !ok || i == 0 {
			continue
		}
		for from := i - 1; from >= max(0, i-4); from-- {
			if !isNumber(words[from]) {
				continue
			}
			if name := words[from+1 : i]; distinctiveStreet(name) {
				return words[from] + " " + strings.Join(name, " ") + " " + end, strings.Join(words[:from], " "), strings.Join(words[i+1:], " ")
			}
		}
		if i+1 < len(words) && isNumber(words[i+1]) && distinctiveStreet(words[max(0, i-1):i]) {
			return words[i+1] + " " + words[i-1] + " " + end, strings.Join(words[:i-1], " "), strings.Join(words[i+2:], " ")
		}
	}
	return "", "", ""
}

func isNumber(w string) bool {
	return w != "" && w[0] >= '0' && w[0] <= '9' && len(w) <= 8
}

func distinctiveStreet(name []string) bool {
	for _, w := range name {
		if len(w) >= 4 && !plain[w] && !isNumber(w) {
			return true
		}
	}
	return false
}
