package world

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// weeklyZIP is a week's grants in red-book XML: documents laid end to end in
// one file, designs first, zipped beside a list that is no document.
func weeklyZIP(p *people) ([]byte, error) {
	docs := weekly(p)
	var all bytes.Buffer
	for _, d := range docs {
		all.WriteString(redbook(d))
	}
	return zipped([]file{
		{"ipg990101.xml", all.Bytes()},
		{"ipg990101lst.txt", []byte(fmt.Sprintf("documents %d\n", len(docs)))},
	})
}

// weekly are the week's grants.
func weekly(p *people) []paper {
	r := random(5)
	var docs []paper
	for i := range 4 {
		o := []owner{strangerOwner(p.strangers[20+i])}
		docs = append(docs, paper{
			number: fmt.Sprintf("D99%05d", i+1), kind: "S1", title: "Lamp", claim: "The ornamental design for a lamp, as shown and described.",
			applicant: o, assignee: o, inventors: []string{word(r, 2) + "; " + word(r, 2)}, appno: fmt.Sprintf("29/%06d", 990001+i),
			filed: date(r, 2021, 2022), published: "2024-01-02",
		})
	}
	for i, q := range p.crowd[140:164] {
		t := topics[i%len(topics)]
		o := []owner{{name: q.name, city: q.city, country: q.country}}
		docs = append(docs, paper{
			number: fmt.Sprintf("997%05d", i+1), kind: "B2", title: t.title, abstract: t.abstract, claim: t.claim, applicant: o, assignee: o,
			inventors: []string{word(r, 2) + "; " + word(r, 2)}, appno: fmt.Sprintf("97/%06d", i+1),
			filed: date(r, 2021, 2022), published: "2024-01-02", cpc: t.cpc, more: t.more, ipc: t.ipc,
		})
	}
	return docs
}

type file struct {
	name string
	body []byte
}

func zipped(files []file) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: modified})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

func redbook(p paper) string {
	var b strings.Builder
	file := strings.ToUpper(p.guid())
	design := strings.HasPrefix(p.number, "D")
	kind := "utility"
	if design {
		kind = "design"
	}
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE us-patent-grant SYSTEM \"us-patent-grant-v45-2014-04-03.dtd\" [ ]>\n")
	fmt.Fprintf(&b, "<us-patent-grant lang=\"EN\" dtd-version=\"v4.5 2014-04-03\" file=\"%s.XML\" status=\"PRODUCTION\" id=\"us-patent-grant\" country=\"US\">\n<us-bibliographic-data-grant>\n", file)
	fmt.Fprintf(&b, "<publication-reference><document-id><country>US</country><doc-number>%s</doc-number><kind>%s</kind><date>%s</date></document-id></publication-reference>\n", padded(p.number), p.kind, compact(p.published))
	fmt.Fprintf(&b, "<application-reference appl-type=\"%s\"><document-id><country>US</country><doc-number>%s</doc-number><date>%s</date></document-id></application-reference>\n", kind, strings.ReplaceAll(p.appno, "/", ""), compact(p.filed))
	if len(p.ipc) > 0 {
		b.WriteString("<classifications-ipcr>\n")
		for _, c := range p.ipc {
			fmt.Fprintf(&b, "<classification-ipcr><ipc-version-indicator><date>20060101</date></ipc-version-indicator>%s</classification-ipcr>\n", symbol(c))
		}
		b.WriteString("</classifications-ipcr>\n<classifications-cpc>\n")
		for i, c := range p.cpc {
			tag := "further-cpc"
			if i == 0 {
				tag = "main-cpc"
			}
			fmt.Fprintf(&b, "<%s><classification-cpc><cpc-version-indicator><date>20130101</date></cpc-version-indicator>%s<classification-value>I</classification-value></classification-cpc></%s>\n", tag, symbol(c), tag)
		}
		for _, c := range p.more {
			fmt.Fprintf(&b, "<further-cpc><classification-cpc><cpc-version-indicator><date>20130101</date></cpc-version-indicator>%s<classification-value>A</classification-value></classification-cpc></further-cpc>\n", symbol(c))
		}
		b.WriteString("</classifications-cpc>\n")
	}
	fmt.Fprintf(&b, "<invention-title id=\"d2e43\">%s</invention-title>\n<us-parties>\n<us-applicants>\n", escaped(p.title))
	for i, o := range p.applicant {
		fmt.Fprintf(&b, "<us-applicant sequence=\"%03d\" app-type=\"applicant\" designation=\"us-only\">%s</us-applicant>\n", i, address(o, ""))
	}
	b.WriteString("</us-applicants>\n<inventors>\n")
	for i, name := range p.inventors {
		last, given, _ := strings.Cut(name, "; ")
		fmt.Fprintf(&b, "<inventor sequence=\"%03d\" designation=\"us-only\"><addressbook><last-name>%s</last-name><first-name>%s</first-name></addressbook></inventor>\n", i, last, given)
	}
	b.WriteString("</inventors>\n</us-parties>\n<assignees>\n")
	for _, o := range p.assignee {
		fmt.Fprintf(&b, "<assignee>%s</assignee>\n", address(o, "03"))
	}
	b.WriteString("</assignees>\n</us-bibliographic-data-grant>\n")
	if p.abstract != "" {
		fmt.Fprintf(&b, "<abstract id=\"abstract\"><p id=\"p-0001\" num=\"0000\">%s</p></abstract>\n", escaped(p.abstract))
	}
	number := "1. "
	if design {
		number = ""
	}
	fmt.Fprintf(&b, "<claims id=\"claims\"><claim id=\"CLM-00001\" num=\"00001\"><claim-text>%s%s</claim-text></claim></claims>\n</us-patent-grant>\n", number, escaped(p.claim))
	return b.String()
}

func address(o owner, role string) string {
	s := "<addressbook><orgname>" + escaped(o.name) + "</orgname>"
	if role != "" {
		s += "<role>" + role + "</role>"
	}
	s += "<address><city>" + escaped(o.city) + "</city>"
	if o.state != "" {
		s += "<state>" + o.state + "</state>"
	}
	return s + "<country>" + o.country + "</country></address></addressbook>"
}

// symbol writes G06V40/45 in its parts.
func symbol(code string) string {
	group, sub, _ := strings.Cut(code[4:], "/")
	return fmt.Sprintf("<section>%s</section><class>%s</class><subclass>%s</subclass><main-group>%s</main-group><subgroup>%s</subgroup>",
		code[:1], code[1:3], code[3:4], group, sub)
}

// padded fills a number with zeros to eight characters, as the red book does.
func padded(number string) string {
	series := strings.TrimRight(number, "0123456789")
	return series + fmt.Sprintf("%0*s", 8-len(series), number[len(series):])
}

func compact(date string) string { return strings.ReplaceAll(date, "-", "") }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
