package odp

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// application is what is read of an application. Where metadata stand alone
// their keys are those of the application itself.
type application struct {
	Number      uspto.Texts      `json:"applicationNumberText"`
	Bare        uspto.Texts      `json:"applicationNumber"` // of metadata that stand alone
	Meta        *metadata        `json:"applicationMetaData"`
	Assignments many[assignment] `json:"assignmentBag"`
	metadata
}

type metadata struct {
	Title        uspto.Texts `json:"inventionTitle"`
	Filed        uspto.Texts `json:"filingDate"`
	Patent       uspto.Texts `json:"patentNumber"`
	Granted      uspto.Texts `json:"grantDate"`
	Publication  uspto.Texts `json:"earliestPublicationNumber"` // US20210210819A1, US 2014-0167116 A1
	Published    uspto.Texts `json:"earliestPublicationDate"`
	Status       uspto.Texts `json:"applicationStatusDescriptionText"`
	StatusDate   uspto.Texts `json:"applicationStatusDate"`
	CPC          uspto.Texts `json:"cpcClassificationBag"` // inventive and additional in one
	USPC         uspto.Texts `json:"uspcSymbolText"`
	ApplicantBag many[party] `json:"applicantBag"`
	InventorBag  many[party] `json:"inventorBag"`
	Applicants   many[party] `json:"applicants"` // of metadata that stand alone
	Inventors    many[party] `json:"inventors"`
}

type party struct {
	Applicant uspto.Texts   `json:"applicantNameText"`
	Inventor  uspto.Texts   `json:"inventorNameText"`
	First     uspto.Texts   `json:"firstName"`
	Middle    uspto.Texts   `json:"middleName"`
	Last      uspto.Texts   `json:"lastName"`
	Suffix    uspto.Texts   `json:"nameSuffix"`
	Country   uspto.Texts   `json:"countryCode"`
	Addresses many[address] `json:"correspondenceAddressBag"`
}

type address struct {
	City     uspto.Texts `json:"cityName"`
	Region   uspto.Texts `json:"geographicRegionCode"`
	Country  uspto.Texts `json:"countryCode"`
	Category uspto.Texts `json:"postalAddressCategory"` // residence, postal
}

type assignment struct {
	Reel      uspto.Texts `json:"reelNumber"`
	Frame     uspto.Texts `json:"frameNumber"`
	ReelFrame uspto.Texts `json:"reelAndFrameNumber"` // 038323/0190
	Recorded  uspto.Texts `json:"assignmentRecordedDate"`
	Text      uspto.Texts `json:"conveyanceText"`
	Assignors many[struct {
		Name     uspto.Texts `json:"assignorName"`
		Executed uspto.Texts `json:"executionDate"`
	}] `json:"assignorBag"`
	Assignees many[struct {
		Name uspto.Texts `json:"assigneeNameText"`
	}] `json:"assigneeBag"`
}

// isField holds the JSON names of application in small letters: the decoder
// does not tell cases apart, and clients write InventionTitle.
var isField = func() map[string]bool {
	names := map[string]bool{}
	for f := range reflect.TypeFor[application]().Fields() {
		names[strings.ToLower(f.Tag.Get("json"))] = true
	}
	for f := range reflect.TypeFor[metadata]().Fields() {
		names[strings.ToLower(f.Tag.Get("json"))] = true
	}
	delete(names, "")
	return names
}()

// many reads a list, or the one thing that some editions of the portal write
// in place of a list of one.
type many[T any] []T

// UnmarshalJSON reads either form.
func (m *many[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return json.Unmarshal(b, (*[]T)(m))
	}
	*m = make(many[T], 1)
	return json.Unmarshal(b, &(*m)[0])
}

func (a *application) number() string { return cmp.Or(a.Number.First(), a.Bare.First()) }

// emit gives a record for each document of the application, or one for its
// number.
func (a *application) emit(locator string, emit uspto.Emit) error {
	m := &a.metadata
	if a.Meta != nil {
		m = a.Meta
	}
	shared, err := a.shared(m)
	if err != nil {
		return emit(locator, nil, err)
	}
	none := true
	for _, d := range []struct {
		number, day string
		make        func(p *record.Patent, number string) error
	}{
		{m.Publication.First(), m.Published.First(), publication},
		{m.Patent.First(), m.Granted.First(), grant},
	} {
		if n := uspto.Absent(d.number); n == "" || strings.HasPrefix(n, "WO") { // the international publication is not the office's
			continue
		}
		p := shared
		err := d.make(&p, d.number)
		if err == nil {
			var day record.Date
			day, err = uspto.Date(d.day)
			uspto.Issue(&p, day)
		}
		if err != nil {
			err = fmt.Errorf("application %s: %w", a.number(), err)
		}
		if err := emit(locator, &p, err); err != nil {
			return err
		}
		none = false
	}
	if none {
		return emit(locator, &shared, uspto.Filing(&shared, a.number()))
	}
	return nil
}

func publication(p *record.Patent, number string) error {
	id := record.CanonicalPatentID(number)
	digits, kind := id, ""
	if i := strings.LastIndexAny(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"); i > 2 {
		digits, kind = id[:i], id[i:]
	}
	rest, ok := strings.CutPrefix(digits, "US")
	if !ok {
		return fmt.Errorf("publication %q is no US document", number)
	}
	if err := uspto.Identify(p, rest, kind); err != nil {
		return err
	}
	p.Document = record.Application
	return nil
}

func grant(p *record.Patent, number string) error {
	err := uspto.Identify(p, number, "")
	if err == nil && p.Document != record.Grant {
		return fmt.Errorf("patent %q is the number of a publication", number)
	}
	return err
}

// shared is what all documents of an application have in common.
func (a *application) shared(m *metadata) (record.Patent, error) {
	p := record.Patent{
		ApplicationNumber: uspto.ApplicationNumber(a.number()),
		Title:             uspto.Text(m.Title.First()),
		LegalStatus:       uspto.Absent(m.Status.First()),
		USPC:              uspto.USPC(m.USPC...),
	}
	fault := func(what string, err error) (record.Patent, error) {
		return p, fmt.Errorf("application %s: %s: %w", a.number(), what, err)
	}
	var err error
	if p.Filed, err = uspto.Date(m.Filed.First()); err != nil {
		return fault("filingDate", err)
	}
	if p.StatusAsOf, err = uspto.Date(m.StatusDate.First()); err != nil {
		return fault("applicationStatusDate", err)
	}
	for _, s := range uspto.Symbols(m.CPC...) {
		if additional(s) {
			p.CPCAdditional = append(p.CPCAdditional, s)
		} else {
			p.CPC = append(p.CPC, s)
		}
	}
	for _, who := range slices.Concat(m.ApplicantBag, m.Applicants) {
		if one, ok := who.person(uspto.Absent(who.Applicant.First())); ok {
			p.Applicants = append(p.Applicants, one)
		}
	}
	for _, who := range slices.Concat(m.InventorBag, m.Inventors) {
		if one, ok := who.person(""); ok {
			p.Inventors = append(p.Inventors, one)
		}
	}
	for _, c := range a.Assignments {
		read, err := c.conveyance().Assignments()
		if err != nil {
			return fault("assignmentBag", err)
		}
		p.Assignments = append(p.Assignments, read...)
	}
	p.Assignments = slices.Clip(p.Assignments) // two records hold it
	return p, nil
}

// additional says of a symbol that it can only be additional information: the
// scheme gives section Y and the groups from 2000 on to nothing else. Of the
// others the portal does not tell.
func additional(symbol string) bool {
	group, _, _ := strings.Cut(symbol, "/")
	return symbol[0] == 'Y' || len(group) == len("H01M2004") && group[4] >= '2'
}

// person is a party under the name of its organization or, where it has none,
// under a human's as the indexes write it.
func (w party) person(name string) (record.Person, bool) {
	if name == "" {
		name = uspto.IndexName(w.Last.First(), w.First.First()+" "+w.Middle.First(), w.Suffix.First())
	}
	if name == "" {
		name = w.Inventor.First()
	}
	var at address
	for i, a := range w.Addresses { // where one lives, else where mail is sent
		if i == 0 || a.Category.First() == "residence" {
			at = a
		}
	}
	state, country := at.Region.First(), at.Country.First()
	if !uspto.IsState(state) || country != "" && country != "US" {
		state = ""
	}
	return uspto.Person(name, at.City.First(), state, cmp.Or(country, w.Country.First()))
}

func (c assignment) conveyance() uspto.Conveyance {
	out := uspto.Conveyance{Reel: c.Reel.First(), Frame: c.Frame.First(), Text: c.Text.First(), Recorded: c.Recorded.First()}
	if reel, frame, ok := strings.Cut(c.ReelFrame.First(), "/"); ok {
		out.Reel, out.Frame = reel, frame
	}
	for _, a := range c.Assignors {
		out.Assignors = append(out.Assignors, uspto.Assignor{Name: a.Name.First(), Executed: a.Executed.First()})
	}
	for _, a := range c.Assignees {
		out.Assignees = append(out.Assignees, a.Name.First())
	}
	return out
}
