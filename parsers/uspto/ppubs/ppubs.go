// Package ppubs reads the JSON of Patent Public Search: the answer to a
// search, an array of documents, or one document as its viewer asks for it.
//
// Start with New.
package ppubs

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	return uspto.Walk(name, "Public Search JSON", r,
		func(j *uspto.JSON) error { return object(name, j, emit) },
		func(j *uspto.JSON) error { return array(j, "", emit) })
}

// array reads documents up to the closing bracket. where is the path of the
// array within the part.
func array(j *uspto.JSON, where string, emit uspto.Emit) error {
	return j.Array(func() any { return new(document) }, func(i int, v any, err error) error {
		var p *record.Patent
		if err == nil {
			p, err = v.(*document).patent()
		}
		return emit(fmt.Sprintf("#%s[%d]", where, i), p, err)
	})
}

// object reads a search answer or a single document; which it is shows in its
// keys, whose order is not relied upon.
func object(name string, j *uspto.JSON, emit uspto.Emit) error {
	m, err := j.Object("patents",
		func(j *uspto.JSON) error { return array(j, "patents", emit) },
		func(key string) bool { return isField[key] || key == "numFound" || key == "error" })
	if err != nil {
		return err
	}
	failure := string(m.Fields["error"])
	switch {
	case m.Listed:
		return nil
	case m.Fields["guid"] != nil:
		var d document
		if err := m.Decode(&d); err != nil {
			return emit("", nil, err)
		}
		p, err := d.patent()
		return emit("", p, err)
	case failure != "" && failure != "null":
		return fmt.Errorf("%s is no answer: the search reported %.200s", name, failure)
	case string(m.Fields["numFound"]) == "0":
		return nil
	}
	return fmt.Errorf("%s is no Public Search answer: want an object with patents or guid, or an array of documents; its keys are %.200s",
		name, strings.Join(m.Keys, ", "))
}
