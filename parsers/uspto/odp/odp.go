// Package odp reads the JSON of the Open Data Portal on patent applications:
// the answer to a search, one application, its metadata or its assignments
// alone, and the bulk files of the same shape.
//
// The portal tells of applications, the house of documents: an application
// gives one record for its publication and one for its grant, which share
// what is known of both. One that has neither yet, or whose answer leaves them
// out as that of the assignments does, gives one under its own number (see
// uspto.Filing). The metadata have no abstract, no claims and no assignees at
// publication; those are in the document itself, to which the answer leads.
//
// Start with New.
package odp

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

// bag is the key of the list of applications.
const bag = "patentFileWrapperDataBag"

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	return uspto.Walk(name, "Open Data Portal JSON", r,
		func(j *uspto.JSON) error { return object(name, j, emit) },
		func(j *uspto.JSON) error { return array(j, "", emit) })
}

func array(j *uspto.JSON, where string, emit uspto.Emit) error {
	return j.Array(func() any { return new(application) }, func(i int, v any, err error) error {
		locator := fmt.Sprintf("#%s[%d]", where, i)
		if err != nil {
			return emit(locator, nil, err)
		}
		return v.(*application).emit(locator, emit)
	})
}

// object reads an answer, or an application that stands alone: clients of the
// portal keep its metadata in this way.
func object(name string, j *uspto.JSON, emit uspto.Emit) error {
	m, err := j.Object(bag, func(j *uspto.JSON) error { return array(j, bag, emit) }, func(key string) bool {
		return isField[strings.ToLower(key)] || key == "count" || key == "error" || key == "message"
	})
	if err != nil {
		return err
	}
	var a application
	failure := ""
	for _, key := range []string{"error", "message"} {
		if s := string(m.Fields[key]); failure == "" && s != "null" {
			failure = s
		}
		delete(m.Fields, key)
	}
	count := string(m.Fields["count"])
	delete(m.Fields, "count")
	switch {
	case m.Listed:
		return nil
	case len(m.Fields) > 0:
		if err := m.Decode(&a); err != nil {
			return emit("", nil, err)
		}
		if a.number() != "" {
			return a.emit("", emit)
		}
	case failure != "":
		return fmt.Errorf("%s is no answer: the portal reported %.200s", name, failure)
	case count == "0":
		return nil
	}
	return fmt.Errorf("%s is no Open Data Portal answer on applications: want an object with %s, or an application; its keys are %.200s",
		name, bag, strings.Join(m.Keys, ", "))
}
