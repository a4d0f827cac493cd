package snapshot

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// statistics is statistics.json. It counts what the snapshot shows.
type statistics struct {
	Demo              string         `json:"demo,omitempty"`
	Parties           int            `json:"listed_parties"`
	PartiesByList     map[string]int `json:"listed_parties_by_list"`
	PartiesByType     map[string]int `json:"listed_parties_by_type"`
	Patents           int            `json:"patents"`
	PatentsByDocument map[string]int `json:"patents_by_document"`
	Inventions        int            `json:"inventions"` // distinct application numbers
	PatentsWithTags   int            `json:"patents_with_cet_tags"`
	PatentsByEdition  map[string]int `json:"patents_with_cet_tags_by_edition"`
	Tags              int            `json:"tags"`
	Shipments         int            `json:"shipments"`
	ShipmentsBySource map[string]int `json:"shipments_by_source"`
	Links             int            `json:"links"`
	LinksByBand       map[string]int `json:"links_by_band"`
	Findings          int            `json:"findings"`
	FindingsWithBoth  int            `json:"findings_with_inventions_and_shipments"`
	Decisions         int            `json:"decisions"`
	LeftOut           map[string]int `json:"left_out_by_source"`  // rows of facts that may not be passed on
	Suppressed        int            `json:"suppressed"`          // withdrawn by id
	RestingOnLeftOut  int            `json:"resting_on_left_out"` // judgements on what is left out

	applications map[string]struct{}
	tagged       string // the patent whose tags are being counted
	editions     []string
}

func newStatistics(demo bool) *statistics {
	st := &statistics{
		PartiesByList: map[string]int{}, PartiesByType: map[string]int{}, PatentsByDocument: map[string]int{}, PatentsByEdition: map[string]int{},
		ShipmentsBySource: map[string]int{}, LinksByBand: map[string]int{}, LeftOut: map[string]int{}, applications: map[string]struct{}{},
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
		for i, l := range r.Lists {
			if !slices.ContainsFunc(r.Lists[:i], func(k record.Listing) bool { return k.Code == l.Code }) {
				st.PartiesByList[l.Code]++
			}
		}
	case *record.Patent:
		st.Patents++
		st.PatentsByDocument[or(string(r.Document), "unknown")]++
		if r.ApplicationNumber == "" { // an invention of its own, as far as is known
			st.Inventions++
		} else if _, seen := st.applications[r.ApplicationNumber]; !seen {
			st.applications[r.ApplicationNumber] = struct{}{}
			st.Inventions++
		}
	case *record.Shipment:
		st.Shipments++
		source, _, _ := strings.Cut(r.ID, "/")
		st.ShipmentsBySource[source]++
	case *record.Tag:
		st.Tags++
		if r.Patent != st.tagged { // ids begin with the patent: its tags stand together
			st.tagged, st.editions = r.Patent, st.editions[:0]
			st.PatentsWithTags++
		}
		if !slices.Contains(st.editions, r.Edition) {
			st.editions = append(st.editions, r.Edition)
			st.PatentsByEdition[r.Edition]++
		}
	case *record.Link:
		st.Links++
		st.LinksByBand[string(r.Band)]++
	case *record.Finding:
		st.Findings++
		if len(r.Inventions) > 0 && len(r.Shipments) > 0 {
			st.FindingsWithBoth++
		}
	case *record.Decision:
		st.Decisions++
	}
}

func (st *statistics) marshal() ([]byte, error) {
	b, err := json.MarshalIndent(st, "", "  ")
	return append(b, '\n'), err
}
