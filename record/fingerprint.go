package record

import (
	"crypto/sha256"
	"encoding/hex"
)

// Fingerprint is a hash of what a fact says, in hex: not of where it was read,
// so that it stays when the same is fetched again.
func Fingerprint(r Record) (string, error) {
	switch f := r.(type) {
	case *Patent:
		bare := *f
		bare.Origin, bare.AlsoFrom = nil, nil
		r = &bare
	case *Party:
		bare := *f
		bare.Origin, bare.AlsoFrom = nil, nil
		r = &bare
	case *Shipment:
		bare := *f
		bare.Origin = nil
		r = &bare
	}
	line, err := Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:]), nil
}
