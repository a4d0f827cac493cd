// Package world is the recorded small web that the demo crawls: a few hosts
// under tripoint.test that speak the publishers' own formats, the
// configuration for them, and the truth about who is who in it.
//
// Real names stand here with facts from public records only. Everyone else is
// invented: parties on the list ZZ-DEMO, patent numbers that cannot exist,
// bills of lading that were never issued. What is large is made by a
// generator from a fixed seed, so that the world is the same on every machine.
//
// Start with Handler, the hosts as one HTTP handler, and Files, the folder
// that the demo works in.
package world

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// Domain is the domain of all hosts of the world.
const Domain = "tripoint.test"

// Now is the time in the world, the same in every run.
var Now = time.Date(2026, 11, 22, 19, 30, 0, 0, time.UTC)

//go:embed files
var files embed.FS

//go:embed web/*.txtar
var web embed.FS

// Truth says whom the names in the world's documents mean: a CSV of name,
// country, party (the id of the listed party; empty: nobody listed), relation
// (same_entity; related, between two listed parties) and the trap that the row
// stands for (empty: one of the crowd).
//
//go:embed truth.csv
var Truth []byte

// Files is the folder that the demo works in: its configuration, its sources,
// the sheets of its drop folder, its analysts' decisions.
func Files() fs.FS {
	sub, err := fs.Sub(files, "files")
	if err != nil {
		return files // the folder is embedded: this does not happen
	}
	return sub
}

// Handler serves all hosts of the world by the Host of a request.
func Handler() (http.Handler, error) {
	people := cast()
	papers := documents(people)
	weekly, err := weeklyZIP(people)
	if err != nil {
		return nil, err
	}
	ams, err := amsZIP(people)
	if err != nil {
		return nil, err
	}
	list, err := screeningList(people)
	if err != nil {
		return nil, err
	}
	recorded, err := recordedHosts(web)
	if err != nil {
		return nil, err
	}
	hosts := map[string]http.Handler{
		"csl." + Domain:   oneFile("/consolidated.json", "application/json", list),
		"ppubs." + Domain: newPPUBS(papers),
		"patft." + Domain: newPatFT(people),
		"bulk." + Domain:  oneFile("/weekly/ipg990101.zip", "application/zip", weekly),
		"ams." + Domain:   oneFile("/ams_2022.zip", "application/zip", ams),
	}
	for host, h := range recorded {
		hosts[host] = h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		h, ok := hosts[host]
		if !ok {
			http.Error(w, "no such host in this world", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	}), nil
}
