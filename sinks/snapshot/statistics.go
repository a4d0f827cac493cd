package snapshot

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// statistics is statistics.json. It counts what the snapshot shows.
type statistics struct {
	Demo                string         `json:"demo,omitempty"`
	Parties             int            `json:"listed_parties"`
	PartiesByList       map[string]int `json:"listed_parties_by_list"`
	PartiesByStatus     map[string]int `json:"listed_parties_by_status"` // current: on one list at least
	PartiesByType       map[string]int `json:"listed_parties_by_type"`
	Patents             int            `json:"patents"`
	PatentsByDocument   map[string]int `json:"patents_by_document"`
	Inventions          int            `json:"inventions"` // distinct application numbers
	InventionsWithTags  int            `json:"inventions_with_cet_tags"`
	InventionsByEdition map[string]int `json:"inventions_with_cet_tags_by_edition"`
	PatentsWithTags     int            `json:"patents_with_cet_tags"`
	PatentsByEdition    map[string]int `json:"patents_with_cet_tags_by_edition"`
	Tags                int            `json:"tags"`
	Shipments           int            `json:"shipments"`
	ShipmentsBySource   map[string]int `json:"shipments_by_source"`
	Links               int            `json:"links"`
	LinksByBand         map[string]int `json:"links_by_band"`
	LinksByRelation     map[string]int `json:"links_by_relation"` // of related ones with their basis
	Findings            int            `json:"findings"`
	FindingsWithBoth    int            `json:"findings_with_inventions_and_shipments"`
	Decisions           int            `json:"decisions"`
	LeftOut             map[string]int `json:"left_out_by_source"`  // rows of facts that may not be passed on
	Suppressed          int            `json:"suppressed"`          // withdrawn by id
	RestingOnLeftOut    int            `json:"resting_on_left_out"` // judgements on what is left out

	applications map[string]int32 // the number of an invention, by its application
	inventions   map[string]int32 // by its documents
	tagged       string           // the patent whose tags are being counted
	editions     []string
	counted      map[taggedInvention]bool
}

// taggedInvention is an invention that has a tag of an edition, or of any: "".
type taggedInvention struct {
	invention int32
	edition   string
}

func newStatistics(demo bool) *statistics {
	st := &statistics{
		PartiesByList: map[string]int{}, PartiesByStatus: map[string]int{}, PartiesByType: map[string]int{}, PatentsByDocument: map[string]int{},
		InventionsByEdition: map[string]int{}, PatentsByEdition: map[string]int{}, ShipmentsBySource: map[string]int{}, LinksByBand: map[string]int{},
		LinksByRelation: map[string]int{}, LeftOut: map[string]int{},
		applications: map[string]int32{}, inventions: map[string]int32{}, counted: map[taggedInvention]bool{},
	}
	if demo {
		st.Demo = demoMark
	}
	return st
}

func (st *statistics) add(r record.Record) {
	switch r := r.(type) {
	case *record.Party:
		st.Parties++
		st.PartiesByType[or(string(r.Type), "unknown")]++
		st.PartiesByStatus[standing(r)]++
		for i, l := range r.Lists {
			if !slices.ContainsFunc(r.Lists[:i], func(k record.Listing) bool { return k.Code == l.Code }) {
				st.PartiesByList[l.Code]++
			}
		}
	case *record.Patent:
		st.Patents++
		st.PatentsByDocument[or(string(r.Document), "unknown")]++
		n, seen := st.applications[r.ApplicationNumber]
		if !seen || r.ApplicationNumber == "" { // without one, an invention of its own as far as is known
			n = int32(st.Inventions)
			st.applications[r.ApplicationNumber] = n
			st.Inventions++
		}
		st.inventions[r.ID] = n
	case *record.Shipment:
		st.Shipments++
		source, _, _ := strings.Cut(r.ID, "/")
		st.ShipmentsBySource[source]++
	case *record.Tag:
		st.Tags++
		if r.Patent != st.tagged { // ids begin with the patent: its tags stand together
			st.tagged, st.editions = r.Patent, st.editions[:0]
			st.PatentsWithTags++
			st.InventionsWithTags += st.first(r.Patent, "")
		}
		if !slices.Contains(st.editions, r.Edition) {
			st.editions = append(st.editions, r.Edition)
			st.PatentsByEdition[r.Edition]++
			st.InventionsByEdition[r.Edition] += st.first(r.Patent, r.Edition)
		}
	case *record.Link:
		st.Links++
		st.LinksByBand[string(r.Band)]++
		relation := r.Relation
		if relation == record.Related && r.Basis != "" {
			relation += ", " + r.Basis
		}
		st.LinksByRelation[relation]++
	case *record.Finding:
		st.Findings++
		if len(r.Inventions) > 0 && len(r.Shipments) > 0 {
			st.FindingsWithBoth++
		}
	case *record.Decision:
		st.Decisions++
	}
}

// first is 1 for the first document of an invention that is tagged.
func (st *statistics) first(patent, edition string) int {
	key := taggedInvention{st.inventions[patent], edition}
	if st.counted[key] {
		return 0
	}
	st.counted[key] = true
	return 1
}

// standing is how a party stands: current where one of its entries is.
func standing(p *record.Party) string {
	status := "unknown"
	for _, l := range p.Lists {
		if l.Status == record.Current {
			return string(record.Current)
		}
		status = or(string(l.Status), status)
	}
	return status
}

func (st *statistics) marshal() ([]byte, error) {
	b, err := json.MarshalIndent(st, "", "  ")
	return append(b, '\n'), err
}
