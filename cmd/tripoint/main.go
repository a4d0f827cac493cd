// Command tripoint joins screening lists, patents in critical and emerging
// technologies, and cargo manifests, and says how it knows.
//
// # Code overview
//
// A verb is a file: parse.go, link.go. root.go holds what they share, build.go
// wires the rooms together and is the only place that knows them all. The way
// of the bytes is: crawlers → sinks/archive → parsers → sinks/bolt ⇄
// internal/cet, internal/link → sinks/snapshot. internal/pipeline runs the
// stages in that order; record is the language that the rooms speak.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := untilSignal()
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// untilSignal is a context that the first signal ends; a second one ends the
// process at once.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	signal.Ignore(syscall.SIGPIPE) // a write to | head fails, and what was begun is cleaned up
	return ctx, stop
}
