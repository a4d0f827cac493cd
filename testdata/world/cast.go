package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// seed is the world's own; another one is another world.
const seed = 0x7472693a

// random returns the generator for one part of the world, so that parts can
// change without changing each other.
func random(part uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, part)) }

// party is an invented party on the list ZZ-DEMO.
type party struct {
	name      string
	aliases   []string
	kind      string // Entity, Individual
	country   string
	street    string
	city      string
	born      string
	effective string
	notice    string
	policy    string
}

// people is everybody invented: those who play a part, by the part's name, and
// the crowd.
type people struct {
	played map[string]party
	crowd  []party
	// strangers are on no list; they ship, are shipped to, and invent.
	strangers []stranger
	// alike are strangers whose names begin as a listed party's, in its country
	// and its trade.
	alike []stranger
}

// id is the id that the house gives a party of the list: the publisher's own
// changes with every notice.
func (q party) id() string {
	id := "ZZ-DEMO:" + strings.ToUpper(q.name) + "/" + q.country
	if q.born != "" { // two bear the name: where they live tells them apart
		id += "/" + strings.ToUpper(q.city) + ", " + q.country
	}
	return id
}

// stranger is a trader as a document names it, mostly one on no list; of is
// the id of the listed party that it is.
type stranger struct{ name, country, street, city, of string }

func (p *people) listed() []party {
	var all []party
	for _, part := range parts {
		all = append(all, p.played[part])
	}
	return append(all, p.crowd...)
}

// parts are the parts that are played, in the order of the list.
var parts = []string{
	"optics", "digital", "notice", "notice again", "factory 54", "harbour", "script twin",
	"drone", "person 1951", "person 1967", "quantum", "semiconductor",
}

// cast is everybody invented.
func cast() *people {
	p := &people{played: map[string]party{
		// Before and after, as shipper and consignee, a cut name, a name in
		// Chinese script, an onward lead.
		"optics": {
			name: "Zhelanqu Optoelectronic Technology Co., Ltd.", aliases: []string{"哲澜曲光电科技有限公司"}, country: "CN",
			street: "No. 88 Demo Lantern Road", city: "Ningbo", effective: "2021-03-15", notice: "99 ZZ 1001",
			policy: "Presumption of denial.",
		},
		// Abbreviated on bills: DIGITAL TECH CO LTD.
		"digital": {
			name: "Dongmu Weixin Digital Technology Co., Ltd.", country: "CN",
			street: "Unit 5, Demo Cloud Plaza, 12 Sample Street", city: "Xiamen", effective: "2020-08-27", notice: "99 ZZ 1002",
			policy: "Case-by-case review.",
		},
		// An amended notice gives the publisher's row another id, not ours.
		"notice": {
			name: "Kestrava Marine Electronics LLC", country: "AE", street: "Demo Quay 4", city: "Sharjah",
			effective: "2019-05-02", notice: "99 ZZ 1003", policy: "Presumption of denial.",
		},
		"notice again": {
			name: "Kestrava Marine Electronics LLC", country: "AE", street: "Demo Quay 4", city: "Sharjah",
			effective: "2019-05-02", notice: "99 ZZ 1003, 99 ZZ 2077", policy: "Presumption of denial.",
		},
		// Factory 55 is another one.
		"factory 54": {
			name: "Velmora Instrument Factory 54", country: "BY", street: "Demo Works Yard 1", city: "Vitebsk",
			effective: "2022-04-01", notice: "99 ZZ 1004", policy: "Presumption of denial.",
		},
		"harbour": {
			name: "Brusena Harbour Supply Joint Stock Company", aliases: []string{"BHS Demo"}, country: "VN",
			street: "7 Demo Pier Road", city: "Hai Phong", effective: "2022-12-16", notice: "99 ZZ 1005", policy: "Case-by-case review.",
		},
		// Not a letter of its name survives an ASCII squash, nor of Zhelanqu's.
		"script twin": {
			name: "墨栎森精密仪器有限公司", aliases: []string{"Molisen Precision Instrument Co., Ltd."}, country: "CN",
			street: "No. 3 Demo Willow Lane", city: "Wuxi", effective: "2021-12-16", notice: "99 ZZ 1006", policy: "Presumption of denial.",
		},
		// Applicant and assignee are two.
		"drone": {
			name: "Aerovanti Unmanned Systems Inc.", country: "TR", street: "Demo Hangar 9", city: "Izmir",
			effective: "2023-06-12", notice: "99 ZZ 1007", policy: "Case-by-case review.",
		},
		// Two people, one name.
		"person 1951": {
			name: "TORSKO, Ivanen Demo", kind: "Individual", country: "RU", city: "Tver", born: "1951-02-11",
			effective: "2018-04-06", notice: "99 ZZ 1008",
		},
		"person 1967": {
			name: "TORSKO, Ivanen Demo", kind: "Individual", country: "RU", city: "Omsk", born: "1967-09-30",
			effective: "2020-07-22", notice: "99 ZZ 1009",
		},
		"quantum": {
			name: "Quorelle Quantum Instruments GmbH", country: "DE", street: "Demoweg 17", city: "Jena",
			effective: "2024-05-09", notice: "99 ZZ 1010", policy: "Case-by-case review.",
		},
		"semiconductor": {
			name: "Xirnova Semiconductor Manufacturing Co., Ltd.", aliases: []string{"Xirnova Semi"}, country: "CN",
			street: "No. 1 Demo Wafer Avenue", city: "Hefei", effective: "2020-12-18", notice: "99 ZZ 1011", policy: "Presumption of denial.",
		},
	}}
	r := random(1)
	made := map[string]bool{}
	for i := range 420 {
		country := pick(r, []string{"CN", "CN", "CN", "RU", "RU", "IR", "AE", "TR", "HK", "BY"})
		p.crowd = append(p.crowd, party{
			name: company(r, made, country), country: country,
			street: fmt.Sprintf("%d Demo %s Road", 1+r.IntN(400), word(r, 2)), city: pick(r, cities[country]),
			effective: date(r, 2018, 2025), notice: fmt.Sprintf("99 ZZ %d", 3000+i),
			policy: pick(r, []string{"Presumption of denial.", "Case-by-case review."}),
		})
	}
	for _, q := range p.crowd[:60] {
		brand, rest, _ := strings.Cut(q.name, " ")
		other := brand[:len(brand)/2] + word(r, 1) + word(r, 1)
		if !made[other] {
			made[other] = true
			p.alike = append(p.alike, stranger{name: strings.ToUpper(other + " " + rest), country: q.country, street: "2 Demo Other Road", city: q.city})
		}
	}
	for range 700 {
		country := pick(r, []string{"CN", "CN", "VN", "IN", "KR", "JP", "DE", "US", "US", "US", "MX", "TW"})
		p.strangers = append(p.strangers, stranger{
			name: company(r, made, country), country: country,
			street: fmt.Sprintf("%d Demo %s Street", 1+r.IntN(900), word(r, 2)), city: pick(r, cities[country]),
		})
	}
	return p
}

var cities = map[string][]string{
	"CN": {"Ningbo", "Xiamen", "Shenzhen", "Wuxi", "Hefei"}, "RU": {"Tver", "Omsk", "Perm"}, "IR": {"Tabriz", "Shiraz"},
	"AE": {"Sharjah", "Dubai"}, "TR": {"Izmir", "Bursa"}, "HK": {"Hong Kong"}, "BY": {"Vitebsk", "Gomel"},
	"VN": {"Hai Phong", "Da Nang"}, "IN": {"Pune", "Chennai"}, "KR": {"Busan"}, "JP": {"Nagoya"}, "DE": {"Jena", "Bremen"},
	"US": {"Savannah", "Long Beach", "Newark"}, "MX": {"Monterrey"}, "TW": {"Taichung"},
}

var forms = map[string][]string{
	"CN": {"Co., Ltd.", "Co., Ltd.", "Group Co., Ltd."}, "RU": {"LLC", "JSC"}, "IR": {"Co.", "PJSC"}, "AE": {"FZE", "LLC"},
	"TR": {"A.S.", "Ltd. Sti."}, "HK": {"Limited", "Co., Limited"}, "BY": {"OJSC", "LLC"}, "VN": {"Company Limited", "Joint Stock Company"},
	"IN": {"Private Limited", "Pvt. Ltd."}, "KR": {"Co., Ltd."}, "JP": {"Co., Ltd.", "K.K."}, "DE": {"GmbH"}, "US": {"Inc.", "LLC", "Corp."},
	"MX": {"S.A. de C.V."}, "TW": {"Co., Ltd."},
}

var trades = []string{
	"Electronic Technology", "Optical Instruments", "Machinery", "Digital Technology", "Industrial", "Trading", "Semiconductor",
	"Aviation Equipment", "New Material", "Communication Equipment", "Marine", "Chemical", "Precision Tools", "Logistics Equipment",
}

// company makes a company's name that nobody in the world bears yet.
func company(r *rand.Rand, made map[string]bool, country string) string {
	for {
		brand := word(r, 3)
		if made[brand] {
			continue
		}
		made[brand] = true
		return brand + " " + pick(r, trades) + " " + pick(r, forms[country])
	}
}

// word makes a word that no language has, of the given number of syllables.
func word(r *rand.Rand, syllables int) string {
	heads := strings.Fields("b br d dr f g gl h j k kl l m n p pl q r s sk t tr v vr x z zh")
	hearts := strings.Fields("a e i o u ae io ui")
	tails := strings.Fields("n l r s x th m v q nd rk")
	var b strings.Builder
	for i := range syllables {
		b.WriteString(pick(r, heads) + pick(r, hearts))
		if i == syllables-1 {
			b.WriteString(pick(r, tails))
		}
	}
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

func date(r *rand.Rand, first, last int) string {
	return fmt.Sprintf("%d-%02d-%02d", first+r.IntN(last-first+1), 1+r.IntN(12), 1+r.IntN(28))
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }
