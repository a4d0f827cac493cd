package record

// Shipment is one bill of lading or one item of a customs declaration.
type Shipment struct {
	ID            string   `json:"id"` // source/yyyymm/key; yyyymm is 000000 where undated
	MasterBill    string   `json:"master_bill,omitempty"`
	HouseBill     string   `json:"house_bill,omitempty"`
	Containers    []string `json:"containers,omitempty"`
	Shipper       *Trader  `json:"shipper,omitempty"`
	Consignee     *Trader  `json:"consignee,omitempty"`
	Notify        []Trader `json:"notify,omitempty"`
	Flow          string   `json:"flow,omitempty"`     // import, export: as seen by Reporter
	Reporter      string   `json:"reporter,omitempty"` // country whose customs keep the document
	Carrier       string   `json:"carrier,omitempty"`
	Vessel        string   `json:"vessel,omitempty"`
	Voyage        string   `json:"voyage,omitempty"`
	Mode          string   `json:"mode,omitempty"` // sea, air, road, rail, other
	Departed      Date     `json:"departed,omitempty"`
	Arrived       Date     `json:"arrived,omitempty"`
	ArrivedBasis  string   `json:"arrived_basis,omitempty"` // estimated: as announced beforehand; absent: as it was
	Receipt       *Place   `json:"receipt,omitempty"`
	Lading        *Place   `json:"lading,omitempty"`
	Unlading      *Place   `json:"unlading,omitempty"`
	Destination   *Place   `json:"destination,omitempty"`
	Transit       []Place  `json:"transit,omitempty"`
	OriginCountry string   `json:"origin_country,omitempty"`
	Goods         []Good   `json:"goods,omitempty"`
	WeightKg      float64  `json:"weight_kg,omitempty"`
	Status        string   `json:"status,omitempty"` // as published: New, Deleted …
	Synthetic     bool     `json:"synthetic,omitempty"`
	Origin        *Origin  `json:"origin,omitempty"`
}

// Ref is shipment:ID.
func (s *Shipment) Ref() Ref { return Ref{KindShipment, s.ID} }

// Trader is a shipper, consignee or notify party as a document names it.
type Trader struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"` // never taken from a port
}

// Place is a port or place as a document names it.
type Place struct {
	Port    string `json:"port,omitempty"`
	Country string `json:"country,omitempty"`
}

// Good is one line of goods.
type Good struct {
	Description  string  `json:"description,omitempty"`
	HS           string  `json:"hs,omitempty"`         // digits, from the document's own column
	HSInText     string  `json:"hs_in_text,omitempty"` // digits, found in the description
	Container    string  `json:"container,omitempty"`
	Brand        string  `json:"brand,omitempty"`
	Manufacturer string  `json:"manufacturer,omitempty"`
	Quantity     float64 `json:"quantity,omitempty"`
	Unit         string  `json:"unit,omitempty"`
	ValueUSD     float64 `json:"value_usd,omitempty"`
}
