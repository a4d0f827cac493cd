package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/testdata/world"
)

func (a *app) demoCmd() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the whole way over a recorded small web, and show what comes out",
		Long: `Serve a recorded small web on this machine and run all stages over it: no key, no
network, no browser is needed (where Chromium is found, one more source is
crawled). The folder that it leaves is a working one: use the other commands
with -C.

Everything in it but the case of the real patent is invented and marked as DEMO
DATA.`,
		Example: `  tripoint demo
  tripoint -C tripoint-demo findings --cet --ships`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), out) },
	}
	cmd.Flags().StringVar(&out, "out", "tripoint-demo", "folder to leave the demo's data in")
	return cmd
}

func (a *app) demo(ctx context.Context, out string) error {
	if err := layDemo(out); err != nil {
		return err
	}
	stop, addr, err := serveWorld()
	if err != nil {
		return err
	}
	defer stop()
	a.dir = out
	a.now = func() time.Time { return world.Now }
	a.hosts = map[string]string{"." + world.Domain: addr}
	a.hostRules = "MAP *." + world.Domain + " " + addr
	h, err := a.open(ctx)
	if err != nil {
		return err
	}
	draw, drawn := a.progress()
	h.stages.Progress = draw
	ids := slices.Clone(h.cfg.Sources)
	skipped := ""
	if _, ok := browser.Available(); !ok {
		ids = slices.DeleteFunc(ids, func(id string) bool { return h.sources[id].Crawl.Kind == "browser" })
		skipped = "No Chromium is found: the page that needs a browser was skipped."
	}
	_, _, err = a.runAll(ctx, h, ids)
	drawn()
	if err = errors.Join(err, h.close()); err != nil {
		return err
	}
	if skipped != "" {
		fmt.Fprintln(a.errOut, skipped)
	}
	return a.showDemo()
}

// showDemo prints the findings where all three domains meet.
func (a *app) showDemo() error {
	p, err := a.published()
	if err != nil {
		return err
	}
	all, err := p.findings(findingFilter{})
	if err != nil {
		return err
	}
	if a.json {
		return a.printRecords(all)
	}
	const most = 3
	a.printFindings(all[:min(most, len(all))], most, p.demoMark())
	fmt.Fprintf(a.out, "%d findings in all: tripoint -C %s findings\n", len(all), a.dir)
	fmt.Fprintf(a.out, "snapshot: %s (%s)\n", filepath.Join(p.dir, p.version.Version), p.version.Demo)
	return nil
}

// layDemo lays the demo's folder: its files, and no data yet. A folder that
// holds anything else than a demo's own files is refused, so that nobody's
// work is lost.
func layDemo(out string) error {
	files := world.Files()
	if _, err := os.Stat(filepath.Join(out, config.FileName)); err == nil {
		if cfg, err := config.Load(os.DirFS(out)); err != nil || !cfg.Demo {
			return usagef("%s holds another %s: name another folder with --out", out, config.FileName)
		}
	} else if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return usagef("%s is not empty and holds no demo: name another folder with --out", out)
	}
	changed := ""
	err := eachFile(files, func(name string, text []byte) error {
		had, err := os.ReadFile(filepath.Join(out, name))
		if err == nil && !bytes.Equal(had, text) {
			changed = name
		}
		return nil
	})
	if changed != "" {
		return usagef("%s was changed since the last demo: name another folder with --out, or remove it", filepath.Join(out, changed))
	}
	if err := errors.Join(err, os.RemoveAll(filepath.Join(out, "data"))); err != nil {
		return err
	}
	return eachFile(files, func(name string, text []byte) error {
		to := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	})
}

// eachFile calls fn with each file of a tree, by its path on this system.
func eachFile(files fs.FS, fn func(name string, text []byte) error) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return fn(filepath.FromSlash(name), text)
	})
}

// serveWorld serves the world's hosts on a port of this machine.
func serveWorld() (stop func(), addr string, err error) {
	h, err := world.Handler()
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }() // ends with Close
	return func() { _ = s.Close() }, l.Addr().String(), nil
}
