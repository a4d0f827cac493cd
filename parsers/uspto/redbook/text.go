package redbook

import (
	"encoding/xml"
	"strings"
)

// text is an element's text with its mark-up flattened: subscripts join on
// (H2O), superscript figures get a caret (10^3), paragraphs and list items are
// parted by a blank, claims by a line break. Formulas, drawings and tables are
// left out, and so is what a reissue deletes.
type text string

// apart are the elements that part words; a claim begins a line.
var apart = map[string]string{
	"p": " ", "claim-text": " ", "br": " ", "ul": " ", "ol": " ", "li": " ", "dl": " ", "dt": " ", "dd": " ", "heading": " ",
	"claim": "\n",
	"PARA":  " ", "CLMSTEP": " ", "H": " ", "paragraph": " ",
	"CLM": "\n",
}

var omitted = map[string]bool{
	"maths": true, "math": true, "chemistry": true, "tables": true, "table": true, "img": true,
	"CWU": true, "MATH-US": true, "CHEM-US": true, "TABLE-US": true, "EMI": true,
	"math-cwu": true, "chemistry-cwu": true, "table-cwu": true, "image": true,
}

var raising = map[string]bool{"sup": true, "SP": true, "superscript": true}

// UnmarshalXML flattens the element that start began.
func (t *text) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	var b strings.Builder
	raised, deleted := false, false
	for depth := 1; depth > 0; {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if omitted[tok.Name.Local] {
				if err := d.Skip(); err != nil {
					return err
				}
				continue
			}
			depth++
			raised = raised || raising[tok.Name.Local]
			b.WriteString(apart[tok.Name.Local])
		case xml.EndElement:
			depth--
			raised = false
			if s := apart[tok.Name.Local]; s != "" {
				b.WriteByte(' ')
			}
		case xml.CharData:
			if deleted || len(tok) == 0 {
				continue
			}
			if raised && strings.IndexByte("0123456789+-", tok[0]) >= 0 {
				b.WriteByte('^')
			}
			raised = false
			b.WriteString(strings.ReplaceAll(string(tok), "\n", " "))
		case xml.ProcInst:
			switch tok.Target {
			case "delete-start":
				deleted = true
			case "delete-end":
				deleted = false
			}
		}
	}
	*t = text(b.String())
	return nil
}
