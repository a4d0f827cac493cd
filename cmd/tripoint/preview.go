package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
)

// previewOptions are the flags of preview.
type previewOptions struct {
	limit    int
	requests int
	contact  string
	accept   bool
	vars     map[string]string
}

func (a *app) previewCmd() *cobra.Command {
	var o previewOptions
	cmd := &cobra.Command{
		Use:   "preview SOURCE|FILE.yaml",
		Short: "Try a source on the live web, storing nothing",
		Long: `Fetch a little of a source as politely as a crawl would, read it, and show what
would come of it: the first records, how often each field is filled, what the
mapping leaves unread, what is wrong, and the requests that were made. Nothing
is stored, and no tripoint.yaml is needed. It stops as soon as there are enough
records; what it has fetched by then is read to its end, or to 1000 records.

A source whose terms do not plainly allow automated access is refused, unless
tripoint.yaml accepts it or --accept says that you have read them.`,
		Example: `  tripoint preview sources/my-list.yaml --contact desk@agency.example
  tripoint preview us-uspto-ppubs --accept --var name="EXAMPLE CO., LTD."`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.limit < 1:
				return usagef("--limit must be 1 or more")
			case o.requests < 1:
				return usagef("--requests must be 1 or more")
			}
			return a.preview(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().IntVar(&o.limit, "limit", 20, "records to show, after which no more is fetched")
	cmd.Flags().IntVar(&o.requests, "requests", 20, "answers after which no more is fetched")
	cmd.Flags().StringVar(&o.contact, "contact", "", "e-mail or address of a page that the publisher can write to; that of tripoint.yaml")
	cmd.Flags().BoolVar(&o.accept, "accept", false, "I have read the publisher's terms and may fetch this")
	cmd.Flags().StringToStringVar(&o.vars, "var", nil, "value of a variable of the crawl, name=value; may be given again")
	return cmd
}

func (a *app) preview(ctx context.Context, name string, o previewOptions) error {
	cfg, err := a.configIfAny()
	if err != nil {
		return err
	}
	s, err := a.lookupSource(name)
	if err != nil {
		return err
	}
	if err := mayPreview(s, cfg, o); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "tripoint-preview-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	t := &trial{temp: temp, limit: o.limit, most: o.requests, now: a.now}
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: cfg.Contact, Version: version(), Hosts: a.hosts, HostRules: a.hostRules,
		Base: a.dir, Temp: temp, Told: t.told, Env: os.Getenv, Log: a.log,
	})
	if err != nil {
		return usage(err)
	}
	defer agent.Close()
	src, err := build(s, agent)
	if err != nil {
		return usage(err)
	}
	if err := setVars(src, o.vars); err != nil {
		return err
	}
	t.src = src
	draw, drawn := a.progress()
	err = t.run(ctx, draw)
	drawn()
	if ctx.Err() != nil {
		return &exit{exitFailed, errors.New("stopped; nothing was stored")}
	}
	return errors.Join(a.showTrial(s, t), t.verdict(err))
}

// configIfAny is tripoint.yaml, or an empty one where there is none.
func (a *app) configIfAny() (*config.Config, error) {
	cfg, err := config.Load(os.DirFS(a.dir))
	if errors.Is(err, os.ErrNotExist) {
		return &config.Config{}, nil
	}
	return cfg, usage(err)
}

// errNobody is said where something would be fetched without a contact.
var errNobody = usagef("publishers must be able to reach whoever fetches: add --contact with an address of yours, or run tripoint init")

func mayPreview(s *config.Source, cfg *config.Config, o previewOptions) error {
	if o.contact != "" {
		cfg.Contact = o.contact
	}
	if !s.Terms.Allowed() && !o.accept && !slices.Contains(cfg.Accept, s.ID) {
		where := s.Terms.URL
		if where == "" {
			where = "its file names no page of terms"
		}
		return usagef("%s: automated access is %s by the publisher's terms (%s): read them, and add --accept if you may", s.ID, s.Terms.AutomatedAccess, where)
	}
	if s.Crawl.Kind != "drop" && strings.TrimSpace(cfg.Contact) == "" {
		return errNobody
	}
	return nil
}

// setVars gives variables the values of the command line. What would be asked
// for every name in the store needs one here: a preview has no store.
func setVars(src *pipeline.Source, given map[string]string) error {
	known := slices.Collect(maps.Keys(src.Vars))
	if e := src.Foreach; e != nil {
		known = append(known, e.As)
		if _, ok := given[e.As]; !ok {
			return usagef("%s asks for every %s that the store knows, and a preview has no store: give one with --var %s=…", src.ID, e.As, e.As)
		}
		src.Foreach = nil
	}
	slices.Sort(known)
	for name, value := range given {
		if !slices.Contains(known, name) {
			return usagef("--var %s: %s has no such variable%s", name, src.ID, among(known))
		}
		src.Vars[name] = []string{value}
	}
	return nil
}

func among(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("; there are %s", strings.Join(names, ", "))
}
