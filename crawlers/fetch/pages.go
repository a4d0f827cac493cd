package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tripoint-data/tripoint/record"
)

// PagesMost is how many pages a crawl that follows links asks for where its
// source says nothing else: a calendar's link to the next month never ends.
const PagesMost = 10_000

// WorkUpTo is Work that asks for so many pages at most. Where it knows of more
// it says so as *Partial: going on would bring the end of links without one no
// nearer.
func (j Job) WorkUpTo(ctx context.Context, most int, s Steps) error {
	b := &budget{Frontier: j.Frontier, left: most}
	j.Frontier = b
	err := j.Work(ctx, s)
	if !b.over {
		return err
	}
	whole := err == nil || errors.As(err, new(*Partial))
	err = errors.Join(err, fmt.Errorf("reached max_pages, %d: the rest was not asked for", most))
	if whole {
		return &Partial{err}
	}
	return err
}

// budget is a frontier that lets so many requests be leased.
type budget struct {
	Frontier
	left int
	over bool
}

// Lease takes the next request. The one that goes over the budget is leased
// too, to see that there is one, and never done.
func (b *budget) Lease(ctx context.Context) (record.Request, error) {
	if b.over {
		return record.Request{}, io.EOF
	}
	r, err := b.Frontier.Lease(ctx)
	if err != nil {
		return r, err
	}
	if b.left == 0 {
		b.over = true
		return record.Request{}, io.EOF
	}
	b.left--
	return r, nil
}
