package manifest

import (
	"regexp"
	"strings"
)

// A tariff code in a goods text, where a word announces it: HS CODE : 681099,
// HTS-CODE 8431 2000, NCM:8471.30.12; and where its own points do: 4819.50.4060.
var (
	announced = regexp.MustCompile(`(?i)^(?:H\.?\s?[ST]\.?(?:\s?[SC]\.?)?|HTSUS|NCM|TARIFF|HARMONI[SZ]ED)[\s.#:-]*(?:(?:CODE|COD|CODES|NO|NUMBER|NUM|NBR|NR)S?[\s.#:-]*){0,2}(\d[\d .-]*)`)
	pointed   = regexp.MustCompile(`^(\d{4}\.\d{2}\.\d{2}(?:\d{2}|\.\d{2})?)(?:$|[^\d.-]|\.(?:$|\D))`)
	quantity  = regexp.MustCompile(`(?i)^\s*(?:KGS?|KILOS?|LBS?|PCS|PIECES?|UNITS?|CTNS?|CARTONS?|BOXES|BAGS?|PKGS?|PACKAGES?|PALLETS?|PLTS?|ROLLS?|SETS?|CBM|M3|MTS?|TONS?|USD|X\s?\d)(?:[^\pL]|$)`)
)

// HSInText finds the first tariff code in a goods text, as digits (4 to 10),
// or "". A number with points but no announcing word counts only with three
// groups, and not where it can be a date.
func HSInText(text string) string {
	if len(text) < 4 || !digits4(text) {
		return ""
	}
	byPoints := ""
	for i := range len(text) { // the patterns are slow: they look only where a code can begin
		if i > 0 && wordByte(text[i-1]) {
			continue
		}
		switch text[i] {
		case 'H', 'h', 'N', 'n', 'T', 't':
			if !announces(text[i:]) {
				continue
			}
			if m := announced.FindStringSubmatchIndex(text[i:]); m != nil {
				if hs := groups(text[i+m[2]:i+m[3]], text[i+m[3]:]); hs != "" {
					return hs
				}
			}
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if byPoints != "" || len(text)-i < 10 || text[i+4] != '.' || text[i+7] != '.' || i > 0 && strings.IndexByte(".,-", text[i-1]) >= 0 {
				continue
			}
			if m := pointed.FindStringSubmatch(text[i:]); m != nil {
				if hs := strings.ReplaceAll(m[1], ".", ""); chapter(hs) && !date(hs) {
					byPoints = hs
				}
			}
		}
	}
	return byPoints
}

// wordByte says whether a byte belongs to a word, of whatever script.
func wordByte(c byte) bool { return letter(c) || '0' <= c && c <= '9' || c >= 0x80 }

// announces says whether a text begins as one of the announcing words do.
func announces(s string) bool {
	if len(s) < 6 {
		return false
	}
	switch c := s[1] | 0x20; s[0] | 0x20 {
	case 'h':
		return s[1] == '.' || c == ' ' || c == 's' || c == 't' || c == 'a' && s[2]|0x20 == 'r'
	case 'n':
		return c == 'c'
	default:
		return c == 'a' && s[2]|0x20 == 'r'
	}
}

// digits4 is a cheap look for four digits in a row, which every code has.
func digits4(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			n = 0
		} else if n++; n == 4 {
			return true
		}
	}
	return false
}

// groups joins the groups of digits that belong to one code: it stops before
// one that would make it too long and leaves out a last one that counts
// packages (681099 1200 CTNS).
func groups(code, rest string) string {
	parts := strings.FieldsFunc(code, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) > 1 && quantity.MatchString(rest) {
		parts = parts[:len(parts)-1]
	}
	hs := parts[0]
	for _, p := range parts[1:] {
		if len(hs) < 4 || len(hs)+len(p) > 10 || len(p)%2 != 0 {
			break
		}
		hs += p
	}
	if len(hs) < 4 || len(hs) > 10 || len(hs)%2 != 0 || !chapter(hs) {
		return ""
	}
	return hs
}

// chapter says whether a code begins with a chapter of the Harmonized System:
// 01 to 97 without the reserved 77, and 98, 99 of national use.
func chapter(hs string) bool {
	return hs[:2] >= "01" && hs[:2] != "77" && hs[2:4] != "00"
}

// date says whether eight digits can be a date of our time: 2020.07.26.
func date(d string) bool {
	return len(d) == 8 && (d[:2] == "19" || d[:2] == "20") && d[4:6] >= "01" && d[4:6] <= "12" && d[6:] >= "01" && d[6:] <= "31"
}

// HS is the code in a column of codes as digits, or "" where the cell holds
// none: 8525.89.0000, 852589, "000000".
func HS(cell string) string {
	b := make([]byte, 0, 10)
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			b = append(b, c)
		case c == '.' || c == ' ' || c == '-':
		default:
			return ""
		}
	}
	if len(b) < 2 || len(b) > 12 || strings.Trim(string(b), "0") == "" {
		return ""
	}
	return string(b)
}

// A container number of ISO 6346, as it is and as it is taken apart.
var container = regexp.MustCompile(`[A-Za-z]{3}[UJZRujzr][ -]?\d{6}[ -]?\d`)

// Containers are the container numbers in a cell: "MSCU1234567,TGHU 765432-1"
// holds two. A cell that is no container number is kept whole, as written.
func Containers(cell string) []string {
	if cell == "" {
		return nil
	}
	if len(cell) <= 12 && !strings.ContainsAny(cell, ",;/ \n") {
		return []string{cell}
	}
	found := container.FindAllString(cell, 1000)
	if len(found) == 0 {
		return []string{cell}
	}
	for i, c := range found {
		found[i] = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(c))
	}
	return found
}

// Mode is a way of transport in the house's words: sea, air, road, rail, other.
func Mode(s string) string {
	if s == "" {
		return ""
	}
	word, _, _ := strings.Cut(strings.ToUpper(s), ",")
	word, _, _ = strings.Cut(word, " ")
	switch word {
	case "VESSEL", "SEA", "OCEAN", "MARITIME", "BARGE":
		return "sea"
	case "AIR":
		return "air"
	case "TRUCK", "ROAD", "AUTO":
		return "road"
	case "RAIL":
		return "rail"
	}
	return "other"
}
