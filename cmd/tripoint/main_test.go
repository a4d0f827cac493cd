package main

import (
	"archive/zip"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(patient{m}, map[string]func(){
		"tripoint": func() {
			ctx, _ := untilSignal()
			a := newApp(os.Stdin, os.Stdout, os.Stderr)
			if addr := os.Getenv("WEB"); addr != "" {
				a.hosts = map[string]string{".tripoint.test": addr}
			}
			os.Exit(a.run(ctx, os.Args[1:]))
		},
	})
}

// patient runs more tests beside each other than there are processors: most of
// these wait for turns, as a polite crawler does.
type patient struct{ *testing.M }

// Run runs the tests.
func (p patient) Run() int {
	const atOnce = "6"
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	return p.M.Run()
}

// TestScripts runs the commands as a user does: one script for each verb and
// for each promise of the README.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(ts *testscript.TestScript, neg bool, args []string){"unzip": unzip},
		Setup: func(env *testscript.Env) error {
			readme, err := filepath.Abs(filepath.Join("..", "..", "README.md"))
			env.Setenv("README", readme)
			serveFolder(env)
			return err
		},
	})
}

// serveFolder serves the hosts of a script's folder web: web/list.tripoint.test
// holds the files of http://list.tripoint.test.
func serveFolder(env *testscript.Env) {
	web := filepath.Join(env.WorkDir, "web")
	if _, err := os.Stat(web); err != nil {
		return
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		http.FileServer(http.Dir(filepath.Join(web, filepath.Base(host)))).ServeHTTP(w, r)
	}))
	env.Defer(server.Close)
	env.Setenv("WEB", server.Listener.Addr().String())
}

// unzip FILE DIR unpacks a ZIP file.
func unzip(ts *testscript.TestScript, _ bool, args []string) {
	r, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), r))
	ts.Check(r.Close())
}
