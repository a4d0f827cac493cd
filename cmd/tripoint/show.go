package main

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

func (a *app) showCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show REF …",
		Short: "Print records of the latest snapshot",
		Long: `Print records by their references (kind:id): party, patent, shipment, tag, link,
finding or decision. A patent is shown with its CET tags and what they rest on.`,
		Example: `  tripoint show patent:US20200334450A1
  tripoint show party:US-OFAC:30946 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var refs []record.Ref
			for _, arg := range args {
				ref, err := record.ParseRef(arg)
				if err != nil {
					return usage(err)
				}
				refs = append(refs, ref)
			}
			p, err := a.published()
			if err != nil {
				return err
			}
			for _, ref := range refs {
				if err := a.show(p, ref); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (a *app) show(p *published, ref record.Ref) error {
	r, err := p.get(ref)
	if err != nil {
		return err
	}
	if a.json {
		line, err := record.Marshal(r)
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(line, '\n'))
		return err
	}
	if f, ok := r.(*record.Finding); ok {
		a.printFinding(f, p.demoMark())
		return nil
	}
	fmt.Fprintln(a.out, ref)
	if err := a.printFields(r); err != nil {
		return err
	}
	if patent, ok := r.(*record.Patent); ok {
		return a.printTags(p, patent.ID)
	}
	return nil
}

// printFields prints a record's keys and values, a line each.
func (a *app) printFields(r record.Record) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, f := range fieldsOf(reflect.ValueOf(r).Elem()) {
		fmt.Fprintf(w, " %s\t%s\n", f.name, f.value)
	}
	return w.Flush()
}

// shownField is a line of a record on the screen.
type shownField struct{ name, value string }

// fieldsOf lists the filled fields of a struct by their JSON names: a line for
// each element of a list of structs, one line for anything else.
func fieldsOf(v reflect.Value) []shownField {
	var out []shownField
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		switch {
		case f.IsZero() || name == "-":
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			for j := range f.Len() {
				out = append(out, shownField{name, inline(f.Index(j))})
				name = ""
			}
		default:
			out = append(out, shownField{name, inline(f)})
		}
	}
	return out
}

// inline writes a value on one line.
func inline(v reflect.Value) string {
	if text, ok := v.Interface().(encoding.TextMarshaler); ok {
		if b, err := text.MarshalText(); err == nil {
			return string(b)
		}
	}
	var parts []string
	switch v.Kind() {
	case reflect.Pointer:
		return inline(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			parts = append(parts, inline(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case reflect.Struct: // the names of its fields would not help a reader
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				parts = append(parts, inline(f))
			}
		}
		return strings.Join(parts, " · ")
	}
	return fmt.Sprint(v.Interface())
}

// printTags prints what a patent is tagged with, and on what each tag rests.
func (a *app) printTags(p *published, patent string) error {
	for r, err := range snapshot.Scan(p.dir, p.version.Version, record.KindTag, patent+"/") {
		if err != nil {
			return err
		}
		t, ok := r.(*record.Tag)
		if !ok {
			continue
		}
		name := t.Subfield
		if name == "" {
			name = t.Area
		}
		fmt.Fprintf(a.out, "\nCET %s  %s  score %.2f  (not an export classification)\n", t.Edition, name, t.Score)
		var model []string // its features, on one line
		for _, w := range t.Why {
			switch {
			case w.Kind == "model":
				model = append(model, w.Text+inField(w))
				continue
			case len(model) > 0:
				fmt.Fprintf(a.out, "  %-8s %s\n", "model", strings.Join(model, ", "))
				model = nil
			}
			fmt.Fprintf(a.out, "  %-8s %s%s\n", w.Kind, w.Text, inField(w))
		}
	}
	return nil
}

// inField says in which field of a record a piece of evidence stands.
func inField(w record.Why) string {
	if w.Field == "" {
		return ""
	}
	return " (" + strings.ReplaceAll(w.Field, "_", " ") + ")"
}
