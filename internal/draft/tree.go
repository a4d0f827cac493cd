package draft

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

const depthMost = 12

// object is a JSON object, or an element of XML as one, with its keys in order.
type object struct {
	keys   []string
	values map[string]any // string, *object, []any
}

func (o *object) put(key string, v any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, twice := o.values[key]; !twice {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// lookJSON finds the array of rows in a JSON text, or reads an object a line.
func lookJSON(text string) (*shape, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	root, err := jsonValue(dec, 0)
	if err != nil {
		return nil, fmt.Errorf("not JSON that ends: %w", err)
	}
	second, err := jsonValue(dec, 0)
	if first, ok := root.(*object); ok && err == nil {
		if next, ok := second.(*object); ok {
			return lookLines(text, dec, []*object{first, next})
		}
	}
	at, rows := mostObjects(root, "", 0)
	input := []pair{{"type", "json"}}
	if at != "" {
		input = append(input, pair{"items", quote(at)})
	}
	if len(rows) == 0 {
		one, ok := root.(*object)
		if !ok {
			return nil, errors.New("there is no array of objects in it")
		}
		rows = []*object{one}
	}
	s := fromObjects(rows)
	s.input, s.ext = input, ".json"
	s.cut = func(n int) []byte { return cutJSON(at, rows[:min(n, len(rows))]) }
	return s, nil
}

func lookLines(text string, dec *json.Decoder, rows []*object) (*shape, error) {
	for len(rows) < rowsMost {
		v, err := jsonValue(dec, 0)
		if err != nil {
			break
		}
		if o, ok := v.(*object); ok {
			rows = append(rows, o)
		}
	}
	s := fromObjects(rows)
	s.input, s.ext = []pair{{"type", "ndjson"}}, ".jsonl"
	s.cut = func(n int) []byte {
		var b strings.Builder
		for line := range strings.Lines(text) {
			if n--; n < 0 {
				break
			}
			b.WriteString(line)
		}
		return []byte(b.String())
	}
	return s, nil
}

func jsonValue(dec *json.Decoder, depth int) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if depth > 100 {
			return nil, errors.New("it lies too deep")
		}
		if t == '{' {
			o := &object{}
			for dec.More() {
				key, err := dec.Token()
				if err != nil {
					return nil, err
				}
				v, err := jsonValue(dec, depth+1)
				if err != nil {
					return nil, err
				}
				o.put(fmt.Sprint(key), v)
			}
			_, err := dec.Token()
			return o, err
		}
		list := []any{}
		for dec.More() {
			v, err := jsonValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	case nil:
		return nil, nil
	default:
		return fmt.Sprint(t), nil
	}
}

// mostObjects finds the array that holds the most objects; of two the one that
// lies less deep. The path must be one that input.items can say.
func mostObjects(v any, at string, depth int) (string, []*object) {
	switch v := v.(type) {
	case []any:
		var rows []*object
		for _, e := range v {
			if o, ok := e.(*object); ok {
				rows = append(rows, o)
			}
		}
		return at, rows
	case *object:
		bestAt, best := "", []*object(nil)
		for _, key := range v.keys {
			if depth > depthMost || strings.ContainsAny(key, ".[]") {
				continue
			}
			if a, rows := mostObjects(v.values[key], strings.TrimPrefix(at+"."+key, "."), depth+1); len(rows) > len(best) {
				bestAt, best = a, rows
			}
		}
		return bestAt, best
	}
	return "", nil
}

// fromObjects takes the columns from objects: a path to each value.
func fromObjects(rows []*object) *shape {
	s := &shape{rows: len(rows)}
	byName := map[string]*column{}
	for _, row := range rows[:min(len(rows), rowsMost)] {
		values := map[string][]string{}
		var names []string
		leaves(row, "", 0, func(name, value string) {
			if _, known := values[name]; !known {
				names = append(names, name)
			}
			values[name] = append(values[name], value)
		})
		for _, name := range names {
			c := byName[name]
			if c == nil {
				if len(s.columns) == columnsMost {
					continue
				}
				c = &column{name: name, label: name}
				byName[name] = c
				s.columns = append(s.columns, c)
			}
			c.add(values[name]...)
		}
	}
	return s
}

func leaves(v any, name string, depth int, fn func(name, value string)) {
	switch v := v.(type) {
	case string:
		fn(name, v)
	case []any:
		for _, e := range v {
			leaves(e, name, depth+1, fn)
		}
	case *object:
		for _, key := range v.keys {
			if depth > depthMost || strings.ContainsAny(key, "[]") || key == "" || strings.Contains(key, ".") && name != "" {
				continue // no rule could name it
			}
			leaves(v.values[key], strings.TrimPrefix(name+"."+key, "."), depth+1, fn)
		}
	}
}

// cutJSON is a JSON text with the first rows alone, in the same place.
func cutJSON(at string, rows []*object) []byte {
	var b bytes.Buffer
	end := ""
	if at != "" {
		for _, key := range strings.Split(at, ".") {
			fmt.Fprintf(&b, "{%s:", jsonText(key))
			end += "}"
		}
	}
	b.WriteString("[\n")
	for i, r := range rows {
		if i > 0 {
			b.WriteString(",\n")
		}
		writeJSON(&b, r)
	}
	b.WriteString("\n]" + end + "\n")
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case string:
		b.WriteString(jsonText(v))
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, e)
		}
		b.WriteByte(']')
	case *object:
		b.WriteByte('{')
		for i, key := range v.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(jsonText(key) + ":")
			writeJSON(b, v.values[key])
		}
		b.WriteByte('}')
	}
}

func jsonText(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always can be
	return strings.TrimSpace(b.String())
}

// lookXML finds the element that repeats most and holds others.
func lookXML(data []byte) (*shape, error) {
	root, err := readXML(data)
	if err != nil {
		return nil, err
	}
	best, rows := "", []*object(nil)
	byName := map[string][]*object{}
	var order []string
	var walk func(o *object, depth int)
	walk = func(o *object, depth int) {
		for _, key := range o.keys {
			list, many := o.values[key].([]any)
			if !many {
				list = []any{o.values[key]}
			}
			for _, e := range list {
				if inner, ok := e.(*object); ok && depth < depthMost {
					if byName[key] == nil {
						order = append(order, key)
					}
					byName[key] = append(byName[key], inner)
					walk(inner, depth+1)
				}
			}
		}
	}
	walk(root, 0)
	most := 0
	for _, name := range order { // those outside come before those within
		held := min(len(byName[name]), 50) * len(fromObjects(byName[name]).columns)
		if len(byName[name]) == 1 {
			held = 1 // what stands there once is what holds the rows
		}
		if held > most {
			best, rows, most = name, byName[name], held
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("no element of it repeats and holds others")
	}
	s := fromObjects(rows)
	s.input, s.ext = []pair{{"type", "xml"}, {"elements", "[" + quote(best) + "]"}}, ".xml"
	return s, nil
}

// readXML reads elements as the mapping sees them: children by their names,
// attributes as @name, text beside children as #text.
func readXML(data []byte) (*object, error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = func(name string, r io.Reader) (io.Reader, error) {
		enc, err := htmlindex.Get(name)
		if err != nil {
			return nil, fmt.Errorf("encoding %q is unknown", name)
		}
		return transform.NewReader(r, enc.NewDecoder()), nil
	}
	type open struct {
		name string
		o    *object
		text strings.Builder
	}
	stack := []*open{{o: &object{}}}
	for {
		tok, err := dec.Token()
		if err != nil { // its end, or that of the sample
			if len(stack) == 1 && len(stack[0].o.keys) == 0 {
				return nil, fmt.Errorf("not XML: %w", err)
			}
			break
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > 64 {
				return nil, errors.New("its elements lie too deep")
			}
			e := &open{name: t.Name.Local, o: &object{}}
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					e.o.put("@"+a.Name.Local, a.Value)
				}
			}
			stack = append(stack, e)
		case xml.CharData:
			top.text.Write(t)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			var v any = top.o
			text := strings.Join(strings.Fields(top.text.String()), " ")
			if len(top.o.keys) == 0 {
				v = text
			} else if text != "" {
				top.o.put("#text", text)
			}
			stack[len(stack)-1].o.child(top.name, v)
		}
	}
	for n := len(stack) - 1; n > 0; n-- { // what was open when the sample ended
		stack[n-1].o.child(stack[n].name, stack[n].o)
	}
	return stack[0].o, nil
}

func (o *object) child(name string, v any) {
	switch have := o.values[name].(type) {
	case nil:
		o.put(name, v)
	case []any:
		o.values[name] = append(have, v)
	default:
		o.values[name] = []any{have, v}
	}
}
