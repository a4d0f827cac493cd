package config

import (
	"io/fs"
	"regexp"
	"slices"
	"time"
)

// Source is one source file: where a publisher's data are, how they are
// fetched and read, and what must hold of them.
type Source struct {
	Version   int       `yaml:"version"` // of this shape of file
	ID        string    `yaml:"id"`      // small letters and digits, joined by dashes; the file is named ID.yaml
	Domain    string    `yaml:"domain"`  // patents, watchlists, manifests
	Title     string    `yaml:"title"`   // for people
	Set       string    `yaml:"set"`     // full: a row that is absent is not_in_latest_file; grow: rows are only added
	Publisher Publisher `yaml:"publisher"`
	Terms     Terms     `yaml:"terms"`
	Schedule  *Schedule `yaml:"schedule"`
	Crawl     Crawl     `yaml:"crawl"`
	Parse     Parse     `yaml:"parse"`
	Assert    Assert    `yaml:"assert"`
	Notify    *Notify   `yaml:"notify"` // in place of the notify of tripoint.yaml
	Tests     []Test    `yaml:"tests"`  // run by tripoint check
	// Synthetic is a pattern over record ids: what matches is invented. Only
	// the demo has such sources; a real store refuses synthetic records.
	Synthetic *Regexp `yaml:"synthetic"`

	// File is the file that the source was read from, in the tree Home.
	File string `yaml:"-"`
	Home fs.FS  `yaml:"-"`
}

// Publisher is who publishes a source.
type Publisher struct {
	Name    string `yaml:"name"`
	Country string `yaml:"country"` // ISO 3166-1 alpha-2, or UN, EU, XX
	URL     string `yaml:"url"`
}

// Terms are a publisher's terms of use, as read on the day Checked.
type Terms struct {
	Licence         string `yaml:"licence"`
	URL             string `yaml:"url"`              // where they stand
	Attribution     string `yaml:"attribution"`      // the words that the licence wants to be shown
	Redistribute    string `yaml:"redistribute"`     // whether the records may be passed on; snapshots leave out all but yes
	AutomatedAccess string `yaml:"automated_access"` // whether a program may fetch it; all but allowed is off until accepted in tripoint.yaml
	PersonalData    string `yaml:"personal_data"`    // none, business-contact, listed-persons
	Checked         Date   `yaml:"checked"`          // the day on which the terms were read
}

// Allowed says whether the terms allow to crawl and to publish.
func (t Terms) Allowed() bool { return t.AutomatedAccess == "allowed" }

// Schedule says when a source is due.
type Schedule struct {
	Cron     Cron          `yaml:"cron"`     // minute hour day month weekday: 20 */6 * * *
	Timezone string        `yaml:"timezone"` // that cron is in: Europe/London; UTC where absent
	Jitter   time.Duration `yaml:"jitter"`   // the most that a run is put off, so that not all come at once
	Catchup  string        `yaml:"catchup"`  // of runs that were missed: make up for once, all or skip
	Timeout  time.Duration `yaml:"timeout"`  // the longest that a run may take
}

// Crawl is how a source is fetched. Kind, vars and foreach are read here; all
// other keys belong to the crawler of that kind.
type Crawl struct {
	Kind    string         `yaml:"kind"` // bulk: whole files; api: paged JSON; site: links of pages; browser: pages that need one; drop: files in a folder
	Vars    map[string]Var `yaml:"vars"` // variables of addresses, {year}: every combination is fetched
	Foreach *Foreach       `yaml:"foreach"`
	Block   `yaml:"-"`
}

// Var is one variable of a crawl's addresses: listed values, or a range of
// whole numbers with both ends.
type Var struct {
	Values []string `yaml:"values"` // one after the other
	Range  []int    `yaml:"range"`  // the first and the last of whole numbers
}

// Foreach fans a crawl out over what the store knows already.
type Foreach struct {
	Kind  string       `yaml:"kind"` // party
	Where ForeachWhere `yaml:"where"`
	As    string       `yaml:"as"` // the variable that gets each name
}

// ForeachWhere narrows a Foreach.
type ForeachWhere struct {
	Countries []string `yaml:"countries"` // ISO 3166-1 alpha-2
	Lists     []string `yaml:"lists"`     // codes
}

// Parse is how captures become records. Format, roles and unpack are read here;
// all other keys belong to the parser of that format.
type Parse struct {
	Format string `yaml:"format"` // fields reads by a mapping in this file; the others are shapes that a mapping cannot say
	// Roles are those of the answers that hold records, where only some do:
	// [detail] for pages that a list leads to; all where absent.
	Roles  []string `yaml:"roles"`
	Unpack Block    `yaml:"-"`
	Block  `yaml:"-"`
}

// Assert says what must hold of a source's records before they replace the
// last good ones.
type Assert struct {
	MinRecords  int                `yaml:"min_records"`  // fewer are held back
	MaxRecords  int                `yaml:"max_records"`  // more are held back
	MaxDrop     Percent            `yaml:"max_drop"`     // against the last good run
	MaxProblems *Percent           `yaml:"max_problems"` // of the rows read; 5 % where absent
	Fill        map[string]float64 `yaml:"fill"`         // the share of records that fill a field: {name: 1.0}
	Contains    []Contains         `yaml:"contains"`     // records that must be there
	OnFail      string             `yaml:"on_fail"`      // keep_previous
}

// Contains names a record that must be there.
type Contains struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// Test is a fixture of a source and the records that it must give.
type Test struct {
	Fixture string `yaml:"fixture"` // a file as the publisher's, beside this one
	Want    string `yaml:"want"`    // the records that it gives, as JSON lines
}

var sourceID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ReadSource reads one source file. The crawl and parse blocks are decoded
// later, by the rooms that own them, and report their own faults.
func ReadSource(fsys fs.FS, name string) (*Source, error) {
	f, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	s := &Source{File: name, Home: fsys}
	_, top := split(f.root, "crawl", "parse")
	f.decode(top, s)
	s.Crawl.Block = f.block("crawl", &s.Crawl, []string{"kind", "vars", "foreach"})
	s.Parse.Block = f.block("parse", &s.Parse, []string{"format", "roles"}, "unpack")
	if n := value(f.root, "parse"); n != nil && value(n, "unpack") != nil {
		s.Parse.Unpack = Block{f, value(n, "unpack"), "parse.unpack"}
	}
	s.validate(f)
	return s, f.err()
}

func (s *Source) validate(f *file) {
	if s.Version != 1 {
		f.fault("version", "must be 1")
	}
	if !sourceID.MatchString(s.ID) {
		f.fault("id", "%q must be small letters and digits joined by dashes", s.ID)
	}
	oneOf := func(path, value string, absent bool, want ...string) {
		if absent && value == "" || slices.Contains(want, value) {
			return
		}
		f.fault(path, "%q must be one of %s", value, quoted(want))
	}
	oneOf("domain", s.Domain, false, "patents", "watchlists", "manifests")
	oneOf("set", s.Set, false, "full", "grow")
	oneOf("terms.redistribute", s.Terms.Redistribute, false, "yes", "no", "unknown")
	oneOf("terms.automated_access", s.Terms.AutomatedAccess, false, "allowed", "forbidden", "unknown")
	oneOf("terms.personal_data", s.Terms.PersonalData, true, "none", "business-contact", "listed-persons")
	oneOf("assert.on_fail", s.Assert.OnFail, true, "keep_previous")
	if s.Title == "" {
		f.fault("title", "is missing")
	}
	if s.Publisher.Name == "" {
		f.fault("publisher.name", "is missing")
	}
	if s.Crawl.Kind == "" && !s.Crawl.Absent() {
		f.fault("crawl.kind", "is missing: bulk, api, site, browser or drop")
	}
	if s.Parse.Format == "" && !s.Parse.Absent() {
		f.fault("parse.format", "is missing: tripoint parse --help lists the formats")
	}
	for name, v := range s.Crawl.Vars {
		path := "crawl.vars." + name
		switch {
		case len(v.Values) > 0 && len(v.Range) > 0:
			f.fault(path, "has both values and a range: keep one")
		case len(v.Values) == 0 && len(v.Range) == 0:
			f.fault(path, "has no values: give values: [a, b] or range: [1, 9]")
		case len(v.Range) > 0 && (len(v.Range) != 2 || v.Range[1] < v.Range[0]):
			f.fault(path+".range", "must be [first, last]")
		}
	}
	if e := s.Crawl.Foreach; e != nil {
		oneOf("crawl.foreach.kind", e.Kind, false, "party")
		if e.As == "" {
			f.fault("crawl.foreach.as", "is missing: name the variable")
		}
	}
	if c := s.Schedule; c != nil {
		oneOf("schedule.catchup", c.Catchup, true, "once", "all", "skip")
		if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
			f.fault("schedule.timezone", "%q is no time zone: write a name like Europe/London", c.Timezone)
		}
		if c.Cron.Expression == "" {
			f.fault("schedule.cron", "is missing")
		}
		if c.Jitter < 0 {
			f.fault("schedule.jitter", "%s is less than nothing", c.Jitter)
		}
		if c.Timeout < 0 {
			f.fault("schedule.timeout", "%s is less than nothing", c.Timeout)
		}
	}
	s.Notify.validate(f)
}
