// Package manifest reads what the formats of cargo manifests have in common:
// cells that say nothing, tariff codes inside goods texts, several containers
// in one cell, weights in the units of the trade. Start with Text; the formats
// are the children of this folder.
package manifest

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is a cell as the document has it, without the blanks around it and
// with its character references decoded; a cell that says nothing (NULL, N/A,
// NO DISPONIBLE, S/N, dashes) is "".
func Text(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = references.Replace(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.TrimSpace(s)
	if Placeholder(s) {
		return ""
	}
	return s
}

// Only these references are decoded: an open list would turn AT&NOTIFY into
// something else.
var references = strings.NewReplacer(
	"&#10;", "\n", "&#13;", "\r", "&#xa;", "\n", "&#xA;", "\n", "&#xd;", "\r", "&#xD;", "\r", "&#9;", "\t",
	"&#34;", `"`, "&#39;", "'", "&#160;", "\u00a0", "&nbsp;", "\u00a0",
	"&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'",
)

// Placeholder says whether a cell without blanks around it stands for nothing.
func Placeholder(s string) bool {
	if len(s) > 16 || s != "" && strings.IndexByte("NnSsUu#(<-._/*? ", s[0]) < 0 {
		return false
	}
	switch strings.ToUpper(s) {
	case "", "NULL", "NIL", "NONE", "N/A", "N.A.", "N.A", "#N/A", "NA/", "NAN", "S/N", "S/D", "S/I",
		"NO DISPONIBLE", "NOT AVAILABLE", "NOT APPLICABLE", "UNKNOWN", "SIN DATO", "SIN DATOS", "(NULL)", "<NULL>":
		return true
	}
	return strings.Trim(s, "-._/*? ") == ""
}

// Address joins the cells of an address, leaving out those that say nothing
// and those that repeat the one before.
func Address(cells ...string) string {
	var b strings.Builder
	last := ""
	for _, c := range cells {
		if c == "" || c == last {
			continue
		}
		if last != "" {
			b.WriteString(", ")
		}
		b.WriteString(c)
		last = c
	}
	return b.String()
}

// Country is a cell's ISO 3166-1 alpha-2 code in capital letters, or "" for
// what has not that form or is not assigned to a country.
func Country(s string) string {
	if len(s) != 2 || !letter(s[0]) || !letter(s[1]) {
		return ""
	}
	switch s = strings.ToUpper(s); s {
	case "XX", "ZZ", "AA":
		return ""
	case "UK":
		return "GB"
	}
	return s
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Number is a cell's positive number, or 0 for a cell that has none. Commas
// between thousands are dropped.
func Number(s string) float64 {
	if strings.IndexByte(s, ',') >= 0 {
		s = strings.ReplaceAll(s, ",", "")
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > 0) || n > 1e15 {
		return 0
	}
	return n
}

// Kilograms turns a weight into kilograms; 0 where the weight or its unit is
// not known.
func Kilograms(weight, unit string) float64 {
	n := Number(weight)
	switch strings.ToUpper(unit) {
	case "KILOGRAMS", "KILOGRAM", "KGS", "KG", "K":
		return n
	case "POUNDS", "POUND", "LBS", "LB", "L":
		return round(n * 0.45359237)
	case "METRIC TON", "METRIC TONS", "METRIC TONNE", "TONNES", "TNE", "MT":
		return round(n * 1000)
	case "LONG TON", "LONG TONS", "LT":
		return round(n * 1016.0469088)
	case "SHORT TON", "SHORT TONS", "ST":
		return round(n * 907.18474)
	case "GRAMS", "GRAM", "GRM":
		return round(n / 1000)
	}
	return 0
}

// round keeps a gram: what a conversion adds beyond that is not in the document.
func round(n float64) float64 { return float64(int64(n*1000+0.5)) / 1000 }
