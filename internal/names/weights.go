package names

// weigh is the weight of a distinctive word.
func weigh(w *rawWord) float32 {
	if len(w.text) == 1 {
		return 0.3
	}
	weight := float32(1)
	if w.entry.weight > 0 {
		weight = w.entry.weight
	}
	if len(w.text) == 2 {
		weight = min(weight, 0.7)
	}
	return weight
}
