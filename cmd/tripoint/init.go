package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/config"
)

func (a *app) initCmd() *cobra.Command {
	var contact, data string
	var chosen []string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a tripoint.yaml: contact, data folder, sources",
		Long: `Ask for a contact that publishers can write to, a folder for the data, and the
sources to run, and write tripoint.yaml. What a flag says is not asked for.
Without a contact nothing is crawled. Decisions will stand in decisions.jsonl
beside it.`,
		Example: `  tripoint init
  tripoint init --contact desk@agency.example --data data --source us-ita-csl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			name := filepath.Join(a.dir, config.FileName)
			if _, err := os.Stat(name); err == nil {
				return usagef("%s is there already: edit it, or remove it first", name)
			}
			ask := bufio.NewReader(a.in)
			var err error
			if !cmd.Flags().Changed("contact") {
				if contact, err = a.ask(ask, "Contact for publishers (e-mail or address of a page)", ""); err != nil {
					return err
				}
			}
			if !cmd.Flags().Changed("data") {
				if data, err = a.ask(ask, "Folder for the data", data); err != nil {
					return err
				}
			}
			all, err := config.Catalogue(os.DirFS(a.dir))
			if err != nil {
				return usage(err)
			}
			if !cmd.Flags().Changed("source") {
				if chosen, err = a.askSources(ask, all); err != nil {
					return err
				}
			}
			for _, id := range chosen {
				if all[id] == nil {
					return usagef("no source is named %q; tripoint check lists them", id)
				}
			}
			text, err := yaml.Dump(struct {
				Contact   string   `yaml:"contact"`
				Data      string   `yaml:"data"`
				Sources   []string `yaml:"sources"`
				Decisions []string `yaml:"decisions"`
			}{contact, data, chosen, []string{"decisions.jsonl"}})
			if err != nil {
				return err
			}
			if err := os.MkdirAll(a.dir, 0o755); err != nil {
				return err
			}
			if err := writeNew(name, text); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s written. Next: tripoint run\n", name)
			if contact == "" {
				fmt.Fprintln(a.out, "Without a contact nothing is crawled: set one there first.")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&contact, "contact", "", "e-mail or address of a page that publishers can write to")
	cmd.Flags().StringVar(&data, "data", "data", "folder for archive, store and snapshots")
	cmd.Flags().StringSliceVar(&chosen, "source", nil, "source to run; may be given again")
	return cmd
}

func (a *app) ask(in *bufio.Reader, question, otherwise string) (string, error) {
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	fmt.Fprintf(a.errOut, "%s: ", question)
	line, err := in.ReadString('\n')
	line = strings.TrimSpace(line)
	if err != nil && line == "" {
		if otherwise != "" {
			return otherwise, nil
		}
		return "", usagef("no answer to %q: use the flags of tripoint init --help", question)
	}
	if line == "" {
		line = otherwise
	}
	return line, nil
}

func (a *app) askSources(in *bufio.Reader, all map[string]*config.Source) ([]string, error) {
	var allowed []string
	for id, s := range all {
		if s.Terms.Allowed() {
			allowed = append(allowed, id)
		}
	}
	slices.Sort(allowed)
	answer, err := a.ask(in, "Sources, with blanks between", strings.Join(allowed, " "))
	return strings.Fields(answer), err
}
