package record

// Finding gathers what is known of one listed entity: where it is listed,
// what it is named on, what it ships. It is a possible link, never a verdict.
type Finding struct {
	ID           string         `json:"id"` // smallest member party id
	Entity       Entity         `json:"entity"`
	Lists        []Listing      `json:"lists"`
	Inventions   []Invention    `json:"inventions,omitempty"`
	Shipments    []Movement     `json:"shipments,omitempty"`
	Consignees   []Consignees   `json:"consignees,omitempty"`
	Goods        *GoodsByBasis  `json:"goods,omitempty"`
	HighPriority []HighPriority `json:"high_priority,omitempty"`
	Routes       []Route        `json:"routes,omitempty"`
	OnwardLeads  []OnwardLead   `json:"onward_leads,omitempty"`
	Related      []RelatedTo    `json:"related,omitempty"`
	Candidates   []Candidate    `json:"candidates,omitempty"` // review band, outside every count
	Limits       []string       `json:"limits,omitempty"`
	Why          []Why          `json:"why"`
	Synthetic    bool           `json:"synthetic,omitempty"`
}

// Ref is finding:ID.
func (f *Finding) Ref() Ref { return Ref{KindFinding, f.ID} }

// Entity is the listed entity of a finding.
type Entity struct {
	Name      string    `json:"name"`
	Type      PartyType `json:"type,omitempty"`
	Countries []string  `json:"countries,omitempty"`
	Parties   []string  `json:"parties"` // ids of its member parties, sorted
}

// Invention is one application with its documents, as the entity is named on it.
type Invention struct {
	ApplicationNumber string           `json:"application_number,omitempty"`
	Title             string           `json:"title,omitempty"`
	Documents         []InventionPaper `json:"documents"`
	Roles             []string         `json:"roles"` // applicant, assignee at publication, assignee of record on DATE
	Tags              []string         `json:"tags,omitempty"`
	Areas             []string         `json:"areas,omitempty"`
	Edition           string           `json:"edition,omitempty"`
	NamedAs           []string         `json:"named_as"`
	Link              string           `json:"link,omitempty"`
}

// InventionPaper is one published document of an invention.
type InventionPaper struct {
	ID        string `json:"id"`
	Published Date   `json:"published,omitempty"`
	Granted   Date   `json:"granted,omitempty"`
}

// Movement is one shipment as it concerns the entity.
type Movement struct {
	Shipment  string   `json:"shipment"`
	Role      string   `json:"role"` // supplied_by, supplied_to
	NamedAs   string   `json:"named_as"`
	Link      string   `json:"link,omitempty"`
	Periods   []Period `json:"periods,omitempty"`
	Departed  Date     `json:"departed,omitempty"`
	Arrived   Date     `json:"arrived,omitempty"`
	Shipper   string   `json:"shipper,omitempty"` // of what it was supplied with
	Consignee string   `json:"consignee,omitempty"`
	Country   string   `json:"country,omitempty"` // the consignee's, as the document says
	Masked    string   `json:"masked,omitempty"`  // order_party, bank, forwarder: who is named where the other side would be
}

// Period places a shipment before or after one list entry's effective date.
type Period struct {
	List      string `json:"list"`
	Effective Date   `json:"effective,omitempty"`
	Period    string `json:"period"`          // before, after, unknown
	Basis     string `json:"basis,omitempty"` // departed; arrived; arrived, estimated
}

// Consignees counts the consignees named in one country, those of one kind.
type Consignees struct {
	Country string   `json:"country,omitempty"`
	Kind    string   `json:"kind,omitempty"` // order_party, bank, forwarder: who stands in for others; absent: the party itself
	Count   int      `json:"count"`
	Names   []string `json:"names"`
}

// GoodsByBasis keeps apart what was shipped by the entity and what only
// carries its brand or names it as manufacturer.
type GoodsByBasis struct {
	Shipped              []string    `json:"shipped,omitempty"`
	BrandInText          []string    `json:"brand_in_text,omitempty"`
	DeclaredManufacturer []string    `json:"declared_manufacturer,omitempty"`
	Codes                []GoodsCode `json:"codes,omitempty"`
}

// GoodsCode is a six-digit heading of the Harmonized System among the goods.
type GoodsCode struct {
	HS6       string `json:"hs6"`
	Basis     string `json:"basis"`             // shipped, supplied_to, brand_in_text, declared_manufacturer
	InText    bool   `json:"in_text,omitempty"` // in descriptions only, in no column of its own
	Tier      string `json:"tier,omitempty"`    // of the Common High Priority List; a mere attribute of the goods
	Shipments int    `json:"shipments"`
}

// HighPriority is goods of the Common High Priority List on their way to or
// through a country of diversion.
type HighPriority struct {
	Shipment string `json:"shipment"`
	Role     string `json:"role"` // supplied_by, supplied_to
	HS6      string `json:"hs6"`
	Tier     string `json:"tier"`
	InText   bool   `json:"in_text,omitempty"` // the code is in the description only
	Country  string `json:"country"`
	Via      string `json:"via"` // destination, unlading, transit, consignee: what of the document is there
}

// Route is a lane as documents state it, with the number of shipments on it.
type Route struct {
	Receipt     *Place  `json:"receipt,omitempty"`
	Lading      *Place  `json:"lading,omitempty"`
	Transit     []Place `json:"transit,omitempty"`
	Unlading    *Place  `json:"unlading,omitempty"`
	Destination *Place  `json:"destination,omitempty"`
	Count       int     `json:"count"`
}

// OnwardLead is a possible onward movement, not shown to be the same goods: a
// consignee of the entity that ships the same HS6 or the entity's brand to a
// third country within 180 days.
type OnwardLead struct {
	Consignee string   `json:"consignee"`
	Inward    string   `json:"inward"` // shipment id
	Onward    string   `json:"onward"` // shipment id
	Basis     string   `json:"basis"`  // hs6, brand
	HS6       string   `json:"hs6,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Days      int      `json:"days"`
	WeightIn  float64  `json:"weight_in_kg,omitempty"`
	WeightOut float64  `json:"weight_out_kg,omitempty"`
	BaseRate  BaseRate `json:"base_rate"`
}

// BaseRate says how ordinary an onward lead is: of the shippers on the lane,
// how many do the same.
type BaseRate struct {
	Doing int `json:"doing"`
	Of    int `json:"of"`
}

// RelatedTo is another listed party that is related, not the same, or a name
// in documents that is.
type RelatedTo struct {
	Party string `json:"party,omitempty"` // absent: a name in documents, of no listed party
	Name  string `json:"name"`
	Basis string `json:"basis"`
	Link  string `json:"link"`
}

// Candidate is a mention in the review band, outside every count.
type Candidate struct {
	Name    string   `json:"name"`
	Country string   `json:"country,omitempty"`
	Score   float64  `json:"score"`
	Link    string   `json:"link"`
	Seen    []string `json:"seen,omitempty"` // refs of records that name it, a few
	Count   int      `json:"count"`
}
