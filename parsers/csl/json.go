package csl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// readJSON reads {"results": […], …} or a bare array, one entry at a time.
func readJSON(in io.Reader, name string, yield func(string, row, error) bool) error {
	limit := &rowLimit{r: in}
	dec := json.NewDecoder(limit)
	next := yield
	yield = func(at string, r row, err error) bool { limit.n = 0; return next(at, r, err) }
	n, complete := 0, false
	err := func() error {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('['):
			complete, err = readResults(dec, &n, yield)
			return err
		case json.Delim('{'):
		default:
			return errors.New("this is no JSON of the Consolidated Screening List: want an object with results")
		}
		found := false
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return err
			}
			if key != "results" {
				var skip json.RawMessage
				if err := dec.Decode(&skip); err != nil {
					return err
				}
				continue
			}
			if tok, err := dec.Token(); err != nil {
				return err
			} else if tok != json.Delim('[') {
				return errors.New("this is no JSON of the Consolidated Screening List: results is no array")
			}
			found = true
			if goOn, err := readResults(dec, &n, yield); err != nil || !goOn {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return err
		}
		if !found {
			return errors.New("this is no JSON of the Consolidated Screening List: it has no results")
		}
		complete = true
		return nil
	}()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the JSON breaks off after %d entries, at byte %d: the download was cut short, fetch it again", n, dec.InputOffset())
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		if n == 0 && !complete {
			return fmt.Errorf("this is no JSON of the Consolidated Screening List: %w", record.Plain(err))
		}
		return fmt.Errorf("after %d entries: %w", n, record.Plain(err))
	}
	if err == nil && complete {
		_, err = io.Copy(io.Discard, io.MultiReader(dec.Buffered(), in)) // an archive tells damage at the end
	}
	return err
}

// readResults reads the entries of an array and says whether to go on.
func readResults(dec *json.Decoder, n *int, yield func(string, row, error) bool) (bool, error) {
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return false, err
		}
		var entry jsonRow
		err := record.Plain(json.Unmarshal(raw, &entry))
		at := fmt.Sprintf("results[%d]", *n)
		*n++
		if !yield(at, entry.row(), err) {
			return false, nil
		}
	}
	_, err := dec.Token()
	return err == nil, err
}

// jsonRow is an entry as the JSON has it. Values that may be absent, null, a
// text, a number or an array are read by text and texts.
type jsonRow struct {
	ID                     text          `json:"id"`
	ID0                    text          `json:"_id"`
	Source                 text          `json:"source"`
	EntityNumber           text          `json:"entity_number"`
	Type                   text          `json:"type"`
	Programs               texts         `json:"programs"`
	Name                   text          `json:"name"`
	Title                  text          `json:"title"`
	Addresses              []jsonAddress `json:"addresses"`
	Notice                 text          `json:"federal_register_notice"`
	StartDate              text          `json:"start_date"`
	EndDate                text          `json:"end_date"`
	StandardOrder          text          `json:"standard_order"`
	LicenseRequirement     text          `json:"license_requirement"`
	LicensePolicy          text          `json:"license_policy"`
	CallSign               text          `json:"call_sign"`
	VesselType             text          `json:"vessel_type"`
	GrossTonnage           text          `json:"gross_tonnage"`
	GrossRegisteredTonnage text          `json:"gross_registered_tonnage"`
	VesselFlag             text          `json:"vessel_flag"`
	VesselOwner            text          `json:"vessel_owner"`
	Remarks                text          `json:"remarks"`
	SourceListURL          text          `json:"source_list_url"`
	AltNames               texts         `json:"alt_names"`
	Citizenships           texts         `json:"citizenships"`
	DatesOfBirth           texts         `json:"dates_of_birth"`
	Nationalities          texts         `json:"nationalities"`
	PlacesOfBirth          texts         `json:"places_of_birth"`
	IDs                    []jsonID      `json:"ids"`
	Country                text          `json:"country"`
}

type jsonAddress struct {
	Address    text `json:"address"`
	City       text `json:"city"`
	State      text `json:"state"`
	PostalCode text `json:"postal_code"`
	Country    text `json:"country"`
}

type jsonID struct {
	Type    text `json:"type"`
	Number  text `json:"number"`
	Country text `json:"country"`
}

func (j *jsonRow) row() row {
	r := row{
		ID: string(j.ID), Source: string(j.Source), EntityNumber: string(j.EntityNumber), Type: string(j.Type), Programs: j.Programs, Name: string(j.Name),
		Title: string(j.Title), Notice: string(j.Notice), StartDate: string(j.StartDate), EndDate: string(j.EndDate), StandardOrder: string(j.StandardOrder),
		LicenseRequirement: string(j.LicenseRequirement), LicensePolicy: string(j.LicensePolicy), CallSign: string(j.CallSign), VesselType: string(j.VesselType),
		GrossTonnage: string(j.GrossTonnage), GrossRegisteredTonnage: string(j.GrossRegisteredTonnage), VesselFlag: string(j.VesselFlag),
		VesselOwner: string(j.VesselOwner), Remarks: string(j.Remarks), SourceListURL: string(j.SourceListURL), AltNames: j.AltNames,
		Citizenships: j.Citizenships, DatesOfBirth: j.DatesOfBirth, Nationalities: j.Nationalities, PlacesOfBirth: j.PlacesOfBirth, Country: string(j.Country),
	}
	if r.ID == "" {
		r.ID = string(j.ID0)
	}
	for _, a := range j.Addresses {
		out := record.Address{Street: string(a.Address), City: string(a.City), State: string(a.State), PostalCode: string(a.PostalCode)}
		var parts []string
		for _, s := range []text{a.Address, a.City, a.State, a.PostalCode, a.Country} {
			if s != "" {
				parts = append(parts, string(s))
			}
		}
		if len(parts) == 0 {
			continue
		}
		out.Text = strings.Join(parts, ", ") // as the CSV has it
		out.Country = country(string(a.Country))
		r.Addresses = append(r.Addresses, out)
	}
	for _, n := range j.IDs {
		r.IDs = append(r.IDs, record.Identifier{Type: string(n.Type), Value: string(n.Number), Country: country(string(n.Country))})
	}
	return r
}

// text reads a JSON text, number, truth value or null.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) == 0 || string(b) == "null":
		return nil
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(strings.TrimSpace(s))
		return nil
	case b[0] == '{', b[0] == '[':
		return errors.New("an object or array stands where a text is wanted")
	}
	*t = text(b)
	return nil
}

// texts reads an array of texts, one text of several values, or null.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var all []text
		if err := json.Unmarshal(b, &all); err != nil {
			return err
		}
		for _, s := range all {
			if s != "" {
				*t = append(*t, string(s))
			}
		}
		return nil
	}
	var one text
	if err := one.UnmarshalJSON(b); err != nil {
		return err
	}
	*t = split(string(one))
	return nil
}
