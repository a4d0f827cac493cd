package names

// addTypos makes long table words known with one letter missing, so that a
// slip of the pen does not make a trade look distinctive.
func (x *lexicons) addTypos() {
	typos := map[string]word{}
	add := func(spelling string, w word) {
		if len(spelling) < 6 {
			return
		}
		for _, typo := range slips(spelling) {
			if _, known := x.words[typo]; !known && x.phrases[typo] == nil {
				typos[typo] = w
			}
		}
	}
	for spelling, w := range x.words {
		if w.kind != Country && w.kind != City {
			add(spelling, w)
		}
	}
	for first, list := range x.phrases {
		for _, p := range list {
			if len(p.words) == 1 && p.word.kind == Legal && len(first) >= 7 {
				for _, typo := range slips(first) {
					if _, known := x.words[typo]; !known && x.phrases[typo] == nil {
						x.phrases[typo] = []phrase{{[]string{typo}, p.word, p.class, p.front}}
					}
				}
			}
		}
	}
	for typo, w := range typos {
		x.slips[typo] = true
		if prev, twice := x.words[typo]; !twice || w.text < prev.text {
			x.words[typo] = w
		}
	}
}

// slips are a word's spellings with two neighbours swapped and, of long words,
// with one letter missing.
func slips(w string) []string {
	var out []string
	for i := range len(w) {
		if len(w) >= 8 {
			out = append(out, w[:i]+w[i+1:])
		}
		if i+1 < len(w) && w[i] != w[i+1] {
			out = append(out, w[:i]+w[i+1:i+2]+w[i:i+1]+w[i+2:])
		}
	}
	return out
}

// addNear gathers what a word is like that may be meant for one of the tables.
func (x *lexicons) addNear() {
	x.near, x.heads = map[uint64]bool{}, map[string]bool{}
	for w, v := range x.words {
		if v.kind == Number || v.kind == Particle || x.slips[w] {
			continue
		}
		for l := 3; l < len(w); l++ {
			x.heads[w[:l]] = true
		}
		if len(w) >= 5 {
			eachSlip(w, func(h uint64) bool { x.near[h] = true; return false })
		}
	}
}
