package main

import (
	"context"
	"github.com/spf13/cobra"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) linkCmd() *cobra.Command { return &cobra.Command{Use: "link"} }
func (a *app) linkStore(ctx context.Context, h *house) ([]record.Run, error) { return nil, nil }
