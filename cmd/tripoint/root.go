package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tripoint-data/tripoint/internal/metrics"
)

// The exit codes.
const (
	exitFailed  = 1 // nothing, or not what was asked, came of it
	exitUsage   = 2 // wrong use or configuration
	exitPartly  = 3 // done in part: some records were spoilt, some sources failed
	exitMatched = 4 // matches found, with --fail-on-match
)

// exit is an error with its exit code. Without an error of its own, what had
// to be said has been said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exit{exitUsage, err}
}

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// app is what the verbs share.
type app struct {
	in       io.Reader
	out      *bufio.Writer
	errOut   io.Writer
	drawn    io.Writer // errOut as it is, for bars that are drawn on it
	dir      string    // the folder of tripoint.yaml
	json     bool
	terminal bool // progress and tables may be drawn
	now      func() time.Time
	disk     func(dir string) metrics.Disk
	log      *slog.Logger
	logOut   *logWriter

	// Of the demo and of tests: where the hosts of their worlds are.
	hosts     map[string]string
	hostRules string
}

// run is the command without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	return newApp(in, out, errOut).run(ctx, args)
}

func newApp(in io.Reader, out, errOut io.Writer) *app {
	a := &app{in: in, drawn: errOut, errOut: &visible{to: errOut}, now: time.Now, disk: metrics.DiskOf}
	a.out = newBuffered(&visible{to: out, asIs: &a.json})
	a.terminal = isTerminal(errOut)
	a.logOut = &logWriter{to: a.errOut}
	a.log = slog.New(slog.NewJSONHandler(a.logOut, nil))
	if a.terminal {
		a.log = slog.New(slog.NewTextHandler(a.logOut, nil))
	}
	return a
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if flushed := a.out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("standard output: %w", flushed)
	}
	return a.report(err)
}

// report says an error in its lines and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return 0
	}
	code := exitFailed
	var e *exit
	if errors.As(err, &e) {
		code = e.code
	}
	if errors.Is(err, syscall.EPIPE) {
		return code // whoever read the output has seen enough
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("stopped; the next run goes on from here")
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(a.errOut, "tripoint:", strings.TrimRight(line, "\n"))
	}
	return code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tripoint",
		Short: "Which listed parties are named on CET patents and move goods, and how do we know?",
		Long: `Tripoint joins screening lists, US patents in critical and emerging technologies
(CET) and cargo manifests. It reports facts and possible links, never verdicts.

Exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 done in part,
4 matches found with --fail-on-match.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see %s --help", plainFlag(err), cmd.CommandPath())
	})
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if a.dir == "" {
			return usagef("--config is empty: name the folder of tripoint.yaml")
		}
		return nil
	}
	root.PersistentFlags().StringVarP(&a.dir, "config", "C", ".", "folder of tripoint.yaml")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON lines on standard output")
	root.AddCommand(
		a.initCmd(), a.demoCmd(), a.runCmd(), a.scheduleCmd(), a.crawlCmd(), a.parseCmd(), a.classifyCmd(), a.linkCmd(),
		a.findingsCmd(), a.snapshotCmd(), a.checkCmd(), a.previewCmd(), a.sourceCmd(), a.screenCmd(), a.compareCmd(),
		a.showCmd(), a.evidenceCmd(), a.statsCmd(), a.runsCmd(), a.problemsCmd(), a.decideCmd(), a.pruneCmd(),
	)
	for _, c := range root.Commands() {
		if args := c.Args; args != nil {
			c.Args = func(cmd *cobra.Command, given []string) error {
				if err := args(cmd, given); err != nil {
					return usagef("%w; see %s --help", err, cmd.CommandPath())
				}
				return nil
			}
		}
	}
	return root
}

// unknownCommand refuses what stands where a command is wanted.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 && args[0] != "" {
		hint = fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
	}
	return usagef("there is no command %q%s; see %s --help", args[0], hint, cmd.CommandPath())
}

// plainFlag says what is wrong with the value of a flag, without the words of
// the function that read it.
func plainFlag(err error) error {
	if flag, _, ok := strings.Cut(err.Error(), ": strconv."); ok {
		return fmt.Errorf("%s: it is no number", flag)
	}
	return err
}

// line prints one value as a JSON line on standard output.
func (a *app) line(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// errLine prints one value as a JSON line on standard error.
func (a *app) errLine(v any) error {
	enc := json.NewEncoder(a.errOut)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func newBuffered(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, 64<<10) }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// version is the program's version as the build knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
