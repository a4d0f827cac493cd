package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errRange says that what came is not the rest of what is there: all of it is
// fetched anew.
var errRange = errors.New("the publisher did not send the rest that was asked for")

// got is how much has come; of no part, none.
func (p *part) got() int64 {
	if p == nil {
		return 0
	}
	return p.size
}

// come says how much of a body has come.
func (p *part) come() string {
	if p.total < 0 || p.decoded {
		return fmt.Sprintf("after %d bytes", p.size)
	}
	return fmt.Sprintf("after %d of %d bytes", p.size, p.total)
}

// resumable says whether the rest of a body can be asked for.
func (p *part) resumable() bool { return p.got() > 0 && p.validator() != "" }

// validator is what the rest of a body is asked for by, so that it is the
// rest of the same file (RFC 9110 §13.1.5): a strong ETag or, where none is
// given, a date of change that was long past; "" where there is none.
func (p *part) validator() string {
	if p.decoded || strings.EqualFold(strings.TrimSpace(p.header.Get("Accept-Ranges")), "none") {
		return ""
	}
	if tag := p.header.Get("ETag"); strings.HasPrefix(tag, `"`) && len(tag) <= 1024 {
		return tag
	}
	changed, err := http.ParseTime(p.header.Get("Last-Modified"))
	if err != nil {
		return ""
	}
	if sent, err := http.ParseTime(p.header.Get("Date")); err != nil || sent.Sub(changed) < time.Minute {
		return ""
	}
	return p.header.Get("Last-Modified")
}

// ask asks for the rest alone, where there is something to add it to.
func (p *part) ask(req *http.Request) {
	if p.resumable() {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", p.size))
		req.Header.Set("If-Range", p.validator())
	}
}

// goesOn says whether an answer is the rest of what has come. One that is
// neither that nor a whole body is errRange, and what has come is given up.
func (p *part) goesOn(resp *http.Response) (bool, error) {
	switch resp.StatusCode {
	case http.StatusPartialContent:
		err := p.fits(resp)
		if err != nil {
			p.drop()
		}
		return err == nil, err
	case http.StatusRequestedRangeNotSatisfiable:
		if p.size > 0 {
			p.drop()
			return false, fmt.Errorf("%w: status 416", errRange)
		}
	}
	return false, nil
}

// fits checks that a 206 begins where the part ends, in the same file.
func (p *part) fits(resp *http.Response) error {
	said := resp.Header.Get("Content-Range")
	first, last, total, ok := contentRange(said)
	switch {
	case !p.resumable():
		return fmt.Errorf("%w: status 206, and all was asked for", errRange)
	case !ok || first != p.size || resp.ContentLength >= 0 && resp.ContentLength != last-first+1:
		return fmt.Errorf("%w: Content-Range %.60q", errRange, said)
	case p.total >= 0 && total >= 0 && p.total != total:
		return fmt.Errorf("%w: its length was %d and is %d", errRange, p.total, total)
	}
	for _, name := range []string{"ETag", "Last-Modified"} {
		if now := resp.Header.Get(name); now != "" && now != p.header.Get(name) {
			return fmt.Errorf("%w: its %s has changed", errRange, name)
		}
	}
	if p.total < 0 {
		p.total = total
	}
	return nil
}

// contentRange reads bytes 5-9/10; total is -1 where it is *.
func contentRange(s string) (first, last, total int64, ok bool) {
	s, ok = strings.CutPrefix(strings.TrimSpace(s), "bytes ")
	span, of, cut := strings.Cut(s, "/")
	from, to, dash := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(strings.TrimSpace(from), 10, 64)
	last, err2 := strconv.ParseInt(strings.TrimSpace(to), 10, 64)
	total, err3 := strconv.ParseInt(strings.TrimSpace(of), 10, 64)
	if strings.TrimSpace(of) == "*" {
		total, err3 = -1, nil
	}
	ok = ok && cut && dash && err1 == nil && err2 == nil && err3 == nil &&
		first >= 0 && last >= first && (total < 0 || last < total)
	return first, last, total, ok
}

// whole makes a 206 that completed a body the answer that would have brought
// all of it at once.
func (p *part) whole(resp *http.Response) {
	resp.StatusCode, resp.Status = http.StatusOK, "200 OK"
	resp.Header, resp.ContentLength = p.header, p.size
}
