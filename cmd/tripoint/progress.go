package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/tripoint-data/tripoint/internal/pipeline"
)

// progress returns what the stages tell their progress to, and what ends the
// drawing. It draws on a terminal only.
func (a *app) progress() (tell func(pipeline.Progress), done func()) {
	if !a.terminal {
		return nil, func() {}
	}
	p := mpb.New(mpb.WithOutput(a.drawn), mpb.WithWidth(24))
	a.logOut.turn(p) // log lines stand above the bars
	var mu sync.Mutex
	bars := map[string]*mpb.Bar{}
	tell = func(now pipeline.Progress) {
		mu.Lock()
		defer mu.Unlock()
		key := now.Stage + " " + now.Source
		bar := bars[key]
		if bar == nil {
			bar = p.New(0, mpb.SpinnerStyle(), mpb.PrependDecorators(
				decor.Name(fmt.Sprintf("%-9s%s ", now.Stage, now.Source), decor.WC{W: 38, C: decor.DindentRight}),
				decor.CurrentNoUnit("%d"),
			))
			bars[key] = bar
		}
		bar.SetCurrent(int64(now.Done))
		if now.Ended {
			bar.SetTotal(int64(now.Done), true)
		}
	}
	return tell, func() {
		mu.Lock()
		for _, bar := range bars {
			bar.Abort(false)
		}
		mu.Unlock()
		p.Wait()
		a.logOut.turn(a.errOut)
	}
}

// logWriter is where log lines go: standard error, or above the bars on it.
type logWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (l *logWriter) turn(to io.Writer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = to
}

// Write writes one log line.
func (l *logWriter) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(line)
}
