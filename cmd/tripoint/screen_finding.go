package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// screenWidth is how wide the heading of a finding is.
const screenWidth = 78

// printFinding prints one finding for reading.
func (a *app) printFinding(f *record.Finding, demo string) {
	head := f.Entity.Name
	if len(f.Entity.Countries) > 0 {
		head += " (" + strings.Join(f.Entity.Countries, ", ") + ")"
	}
	if demo != "" {
		head += strings.Repeat(" ", max(1, screenWidth-len([]rune(head))-len(demo))) + demo
	}
	fmt.Fprintln(a.out, head)
	a.rows("listed", listedRows(f))
	a.rows("CET", inventionRows(f))
	a.rows("supplied", suppliedRows(f))
	a.rows("goods", goodsRows(f))
	a.rows("priority", priorityRows(f))
	a.rows("leads", leadRows(f))
	a.rows("related", relatedRows(f))
	a.rows("review", candidateRows(f))
	a.rows("rank", []string{rankText(f)})
	a.rows("why", []string{a.command("evidence", f.Ref().String()), "limits: names only, no ownership data"})
	fmt.Fprintln(a.out)
}

// rows prints lines under one label.
func (a *app) rows(label string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(a.out, " %-9s%s\n", label, line)
	}
}

func listedRows(f *record.Finding) []string {
	width, effects := 0, 0
	for _, l := range f.Lists {
		title, effect, _ := shortTitle(l.Code)
		width, effects = max(width, len(title)), max(effects, len(effect))
	}
	var out []string
	for _, l := range f.Lists {
		title, effect, cite := shortTitle(l.Code)
		if len(l.Notices) > 0 {
			cite = l.Notices[0]
		}
		day := "date not published"
		if d := l.Effective(); d != "" {
			day = "eff. " + string(d)
		}
		status := ""
		if l.Status != "" && l.Status != record.Current {
			status = "  " + strings.ReplaceAll(string(l.Status), "_", " ")
		}
		out = append(out, strings.TrimRight(fmt.Sprintf("%-*s  %s  %-*s  %s%s", width, title, day, effects, effect, cite, status), " "))
	}
	return out
}

func inventionRows(f *record.Finding) []string {
	const most = 3
	var (
		tagged []record.Invention
		tags   []string
	)
	for _, i := range f.Inventions {
		if len(i.Tags) > 0 {
			tagged = append(tagged, i)
			for _, t := range i.Tags { // patent/edition/area-or-subfield
				tags = append(tags, t[strings.LastIndex(t, "/")+1:])
			}
		}
	}
	if len(f.Inventions) == 0 {
		return nil
	}
	slices.Sort(tags)
	head := plural(len(tagged), "invention") + "   " + short(slices.Compact(tags), 4)
	if other := len(f.Inventions) - len(tagged); other > 0 {
		head += fmt.Sprintf("   (and %d outside CET)", other)
	}
	out := []string{head}
	for n, i := range tagged {
		if n == most {
			out = append(out, fmt.Sprintf("… %d more", len(tagged)-most))
			break
		}
		var papers []string
		for _, d := range i.Documents {
			if d.Granted != "" {
				papers = append(papers, d.ID+" granted "+string(d.Granted))
			} else {
				papers = append(papers, d.ID+" published "+string(d.Published))
			}
		}
		out = append(out, strings.Join(papers, " → ")+"  named as "+strings.Join(i.Roles, ", "))
	}
	return out
}

func suppliedRows(f *record.Finding) []string {
	if len(f.Shipments) == 0 {
		return nil
	}
	var (
		by, to    int
		periods   = map[string]int{}
		consigned int
		countries []string
		others    []string
	)
	for _, m := range f.Shipments {
		if m.Role == "supplied_to" {
			to++
			continue
		}
		by++
		periods[overall(m)]++
	}
	for _, c := range f.Consignees {
		if c.Kind != "" { // who stands in for others is no consignee of its own
			others = append(others, plural(c.Count, strings.ReplaceAll(c.Kind, "_", " ")))
			continue
		}
		consigned += c.Count
		name := c.Country
		if name == "" {
			name = "country not in source"
		}
		countries = append(countries, fmt.Sprintf("%s %d", name, c.Count))
	}
	var out []string
	if by > 0 && len(f.Consignees) > 0 {
		route := "not in source"
		if len(f.Routes) > 0 {
			route = routeText(f.Routes[0])
			if len(f.Routes) > 1 {
				route += fmt.Sprintf(" and %d more", len(f.Routes)-1)
			}
		}
		who := plural(consigned, "consignee") + "  " + strings.Join(countries, " · ")
		if len(others) > 0 {
			who += "  and " + strings.Join(others, ", ")
		}
		out = append(out, who+"   route: "+route)
	}
	if by > 0 {
		var when []string
		for _, p := range []string{"before", "after", "unknown"} {
			if periods[p] > 0 {
				when = append(when, fmt.Sprintf("%d %s", periods[p], p))
			}
		}
		out = append(out, plural(by, "shipment")+" supplied by it, against the listing: "+strings.Join(when, ", "))
	}
	if to > 0 {
		out = append(out, plural(to, "shipment")+" supplied to it")
	}
	if masked := maskedText(f); masked != "" {
		out = append(out, masked)
	}
	return append(out, decidedRows(f)...)
}

// maskedText says on how many documents somebody else is named where the other
// side would be.
func maskedText(f *record.Finding) string {
	by := map[string]int{}
	for _, m := range f.Shipments {
		if m.Masked != "" {
			by[m.Masked]++
		}
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		kinds = append(kinds, fmt.Sprintf("%s %d", strings.ReplaceAll(kind, "_", " "), by[kind]))
	}
	if len(kinds) == 0 {
		return ""
	}
	return "masked, the other side is not named: " + strings.Join(kinds, ", ")
}

// goodsRows are the codes of the goods by what makes them the entity's.
func goodsRows(f *record.Finding) []string {
	if f.Goods == nil {
		return nil
	}
	const most = 6
	codes := map[string][]string{}
	for _, c := range f.Goods.Codes {
		text := c.HS6
		if c.Tier != "" {
			text += " (high priority, tier " + c.Tier + ")"
		}
		codes[c.Basis] = append(codes[c.Basis], text)
	}
	var out []string
	for _, basis := range []struct {
		name  string
		texts []string
	}{
		{"shipped", f.Goods.Shipped}, {"supplied_to", nil}, {"brand_in_text", f.Goods.BrandInText}, {"declared_manufacturer", f.Goods.DeclaredManufacturer},
	} {
		what := "HS " + short(codes[basis.name], most)
		switch {
		case len(codes[basis.name]) > 0:
		case len(basis.texts) > 0:
			what = plural(len(basis.texts), "text") + " without an HS code"
		default:
			continue
		}
		out = append(out, strings.ReplaceAll(basis.name, "_", " ")+": "+what)
	}
	return out
}

// priorityRows are the goods of the Common High Priority List on their way to
// or through a country of diversion.
func priorityRows(f *record.Finding) []string {
	const most = 5
	var out []string
	for i, h := range f.HighPriority {
		if i == most {
			return append(out, fmt.Sprintf("… %d more", len(f.HighPriority)-most))
		}
		out = append(out, fmt.Sprintf("HS %s, tier %s of the Common High Priority List, %s %s: %s", h.HS6, h.Tier, h.Via, h.Country, h.Shipment))
	}
	return out
}

// overall is a shipment's period against the first listing: before all of
// them, after one at least, or unknown.
func overall(m record.Movement) string {
	period := "unknown"
	for _, p := range m.Periods {
		switch p.Period {
		case "after":
			return "after"
		case "before":
			period = "before"
		}
	}
	return period
}

// decidedRows says which names count by an analyst's decision.
func decidedRows(f *record.Finding) []string {
	var out []string
	for _, w := range f.Why {
		if w.Kind == "decision" && !slices.Contains(out, w.Text) {
			out = append(out, w.Text)
		}
	}
	return out
}

func leadRows(f *record.Finding) []string {
	var out []string
	for _, l := range f.OnwardLeads {
		out = append(out,
			fmt.Sprintf("%s: %s → %s after %d days, same %s %s; %d of %d shippers on the lane do so",
				l.Consignee, l.From, l.To, l.Days, l.Basis, l.HS6, l.BaseRate.Doing, l.BaseRate.Of),
			"possible onward movement, not shown to be the same goods: "+l.Inward+", "+l.Onward)
	}
	return out
}

func relatedRows(f *record.Finding) []string {
	const most = 8
	var out []string
	for i, r := range f.Related {
		if i == most {
			return append(out, fmt.Sprintf("… %d more", len(f.Related)-most))
		}
		out = append(out, r.Name+" ("+strings.ReplaceAll(r.Basis, "_", " ")+")")
	}
	return out
}

func candidateRows(f *record.Finding) []string {
	const most = 5
	var out []string
	for i, c := range f.Candidates {
		if i == most {
			return append(out, fmt.Sprintf("… %d more candidates", len(f.Candidates)-most))
		}
		name := c.Name
		if c.Country != "" {
			name += " (" + c.Country + ")"
		}
		out = append(out, fmt.Sprintf("%s  score %.2f, seen %d×: a candidate, outside every count", name, c.Score, c.Count))
	}
	return out
}

func routeText(r record.Route) string {
	var stops []string
	add := func(p *record.Place) {
		if p != nil {
			stops = append(stops, strings.TrimSpace(p.Port+" "+p.Country))
		}
	}
	add(r.Receipt)
	add(r.Lading)
	for i := range r.Transit {
		add(&r.Transit[i])
	}
	add(r.Unlading)
	add(r.Destination)
	return strings.Join(stops, " → ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// short joins the first of some words.
func short(words []string, most int) string {
	if len(words) > most {
		return strings.Join(words[:most], ", ") + ", …"
	}
	return strings.Join(words, ", ")
}

// command is a command to type next: its argument quoted for a shell, in the
// folder that this one works in.
func (a *app) command(verb, arg string) string {
	line := "tripoint " + verb + " '" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	if a.dir != "." {
		line += " -C " + a.dir
	}
	return line
}
