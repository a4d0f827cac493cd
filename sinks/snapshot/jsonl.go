package snapshot

import (
	"github.com/tripoint-data/tripoint/record"
)

// jsonl is the exact format: each record as record.Marshal writes it.
type jsonl struct {
	files map[record.Kind]*output
}

func openJSONL(s *stage, _ bool) (writer, error) {
	w := &jsonl{make(map[record.Kind]*output, len(kinds))}
	for _, k := range kinds {
		f, err := s.create("jsonl/" + k.file + ".jsonl")
		if err != nil {
			return nil, err
		}
		w.files[k.kind] = f
	}
	return w, nil
}

func (w *jsonl) put(r record.Record, line []byte) error {
	f := w.files[r.Ref().Kind]
	f.rows++
	if _, err := f.Write(line); err != nil {
		return err
	}
	_, err := f.Write([]byte{'\n'})
	return err
}

func (w *jsonl) close() ([]resource, error) {
	var list []resource
	for _, k := range kinds {
		res, err := w.files[k.kind].finish()
		if err != nil {
			return nil, err
		}
		res.Name, res.Format, res.MediaType = k.file+"-jsonl", "jsonl", "application/x-ndjson"
		list = append(list, res)
	}
	return list, nil
}
