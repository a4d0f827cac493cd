package browser

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// laterError is a bad status with the wait that the publisher asks for.
type laterError struct {
	*fetch.StatusError
	wait time.Duration
}

func (e *laterError) Unwrap() error { return e.StatusError }

// retryAfter is the wait that an answer asks for; 0 where it asks for none.
// Chromium keeps the spelling of a header's name.
func retryAfter(h network.Headers, now time.Time) time.Duration {
	for name, v := range h {
		if strings.EqualFold(name, "Retry-After") {
			return fetch.RetryAfter(fmt.Sprint(v), now)
		}
	}
	return 0
}

// keepsTab says that an error is the page's, not the browser's.
func keepsTab(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) || errors.Is(err, fetch.ErrRobots) || errors.Is(err, fetch.ErrPrivate) || errors.Is(err, errNoNext)
}

// passing says whether an error may be gone in a while.
func passing(err error) bool {
	var status *fetch.StatusError
	if errors.As(err, &status) {
		return status.Status == http.StatusRequestTimeout || status.Status == http.StatusTooManyRequests ||
			status.Status >= 500 && status.Status != http.StatusNotImplemented
	}
	return !keepsTab(err) && !errors.Is(err, fetch.ErrTooLarge)
}
