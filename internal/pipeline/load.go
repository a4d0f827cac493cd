package pipeline

import (
	"context"
	"errors"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// chunkSize is how many records are worked on side by side.
const chunkSize = 1024

// chunks hands a stream's records of one type to fn, some at a time.
func chunks[T record.Record](all iter.Seq2[record.Record, error], fn func([]T) error) error {
	chunk := make([]T, 0, chunkSize)
	for r, err := range all {
		if err != nil {
			return err
		}
		if one, ok := r.(T); ok {
			chunk = append(chunk, one)
		}
		if len(chunk) == cap(chunk) {
			if err := fn(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return fn(chunk)
}

// commit ends a load: it becomes visible, or nothing of it does.
func commit(ctx context.Context, load Load, err error) error {
	if err != nil {
		return errors.Join(err, load.Abort())
	}
	_, err = load.Commit(ctx)
	return err
}
