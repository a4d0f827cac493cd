package redbook

import (
	"fmt"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// st32 is what is read of a grant of 2001 to 2004 (root PATDOC). Its parties
// are the inventors and the assignees; such a grant names no applicants.
type st32 struct {
	Number      string      `xml:"SDOBI>B100>B110>DNUM>PDAT"`
	Kind        string      `xml:"SDOBI>B100>B130>PDAT"`
	Issued      string      `xml:"SDOBI>B100>B140>DATE>PDAT"`
	Application string      `xml:"SDOBI>B200>B210>DNUM>PDAT"`
	Filed       string      `xml:"SDOBI>B200>B220>DATE>PDAT"`
	IPC         []string    `xml:"SDOBI>B500>B510>B511>PDAT"`
	IPCFurther  []string    `xml:"SDOBI>B500>B510>B512>PDAT"`
	USPC        []string    `xml:"SDOBI>B500>B520>B521>PDAT"`
	USPCFurther []string    `xml:"SDOBI>B500>B520>B522>PDAT"`
	Title       text        `xml:"SDOBI>B500>B540"`
	Inventors   []st32Party `xml:"SDOBI>B700>B720>B721>PARTY-US"`
	Assignees   []st32Party `xml:"SDOBI>B700>B730>B731>PARTY-US"`
	Abstract    text        `xml:"SDOAB"`
	Claims      text        `xml:"SDOCL"`
}

type st32Party struct {
	First   text `xml:"NAM>FNM"`
	Last    text `xml:"NAM>SNM"`
	Suffix  text `xml:"NAM>SFX"`
	OrgName text `xml:"NAM>ONM"`
	City    text `xml:"ADR>CITY"`
	State   text `xml:"ADR>STATE"`
	Country text `xml:"ADR>CTRY"`
}

func (a st32Party) person() (record.Person, bool) {
	return addressee{book: book{
		OrgName: a.OrgName, LastName: a.Last, FirstName: a.First, Suffix: a.Suffix,
		City: string(a.City), State: string(a.State), Country: string(a.Country),
	}}.person()
}

func (d *st32) patent() (*record.Patent, error) {
	p := &record.Patent{}
	if err := uspto.Identify(p, d.Number, d.Kind); err != nil {
		return nil, fmt.Errorf("B110: %w", err)
	}
	p.Document = record.Grant
	if err := dated(p, d.Issued, d.Filed); err != nil {
		return nil, err
	}
	p.ApplicationNumber = uspto.ApplicationNumber(d.Application)
	p.Title = uspto.Text(string(d.Title))
	p.Abstract = uspto.Text(string(d.Abstract))
	p.FirstClaim = uspto.FirstClaim(string(d.Claims))
	for _, s := range append(d.IPC, d.IPCFurther...) {
		p.IPC = append(p.IPC, uspto.FixedIPC(s))
	}
	p.IPC = uspto.Symbols(p.IPC...)
	for _, s := range append(d.USPC, d.USPCFurther...) {
		p.USPC = append(p.USPC, uspto.FixedUSPC(s))
	}
	p.USPC = uspto.USPC(p.USPC...)
	add(&p.Inventors, d.Inventors)
	add(&p.Assignees, d.Assignees)
	return p, nil
}
