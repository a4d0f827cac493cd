package redbook

import (
	"fmt"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// pap is what is read of an application publication of 2001 to 2004 (root
// patent-application-publication). It names inventors and assignees, whose
// addresses are their residences.
type pap struct {
	Biblio struct {
		Number      string     `xml:"document-id>doc-number"`
		Kind        string     `xml:"document-id>kind-code"`
		Published   string     `xml:"document-id>document-date"`
		Application string     `xml:"domestic-filing-data>application-number>doc-number"`
		Filed       string     `xml:"domestic-filing-data>filing-date"`
		IPC         []string   `xml:"technical-information>classification-ipc>classification-ipc-primary>ipc"`
		IPCFurther  []string   `xml:"technical-information>classification-ipc>classification-ipc-secondary>ipc"`
		USPC        []papClass `xml:"technical-information>classification-us>classification-us-primary>uspc"`
		USPCFurther []papClass `xml:"technical-information>classification-us>classification-us-secondary>uspc"`
		Title       text       `xml:"technical-information>title-of-invention"`
		First       []papParty `xml:"inventors>first-named-inventor"`
		Inventors   []papParty `xml:"inventors>inventor"`
		Assignees   []papParty `xml:"assignee"`
	} `xml:"subdoc-bibliographic-information"`
	Abstract []text `xml:"subdoc-abstract>paragraph"`
	Claims   text   `xml:"subdoc-claims"`
}

type papClass struct {
	Class    string `xml:"class"`
	Subclass string `xml:"subclass"`
}

type papParty struct {
	OrgName text `xml:"organization-name"`
	Given   text `xml:"name>given-name"`
	Middle  text `xml:"name>middle-name"`
	Family  text `xml:"name>family-name"`
	Suffix  text `xml:"name>name-suffix"`

	Home    papPlace `xml:"residence>residence-us"`
	Abroad  papPlace `xml:"residence>residence-non-us"`
	Address papPlace `xml:"address"`
}

type papPlace struct {
	City    string `xml:"city"`
	State   string `xml:"state"`
	Code    string `xml:"country-code"`
	Country string `xml:"country>country-code"`
}

func (a papParty) person() (record.Person, bool) {
	b := book{OrgName: a.OrgName, LastName: a.Family, FirstName: a.Given, Middle: a.Middle, Suffix: a.Suffix}
	for _, at := range []papPlace{a.Home, a.Abroad, a.Address} {
		if at != (papPlace{}) {
			b.City, b.State, b.Country = at.City, at.State, at.Code+at.Country
			break
		}
	}
	return addressee{book: b}.person()
}

func (d *pap) patent() (*record.Patent, error) {
	b := &d.Biblio
	p := &record.Patent{}
	if err := uspto.Identify(p, b.Number, b.Kind); err != nil {
		return nil, fmt.Errorf("document-id: %w", err)
	}
	p.Document = record.Application
	if err := dated(p, b.Published, b.Filed); err != nil {
		return nil, err
	}
	p.ApplicationNumber = uspto.ApplicationNumber(b.Application)
	p.Title = uspto.Text(string(b.Title))
	var abstract []string
	for _, t := range d.Abstract {
		abstract = append(abstract, string(t))
	}
	p.Abstract = uspto.Text(strings.Join(abstract, " "))
	p.FirstClaim = uspto.FirstClaim(string(d.Claims))
	p.IPC = uspto.Symbols(append(b.IPC, b.IPCFurther...)...)
	for _, c := range append(b.USPC, b.USPCFurther...) {
		p.USPC = append(p.USPC, uspto.FixedUSPC(fmt.Sprintf("%3s", uspto.Clean(c.Class))+uspto.Clean(c.Subclass)))
	}
	p.USPC = uspto.USPC(p.USPC...)
	add(&p.Inventors, b.First)
	add(&p.Inventors, b.Inventors)
	add(&p.Assignees, b.Assignees)
	return p, nil
}
