package link

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/record"
)

// ErrNoLink says that an id is of no link that can be decided on.
var ErrNoLink = errors.New("no link of one entity")

// Hashes are those of both records of a link, as they are now: what a decision
// keeps, to be reopened when either changes. A name is its own record. A link
// that is none is an ErrNoLink; one whose party is not there is an error too.
func Hashes(ctx context.Context, facts Getter, id string) ([]string, error) {
	relation, a, b, ok := parseLinkID(id)
	if !ok || relation != record.SameEntity {
		return nil, fmt.Errorf("%q is %w: write same_entity/…/party:…", id, ErrNoLink)
	}
	var hashes []string
	for _, ref := range []record.Ref{a, b} {
		hash, err := hashOfRecord(ctx, facts, ref)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// Getter reads one record: the store, or anything that reads like it. Its
// errors name the record.
type Getter interface {
	Get(ctx context.Context, r record.Ref) (record.Record, error)
}

func hashOfRecord(ctx context.Context, facts Getter, ref record.Ref) (string, error) {
	if ref.Kind == record.KindName {
		sum := sha256.Sum256([]byte(ref.String()))
		return hex.EncodeToString(sum[:]), nil
	}
	r, err := facts.Get(ctx, ref)
	if err != nil {
		return "", err
	}
	return record.Fingerprint(r)
}

// reopen returns decisions as they stand now: one that was made on records
// that have changed since is unsure until somebody decides again. One without
// hashes stands as it was made.
func reopen(ctx context.Context, facts Getter, decisions []*record.Decision) ([]*record.Decision, error) {
	out := make([]*record.Decision, len(decisions))
	for i, d := range decisions {
		out[i] = d
		relation, a, b, ok := parseLinkID(d.Link)
		if len(d.Hashes) != 2 || !ok || relation != record.SameEntity {
			continue
		}
		for j, ref := range []record.Ref{a, b} {
			now, err := hashOfRecord(ctx, facts, ref)
			if err != nil && !errors.Is(err, record.ErrNotFound) {
				return nil, err
			}
			if now != d.Hashes[j] {
				again := *d
				again.Verdict = Unsure
				again.Note = fmt.Sprintf("it was decided %s; %s has changed since, so decide again", d.Verdict, ref)
				if d.Note != "" {
					again.Note += ". Then: " + d.Note
				}
				out[i] = &again
				break
			}
		}
	}
	return out, nil
}
