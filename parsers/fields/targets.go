package fields

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// kind is the kind of value that a target takes.
type kind string

const (
	kindText   kind = "text"
	kindList   kind = "list"
	kindDate   kind = "date"
	kindNumber kind = "number"
	kindBirths kind = "births" // dates where they are whole, else as published: circa 1962
)

// target is one thing that a mapping can fill.
type target struct {
	kind kind
	set  func(*builder, []string) error
}

// Target describes a field that a mapping can fill.
type Target struct {
	Record string // party, patent, shipment
	Name   string // shipper.name; a name that ends in .* stands for any ending
	Kind   string // text, list, date, number, births
}

// Targets returns all fields that a mapping can fill, by record and name.
func Targets() []Target {
	var out []Target
	for kind, table := range targets {
		for name, t := range table {
			out = append(out, Target{kind, name, string(t.kind)})
		}
	}
	slices.SortFunc(out, func(a, b Target) int {
		return cmp.Or(strings.Compare(a.Record, b.Record), strings.Compare(a.Name, b.Name))
	})
	return out
}

// lookupTarget finds a target by its name; ids.Tax ID is an ending of ids.*.
func lookupTarget(kind, name string) (target, bool) {
	if t, ok := targets[kind][name]; ok {
		return t, !strings.HasSuffix(name, "*")
	}
	head, ending, ok := strings.Cut(name, ".")
	if !ok || ending == "" {
		return target{}, false
	}
	t, ok := targets[kind][head+".*"]
	if !ok {
		return target{}, false
	}
	inner := t.set
	t.set = func(b *builder, values []string) error {
		b.ending = ending
		return inner(b, values)
	}
	return t, true
}

// targetNames returns the names that a wrong one may have been meant for:
// those of its first part, else all.
func targetNames(kind, wrong string) []string {
	all := sortedKeys(targets[kind])
	head, _, _ := strings.Cut(wrong, ".")
	near := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s != head && !strings.HasPrefix(s, head+".") })
	if len(near) > 0 {
		return near
	}
	return all
}

func text(at func(*builder) *string) target {
	return target{kindText, func(b *builder, v []string) error { *at(b) = v[0]; return nil }}
}

func list(at func(*builder) *[]string) target {
	return target{kindList, func(b *builder, v []string) error { *at(b) = append(*at(b), v...); return nil }}
}

func date(at func(*builder) *record.Date) target {
	return target{kindDate, func(b *builder, v []string) error { *at(b) = record.Date(v[0]); return nil }}
}

func number(at func(*builder) *float64) target {
	return target{kindNumber, func(b *builder, v []string) (err error) {
		*at(b), err = strconv.ParseFloat(v[0], 64)
		return err
	}}
}

func oneOf(at func(*builder) *string, words ...string) target {
	return target{kindText, func(b *builder, v []string) error {
		if !slices.Contains(words, v[0]) {
			return fmt.Errorf("%q is none of %s: bring it to one of them with lookup: table", v[0], strings.Join(words, ", "))
		}
		*at(b) = v[0]
		return nil
	}}
}

// event files dates of a list entry.
func event(name string) target {
	return target{kindDate, func(b *builder, v []string) error {
		for _, d := range v {
			b.listing.Dates = append(b.listing.Dates, record.ListDate{Event: name, Date: record.Date(d), Basis: "publisher"})
		}
		return nil
	}}
}

func alias(kind string) target {
	return target{kindList, func(b *builder, v []string) error {
		for _, s := range v {
			b.party.Aliases = append(b.party.Aliases, record.Alias{Name: s, Kind: kind})
		}
		return nil
	}}
}

func persons(at func(*builder) *[]record.Person) target {
	return target{kindList, func(b *builder, v []string) error {
		for _, s := range v {
			*at(b) = append(*at(b), record.Person{Name: s})
		}
		return nil
	}}
}

func symbols(at func(*builder) *[]string) target {
	return target{kindList, func(b *builder, v []string) error {
		for _, s := range v {
			code, ok := record.Symbol(s)
			if !ok {
				return fmt.Errorf("%q is no class symbol", s)
			}
			*at(b) = append(*at(b), code)
		}
		return nil
	}}
}

func checkStatus(s string) error {
	switch record.ListStatus(s) {
	case record.Current, record.Expired, record.Removed:
		return nil
	}
	return fmt.Errorf("%q is none of current, expired, removed", s)
}

// targets is the table of everything that a mapping can fill.
var targets = map[string]map[string]target{
	"party": {
		"name":    text(func(b *builder) *string { return &b.party.Name }),
		"type":    oneOf(func(b *builder) *string { return (*string)(&b.party.Type) }, "organization", "person", "vessel", "aircraft"),
		"aliases": alias(""), "aliases.aka": alias("aka"), "aliases.fka": alias("fka"), "aliases.nka": alias("nka"),
		"aliases.original_script": alias("original_script"),
		"native_id":               text(func(b *builder) *string { return &b.listing.NativeID }),
		"list": {kindText, func(b *builder, v []string) error {
			if _, ok := tables.ListByCode(v[0]); !ok {
				return fmt.Errorf("%q is no list's code: bring it to one with lookup: table", v[0])
			}
			b.listing.Code = v[0]
			return nil
		}},
		"status": {kindText, func(b *builder, v []string) error {
			b.listing.Status = record.ListStatus(v[0])
			return checkStatus(v[0])
		}},
		"programs": list(func(b *builder) *[]string { return &b.listing.Programs }),
		"notices": {kindList, func(b *builder, v []string) error {
			for _, s := range v {
				cited := record.Citations(s)
				if cited == nil {
					cited = []string{s}
				}
				b.listing.Notices = append(b.listing.Notices, cited...)
			}
			return nil
		}},
		"license_requirement":   text(func(b *builder) *string { return &b.listing.LicenseRequirement }),
		"license_review_policy": text(func(b *builder) *string { return &b.listing.LicenseReviewPolicy }),
		"source_url":            text(func(b *builder) *string { return &b.listing.SourceURL }),
		"listed":                event("listed"), "effective": event("effective"), "amended": event("amended"),
		"divestment": event("divestment"), "expires": event("expires"), "removed": event("removed"),
		"addresses.street":      text(func(b *builder) *string { return &b.address.Street }),
		"addresses.city":        text(func(b *builder) *string { return &b.address.City }),
		"addresses.state":       text(func(b *builder) *string { return &b.address.State }),
		"addresses.postal_code": text(func(b *builder) *string { return &b.address.PostalCode }),
		"addresses.country":     text(func(b *builder) *string { return &b.address.Country }),
		"addresses": {kindList, func(b *builder, v []string) error {
			for _, s := range v {
				b.party.Addresses = append(b.party.Addresses, record.Address{Text: s})
			}
			return nil
		}},
		"countries": list(func(b *builder) *[]string { return &b.party.Countries }),
		"ids.*": {kindList, func(b *builder, v []string) error {
			for _, s := range v {
				b.party.IDs = append(b.party.IDs, record.Identifier{Type: b.ending, Value: s})
			}
			return nil
		}},
		"births": {kindBirths, func(b *builder, v []string) error {
			b.party.Births = append(b.party.Births, v...)
			return nil
		}},
		"nationalities": list(func(b *builder) *[]string { return &b.party.Nationalities }),
		"titles":        list(func(b *builder) *[]string { return &b.party.Titles }),
		"remarks":       text(func(b *builder) *string { return &b.party.Remarks }),
	},
	"patent": {
		"id": {kindText, func(b *builder, v []string) error { b.patent.ID = record.CanonicalPatentID(v[0]); return nil }},
		"publication_number": {kindText, func(b *builder, v []string) error {
			n, application, ok := record.PatentNumber(strings.TrimPrefix(v[0], "US"))
			if !ok {
				return fmt.Errorf("%q is no document number", v[0])
			}
			b.patent.PublicationNumber = n
			if b.patent.Document == "" {
				b.patent.Document = record.Grant
				if application {
					b.patent.Document = record.Application
				}
			}
			return nil
		}},
		"document":           oneOf(func(b *builder) *string { return (*string)(&b.patent.Document) }, string(record.Application), string(record.Grant)),
		"kind_code":          text(func(b *builder) *string { return &b.patent.KindCode }),
		"country":            text(func(b *builder) *string { return &b.patent.Country }),
		"application_number": {kindText, func(b *builder, v []string) error { b.patent.ApplicationNumber = digits(v[0]); return nil }},
		"title":              text(func(b *builder) *string { return &b.patent.Title }),
		"abstract":           text(func(b *builder) *string { return &b.patent.Abstract }),
		"first_claim":        text(func(b *builder) *string { return &b.patent.FirstClaim }),
		"assignees":          persons(func(b *builder) *[]record.Person { return &b.patent.Assignees }),
		"applicants":         persons(func(b *builder) *[]record.Person { return &b.patent.Applicants }),
		"inventors":          persons(func(b *builder) *[]record.Person { return &b.patent.Inventors }),
		"filed":              date(func(b *builder) *record.Date { return &b.patent.Filed }),
		"published":          date(func(b *builder) *record.Date { return &b.patent.Published }),
		"granted":            date(func(b *builder) *record.Date { return &b.patent.Granted }),
		"legal_status":       text(func(b *builder) *string { return &b.patent.LegalStatus }),
		"status_as_of":       date(func(b *builder) *record.Date { return &b.patent.StatusAsOf }),
		"cpc":                symbols(func(b *builder) *[]string { return &b.patent.CPC }),
		"cpc_additional":     symbols(func(b *builder) *[]string { return &b.patent.CPCAdditional }),
		"ipc":                symbols(func(b *builder) *[]string { return &b.patent.IPC }),
		"uspc":               list(func(b *builder) *[]string { return &b.patent.USPC }),
		"family_id":          text(func(b *builder) *string { return &b.patent.FamilyID }),
	},
	"shipment": {
		"master_bill":         text(func(b *builder) *string { return &b.shipment.MasterBill }),
		"house_bill":          text(func(b *builder) *string { return &b.shipment.HouseBill }),
		"containers":          list(func(b *builder) *[]string { return &b.shipment.Containers }),
		"shipper.name":        text(func(b *builder) *string { return &b.shipper.Name }),
		"shipper.address":     text(func(b *builder) *string { return &b.shipper.Address }),
		"shipper.country":     text(func(b *builder) *string { return &b.shipper.Country }),
		"consignee.name":      text(func(b *builder) *string { return &b.consignee.Name }),
		"consignee.address":   text(func(b *builder) *string { return &b.consignee.Address }),
		"consignee.country":   text(func(b *builder) *string { return &b.consignee.Country }),
		"notify.name":         text(func(b *builder) *string { return &b.notify.Name }),
		"notify.address":      text(func(b *builder) *string { return &b.notify.Address }),
		"notify.country":      text(func(b *builder) *string { return &b.notify.Country }),
		"flow":                oneOf(func(b *builder) *string { return &b.shipment.Flow }, "import", "export"),
		"reporter":            text(func(b *builder) *string { return &b.shipment.Reporter }),
		"carrier":             text(func(b *builder) *string { return &b.shipment.Carrier }),
		"vessel":              text(func(b *builder) *string { return &b.shipment.Vessel }),
		"voyage":              text(func(b *builder) *string { return &b.shipment.Voyage }),
		"mode":                oneOf(func(b *builder) *string { return &b.shipment.Mode }, "sea", "air", "road", "rail", "other"),
		"departed":            date(func(b *builder) *record.Date { return &b.shipment.Departed }),
		"arrived":             date(func(b *builder) *record.Date { return &b.shipment.Arrived }),
		"arrived_estimated":   date(func(b *builder) *record.Date { return &b.estimated }), // counts where arrived is absent
		"receipt.port":        text(func(b *builder) *string { return &b.receipt.Port }),
		"receipt.country":     text(func(b *builder) *string { return &b.receipt.Country }),
		"lading.port":         text(func(b *builder) *string { return &b.lading.Port }),
		"lading.country":      text(func(b *builder) *string { return &b.lading.Country }),
		"unlading.port":       text(func(b *builder) *string { return &b.unlading.Port }),
		"unlading.country":    text(func(b *builder) *string { return &b.unlading.Country }),
		"destination.port":    text(func(b *builder) *string { return &b.destination.Port }),
		"destination.country": text(func(b *builder) *string { return &b.destination.Country }),
		"transit.port":        text(func(b *builder) *string { return &b.transit.Port }),
		"transit.country":     text(func(b *builder) *string { return &b.transit.Country }),
		"origin_country":      text(func(b *builder) *string { return &b.shipment.OriginCountry }),
		"goods.description":   text(func(b *builder) *string { return &b.good.Description }),
		"goods.hs":            {kindText, func(b *builder, v []string) error { b.good.HS = digits(v[0]); return nil }},
		"goods.hs_in_text":    {kindText, func(b *builder, v []string) error { b.good.HSInText = digits(v[0]); return nil }},
		"goods.container":     text(func(b *builder) *string { return &b.good.Container }),
		"goods.brand":         text(func(b *builder) *string { return &b.good.Brand }),
		"goods.manufacturer":  text(func(b *builder) *string { return &b.good.Manufacturer }),
		"goods.quantity":      number(func(b *builder) *float64 { return &b.good.Quantity }),
		"goods.unit":          text(func(b *builder) *string { return &b.good.Unit }),
		"goods.value_usd":     number(func(b *builder) *float64 { return &b.good.ValueUSD }),
		"weight_kg":           number(func(b *builder) *float64 { return &b.shipment.WeightKg }),
		"status":              text(func(b *builder) *string { return &b.shipment.Status }),
	},
}

// digits drops all but digits.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
