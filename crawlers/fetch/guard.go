package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// ErrPrivate says that a public address was wanted and a private one found.
var ErrPrivate = errors.New("a private address: allow_private opens it, for a server of one's own only")

// guard dials addresses of the public Internet only. It looks at the resolved
// address, at the moment of dialling, so a name that changes its mind between
// check and use gains nothing.
type guard struct {
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	hosts  map[string]string
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

func (g guard) dialPublic(ctx context.Context, network, addr string) (net.Conn, error) {
	return g.connect(ctx, network, addr, isPublic)
}

func (g guard) dialAny(ctx context.Context, network, addr string) (net.Conn, error) {
	return g.connect(ctx, network, addr, func(netip.Addr) bool { return true })
}

func (g guard) connect(ctx context.Context, network, addr string, ok func(netip.Addr) bool) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if to := mapped(g.hosts, host); to != "" {
		return g.dial(ctx, network, to)
	}
	ips, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	refused := fmt.Errorf("%s has no address", host)
	for _, ip := range ips {
		if !ok(ip) {
			refused = fmt.Errorf("%s is %w", host, ErrPrivate)
			continue
		}
		conn, err := g.dial(ctx, network, net.JoinHostPort(ip.String(), port))
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		refused = err
	}
	return nil, refused
}

// check says whether a host may be connected to, for those who connect by
// other means: all its addresses must be public.
func (g guard) check(ctx context.Context, host string) error {
	if mapped(g.hosts, host) != "" {
		return nil
	}
	ips, err := g.resolve(ctx, host)
	if err != nil {
		return err
	}
	for _, ip := range ips {
		if !isPublic(ip) {
			return fmt.Errorf("%s is %w", host, ErrPrivate)
		}
	}
	return nil
}

func (g guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	return g.lookup(ctx, "ip", host)
}

func mapped(hosts map[string]string, host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for name, to := range hosts {
		if host == strings.TrimPrefix(name, ".") || strings.HasPrefix(name, ".") && strings.HasSuffix(host, name) {
			return to
		}
	}
	return ""
}

// notPublic are the blocks of the IANA special-purpose registries that a name
// on the public Internet has no business in. 169.254.169.254, where clouds keep
// their metadata, is among them.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20", // Teredo, ORCHID and benchmarks; examples
)

// Of IPv6 only global unicast is public, and what carries an IPv4 address
// inside, NAT64 and 6to4, as that is.
var (
	global = netip.MustParsePrefix("2000::/3")
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4 = netip.MustParsePrefix("2002::/16")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	b := ip.As16()
	switch {
	case nat64.Contains(ip):
		ip = netip.AddrFrom4([4]byte(b[12:16]))
	case sixTo4.Contains(ip):
		ip = netip.AddrFrom4([4]byte(b[2:6]))
	case ip.Is6() && !global.Contains(ip):
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return ip.IsValid()
}

// checkURL says why an address cannot be fetched whoever it belongs to.
func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %q: only http and https are fetched", u.Scheme)
	case u.Hostname() == "":
		return errors.New("the address has no host")
	case u.User != nil:
		return errors.New("user information in an address would be kept for all to read: use auth")
	}
	return nil
}
