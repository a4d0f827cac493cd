package seco

// What is read of the file. A modification holds the former texts of what it
// changed, down to whole targets: they are history and stay unread.

type program struct {
	Keys []labelled `xml:"program-key"`
	Sets []labelled `xml:"sanctions-set"`
}

type labelled struct {
	SSID string `xml:"ssid,attr"`
	Lang string `xml:"lang,attr"`
	Text string `xml:",chardata"`
}

type place struct {
	SSID     string  `xml:"ssid,attr"`
	Location string  `xml:"location"`
	Area     string  `xml:"area"`
	Country  country `xml:"country"`
}

type country struct {
	Code string `xml:"iso-code,attr"`
	Text string `xml:",chardata"`
}

type target struct {
	SSID          string         `xml:"ssid,attr"`
	Set           string         `xml:"sanctions-set-id,attr"`
	Sets          []string       `xml:"sanctions-set-id"`
	Foreign       []string       `xml:"foreign-identifier"`
	Individual    *subject       `xml:"individual"`
	Entity        *subject       `xml:"entity"`
	Object        *subject       `xml:"object"`
	Modifications []modification `xml:"modification"`
}

type subject struct {
	ObjectType     string     `xml:"object-type,attr"`
	Identities     []identity `xml:"identity"`
	Justifications []string   `xml:"justification"`
	Others         []string   `xml:"other-information"`
}

type identity struct {
	Main          string     `xml:"main,attr"`
	Names         []name     `xml:"name"`
	Births        []date     `xml:"day-month-year"`
	Addresses     []address  `xml:"address"`
	Nationalities []country  `xml:"nationality>country"`
	Documents     []document `xml:"identification-document"`
}

type name struct {
	Type    string     `xml:"name-type,attr"`
	Quality string     `xml:"quality,attr"`
	Parts   []namePart `xml:"name-part"`
}

type namePart struct {
	Order     string     `xml:"order,attr"`
	Type      string     `xml:"name-part-type,attr"`
	Value     string     `xml:"value"`
	Spellings []spelling `xml:"spelling-variant"`
}

type spelling struct {
	Lang   string `xml:"lang,attr"`
	Script string `xml:"script,attr"`
	Text   string `xml:",chardata"`
}

type date struct {
	Day      string `xml:"day,attr"`
	Month    string `xml:"month,attr"`
	Year     string `xml:"year,attr"`
	Calendar string `xml:"calendar,attr"`
}

// address refers to a place and may say more, or otherwise, itself.
type address struct {
	place
	PlaceID string `xml:"place-id,attr"`
	CareOf  string `xml:"c-o"`
	Details string `xml:"address-details"`
	Box     string `xml:"p-o-box"`
	Zip     string `xml:"zip-code"`
}

type document struct {
	Type   string `xml:"document-type,attr"`
	Number string `xml:"number"`
	Issuer string `xml:"issuer"`
}

type modification struct {
	Type      string `xml:"modification-type,attr"`
	Published string `xml:"publication-date,attr"`
	Effective string `xml:"effective-date,attr"`
}
