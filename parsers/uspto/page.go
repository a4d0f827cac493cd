package uspto

import (
	"bytes"
	"fmt"
	"io"
)

// maxPage bounds one page; the longest documents have a few million bytes.
const maxPage = 32 << 20

// Page reads a part that is one HTML page. what names the format where it
// does not begin as one.
func Page(part, what string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPage+1))
	switch head := bytes.TrimSpace(data); {
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: %w", part, err)
	case len(data) > maxPage:
		return nil, fmt.Errorf("%s is larger than %d MiB, too large for a page", part, maxPage>>20)
	case len(head) == 0:
		return nil, fmt.Errorf("%s is empty", part)
	case head[0] != '<' || bytes.HasPrefix(head, []byte("<?xml")):
		return nil, fmt.Errorf("%s is no %s: it does not begin as HTML", part, what)
	}
	return data, nil
}
