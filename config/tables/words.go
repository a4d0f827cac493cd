package tables

import (
	_ "embed"
	"strings"
)

// The tables of words that stand in names.
var (
	//go:embed legalforms.txt
	legalForms string
	//go:embed orgwords.txt
	orgWords string
	//go:embed places.txt
	places string
	//go:embed persons.txt
	persons string
	//go:embed abbreviations.txt
	addressWords string
	//go:embed tokencounts.txt
	tokenCounts string
)

// Entry is one line of a table of words: a meaning, what is said of it, and
// the spellings that have it.
type Entry struct {
	Name  string
	Role  string // the text in brackets after the name; "" where there is none
	Words []string
}

// LegalForms are the legal forms of organizations by class.
func LegalForms() []Entry { return entries(legalForms) }

// OrgWords are the words that many organizations' names share, with their
// abbreviations and translations.
func OrgWords() []Entry { return entries(orgWords) }

// Places are countries, regions and cities as names write them.
func Places() []Entry { return entries(places) }

// PersonWords are particles, titles and the spellings of common given names.
func PersonWords() []Entry { return entries(persons) }

// AddressWords are the words by which an address run into a name is known,
// and the phrases that stand around a name in manifests.
func AddressWords() []Entry { return entries(addressWords) }

// NameTables is the text of all tables of names, for the hash in a method.
func NameTables() []string {
	return []string{legalForms, orgWords, places, persons, addressWords, tokenCounts}
}

// TokenCounts says in how many distinct names each token stands: the text of
// the default table that weighs distinctive words.
func TokenCounts() string { return tokenCounts }

func entries(text string) []Entry {
	var out []Entry
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		head, rest, _ := strings.Cut(line, ":")
		e := Entry{Name: strings.TrimSpace(head)}
		if name, role, ok := strings.Cut(e.Name, "["); ok {
			e.Name, e.Role = strings.TrimSpace(name), strings.TrimSuffix(strings.TrimSpace(role), "]")
		}
		for word := range strings.SplitSeq(rest, ";") {
			if word = strings.TrimSpace(word); word != "" {
				e.Words = append(e.Words, word)
			}
		}
		out = append(out, e)
	}
	return out
}
