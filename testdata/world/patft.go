package world

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"
)

// patft plays the office's former full-text site: hit lists of 50 with a
// button for the next one, a page for each document, and a stub that jumps on
// where there is but one hit. Its applications drop the first digit of their
// number in the title, as the real ones did.
type patft struct {
	grants       []paper
	applications []paper
}

const hitsAPage = 50

func newPatFT(p *people) *patft {
	s := &patft{}
	r := random(4)
	for i, q := range p.crowd[80:140] {
		o := []owner{{name: q.name, city: q.city, country: q.country}}
		t := topics[i%len(topics)]
		s.grants = append(s.grants, paper{
			number: fmt.Sprintf("998%05d", i+1), kind: "B1", title: t.title, abstract: t.abstract, claim: t.claim,
			applicant: o, assignee: o, inventors: []string{word(r, 2) + "; " + word(r, 2)}, appno: fmt.Sprintf("98/%06d", i+1),
			filed: date(r, 2014, 2015), published: date(r, 2017, 2019), cpc: t.cpc, ipc: t.ipc,
		})
	}
	s.applications = []paper{livenessPaper("20200334450", "A1", "2020-10-22", []string{"G06K9/00906", "G06K9/00228", "G06K9/6271"}, []string{"G06K9/00", "G06K9/62"})}
	s.applications[0].assignee = nil // as AppFT pages often have it: the applicant alone
	return s
}

func (s *patft) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	papers, name := s.grants, "US Patent Collection"
	if q.Get("d") == "PG01" {
		papers, name = s.applications, "US Patent Application Collection"
	}
	w.Header().Set("Content-Type", "text/html")
	switch {
	case r.URL.Path == "/robots.txt":
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "User-agent: *\nDisallow: /netaicon/\nCrawl-delay: 0\n")
	case r.URL.Path != "/netacgi/nph-Parser":
		http.NotFound(w, r)
	case q.Get("f") == "G":
		var n int
		if _, err := fmt.Sscanf(q.Get("r"), "%d", &n); err != nil || n < 1 || n > len(papers) {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page(papers[n-1]))
	case len(papers) == 1:
		fmt.Fprintf(w, "<HTML>\n<HEAD>\n<TITLE>Single Document</TITLE>\n<META HTTP-EQUIV=\"REFRESH\" CONTENT=\"1;URL=%s\">\n</HEAD>\n</HTML>\n",
			link(q.Get("d"), 1, 1))
	default:
		page := 1
		if _, err := fmt.Sscanf(q.Get("p"), "%d", &page); err != nil && q.Get("p") != "" {
			page = 1
		}
		if q.Get("NextList2") != "" {
			page++
		}
		fmt.Fprint(w, hitList(name, q.Get("d"), papers, page))
	}
}

func link(db string, n, page int) string {
	return fmt.Sprintf("/netacgi/nph-Parser?Sect1=PTO2&Sect2=HITOFF&r=%d&p=%d&f=G&l=50&d=%s&S1=demo", n, page, db)
}

func hitList(name, db string, papers []paper, page int) string {
	var b strings.Builder
	first := min((page-1)*hitsAPage, len(papers))
	last := min(first+hitsAPage, len(papers))
	fmt.Fprintf(&b, `<HTML>
<HEAD><BASE TARGET="_top">
<TITLE>Patent Database Search Results: demo in %s</TITLE></HEAD>
<BODY BGCOLOR="#FFFFFF">
<i>Searching %s...</i><BR>
<B>Results of Search in %s db for:<BR> demo</B>: %d patents.
<BR><I>Hits <strong>%d</strong> through <strong>%d
</strong> out of <strong>%d</strong></I><p>
`, name, name, name, len(papers), first+1, last, len(papers))
	if last < len(papers) {
		fmt.Fprintf(&b, `<form name="srchForm" action="/netacgi/nph-Parser" method="GET">
<INPUT TYPE="HIDDEN" NAME="Sect1" VALUE="PTO2">
<INPUT TYPE="HIDDEN" NAME="d" VALUE="%s">
<INPUT TYPE="HIDDEN" NAME="f" VALUE="S">
<INPUT TYPE="HIDDEN" NAME="p" VALUE="%d">
<INPUT TYPE="HIDDEN" NAME="Srch1" VALUE="demo">
<INPUT TYPE=submit NAME=NextList2 VALUE="Next %d Hits"><BR><BR>
</FORM>
`, db, page, len(papers)-last)
	}
	b.WriteString("<TABLE><TR><TD></TD><TH scope=\"col\">PAT. NO.</TH><TD></TD><TH scope=\"col\">Title</TH></TR>\n")
	for i := first; i < last; i++ {
		href := strings.ReplaceAll(link(db, i+1, page), "&", "&amp;")
		fmt.Fprintf(&b, "<TR><TD valign=top>%d</TD>\n<TD valign=top><A HREF=\"%s\">%s</A></TD>\n<TD></TD>\n<TD valign=top><A HREF=\"%s\">%s\n</A></TD></TR>\n",
			i+1, href, grouped(papers[i].number), href, html.EscapeString(papers[i].title))
	}
	b.WriteString("</TABLE></BODY></HTML>\n")
	return b.String()
}

// page is a document as the site showed it: tables left open, &nbsp without
// its semicolon.
func page(p paper) string {
	var b strings.Builder
	what, number, title := "Patent", grouped(p.number), grouped(p.number)
	if !p.grant() {
		what, number, title = "Patent Application", p.number, p.number[1:]
	}
	fmt.Fprintf(&b, "<HTML>\n<HEAD>\n<BASE TARGET=\"_top\">\n<TITLE>United States %s: %s</TITLE></HEAD>\n<BODY BGCOLOR=\"#FFFFFF\">\n<a name=\"top\"></a>\n<HR>\n", what, title)
	fmt.Fprintf(&b, "<TABLE WIDTH=\"100%%\">\n<TR><TD ALIGN=\"LEFT\" WIDTH=\"50%%\"><B>United States %s</B></TD>\n<TD ALIGN=\"RIGHT\" WIDTH=\"50%%\"><B><B><I>%s</I></B></B></TD></TR>\n", what, number)
	if !p.grant() {
		fmt.Fprintf(&b, "<TR><TD VALIGN=\"TOP\" ALIGN=\"LEFT\" WIDTH=\"50%%\"><B>Kind Code</B>\n</TD><TD ALIGN=\"RIGHT\" WIDTH=\"50%%\">\n<B>%s\n</B></TD></TR>\n", p.kind)
	}
	fmt.Fprintf(&b, "<TR><TD ALIGN=\"LEFT\" WIDTH=\"50%%\"><b>\n%s\n </B></TD><TD ALIGN=\"RIGHT\" WIDTH=\"50%%\"> <B>\n%s\n</B></TD></TR>\n</TABLE><HR>\n", html.EscapeString(p.inventors[0]), longDate(p.published))
	fmt.Fprintf(&b, "<font size=\"+1\">%s\n</font><BR>\n<BR><CENTER><B>Abstract</B></CENTER>\n<P>\n%s\n</P>\n<HR>\n", html.EscapeString(p.title), html.EscapeString(p.abstract))
	b.WriteString("<TABLE WIDTH=\"100%\">\n<TR> <TD VALIGN=\"TOP\" ALIGN=\"LEFT\" WIDTH=\"10%\">Inventors:</TD>\n<TD ALIGN=\"LEFT\" WIDTH=\"90%\">\n ")
	for i, name := range p.inventors {
		if i > 0 {
			b.WriteString("<B>, </B>")
		}
		fmt.Fprintf(&b, "<B>%s</B> (%s)", html.EscapeString(name), place(p.applicant[0]))
	}
	b.WriteString("\n</TD></TR>\n")
	o := p.applicant[0]
	fmt.Fprintf(&b, `<TABLE WIDTH="100%%"> <TR><TH scope="row" VALIGN="TOP" ALIGN="LEFT" WIDTH="10%%">Applicant: </TH><TD ALIGN="LEFT" WIDTH="90%%"> <TABLE> <TR> <TH scope="column" ALIGN="center">Name</TH> <TH scope="column" ALIGN="center">City</TH> <TH scope="column" ALIGN="center">State</TH> <TH scope="column" ALIGN="center">Country</TH> <TH scope="column" ALIGN="center">Type</TH> </TR> <TR> <TD> <B><br>%s</B> </TD><TD> <br>%s </TD><TD ALIGN="center"> <br>%s </TD><TD ALIGN="center"> <br>%s </TD><TD> </TD> </TR> </TABLE> <!--
<AANM>
~AANM %s
~AACI %s
~AAST %s
~AACO %s
</AANM> --> </TD></TR>
`, html.EscapeString(o.name), o.city, nbsp(o.state), o.country, html.EscapeString(o.name), o.city, o.state, o.country)
	for _, a := range p.assignee {
		fmt.Fprintf(&b, "<TR><TH scope=\"row\" VALIGN=\"TOP\" ALIGN=\"LEFT\" WIDTH=\"10%%\">Assignee:</TD>\n<TD ALIGN=\"LEFT\" WIDTH=\"90%%\">\n<B>%s</B>\n (%s)\n<BR>\n</TD></TR>\n", html.EscapeString(a.name), place(a))
	}
	fmt.Fprintf(&b, "<TR><TD VALIGN=\"TOP\" ALIGN=\"LEFT\" WIDTH=\"10%%\" NOWRAP>Appl. No.:\n</TD><TD ALIGN=\"LEFT\" WIDTH=\"90%%\">\n<B>%s\n</B></TD></TR>\n", p.appno)
	fmt.Fprintf(&b, "<TR><TD VALIGN=\"TOP\" ALIGN=\"LEFT\" WIDTH=\"10%%\">Filed:\n</TD><TD ALIGN=\"LEFT\" WIDTH=\"90%%\">\n<B>%s</B></TD></TR>\n</TABLE>\n<HR>\n", longDate(p.filed))
	var cpc, ipc []string
	for _, c := range p.cpc {
		cpc = append(cpc, spaced(c)+"&nbsp(20130101)")
	}
	for _, c := range p.ipc {
		ipc = append(ipc, spaced(c)+"&nbsp(20060101)")
	}
	fmt.Fprintf(&b, "<P> <TABLE WIDTH=\"100%%\">\n<TR><TD VALIGN=TOP ALIGN=\"LEFT\" WIDTH=\"40%%\"><B>Current CPC Class: </B></TD>\n<TD VALIGN=TOP ALIGN=\"RIGHT\" WIDTH=\"60%%\">%s</TD></TR>\n", strings.Join(cpc, "; "))
	fmt.Fprintf(&b, "<TR><TD VALIGN=TOP ALIGN=\"LEFT\" WIDTH=\"40%%\"><B>International Class: </B></TD>\n<TD VALIGN=TOP ALIGN=\"RIGHT\" WIDTH=\"60%%\">%s</TD></TR>\n</TABLE>\n", strings.Join(ipc, "; "))
	fmt.Fprintf(&b, "<HR>\n<CENTER><B><I>Claims</B></I></CENTER>\n<HR>\n<BR><BR>\n1. %s\n<BR><BR>2. The subject of claim 1, made again.\n<HR>\n<CENTER><B><I>Description</B></I></CENTER>\n<HR>\n<BR><BR>See the claims.\n<CENTER><B>* * * * *</B></CENTER>\n<HR>\n</BODY>\n</HTML>\n", html.EscapeString(p.claim))
	return b.String()
}

func place(o owner) string {
	if o.country == "US" {
		return o.city + ", " + o.state
	}
	return o.city + ", <B>" + o.country + "</B>"
}

func nbsp(s string) string {
	if s == "" {
		return "&nbsp"
	}
	return s
}

// grouped writes 99800001 as 99,800,001.
func grouped(number string) string {
	for i := len(number) - 3; i > 0; i -= 3 {
		number = number[:i] + "," + number[i:]
	}
	return number
}

// spaced writes G06V40/45 as G06V 40/45.
func spaced(code string) string { return code[:4] + " " + code[4:] }

func longDate(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("January 2, 2006")
}
