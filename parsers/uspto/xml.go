package uspto

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// DecodeXML makes a strict decoder that knows the entities of HTML, which
// older files use without declaring them. It loads no DTD and expands no
// declared entity: any other is a fault.
func DecodeXML(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "us-ascii", "ascii":
			return r, nil
		case "iso-8859-1", "windows-1252":
			return charmap.Windows1252.NewDecoder().Reader(r), nil
		}
		return nil, fmt.Errorf("the encoding %.40q is not known", label)
	}
	return d
}

// BrokenXML words an error of the decoder.
func BrokenXML(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("broken XML near line %d of the document: %s", syntax.Line, syntax.Msg)
	case errors.Is(err, io.EOF):
		return errors.New("broken XML: it ends too early")
	}
	return fmt.Errorf("broken XML: %w", err)
}
