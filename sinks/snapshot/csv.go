package snapshot

import (
	"encoding/csv"

	"github.com/tripoint-data/tripoint/record"
)

// csvWriter is the format for spreadsheets: RFC 4180 with a guard against
// formulas, flat tables without the depth of the records.
type csvWriter struct {
	files map[record.Kind]*csvFile
	demo  bool
}

type csvFile struct {
	out   *output
	csv   *csv.Writer
	cells []string
}

func openCSV(s *stage, demo bool) (writer, error) {
	w := &csvWriter{make(map[record.Kind]*csvFile, len(kinds)), demo}
	for _, k := range kinds {
		out, err := s.create("csv/" + k.file + ".csv")
		if err != nil {
			return nil, err
		}
		f := &csvFile{out: out, csv: csv.NewWriter(out)}
		w.files[k.kind] = f
		for _, c := range columns[k.kind] {
			f.cells = append(f.cells, c.name)
		}
		if demo {
			f.cells = append(f.cells, "demo")
		}
		if err := f.csv.Write(f.cells); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *csvWriter) put(r record.Record, _ []byte) error {
	kind := r.Ref().Kind
	f := w.files[kind]
	f.cells = f.cells[:0]
	for _, c := range columns[kind] {
		f.cells = append(f.cells, c.cell(r))
	}
	if w.demo {
		f.cells = append(f.cells, demoMark)
	}
	f.out.rows++
	return f.csv.Write(f.cells)
}

func (w *csvWriter) close() ([]resource, error) {
	var list []resource
	for _, k := range kinds {
		f := w.files[k.kind]
		f.csv.Flush()
		if err := f.csv.Error(); err != nil {
			return nil, err
		}
		res, err := f.out.finish()
		if err != nil {
			return nil, err
		}
		res.Name, res.Type, res.Format, res.MediaType = k.file, "table", "csv", "text/csv"
		res.Dialect = &dialect{Header: true, Delimiter: ",", LineTerminator: "\n", QuoteChar: `"`, DoubleQuote: true}
		res.Schema = schemaOf(k.kind, w.demo)
		list = append(list, res)
	}
	return list, nil
}

// schemaOf is the table schema of a kind's CSV file.
func schemaOf(kind record.Kind, demo bool) *schema {
	s := &schema{PrimaryKey: []string{"id"}, MissingValues: []string{""}}
	for _, c := range columns[kind] {
		s.Fields = append(s.Fields, field{c.name, c.typ, c.about})
	}
	if demo {
		s.Fields = append(s.Fields, field{"demo", "string", demoMark + ": the record is made up"})
	}
	return s
}
