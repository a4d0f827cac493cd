package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// The buckets of tripoint.db. The facts of each kind have a bucket of the
// kind's name, with keys
//
//	id 0x00 source 0x00 generation(8 bytes)
//
// so that a fact is kept once a source, in ascending order of ids, and a load
// is written beside what it replaces. A row is visible where its generation
// is not above its source's head and no newer visible one stands beside it.
var (
	bucketMeta      = []byte("meta")      // schema, synthetic, sequence of generations
	bucketHeads     = []byte("heads")     // source → head: the newest committed load
	bucketLoads     = []byte("loads")     // generation → loaded
	bucketUnswept   = []byte("unswept")   // source → nothing: rows to sweep may be left
	bucketCounts    = []byte("counts")    // kind → records
	bucketCatalogue = []byte("catalogue") // source/yyyymm → month
	bucketFrontier  = []byte("frontier")  // source → its frontier
	bucketRuns      = []byte("runs")      // started, id → run
	bucketRunKeys   = []byte("runkeys")   // id → key in runs
	bucketProblems  = []byte("problems")  // run → problems
	bucketArtefacts = []byte("artefacts") // name → bytes

	keySchema    = []byte("schema")
	keySynthetic = []byte("synthetic")
)

// factKinds are the kinds that have a bucket; shipments have files.
var factKinds = []record.Kind{
	record.KindDecision, record.KindFinding, record.KindLink, record.KindParty, record.KindPatent, record.KindTag,
}

func buckets() [][]byte {
	all := [][]byte{
		bucketMeta, bucketHeads, bucketLoads, bucketUnswept, bucketCounts, bucketCatalogue,
		bucketFrontier, bucketRuns, bucketRunKeys, bucketProblems, bucketArtefacts,
	}
	for _, k := range factKinds {
		all = append(all, []byte(k))
	}
	return all
}

// Longer names are no identities; bbolt's keys end at 32 KiB.
const (
	maxID     = 16 << 10
	maxSource = 200
)

func checkSource(source string) error {
	switch {
	case source == "", strings.ContainsRune(source, 0), source == ".", source == "..":
		return fmt.Errorf("store: %q cannot name a source", source)
	case len(source) > maxSource:
		return fmt.Errorf("store: a source's name of %d bytes is too long: at most %d", len(source), maxSource)
	}
	return nil
}

func checkID(id string) error {
	switch {
	case id == "":
		return errors.New("record without an id")
	case len(id) > maxID:
		return fmt.Errorf("id of %d bytes is too long: at most %d", len(id), maxID)
	case strings.ContainsRune(id, 0):
		return fmt.Errorf("id %q has a zero byte", id)
	}
	return nil
}

// factKey is the key of one source's row of a fact.
func factKey(id []byte, source string, gen uint64) []byte {
	k := make([]byte, 0, len(id)+len(source)+10)
	k = append(append(k, id...), 0)
	k = append(append(k, source...), 0)
	return binary.BigEndian.AppendUint64(k, gen)
}

// splitKey takes a factKey apart; its parts lie in k.
func splitKey(k []byte) (id, source []byte, gen uint64, err error) {
	i := bytes.IndexByte(k, 0)
	if i < 0 || len(k) < i+10 {
		return nil, nil, 0, fmt.Errorf("store: key %q is no fact's: the store is damaged", k)
	}
	return k[:i], k[i+1 : len(k)-9], binary.BigEndian.Uint64(k[len(k)-8:]), nil
}

// splitShipment takes a shipment's id apart: source/yyyymm/key.
func splitShipment(source, id string) (month, key string, err error) {
	rest, ok := strings.CutPrefix(id, source+"/")
	if ok {
		month, key, ok = strings.Cut(rest, "/")
	}
	if !ok || !isMonth(month) || key == "" {
		return "", "", fmt.Errorf("id %q is not of the form %s/yyyymm/key", id, source)
	}
	return month, key, nil
}

func isMonth(s string) bool {
	if len(s) != 6 {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// folder is a source's name as a folder's.
func folder(source string) string { return url.PathEscape(source) }
