// Command train makes the trained part of the CET classifier from the real
// patents beside the project and the labels kept in it, and measures it by
// cross-validation. The same input gives the same files.
//
//	go run ./internal/cet/train          measure only
//	go run ./internal/cet/train -write   write config/cet/model-2024.*
//
// Run it in the root of the project.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	configcet "github.com/tripoint-data/tripoint/config/cet"
	"github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/internal/cet/corpus"
	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// edition is the one whose rules give the weak labels.
const edition = "2024"

var labelFile = filepath.Join("internal", "cet", "testdata", "labels.jsonl")

func main() {
	log.SetFlags(0)
	write := flag.Bool("write", false, "write the trained files into config/cet")
	wrong := flag.Bool("wrong", false, "list what the cross-validation has wrong")
	flag.Parse()
	if err := run(*write, *wrong); err != nil {
		log.Fatal(err)
	}
}

// labelled is a patent that was read by hand.
type labelled struct {
	patent    *record.Patent
	batch     int
	unsure    bool
	areas     map[string]bool
	subfields map[string]bool
}

func run(write, wrong bool) error {
	rules, err := cet.LoadRules(configcet.FS(), edition)
	if err != nil {
		return err
	}
	dir, ok := corpus.Dir(".")
	if !ok {
		return fmt.Errorf("no real patents in %s", dir)
	}
	hash := sha256.New()
	var all []*record.Patent
	byID := map[string]*record.Patent{}
	for _, name := range corpus.Names() {
		patents, err := corpus.Read(dir, name, hash)
		if err != nil {
			return err
		}
		for _, p := range patents {
			byID[name+" "+p.ID] = p
		}
		all = append(all, patents...)
	}
	text, err := os.ReadFile(labelFile)
	if err != nil {
		return err
	}
	hash.Write(text)
	hand, err := readLabels(text, byID)
	if err != nil {
		return err
	}
	byHand := map[*record.Patent]bool{}
	for _, h := range hand {
		byHand[h.patent] = true
	}
	weak := weakly(rules, all, byHand)
	t := &training{rules: rules, areas: rules.Areas(), weak: weak, hand: hand}
	t.prepare()
	if err := t.measure(os.Stdout, wrong); err != nil {
		return err
	}
	if !write {
		return nil
	}
	m, f := t.fitAll()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		return err
	}
	weightsHash := sha256.Sum256(b.Bytes())
	const weights = "model-" + edition + ".gz"
	if err := os.WriteFile(filepath.Join("config", "cet", weights), b.Bytes(), 0o644); err != nil {
		return err
	}
	yaml := f.yaml(t, weights, hex.EncodeToString(weightsHash[:]), hex.EncodeToString(hash.Sum(nil)))
	return os.WriteFile(filepath.Join("config", "cet", "model-"+edition+".yaml"), yaml, 0o644)
}

func readLabels(text []byte, byID map[string]*record.Patent) ([]labelled, error) {
	var out []labelled
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var l struct {
			From, ID string
			Labels   []string
			Batch    int
			Unsure   bool
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, err
		}
		p := byID[l.From+" "+l.ID]
		if p == nil {
			return nil, errors.New(l.From + " " + l.ID + " is not among the real patents")
		}
		h := labelled{patent: p, batch: l.Batch, unsure: l.Unsure, areas: map[string]bool{}, subfields: map[string]bool{}}
		for _, id := range l.Labels {
			area := areaOf(id)
			h.areas[area] = true
			if id != area {
				h.subfields[id] = true
			}
		}
		out = append(out, h)
	}
	return out, lines.Err()
}

// weakly labels patents by the rules: an area is theirs where strong codes and
// phrases agree, or codes alone many times over; it is not where nothing
// speaks for it; else it is not known.
func weakly(rules *cet.List, all []*record.Patent, skip map[*record.Patent]bool) []linear.Example {
	var out []linear.Example
	for i, p := range all {
		if skip[p] {
			continue
		}
		truth := make([]int8, len(rules.Areas()))
		any := false
		signals, _ := rules.Signals(p)
		for a, s := range signals {
			code, codes, phrase := s[0], s[1], s[3]+s[4]
			switch {
			case code > 0.5 && phrase > 0.4 || codes > 2.5 && s[6] >= 0.25:
				truth[a], any = 1, true
			case codes == 0 && phrase == 0 && s[2]+s[5] < 0.3:
				truth[a] = -1
			}
		}
		if !any && i%3 != 0 { // anti-seeds are plenty
			continue
		}
		out = append(out, linear.Example{Doc: rules.Features(p), Truth: truth, Weight: 1})
		if any {
			// The same patent without what its label came from, and with half
			// of what it has: a model that only learns the rules is no witness.
			for _, q := range rules.Masked(p, i) {
				out = append(out, linear.Example{Doc: rules.Features(q), Truth: truth, Weight: 0.7})
			}
		}
	}
	return out
}
