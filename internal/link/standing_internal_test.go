package link

import (
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
)

// TestStanding: who stands in for others is counted apart, who makes things for
// that trade is not.
func TestStanding(t *testing.T) {
	for name, want := range map[string]string{
		"QORVANA LOGISTICS LTD":                        "forwarder",
		"QORVANA FREIGHT FORWARDING CO LTD":            "forwarder",
		"QORVANA EXPRESS INC":                          "forwarder",
		"QORVANA SHIPPING LINES":                       "forwarder",
		"QORVANA EQUIPMENT LOGISTICS LLC":              "forwarder", // it moves equipment
		"QORVANA LOGISTICS SERVICES CO LTD":            "forwarder",
		"QORVANA SUPPLY CHAIN LOGISTICS TECHNOLOGY":    "forwarder",
		"QORVANA CARGO":                                "forwarder",
		"QORVANA LOGISTICS EQUIPMENT FZE":              "",
		"QORVANA LOGISTIC EQPT CO LTD":                 "",
		"QORVANA SHIPPING CONTAINER MANUFACTURING CO":  "",
		"QORVANA TRANSPORT MACHINERY JSC":              "",
		"QORVANA CARGO HANDLING MACHINES GMBH":         "",
		"QORVANA EXPRESS ELECTRONICS CO LTD":           "",
		"QORVANA LOGISTICS EQUIPMENT SHIPPING CO LTD":  "forwarder",
		"柯瓦纳物流设备有限公司":                                  "",
		"柯瓦纳物流有限公司":                                    "forwarder",
		"BANK QORVANA":                                 "bank",
		"QORVANA POWER BANK MANUFACTURING CO LTD":      "",
		"TO THE ORDER OF QORVANA LOGISTICS EQUIPMENT":  "order_party",
		"QORVANA OPTICAL INSTRUMENTS":                  "",
		"QORVANA LOGISTICS EQUIPMENT C/O BLUE FREIGHT": "",
	} {
		if got := standing(names.Parse(name, "")); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
