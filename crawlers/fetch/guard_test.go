package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestIsPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "64:ff9b::5db8:d822": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.31.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001::1": false,
		"::ffff:0:7f00:1": false, "64:ff9b:1::a00:1": false, "2001:20::1": false, "3fff::1": false, "5f00::1": false, "100::1": false,
		"2001:4860:4860::8888": true, "2002:5db8:d822::1": true, "192.88.99.1": false, "::ffff:93.184.216.34": true, "::ffff:169.254.169.254": false,
	} {
		if got := isPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("isPublic(%s) = %v", text, got)
		}
	}
	if isPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// A name that resolves to something else at every look gains nothing: what is
// dialled is what was looked at.
func TestGuardDials(t *testing.T) {
	answers := map[string][]netip.Addr{
		"public.test":  {netip.MustParseAddr("93.184.216.34")},
		"private.test": {netip.MustParseAddr("10.0.0.1")},
		"both.test":    {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("93.184.216.35")},
	}
	var dialled string
	stop := errors.New("stop")
	g := guard{
		hosts:  map[string]string{".tripoint.test": "127.0.0.1:99", "one.test": "127.0.0.1:98"},
		lookup: func(_ context.Context, _, host string) ([]netip.Addr, error) { return answers[host], nil },
		dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			dialled = addr
			return nil, stop
		},
	}
	for _, tt := range []struct {
		addr, want string
		private    bool
	}{
		{"public.test:443", "93.184.216.34:443", false},
		{"private.test:80", "", true},
		{"both.test:80", "93.184.216.35:80", false},
		{"127.0.0.1:80", "", true},
		{"[::1]:80", "", true},
		{"web.tripoint.test:80", "127.0.0.1:99", false},
		{"WEB.tripoint.test.:80", "127.0.0.1:99", false},
		{"one.test:80", "127.0.0.1:98", false},
		{"eviltripoint.test:80", "", false},
		{"none.test:80", "", false},
	} {
		dialled = ""
		_, err := g.dialPublic(t.Context(), "tcp", tt.addr)
		if dialled != tt.want || errors.Is(err, ErrPrivate) != tt.private || err == nil {
			t.Errorf("%s: dialled %q (%v), want %q", tt.addr, dialled, err, tt.want)
		}
	}
	if _, err := g.dialAny(t.Context(), "tcp", "private.test:80"); !errors.Is(err, stop) || dialled != "10.0.0.1:80" {
		t.Errorf("with allow_private: dialled %q, %v", dialled, err)
	}
}
