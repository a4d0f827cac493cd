package record

// Mention is a distinct name as documents write it, with what stands beside it.
type Mention struct {
	Name    string
	Country string    // ISO 3166-1 alpha-2 or ""
	Address string    // one address, where the caller has one
	Type    PartyType // "" where not known
	IDs     []Identifier
}

// Ref is name:NAME/COUNTRY, a distinct name's place in links.
func (m Mention) Ref() Ref { return Ref{KindName, m.Name + "/" + m.Country} }

// The roles in which a document names a party.
const (
	RoleShipper   = "shipper"
	RoleConsignee = "consignee"
	RoleNotify    = "notify"
)

// NameUse is one line of the dictionary of names in shipments: a distinct
// pair of name and country, one address seen beside it, the roles it was
// seen in (sorted), and how often.
type NameUse struct {
	Name    string
	Country string
	Address string
	Roles   []string
	Count   int
}

// Use is one place where a name stands: a shipment and the role in it.
type Use struct {
	Shipment Ref
	Role     string
}
