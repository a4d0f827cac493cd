package redbook

import (
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// document is what is read of a grant or an application publication of
// schema 4.
type document struct {
	Grant       *biblio `xml:"us-bibliographic-data-grant"`
	Application *biblio `xml:"us-bibliographic-data-application"`
	Abstracts   []text  `xml:"abstract"`
	Claims      text    `xml:"claims"`
}

type biblio struct {
	Publication documentID  `xml:"publication-reference>document-id"`
	Application documentID  `xml:"application-reference>document-id"`
	Titles      []text      `xml:"invention-title"`
	CPCMain     []symbol    `xml:"classifications-cpc>main-cpc>classification-cpc"`
	CPCFurther  []symbol    `xml:"classifications-cpc>further-cpc>classification-cpc"`
	IPCR        []symbol    `xml:"classifications-ipcr>classification-ipcr"`
	IPC         []classes   `xml:"classification-ipc"` // before 2006
	National    []classes   `xml:"classification-national"`
	Parties     []parties   `xml:"parties"`    // up to v4.2
	USParties   []parties   `xml:"us-parties"` // since v4.3
	Assignees   []addressee `xml:"assignees>assignee"`
}

type documentID struct {
	Country string `xml:"country"`
	Number  string `xml:"doc-number"`
	Kind    string `xml:"kind"`
	Date    string `xml:"date"`
}

type symbol struct {
	Section   string `xml:"section"`
	Class     string `xml:"class"`
	Subclass  string `xml:"subclass"`
	MainGroup string `xml:"main-group"`
	Subgroup  string `xml:"subgroup"`
	Value     string `xml:"classification-value"` // I inventive, A or N additional
}

func (s symbol) String() string {
	return uspto.Clean(s.Section) + uspto.Clean(s.Class) + uspto.Clean(s.Subclass) +
		uspto.Clean(s.MainGroup) + "/" + uspto.Clean(s.Subgroup)
}

type classes struct {
	Country string   `xml:"country"`
	Main    []string `xml:"main-classification"`
	Further []string `xml:"further-classification"`
}

type parties struct {
	USApplicants []addressee `xml:"us-applicants>us-applicant"`
	Applicants   []addressee `xml:"applicants>applicant"`
	Inventors    []addressee `xml:"inventors>inventor"`
	Deceased     []addressee `xml:"inventors>deceased-inventor"`
}

// addressee is a party; its names stand in an address book or, in early
// grants, in the party itself.
type addressee struct {
	Type  string `xml:"app-type,attr"`
	Books []book `xml:"addressbook"`
	book
}

type book struct {
	OrgName   text   `xml:"orgname"`
	Name      text   `xml:"name"`
	LastName  text   `xml:"last-name"`
	FirstName text   `xml:"first-name"`
	Middle    text   `xml:"middle-name"`
	Suffix    text   `xml:"suffix"`
	City      string `xml:"address>city"`
	State     string `xml:"address>state"`
	Country   string `xml:"address>country"`
}

func (a addressee) person() (record.Person, bool) {
	b := a.book
	if len(a.Books) > 0 {
		b = a.Books[0]
	}
	name := uspto.Absent(string(b.OrgName))
	if name == "" {
		name = uspto.Absent(string(b.Name))
	}
	if name == "" {
		name = uspto.IndexName(string(b.LastName), string(b.FirstName)+" "+string(b.Middle), string(b.Suffix))
	}
	return uspto.Person(name, b.City, b.State, b.Country)
}

func (d *document) patent() (*record.Patent, error) {
	b := d.Grant
	if b == nil {
		b = d.Application
	}
	if b == nil {
		return nil, errors.New("the document has no bibliographic data")
	}
	p := &record.Patent{}
	if err := uspto.Identify(p, b.Publication.Number, b.Publication.Kind); err != nil {
		return nil, fmt.Errorf("publication-reference: %w", err)
	}
	p.Document = record.Grant
	if d.Grant == nil {
		p.Document = record.Application
	}
	if err := dated(p, b.Publication.Date, b.Application.Date); err != nil {
		return nil, err
	}
	p.ApplicationNumber = uspto.ApplicationNumber(b.Application.Number)
	if len(b.Titles) > 0 {
		p.Title = uspto.Text(string(b.Titles[0]))
	}
	if len(d.Abstracts) > 0 {
		p.Abstract = uspto.Text(string(d.Abstracts[0]))
	}
	p.FirstClaim = uspto.FirstClaim(string(d.Claims))
	b.classify(p)
	b.people(p)
	return p, nil
}

func (b *biblio) classify(p *record.Patent) {
	var inventive, additional, ipc, national []string
	for _, s := range append(b.CPCMain, b.CPCFurther...) {
		if v := uspto.Clean(s.Value); v == "" || v == "I" {
			inventive = append(inventive, s.String())
		} else {
			additional = append(additional, s.String())
		}
	}
	for _, s := range b.IPCR {
		ipc = append(ipc, s.String())
	}
	for _, c := range b.IPC {
		ipc = append(append(ipc, c.Main...), c.Further...)
	}
	for _, c := range b.National {
		if country := uspto.Country(c.Country); country != "" && country != "US" {
			continue
		}
		for _, s := range append(c.Main, c.Further...) {
			national = append(national, uspto.FixedUSPC(s))
		}
	}
	p.CPC, p.CPCAdditional = uspto.Symbols(inventive...), uspto.Symbols(additional...)
	p.IPC, p.USPC = uspto.Symbols(ipc...), uspto.USPC(national...)
}

// people fills in the parties. An applicant-inventor of the earlier schemas is
// named as both.
func (b *biblio) people(p *record.Patent) {
	add(&p.Assignees, b.Assignees)
	for _, group := range append(b.USParties, b.Parties...) {
		for _, a := range append(group.USApplicants, group.Applicants...) {
			add(&p.Applicants, []addressee{a})
			if a.Type == "applicant-inventor" {
				add(&p.Inventors, []addressee{a})
			}
		}
		add(&p.Inventors, group.Inventors)
		add(&p.Inventors, group.Deceased)
	}
}

// add appends the parties that have a name.
func add[P interface{ person() (record.Person, bool) }](list *[]record.Person, parties []P) {
	for _, party := range parties {
		if who, ok := party.person(); ok {
			*list = append(*list, who)
		}
	}
}

// dated sets the day of issue and the filing date.
func dated(p *record.Patent, issued, filed string) error {
	day, err := uspto.Date(issued)
	if err != nil {
		return fmt.Errorf("%s: date of publication: %w", p.ID, err)
	}
	uspto.Issue(p, day)
	if p.Filed, err = uspto.Date(filed); err != nil {
		return fmt.Errorf("%s: filing date: %w", p.ID, err)
	}
	return nil
}
