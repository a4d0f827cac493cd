package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing/fstest"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/draft"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// prover holds a draft against its own sample, and takes back what does not
// hold.
type prover struct {
	draft  *draft.Draft
	sample draft.Sample // of the records
	file   string
	count  parsers.Count
}

// source is the draft as a source, checked.
func (p *prover) source() (*config.Source, error) {
	s, err := config.ReadSource(fstest.MapFS{p.file: {Data: p.draft.YAML()}}, p.file)
	if err != nil {
		return nil, err
	}
	agent, err := fetch.NewAgent(fetch.AgentOptions{})
	if err != nil {
		return nil, err
	}
	defer agent.Close()
	_, err = build(s, agent)
	return s, err
}

// prove reads the sample by the draft. A field that spoils rows is taken back,
// until none does.
func (p *prover) prove(ctx context.Context) error {
	for {
		s, err := p.source()
		if err != nil {
			return err
		}
		spoils := map[string]string{} // fields, and what is said of them
		p.count = parsers.Count{}
		err = p.read(ctx, s, p.sample.Name, p.sample.Data, func(_ record.Record, problem error) {
			field, why, ok := strings.Cut(strings.TrimPrefix(problem.Error(), "fields: "), ": ")
			if ok && spoils[field] == "" {
				spoils[field] = why
			}
		})
		if err != nil {
			return fmt.Errorf("the draft cannot read its own sample: %w", err)
		}
		dropped := false
		for field, why := range spoils {
			dropped = p.draft.Drop(field, why) || dropped
		}
		if !dropped {
			return nil
		}
	}
}

// records are the lines that a fixture gives; an error where a row is spoilt.
func (p *prover) records(ctx context.Context, name string, data []byte) ([]byte, error) {
	s, err := p.source()
	if err != nil {
		return nil, err
	}
	f, fn, unpack, err := buildParser(s)
	if err != nil {
		return nil, err
	}
	return parseFixture(ctx, s, name, data, f, fn, unpack)
}

func (p *prover) read(ctx context.Context, s *config.Source, name string, data []byte, spoilt func(record.Record, error)) error {
	f, fn, unpack, err := buildParser(s)
	if err != nil {
		return err
	}
	u := record.Unit{Origin: record.Origin{Source: s.ID}, Audit: &record.Audit{}, Parts: []record.Part{{
		Name: name,
		Open: func() (io.ReadCloser, error) { return memory{bytes.NewReader(data)}, nil },
	}}}
	for r, err := range parsers.Read(ctx, f, fn, u, unpack, &p.count) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			spoilt(r, problem.Err)
		case err != nil:
			return err
		}
	}
	return nil
}
