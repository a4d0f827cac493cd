package uspto

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// What a reissue takes out stands in .[. .]. and what it adds between
	// .Iadd. and .Iaddend.
	struck    = regexp.MustCompile(`(?s)\.\[\..*?\.\]\.`)
	added     = regexp.MustCompile(`\.Iadd(?:end)?\.`)
	numbered  = regexp.MustCompile(`^\W{0,3}([0-9]{1,4})(?:\s?-\s?[0-9]{1,4})?\s?\.\s*(.*)$`)
	cancelled = regexp.MustCompile(`(?i)^\W*cancell?ed\b`)
	statement = regexp.MustCompile(`(?i)^(?:claims?|.{0,80}\b(?:claimed|claims?)\b.{0,20}:)$`)
)

// FirstClaim cuts the first standing claim out of the text of all claims,
// without its number. Claims begin on a line of their own with a number and a
// stop; cancelled ones and those that a reissue struck are passed over. Where
// none is numbered, as in a design, the whole text is the claim.
func FirstClaim(text string) string {
	text = added.ReplaceAllString(struck.ReplaceAllString(text, ""), "")
	var whole, claim []string
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = Clean(line); line == "" {
			continue
		}
		m := numbered.FindStringSubmatch(line)
		switch n := 0; {
		case m == nil && number > 0:
			claim = append(claim, line)
		case m == nil:
			if !statement.MatchString(line) {
				whole = append(whole, strings.TrimPrefix(line, "CLAIM "))
			}
		default:
			n, _ = strconv.Atoi(m[1]) // at most four digits
			if number > 0 && n > number {
				return Text(strings.Join(claim, " "))
			}
			if number > 0 { // a numbered step within the claim
				claim = append(claim, line)
			} else if !cancelled.MatchString(m[2]) {
				number, claim = max(n, 1), []string{m[2]}
			}
		}
	}
	if number == 0 {
		return Text(strings.Join(whole, " "))
	}
	return Text(strings.Join(claim, " "))
}
