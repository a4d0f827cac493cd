package fetch

import (
	"net/http"
	"time"
)

const (
	slowLeast = 100 * time.Millisecond // the first slow-down of a host without an interval
	slowMost  = time.Minute
	lookEvery = time.Second // how often a host without an interval is looked up in its file
)

// pace says when a host may be asked next. It is what processes tell each other.
type pace struct {
	Next  time.Time     `json:"next"`           // the earliest start of the next request
	Pause time.Time     `json:"pause,omitzero"` // the publisher asked for silence until then
	Slow  time.Duration `json:"slow,omitempty"` // the least interval since the host was overloaded
}

// change changes a host's pace, for other processes too where the host has an
// interval or has asked for care. A host without either costs no file: it is
// only looked up, now and then, for what others were told.
func (t *turns) change(now time.Time, shared bool, f func(*pace)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file.dir == "" {
		f(&t.pace)
		return
	}
	if since := now.Sub(t.looked); !shared && !t.pace.careful(now) && since >= 0 && since < lookEvery {
		f(&t.pace)
		return
	}
	t.looked = now
	t.file.change(now, &t.pace, func(p *pace) bool {
		before := p.careful(now)
		f(p)
		return shared || before || p.careful(now)
	})
}

// careful says whether the host asked for less.
func (p *pace) careful(now time.Time) bool { return p.Slow > 0 || p.Pause.After(now) }

// sane bounds what stands in a file: a clock that was set back, or a hand in
// the file, must not stop a crawl for ever.
func (p *pace) sane(now time.Time) {
	p.Next = sooner(p.Next, now.Add(time.Hour))
	p.Pause = sooner(p.Pause, now.Add(holdMax))
	p.Slow = min(max(p.Slow, 0), slowMost)
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// answered keeps a host's pace to what it just answered: the silence that it
// asked for, twice the interval where it is overloaded, and a tenth less with
// every answer that is none of that. Began is when the request was sent: those
// that were already on their way do not slow a host down again.
func (t *turns) answered(now, began time.Time, every time.Duration, status int, h http.Header) {
	if wait := asked(status, h, now); wait > 0 {
		t.hold(now, wait)
	}
	switch {
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		t.slower(now, began, every)
	case status < http.StatusInternalServerError:
		t.faster(now, every)
	}
}

func (t *turns) slower(now, began time.Time, every time.Duration) {
	var slow time.Duration
	t.change(now, true, func(p *pace) {
		if began.Before(t.slowed) {
			return
		}
		t.slowed = now.Add(1)
		slow = min(max(2*p.Slow, 2*every, slowLeast), max(slowMost, every))
		p.Slow, p.Next = slow, later(now.Add(slow), p.Next)
	})
	if slow > 0 {
		t.log.Warn("host slowed down", "host", t.host, "interval", slow.String())
	}
}

func (t *turns) faster(now time.Time, every time.Duration) {
	t.mu.Lock()
	slow := t.pace.Slow > 0
	t.mu.Unlock()
	if !slow {
		return
	}
	healed := false
	t.change(now, true, func(p *pace) {
		p.Slow -= p.Slow / 10
		if healed = p.Slow > 0 && p.Slow <= max(every, slowLeast/2); healed {
			p.Slow = 0
		}
	})
	if healed {
		t.log.Info("host at its usual pace again", "host", t.host)
	}
}
