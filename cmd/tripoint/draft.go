package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/draft"
	"github.com/tripoint-data/tripoint/record"
)

const (
	draftBytes  = 64 << 20 // of a sample that are looked at
	fixtureRows = 3
)

// draftOptions are the flags of source draft.
type draftOptions struct {
	draft.Options
	out, contact string
	follow       bool
}

func (a *app) draftCmd() *cobra.Command {
	var o draftOptions
	cmd := &cobra.Command{
		Use:   "draft URL|FILE",
		Short: "Look at a publisher's file and draft the source file that reads it",
		Long: `Look at a CSV, TSV, XLSX, dBase, JSON, XML or HTML file and draft a source file
for it: how it is read, which column is which field, and what is left unread.
Column names are known in many languages; what they mean is checked against the
values. What may be wrong is marked "guess".

An address is fetched once, as politely as a crawl would. With --follow the
pages that the rows of a page lead to hold the records: the first of them is
fetched too.

With --out the draft is written to a file, and beside it a fixture of the first
rows with the records that they give, which tripoint check runs, and the JSON
Schema for editors. Nothing that is there is overwritten.`,
		Example: `  tripoint source draft customs-2024.xlsx --out sources/xx-imports.yaml
  tripoint source draft https://agency.example/list.csv --contact desk@agency.example`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch o.Record {
			case "", "party", "patent", "shipment":
			default:
				return usagef("--record %q is none of party, patent and shipment", o.Record)
			}
			if o.out != "" && o.ID == "" {
				o.ID = strings.TrimSuffix(filepath.Base(o.out), filepath.Ext(o.out))
			}
			o.Today = a.now().UTC().Format("2006-01-02")
			return a.draft(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.out, "out", "", "file to write, sources/ID.yaml; standard output where none is named")
	cmd.Flags().StringVar(&o.ID, "id", "", "id of the source; the name of --out, or made of the file's name")
	cmd.Flags().StringVar(&o.Title, "title", "", "title of the source")
	cmd.Flags().StringVar(&o.Record, "record", "", "what a row is: party, patent, shipment; guessed where none is named")
	cmd.Flags().StringVar(&o.List, "list", "", "code of the list that the parties are on; XX-OWN- and a name in capitals for one of your own")
	cmd.Flags().BoolVar(&o.follow, "follow", false, "the records are on the pages that the rows lead to")
	cmd.Flags().BoolVar(&o.AllowPrivate, "allow-private", false, "the address is one of this machine or its network, and of your own")
	cmd.Flags().StringVar(&o.contact, "contact", "", "e-mail or address of a page that the publisher can write to; that of tripoint.yaml")
	return cmd
}

func (a *app) draft(ctx context.Context, name string, o draftOptions) error {
	s, err := a.sample(ctx, name, o)
	if err != nil {
		return err
	}
	d, err := draft.New(s, o.Options)
	if err != nil {
		return err
	}
	read := s
	if o.follow {
		if read, err = a.followSample(ctx, d, s, o); err != nil {
			return err
		}
	}
	p := prover{draft: d, sample: read, file: d.ID + ".yaml"}
	if err := p.prove(ctx); err != nil {
		return err
	}
	if o.out == "" {
		_, err := a.out.Write(d.YAML())
		return err
	}
	written, err := p.write(ctx, o.out)
	if err != nil {
		return err
	}
	for _, file := range written {
		fmt.Fprintln(a.out, file)
	}
	fmt.Fprintf(a.out, "\n%s read, %s of them. Now look at what is marked guess, read the publisher's\nterms, and go on with\n\n", plural(p.count.Read, "row"), plural(p.count.Records, "record"))
	fmt.Fprintf(a.out, "  tripoint check %s\n", shellWord(o.out))
	if s.URL != "" {
		with := ""
		if o.contact != "" {
			with = " --contact " + shellWord(o.contact)
		}
		fmt.Fprintf(a.out, "  tripoint preview %s%s\n", shellWord(o.out), with)
	} else {
		fmt.Fprintf(a.out, "  tripoint parse --source %s %s\n", shellWord(o.out), shellWord(name))
	}
	return nil
}

// followSample makes the pages that a page leads to the records.
func (a *app) followSample(ctx context.Context, d *draft.Draft, s draft.Sample, o draftOptions) (draft.Sample, error) {
	if len(d.Links) == 0 {
		return s, usagef("--follow: the rows of %s lead nowhere", s.Name)
	}
	base, err := url.Parse(s.URL)
	if err != nil || s.URL == "" {
		return s, usagef("--follow needs the address of a page")
	}
	at, err := base.Parse(d.Links[0].Href)
	if err != nil {
		return s, fmt.Errorf("%s: %q is no address", s.Name, d.Links[0].Href)
	}
	page, err := a.sample(ctx, at.String(), o)
	if err != nil {
		return s, err
	}
	detail, err := draft.New(page, o.Options)
	if err != nil {
		return s, err
	}
	d.Follow(d.Links[0], detail)
	return page, nil
}

// sample reads a file, or fetches an address.
func (a *app) sample(ctx context.Context, name string, o draftOptions) (draft.Sample, error) {
	if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
		f, _, err := openFile(name)
		if err != nil {
			return draft.Sample{}, err
		}
		defer f.Close()
		data, err := readSample(f)
		return draft.Sample{Name: filepath.Base(name), Data: data}, err
	}
	cfg, err := a.configIfAny()
	if err != nil {
		return draft.Sample{}, err
	}
	if o.contact != "" {
		cfg.Contact = o.contact
	}
	if strings.TrimSpace(cfg.Contact) == "" {
		return draft.Sample{}, errNobody
	}
	temp, err := os.MkdirTemp("", "tripoint-draft-")
	if err != nil {
		return draft.Sample{}, err
	}
	defer os.RemoveAll(temp)
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: cfg.Contact, Version: version(), Hosts: a.hosts, Temp: temp, Env: os.Getenv, Log: a.log,
	})
	if err != nil {
		return draft.Sample{}, usage(err)
	}
	defer agent.Close()
	resp, err := agent.Client("draft", fetch.Options{AllowPrivate: o.AllowPrivate}, name).Do(ctx, record.Request{URL: name}, nil)
	if err != nil {
		return draft.Sample{}, err
	}
	defer resp.Close()
	data, err := readSample(resp)
	return draft.Sample{Name: nameIn(name), URL: name, Data: data}, err
}

// readSample reads as much as is looked at, up to the end of a line.
func readSample(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, draftBytes))
	if err == nil && len(data) == draftBytes {
		if end := strings.LastIndexByte(string(data), '\n'); end > 0 {
			data = data[:end+1]
		}
	}
	return data, err
}

// write writes the draft, its fixture and the schema, and returns their names.
func (p *prover) write(ctx context.Context, out string) ([]string, error) {
	dir := filepath.Dir(out)
	var files []string
	for rows := fixtureRows; rows > 0; rows-- { // a row that is spoilt is not among them
		fixture, data := p.draft.Fixture(rows)
		if fixture == "" {
			break
		}
		want, err := p.records(ctx, fixture, data)
		if err == nil && len(want) > 0 {
			lines := strings.TrimSuffix(fixture, path.Ext(fixture)) + ".want.jsonl"
			p.draft.Test("fixtures/"+fixture, "fixtures/"+lines)
			if err := os.MkdirAll(filepath.Join(dir, "fixtures"), 0o755); err != nil {
				return nil, err
			}
			if err := errors.Join(writeNew(filepath.Join(dir, "fixtures", fixture), data), writeNew(filepath.Join(dir, "fixtures", lines), want)); err != nil {
				return nil, err
			}
			files = append(files, filepath.Join(dir, "fixtures", fixture), filepath.Join(dir, "fixtures", lines))
			break
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := writeNew(out, p.draft.YAML()); err != nil {
		return nil, err
	}
	schema := filepath.Join(dir, "source.schema.json")
	if _, err := os.Stat(schema); errors.Is(err, os.ErrNotExist) {
		if err := writeNew(schema, config.Schema); err != nil {
			return nil, err
		}
		files = append(files, schema)
	}
	return append([]string{out}, files...), nil
}

// shellWord is a file's name as a shell wants it.
func shellWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`!*?&|;<>()[]{}#~") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
