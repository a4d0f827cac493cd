package link

import (
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// naming is one place where a patent names an applicant or assignee.
type naming struct {
	name, country, role string
}

// namings lists who a patent names and as what. Recorded assignments name
// assignees of record on their date; a security interest assigns nothing.
func namings(p *record.Patent) []naming {
	var out []naming
	for _, a := range p.Applicants {
		out = append(out, naming{a.Name, a.Country, "applicant"})
	}
	for _, a := range p.Assignees {
		out = append(out, naming{a.Name, a.Country, "assignee at publication"})
	}
	for _, a := range p.Assignments {
		conveyance := strings.ToLower(a.Conveyance)
		if strings.Contains(conveyance, "security") || strings.Contains(conveyance, "release") || strings.Contains(conveyance, "lien") {
			continue
		}
		date := a.Recorded
		if date == "" {
			date = a.Executed
		}
		role := "assignee of record"
		if date != "" {
			role += " on " + string(date)
		}
		out = append(out, naming{a.Assignee, "", role})
	}
	return out
}
