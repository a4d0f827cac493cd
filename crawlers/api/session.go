package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// session is an open Session. Its values live here and nowhere else: a
// request in the frontier or in a capture holds {name} in their place.
type session struct {
	opt    *Session
	client *fetch.Client

	mu     sync.Mutex
	number int // of openings; 0: never
	values map[string]any
}

// current returns the session's values, opening one where there is none or
// where number expired is still the current one.
func (s *session) current(ctx context.Context, expired int) (map[string]any, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.number > expired {
		return s.values, s.number, nil
	}
	values, err := s.open(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("session: %w", err)
	}
	s.values = values
	s.number++
	return s.values, s.number, nil
}

func (s *session) open(ctx context.Context) (map[string]any, error) {
	for _, address := range s.opt.Before {
		resp, err := s.client.Do(ctx, record.Request{URL: address}, nil)
		if err != nil {
			return nil, err
		}
		_ = resp.Close()
	}
	call := s.opt.Request
	none := func(string) (any, bool) { return nil, false }
	body, err := call.body(none)
	if err != nil {
		return nil, err
	}
	header, err := call.header(none, body)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.Do(ctx, record.Request{Method: call.method(), URL: call.URL, Body: body}, header)
	if err != nil {
		return nil, err
	}
	defer resp.Close()
	return s.take(resp)
}

func (s *session) take(resp *fetch.Response) (map[string]any, error) {
	var doc any
	values := map[string]any{}
	for name, from := range s.opt.Take {
		if from.Header != "" {
			value := resp.Header.Get(from.Header)
			if value == "" {
				return nil, fmt.Errorf("the answer has no header %s", from.Header)
			}
			values[name] = value
			continue
		}
		if doc == nil {
			data, err := io.ReadAll(resp)
			if err == nil {
				doc, err = decode(data)
			}
			if err != nil {
				return nil, err
			}
		}
		found := from.JSON.All(doc)
		if len(found) == 0 || found[0] == nil {
			return nil, fmt.Errorf("the answer has no %s", from.JSON)
		}
		values[name] = found[0]
	}
	return values, nil
}

// header fills the call's header in.
func (c Call) header(value func(string) (any, bool), body []byte) (http.Header, error) {
	header := http.Header{"Accept": {accept}}
	if len(body) > 0 {
		header.Set("Content-Type", "application/json")
	}
	return header, addHeader(header, c.Header, value)
}

func addHeader(header http.Header, templates map[string]string, value func(string) (any, bool)) error {
	for name, template := range templates {
		v, err := fillText(template, value)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		header.Set(name, v)
	}
	return nil
}

// expired says whether an answer may be that of a session that has ended.
func expired(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && (status.Status == http.StatusUnauthorized || status.Status == http.StatusForbidden)
}
