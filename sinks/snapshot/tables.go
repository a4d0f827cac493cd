package snapshot

import (
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

type (
	party    = *record.Party
	patent   = *record.Patent
	shipment = *record.Shipment
	tag      = *record.Tag
	link     = *record.Link
	finding  = *record.Finding
	decision = *record.Decision
)

// columns are the CSV tables. Names and order are published: append only.
var columns = map[record.Kind][]column{
	record.KindParty: append([]column{
		id[party]("id of the listed party"),
		text("type", "organization, person, vessel, aircraft", func(p party) string { return string(p.Type) }),
		text("name", "name as published", func(p party) string { return p.Name }),
		list("aliases", "other names", func(p party) []string { return each(p.Aliases, func(a record.Alias) string { return a.Name }) }),
		list("lists", "codes of the lists that name the party", func(p party) []string { return each(p.Lists, func(l record.Listing) string { return l.Code }) }),
		list("list_status", "how each entry stands, behind its list's code: current, expired, removed, not_in_latest_file", func(p party) []string {
			return each(p.Lists, func(l record.Listing) string { return behind(l.Code, string(l.Status)) })
		}),
		list("effective", "date that each listing took effect, where known, behind its list's code", func(p party) []string {
			return each(p.Lists, func(l record.Listing) string { return behind(l.Code, string(l.Effective())) })
		}),
		list("programs", "programs of the entries", func(p party) []string {
			var all []string
			for _, l := range p.Lists {
				all = append(all, l.Programs...)
			}
			return all
		}),
		list("addresses", "addresses as published", func(p party) []string {
			return each(p.Addresses, func(a record.Address) string { return a.Text })
		}),
		list("countries", "ISO 3166-1 alpha-2", func(p party) []string { return p.Countries }),
		list("ids", "identifiers", func(p party) []string {
			return each(p.IDs, func(i record.Identifier) string { return i.Type + " " + i.Value })
		}),
		list("births", "dates of birth as published", func(p party) []string { return p.Births }),
		list("nationalities", "nationalities as published", func(p party) []string { return p.Nationalities }),
		text("remarks", "remarks as published", func(p party) string { return p.Remarks }),
	}, origin(func(p party) *record.Origin { return p.Origin })...),

	record.KindPatent: append([]column{
		id[patent]("id of the document"),
		text("document", "application_publication or grant", func(p patent) string { return string(p.Document) }),
		text("publication_number", "number of the document", func(p patent) string { return p.PublicationNumber }),
		text("kind_code", "kind code", func(p patent) string { return p.KindCode }),
		text("country", "country of the office", func(p patent) string { return p.Country }),
		text("application_number", "application number, one for each invention", func(p patent) string { return p.ApplicationNumber }),
		text("title", "title", func(p patent) string { return p.Title }),
		text("abstract", "abstract", func(p patent) string { return p.Abstract }),
		list("assignees", "named as assignee at publication", func(p patent) []string { return persons(p.Assignees) }),
		list("applicants", "named as applicant", func(p patent) []string { return persons(p.Applicants) }),
		list("inventors", "inventors, where the snapshot has them", func(p patent) []string { return persons(p.Inventors) }),
		date("filed", "date of filing", func(p patent) record.Date { return p.Filed }),
		date("published", "date of publication", func(p patent) record.Date { return p.Published }),
		date("granted", "date of grant", func(p patent) record.Date { return p.Granted }),
		text("legal_status", "status as published", func(p patent) string { return p.LegalStatus }),
		date("status_as_of", "date of the status", func(p patent) record.Date { return p.StatusAsOf }),
		list("cpc", "inventive CPC symbols", func(p patent) []string { return p.CPC }),
		list("cpc_additional", "additional CPC symbols", func(p patent) []string { return p.CPCAdditional }),
		list("ipc", "IPC symbols", func(p patent) []string { return p.IPC }),
		list("uspc", "USPC classes", func(p patent) []string { return p.USPC }),
		text("family_id", "DOCDB family", func(p patent) string { return p.FamilyID }),
	}, origin(func(p patent) *record.Origin { return p.Origin })...),

	record.KindShipment: append([]column{
		id[shipment]("id of the bill or declaration item"),
		text("master_bill", "master bill of lading", func(s shipment) string { return s.MasterBill }),
		text("house_bill", "house bill of lading", func(s shipment) string { return s.HouseBill }),
		list("containers", "container numbers", func(s shipment) []string { return s.Containers }),
		text("shipper", "shipper named on the document", func(s shipment) string { return trader(s.Shipper).Name }),
		text("shipper_address", "its address", func(s shipment) string { return trader(s.Shipper).Address }),
		text("shipper_country", "its country", func(s shipment) string { return trader(s.Shipper).Country }),
		text("consignee", "consignee named on the document", func(s shipment) string { return trader(s.Consignee).Name }),
		text("consignee_address", "its address", func(s shipment) string { return trader(s.Consignee).Address }),
		text("consignee_country", "its country", func(s shipment) string { return trader(s.Consignee).Country }),
		list("notify", "notify parties", func(s shipment) []string { return each(s.Notify, func(t record.Trader) string { return t.Name }) }),
		text("flow", "import or export, as seen by the reporter", func(s shipment) string { return s.Flow }),
		text("reporter", "country whose customs keep the document", func(s shipment) string { return s.Reporter }),
		text("carrier", "carrier", func(s shipment) string { return s.Carrier }),
		text("vessel", "vessel", func(s shipment) string { return s.Vessel }),
		text("voyage", "voyage", func(s shipment) string { return s.Voyage }),
		text("mode", "sea, air, road, rail, other", func(s shipment) string { return s.Mode }),
		date("departed", "date of departure", func(s shipment) record.Date { return s.Departed }),
		date("arrived", "date of arrival", func(s shipment) record.Date { return s.Arrived }),
		text("arrived_basis", "estimated: as announced beforehand; empty: as it was", func(s shipment) string { return s.ArrivedBasis }),
		text("receipt", "place of receipt", func(s shipment) string { return place(s.Receipt) }),
		text("lading", "port of lading", func(s shipment) string { return place(s.Lading) }),
		list("transit", "places of transit", func(s shipment) []string {
			return each(s.Transit, func(p record.Place) string { return place(&p) })
		}),
		text("unlading", "port of unlading", func(s shipment) string { return place(s.Unlading) }),
		text("destination", "destination", func(s shipment) string { return place(s.Destination) }),
		text("origin_country", "country of origin of the goods", func(s shipment) string { return s.OriginCountry }),
		list("goods", "descriptions of the goods", func(s shipment) []string { return each(s.Goods, func(g record.Good) string { return g.Description }) }),
		list("hs", "tariff codes of the document's own column", func(s shipment) []string { return each(s.Goods, func(g record.Good) string { return g.HS }) }),
		list("hs_in_text", "tariff codes found in the descriptions", func(s shipment) []string {
			return each(s.Goods, func(g record.Good) string { return g.HSInText })
		}),
		number("value_usd", "value of all goods in US dollars, where stated", func(s shipment) (sum float64) {
			for _, g := range s.Goods {
				sum += g.ValueUSD
			}
			return sum
		}),
		number("weight_kg", "weight in kilograms", func(s shipment) float64 { return s.WeightKg }),
		text("status", "status as published", func(s shipment) string { return s.Status }),
	}, origin(func(s shipment) *record.Origin { return s.Origin })...),

	record.KindTag: {
		id[tag]("id of the tag"),
		text("patent", "id of the patent document", func(t tag) string { return t.Patent }),
		text("edition", "edition of the list of critical and emerging technologies", func(t tag) string { return t.Edition }),
		text("area", "area", func(t tag) string { return t.Area }),
		text("subfield", "subfield", func(t tag) string { return t.Subfield }),
		number("score", "score, 0 to 1", func(t tag) float64 { return t.Score }),
		list("why", "evidence", func(t tag) []string { return whys(t.Why) }),
	},

	record.KindLink: {
		id[link]("id of the link"),
		text("relation", "same_entity or related: a possible link, not a verdict", func(l link) string { return l.Relation }),
		text("basis", "what the relation rests on", func(l link) string { return l.Basis }),
		text("a", "one end, kind:id", func(l link) string { return l.A.String() }),
		text("b", "the other end, kind:id", func(l link) string { return l.B.String() }),
		number("score", "score, 0 to 1", func(l link) float64 { return l.Score }),
		text("band", "certain, probable, review", func(l link) string { return string(l.Band) }),
		text("method", "method with the hash of its tables", func(l link) string { return l.Method }),
		list("why", "evidence", func(l link) []string { return whys(l.Why) }),
	},

	record.KindFinding: {
		id[finding]("id of the finding: the smallest id of its parties"),
		text("entity", "name of the listed entity", func(f finding) string { return f.Entity.Name }),
		text("type", "type of the entity", func(f finding) string { return string(f.Entity.Type) }),
		list("countries", "countries of the entity", func(f finding) []string { return f.Entity.Countries }),
		list("parties", "ids of its parties", func(f finding) []string { return f.Entity.Parties }),
		list("lists", "codes of the lists", func(f finding) []string { return each(f.Lists, func(l record.Listing) string { return l.Code }) }),
		count("inventions", "how many inventions it is named on", func(f finding) int { return len(f.Inventions) }),
		list("invention_titles", "their titles", func(f finding) []string {
			return each(f.Inventions, func(i record.Invention) string { return i.Title })
		}),
		list("areas", "their areas of critical and emerging technologies", func(f finding) []string {
			var all []string
			for _, i := range f.Inventions {
				all = append(all, i.Areas...)
			}
			slices.Sort(all)
			return slices.Compact(all)
		}),
		count("supplied_by", "shipments that name it as shipper", func(f finding) int { return movements(f, "supplied_by") }),
		count("supplied_to", "shipments that name it as consignee or notify party", func(f finding) int { return movements(f, "supplied_to") }),
		list("consignee_countries", "countries of the consignees named on the documents", func(f finding) []string {
			return each(f.Consignees, func(c record.Consignees) string { return c.Country })
		}),
		count("onward_leads", "possible onward movements, not shown to be the same goods", func(f finding) int { return len(f.OnwardLeads) }),
		count("candidates", "names in the review band, outside every count", func(f finding) int { return len(f.Candidates) }),
		list("limits", "what the finding does not cover", func(f finding) []string { return f.Limits }),
		list("why", "evidence", func(f finding) []string { return whys(f.Why) }),
	},

	record.KindDecision: {
		id[decision]("id of the decision"),
		text("link", "id of the link", func(d decision) string { return d.Link }),
		text("verdict", "same, different, unsure", func(d decision) string { return d.Verdict }),
		text("by", "who decided", func(d decision) string { return d.By }),
		text("note", "note", func(d decision) string { return d.Note }),
		text("source", "citation", func(d decision) string { return d.Source }),
		moment("made", "when, UTC", func(d decision) time.Time { return d.Made }),
	},
}

// behind is a list's code and what is said of the entry, or "".
func behind(code, what string) string {
	if what == "" {
		return ""
	}
	return code + " " + what
}

func persons(in []record.Person) []string {
	return each(in, func(p record.Person) string { return p.Name })
}

func trader(t *record.Trader) record.Trader {
	if t == nil {
		return record.Trader{}
	}
	return *t
}

func place(p *record.Place) string {
	switch {
	case p == nil:
		return ""
	case p.Country == "":
		return p.Port
	case p.Port == "":
		return p.Country
	}
	return p.Port + ", " + p.Country
}

func movements(f finding, role string) int {
	n := 0
	for _, m := range f.Shipments {
		if m.Role == role {
			n++
		}
	}
	return n
}
