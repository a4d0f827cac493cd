package main

import (
	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
)

func (a *app) sourceCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "source",
		Short: "Help with writing a source file",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.draftCmd(), a.schemaCmd())
	return cmd
}

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a source file, for an editor",
		Long: `Print the JSON Schema (2020-12) of a source file. An editor that knows it
completes keys, explains them and marks faults while you type. Save it beside
your sources and name it in the first line of each:

  # yaml-language-server: $schema=source.schema.json`,
		Example: "  tripoint source schema > sources/source.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.out.Write(config.Schema)
			return err
		},
	}
}
