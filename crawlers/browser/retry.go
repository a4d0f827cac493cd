package browser

import (
	"errors"
	"net/http"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// keepsTab says that an error is the page's, not the browser's.
func keepsTab(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) || errors.Is(err, fetch.ErrRobots) || errors.Is(err, fetch.ErrPrivate) ||
		errors.Is(err, fetch.ErrLater) || errors.Is(err, errNoNext) || errors.Is(err, fetch.ErrLogin) || errors.Is(err, fetch.ErrLoggedOut)
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
