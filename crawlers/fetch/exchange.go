package fetch

import "net/http"

// Exchange is one request as it was sent, and what came of it: each try and
// each hop by itself, those for robots.txt too. What a browser fetches is not
// among them.
type Exchange struct {
	Method, URL string // redacted
	Status      int    // 0 where no answer came
	Bytes       int64  // of the body
	Err         error
}

// tell tells of a try of the request.
func (h *hop) tell(resp *http.Response, err error) {
	told := h.c.agent.opt.Told
	if told == nil {
		return
	}
	e := Exchange{Method: h.req.Method, URL: redact(h.req.URL), Err: err}
	if resp != nil {
		e.Status, e.Bytes = resp.StatusCode, max(resp.ContentLength, 0)
		if body, ok := resp.Body.(*Body); ok {
			e.Bytes = body.Size()
		}
	}
	told(e)
}
