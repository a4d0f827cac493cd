// Package patft reads the document pages of PatFT and AppFT, the search sites
// of the office until September 2022, from archives and mirrors of them.
//
// Hit lists, page images and the stubs that forward a single hit belong to
// such an archive but are no documents: they give no record. A page that is
// neither is a Problem.
//
// Start with New.
package patft

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	data, err := uspto.Page(name, "PatFT or AppFT page", r)
	if err != nil {
		return err
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(inUTF8(data)))
	if err != nil {
		return emit("", nil, fmt.Errorf("the page cannot be read as HTML: %w", err))
	}
	pg := scan(doc.Get(0))
	switch {
	case pg.number != "" && !pg.described && !bytes.Contains(bytes.ToLower(data), []byte("</html")):
		return emit("", nil, errors.New("the page breaks off before its description: fetch it again"))
	case pg.number != "":
		p, err := pg.patent()
		return emit("", p, err)
	case aside(doc):
		return nil
	}
	return emit("", nil, errors.New("no patent page: it has neither a document's number nor a hit list"))
}

// inUTF8 returns the page in UTF-8. The sites named no encoding; what is not
// UTF-8 is windows-1252.
func inUTF8(page []byte) []byte {
	if utf8.Valid(page) {
		return page
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(page)
	if err != nil {
		return page // the decoder replaces what it does not know and never fails
	}
	return decoded
}

// aside says whether a page is one that leads to documents: a hit list, a
// page image with its frames, or a stub.
func aside(doc *goquery.Document) bool {
	title := strings.ToLower(uspto.Clean(doc.Find("title").First().Text()))
	for _, mark := range []string{"search results", "patent images", "full-page images", "single document", "full text and image database"} {
		if strings.Contains(title, mark) {
			return true
		}
	}
	return doc.Find("frameset, form[action*='nph-Parser'], form[action*='.piw'], form[action*='.aiw']").Length() > 0 ||
		doc.Find("meta[http-equiv]").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.EqualFold(s.AttrOr("http-equiv", ""), "refresh")
		}).Length() > 0
}
