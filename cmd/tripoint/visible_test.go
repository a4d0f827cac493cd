package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// TestVisible writes a text in two parts, cut at every place.
func TestVisible(t *testing.T) {
	const text = "a\tb\x1b]52;c;Y3VybA==\x07\r\x7f\u009b31m \u202ecod.exe\u2066\u200e\u061c\ufeff\u00ad\u2028 杭州 \U000e0041 \xff می\u200cشود\n"
	const want = "a\tb\\u001b]52;c;Y3VybA==\\u0007\\u000d\\u007f\\u009b31m \\u202ecod.exe\\u2066\\u200e\\u061c\\ufeff\\u00ad\\u2028 杭州 \\udb40\\udc41 \ufffd می\u200cشود\n"
	for cut := range len(text) {
		var out bytes.Buffer
		v := &visible{to: &out}
		for _, part := range []string{text[:cut], text[cut:]} {
			if n, err := v.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("wrote %d of %d: %v", n, len(part), err)
			}
		}
		if out.String() != want {
			t.Errorf("cut at %d: %q, want %q", cut, out.String(), want)
		}
	}
}

const hostileSource = `version: 1
id: zz-hostile-list
domain: watchlists
title: A list whose publisher is not kind
set: full
publisher: {name: An authority, country: ZZ}
terms: {redistribute: "yes", automated_access: allowed, checked: 2026-11-22}
crawl: {kind: drop, folder: drop, files: [list.csv]}
parse:
  format: fields
  input: {type: csv, header: true}
  record: party
  list: ZZ-DEMO
  fields:
    native_id: {from: Key}
    name: {from: Name, required: true}
    countries: {from: Country, lookup: country}
    remarks: {from: Remark}
    effective: {from: Since, date: "02.01.2006"}
`

// TestHostileText reads a list whose publisher writes for the reader's
// terminal: no verb hands that on to it, and JSON keeps it as it came.
func TestHostileText(t *testing.T) {
	const bad = "\x1b]52;c;Y3VybA==\x07\u009b2J\u202e"
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"tripoint.yaml":                "contact: desk@agency.example\ndata: data\nsources: [zz-hostile-list]\n",
		"sources/zz-hostile-list.yaml": hostileSource,
		"drop/list.csv":                "Key,Name,Country,Remark,Since,Left" + bad + "\n1,Zhelanqu Optoelectronic" + bad + " Works,Germany,seen" + bad + ",05.04.2023,x\n2,Kestrava,Germany" + bad + ",,05.04.2023,x\n",
		"other.csv":                    "Name" + bad + ",Country\nA,Germany\n",
		"customers.csv":                "Name,Place,Town,Road" + bad + "\nZhelanqu" + bad + " Optoelectronic Works,x,x,x\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ref := "party:ZZ-DEMO:ZHELANQU OPTOELECTRONIC" + strings.ToUpper(bad) + " WORKS/DE"
	for _, c := range []struct {
		args []string
		code int
		says string // the publisher's own text, seen
	}{
		{[]string{"run"}, 0, ""},
		{[]string{"runs"}, 0, ""},
		{[]string{"problems"}, 0, `\u001b]52`},
		{[]string{"show", ref}, 0, `\u001b]52`},
		{[]string{"show", ref, "--json"}, 0, ""},
		{[]string{"show", ref + "/NO"}, exitFailed, `\u001b]52`},
		{[]string{"evidence", ref}, 0, `\u001b]52`},
		{[]string{"screen", "--csv", "customers.csv", "--column", "Name"}, 0, `\u001b]52`},
		{[]string{"screen", "--csv", "customers.csv", "--column", "Nom"}, exitUsage, `\u001b]52`},
		{[]string{"parse", "--source", "zz-hostile-list", "other.csv"}, exitFailed, `\u001b]52`},
		{[]string{"parse", "--source", "zz-hostile-list", "drop/list.csv"}, 0, `\u001b]52`},
	} {
		code, stdout, stderr := command(c.args...)
		if code != c.code || !strings.Contains(stdout+stderr, c.says) {
			t.Errorf("%v: exit %d, said\n%q\n%q", c.args, code, stdout, stderr)
		}
		if c.args[len(c.args)-1] == "--json" {
			var p struct{ Remarks string }
			if err := json.Unmarshal([]byte(stdout), &p); err != nil || p.Remarks != "seen"+bad {
				t.Errorf("%v: %v, %q", c.args, err, p.Remarks)
			}
			stdout = ""
		}
		for _, r := range stdout + stderr {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%v: hands on %U:\n%q\n%q", c.args, r, stdout, stderr)
				break
			}
		}
	}
}
