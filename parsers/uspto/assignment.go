package uspto

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// Conveyance is one recorded document of the office's assignment records: who
// conveys what to whom. It may be an assignment, a change of name, a security
// interest or its release: Text says which.
type Conveyance struct {
	Reel, Frame string
	Text        string
	Recorded    string
	Assignors   []Assignor
	Assignees   []string
}

// Assignor is one who conveys, on the day on which he or she signed.
type Assignor struct{ Name, Executed string }

// Assignments is one for each assignee and day of execution: those who signed
// on one day are named together, in alphabetical order with semicolons between
// them. Nobody is lost by that, a paper of twenty inventors and two firms makes
// two of it and not forty, and sources that list the inventors in another order
// tell of one assignment.
func (c Conveyance) Assignments() ([]record.Assignment, error) {
	base := record.Assignment{Conveyance: Absent(c.Text), ReelFrame: ReelFrame(c.Reel, c.Frame)}
	var err error
	if base.Recorded, err = recordDay(c.Recorded); err != nil {
		return nil, fmt.Errorf("assignment %s: recorded: %w", base.ReelFrame, err)
	}
	signed := map[record.Date][]string{}
	for _, a := range c.Assignors {
		day, err := recordDay(a.Executed)
		if err != nil {
			return nil, fmt.Errorf("assignment %s: executed: %w", base.ReelFrame, err)
		}
		if name := Absent(a.Name); name != "" && !slices.Contains(signed[day], name) {
			signed[day] = append(signed[day], name)
		}
	}
	if len(signed) == 0 {
		signed[""] = nil
	}
	var out []record.Assignment
	for _, assignee := range c.Assignees {
		for _, day := range slices.Sorted(maps.Keys(signed)) {
			one := base
			one.Assignor, one.Executed = strings.Join(slices.Sorted(slices.Values(signed[day])), "; "), day
			if one.Assignee = Absent(assignee); one.Assignee != "" {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// recordDay reads a date of the assignment records, where noughts stand for a
// day that is not known.
func recordDay(s string) (record.Date, error) {
	if strings.Trim(s, "0- ") == "" {
		return "", nil
	}
	return Date(s)
}

// ReelFrame writes the place of a recorded document as the office does:
// 038323/0190. It is "" where either number is missing.
func ReelFrame(reel, frame string) string {
	r, err := strconv.ParseUint(Clean(reel), 10, 32)
	if err != nil || r == 0 {
		return ""
	}
	f, err := strconv.ParseUint(Clean(frame), 10, 32)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%06d/%04d", r, f)
}

// Filing makes a record of an application number of which no published
// document is known, under the kind code that the office gives to such
// numbers: US15000001X0. It holds what the office tells of the application
// until a document is found that bears the number.
func Filing(p *record.Patent, application string) error {
	number := ApplicationNumber(application)
	if number == "" {
		return fmt.Errorf("%q is no US application number", Clean(application))
	}
	p.ID = record.CanonicalPatentID("US" + number + "X0")
	p.ApplicationNumber, p.Country, p.KindCode = number, "US", "X0"
	return nil
}
