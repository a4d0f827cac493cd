package world

import (
	"cmp"
	"slices"
	"strings"
)

// mention is a row of the truth.
type mention struct{ name, country, party, relation, trap string }

// The relations of the truth.
const (
	same    = "same_entity"
	related = "related"
)

// The parties of the case.
const (
	hikvisionEL = "US-BIS-EL:HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD./CN"
	hikvisionNS = "US-OFAC:30946"
)

// traps are the names that stand for something that a program easily gets
// wrong.
func traps(p *people) []mention {
	id := func(part string) string { return p.played[part].id() }
	return []mention{
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY", "CN", id("optics"), same, "cut at 35 characters"},
		{"DONGMU WEIXIN DIGITAL TECH CO LTD", "CN", id("digital"), same, "abbreviated"},
		{"XIRNOVA SEMICONDUCTOR MFG CO LTD", "CN", id("semiconductor"), same, "abbreviated"},
		{"XIRNOVA SEMI", "CN", id("semiconductor"), same, "abbreviated"},
		{"哲澜曲光电科技有限公司", "CN", id("optics"), same, "Chinese script"},
		{"ZHELANQU OPTOELECTRONIC TECH CO LTD NO 88 DEMO LANTERN ROAD NINGBO", "CN", id("optics"), same, "address run into the name"},
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTDNINGBO NINGBO", "CN", id("optics"), same, "address run into the name"},
		{"DONGMU WEIXIN DIGITAL TECHNOLOGY CO.,LTD", "", id("digital"), same, "marks of the legal form"},
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO.,LTD", "", id("optics"), same, "marks of the legal form"},
		{"KESTRAVA MARINE ELECTRONICS L.L.C.", "", id("notice"), same, "marks of the legal form"},
		{"КESTRAVA MARINE ELECTRONICS LLC", "AE", id("notice"), same, "two scripts in one word"},
		{"XIAMEN DIGITAL TECHNOLOGY CO LTD", "CN", "", same, "same city and trade"},
		{"NINGBO OPTOELECTRONIC TECHNOLOGY CO LTD", "CN", "", same, "same city and trade"},
		{"CO., LTD.", "CN", "", same, "legal form alone"},
		{"INDUSTRIAL TECHNOLOGY DEVELOPMENT CO LTD", "CN", "", same, "ordinary words alone"},
		{"HARBOUR SUPPLY COMPANY", "", "", same, "ordinary words alone"},
		{"VELMORA INSTRUMENT FACTORY 54", "BY", id("factory 54"), same, "one number apart"},
		{"VELMORA INSTRUMENT FACTORY 55", "BY", "", same, "one number apart"},
		{"TRANSGALVA FREIGHT FORWARDING LTD", "HK", "", same, "forwarder as shipper"},
		{"TRANSGALVA FREIGHT FORWARDING LTD", "", "", same, "forwarder as shipper"},
		{"TO THE ORDER OF BANK DEMOVIA", "", "", same, "to the order of a bank"},
		{"Urumqi Haishi Xin'an Electronic Technology Co., Ltd.", "CN", hikvisionEL, related, "shared address"},
		{"Luopu Haishi Dingxin Electronic Technology Co., Ltd.", "CN", "", related, "shared address"},
		{"Moyu Haishi Electronic Technology Co., Ltd.", "CN", "", related, "shared address"},
		{"Pishan Haishi Yong'an Electronic Technology Co., Ltd.", "CN", "", related, "shared address"},
		{"Yutian Haishi Meitian Electronic Technology Co., Ltd.", "CN", "", related, "shared address"},
		{"TORSKO IVANEN DEMO", "RU", "", same, "two persons of one name"},
		{"HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD.", "CN", hikvisionEL, same, "a number without its first digit"},
		{"Zhelanqu Optoelectronic Technology Co., Ltd.", "CN", id("optics"), same, "application and grant"},
		{"Aerovanti Unmanned Systems Inc.", "TR", id("drone"), same, "applicant and assignee are two"},
		{p.strangers[0].name, p.strangers[0].country, "", same, "applicant and assignee are two"},
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO., LTD.", "CN", id("optics"), same, "before, after, as consignee"},
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO.,LTD", "", id("optics"), same, "onward lead"},
		{"LUA VANG DEMO TRADING COMPANY LIMITED", "VN", "", same, "onward lead"},
		{"墨栎森精密仪器有限公司", "CN", id("script twin"), same, "codes of before 2022"},
		{"DONGMU WEIXIN DIGITAL TECHNOLOGY CO., LTD.", "CN", id("digital"), same, "28 containers in 47 rows"},
		{"墨栎森精密仪器有限公司", "CN", id("script twin"), same, "nothing left in ASCII"},
		{"哲澜曲光电科技有限公司", "CN", id("optics"), same, "nothing left in ASCII"},
		{"泺梵舟五金制品有限公司", "CN", "", same, "nothing left in ASCII"},
		{"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTD", "", id("optics"), same, "midnight of another zone"},
		{"KESTRAVA MARINE ELECTRONICS L.L.C.", "", id("notice"), same, "amended notice"},
		{"HIK TECHNOLOGY", "", hikvisionNS, same, "an analyst's decision"},
	}
}

// truth says of every name in the world's bills and patents whom it means:
// the traps first, then the crowd in the order of its names.
func truth(p *people) []mention {
	played := traps(p)
	listed := map[string]string{hikvision.name: hikvisionEL}
	for _, q := range p.listed() {
		listed[q.name] = q.id()
	}
	crowd := map[mention]bool{}
	add := func(name, country, party string) {
		m := mention{name: strings.TrimSpace(name), country: country, party: party, relation: same}
		trap := func(t mention) bool { return t.name == m.name && t.country == m.country && t.relation == same }
		if m.name != "" && m.name != "N/A" && !slices.ContainsFunc(played, trap) {
			crowd[m] = true
		}
	}
	for _, b := range bills(p) {
		for _, s := range []stranger{b.shipper, b.consignee, b.notify} {
			add(s.name, s.country, s.of)
		}
	}
	former := newPatFT(p)
	for _, d := range slices.Concat(documents(p), former.grants, former.applications, weekly(p)) {
		for _, o := range slices.Concat(d.applicant, d.assignee) {
			add(o.name, o.country, listed[o.name])
		}
	}
	var rest []mention
	for m := range crowd {
		rest = append(rest, m)
	}
	slices.SortFunc(rest, func(a, b mention) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.country, b.country), cmp.Compare(a.party, b.party))
	})
	return append(played, rest...)
}

// truthCSV is the truth as it is embedded.
func truthCSV(p *people) []byte {
	t := newTable("name,country,party,relation,trap")
	for _, m := range truth(p) {
		t.add(m.name, m.country, m.party, m.relation, m.trap)
	}
	return t.bytes()
}
