package config

import (
	"fmt"
	"net/url"
	"slices"
)

// Notify says who is told when something happens to a source: by a command, by
// a webhook, or by both.
type Notify struct {
	// On are the events to tell of; all where empty. gate: a gate held new data
	// back. stale: a source has brought nothing good for too long. disk: the
	// disk is filling up. recovered: the first good run after one of these.
	On []string `yaml:"on"`
	// Command is run without a shell. The event is JSON on its standard input.
	Command []string `yaml:"command"`
	// Webhook is an address that gets the event as the JSON of a POST.
	Webhook string `yaml:"webhook"`
}

var events = []string{"gate", "stale", "disk", "recovered"}

func (n *Notify) validate(f *file) {
	if n == nil {
		return
	}
	for i, event := range n.On {
		if !slices.Contains(events, event) {
			f.fault(fmt.Sprintf("notify.on[%d]", i), "%q must be one of %s", event, quoted(events))
		}
	}
	if len(n.Command) == 0 && n.Webhook == "" {
		f.fault("notify", "tells nobody: give a command or a webhook")
	}
	if len(n.Command) > 0 && n.Command[0] == "" {
		f.fault("notify.command[0]", "is empty: name the program")
	}
	if n.Webhook != "" {
		if u, err := url.Parse(n.Webhook); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			f.fault("notify.webhook", "is no web address")
		}
	}
}
