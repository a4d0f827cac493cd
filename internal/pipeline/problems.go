package pipeline

import (
	"errors"

	"github.com/tripoint-data/tripoint/record"
)

// maxProblemsKept bounds the problems that a run remembers by their words;
// all are counted.
const maxProblemsKept = 1000

// problemList is the first problems of a run and the number of all.
type problemList struct {
	first []record.Problem
	n     int
}

func (l *problemList) add(problems ...record.Problem) {
	l.n += len(problems)
	l.first = append(l.first, problems[:min(len(problems), maxProblemsKept-len(l.first))]...)
}

// take notes the problem that an error is, or the problems that it joins. Any
// other error comes back.
func (l *problemList) take(err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	spoilt := make([]record.Problem, len(all))
	for i, one := range all {
		var p *record.Problem
		if !errors.As(one, &p) {
			return err
		}
		spoilt[i] = *p
	}
	l.add(spoilt...)
	return nil
}
