package names

import (
	"slices"
	"strings"
)

// markEchoes finds a name's own initials that it repeats (Iran Electronics
// Industries IEI): they may be left out at no great cost.
func (n *Name) markEchoes(ws []rawWord) {
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Kind != Distinctive || len(t.Written) < 3 || len(t.Written) > 6 {
			continue
		}
		met := 0
		for _, w := range ws {
			if w.text == t.Written {
				break
			}
			if met < len(t.Written) && w.text[0] == t.Written[met] {
				met++
			} else if met == 0 {
				break
			}
		}
		t.echo = met == len(t.Written)
	}
	n.markShortName()
}

// markShortName finds the short form that publishers write in brackets behind a
// name (Rosoboronexport OJSC (ROE)): capitals of which the first is that of the
// name's first own word. It echoes that word, and is never the only own one.
func (n *Name) markShortName() {
	open := strings.LastIndexByte(n.Written, '(')
	short, closed := strings.CutSuffix(strings.TrimSpace(n.Written[open+1:]), ")")
	if open <= 0 || !closed || len(short) < 2 || len(short) > 5 || strings.Trim(short, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return
	}
	last := len(n.Tokens) - 1
	own := slices.IndexFunc(n.Tokens, func(t Token) bool { return t.Kind == Distinctive })
	if own < 0 || own == last || !strings.EqualFold(n.Tokens[last].Written, short) || n.Tokens[own].Written[0] != n.Tokens[last].Written[0] {
		return
	}
	n.Tokens[last].echo = n.Tokens[last].Kind == Distinctive
}
