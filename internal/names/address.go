package names

import (
	"slices"
	"strings"
)

// goesOn says that the words behind a form may be the name's own: Concern
// Drakor, Joint Stock Company Zevlor. Behind Co., Ltd. they are not.
func goesOn(p *phrase) bool {
	switch p.words[len(p.words)-1] {
	case "company", "comp", "corporation", "corp", "jsc", "pjsc", "ojsc", "oao", "ooo", "ao", "zao", "pao":
		return true
	}
	return false
}

// isAddress says whether what follows a legal form is an address, a place or
// a repetition: it must hold an address word or a number, or only places.
func (n *Name) isAddress(before, rest []rawWord, goesOn bool) bool {
	if rest[0].entry.stop {
		return false
	}
	places, repeated, name := 0, false, false
	for i, w := range rest {
		if w.entry.address || longNumber(w.text) {
			return !name && (i == 0 || !goesOn) // the address behind it is for cutAddress
		}
		name = name || w.entry.known && (w.entry.word.kind == Generic || w.entry.word.kind == Contrast)
		if !goesOn && !name && (w.text == "no" || w.text == "p" && i+1 < len(rest) && rest[i+1].text == "o") && i+1 < len(rest) {
			return true
		}
		if w.entry.known && (w.entry.word.kind == City || w.entry.word.kind == Country) {
			places++
		}
		repeated = repeated || slices.ContainsFunc(rest[:i], func(v rawWord) bool { return v.text == w.text })
	}
	return places == len(rest) && (places > 1 || len(before) > 1) || repeated && places > 0
}

// longNumber says that w is all digits, as many as a house or postal number
// with a district has.
func longNumber(w string) bool {
	return len(w) >= 4 && strings.Trim(w, "0123456789") == ""
}

// cutAddress cuts an address that follows no legal form: NO 555 … ROAD,
// 12 LENINA STREET MOSCOW.
func (n *Name) cutAddress(x *lexicons, ws []rawWord) []rawWord {
	for i := 1; i+2 < len(ws); i++ {
		if !((i > 1 || !ws[0].entry.told()) && numbered(ws, i)) && !(ws[i].text[0] >= '0' && ws[i].text[0] <= '9' && street(ws, i)) {
			continue
		}
		n.Address = joinWords(ws[i:])
		body, _ := n.takeForms(x, ws[:i])
		return body
	}
	return ws
}

// numbered says that a house or a room is numbered at ws[i], and an address
// word follows.
func numbered(ws []rawWord, i int) bool {
	w, next := ws[i].text, ws[i+1].text
	if starts := (w == "no" || w == "room" || w == "rm") && next[0] >= '0' && next[0] <= '9' || w == "po" && next == "box"; !starts {
		return false
	}
	return slices.ContainsFunc(ws[i+1:], func(v rawWord) bool { return v.entry.address })
}

// street says that the number at ws[i] is a house's: a road of one to three
// words follows, and behind it nothing but where that is. The number of a
// factory or an institute is its name where it has no other.
func street(ws []rawWord, i int) bool {
	if prev := ws[i-1].entry; prev.known && (prev.word.text == "factory" || prev.word.text == "institute" || prev.word.kind == Contrast) &&
		!slices.ContainsFunc(ws[:i], func(w rawWord) bool { return !w.entry.told() }) {
		return false
	}
	for j := i + 2; j < min(len(ws), i+5); j++ {
		switch ws[j].text {
		case "street", "str", "road", "rd", "avenue", "ave", "av", "boulevard", "blvd", "lane", "highway", "hwy", "ulitsa", "strasse":
		default:
			continue
		}
		if j+1 == len(ws) {
			return true
		}
		next := ws[j+1].entry
		return next.address || next.known && (next.word.kind == City || next.word.kind == Country) || longNumber(ws[len(ws)-1].text)
	}
	return false
}
