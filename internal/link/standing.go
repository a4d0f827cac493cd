package link

import "github.com/tripoint-data/tripoint/internal/names"

// makers are what a firm makes or is. Behind the word of a trade they say for
// whom it makes it: Logistics Equipment forwards nothing.
var makers = map[string]bool{
	"auto": true, "automation": true, "battery": true, "electric": true, "electronic": true, "equipment": true, "factory": true,
	"furniture": true, "hardware": true, "instrument": true, "instrumentmaking": true, "machine": true, "manufacturing": true, "material": true,
	"motor": true, "packaging": true, "part": true, "robot": true, "semiconductor": true, "shipbuilding": true, "tool": true,
}

// standing says what a name on a document is: the party itself (""), or who
// stands in for it: an order party, a bank, a forwarder.
func standing(n *names.Name) string {
	if n.Order {
		return "order_party"
	}
	stands := n.Stands
	if stands == "" {
		return ""
	}
	met := false // the trade's word
	for _, t := range n.Tokens {
		switch {
		case names.Parse(t.Written, names.Organization).Stands != "":
			met, stands = true, n.Stands
		case met && makers[t.Text]:
			stands = ""
		}
	}
	return stands
}
