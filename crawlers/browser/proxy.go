package browser

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"path"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// proxy is the only way out of the browser: whatever a page asks for — by
// scripts, frames, workers, sockets — is connected here, to public addresses
// only, and names are resolved here, once.
type proxy struct {
	public func(ctx context.Context, address string) error // the guard, without robots.txt
	rules  []hostRule
	dialer net.Dialer
	log    *slog.Logger

	server   http.Server
	listener net.Listener
}

// hostRule sends the hosts of a pattern to an address.
type hostRule struct{ pattern, to string }

// parseHostRules reads the rules of --host-resolver-rules that map:
// MAP *.tripoint.test 127.0.0.1:8080, …
func parseHostRules(rules string) []hostRule {
	var out []hostRule
	for rule := range strings.SplitSeq(rules, ",") {
		if f := strings.Fields(rule); len(f) == 3 && strings.EqualFold(f[0], "MAP") {
			out = append(out, hostRule{strings.ToLower(f[1]), f[2]})
		}
	}
	return out
}

// listen starts the proxy on a port of the loopback.
func (p *proxy) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.listener = listener
	forward := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host },
		Transport:     &http.Transport{DialContext: p.dial, DisableCompression: true, IdleConnTimeout: time.Minute},
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			p.log.Debug("browser connection refused", "host", r.Host, "error", err)
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = conn.Close() // no answer: a page of ours would be kept for theirs
			}
		},
	}
	p.server.ErrorLog = forward.ErrorLog
	p.server.ReadHeaderTimeout = time.Minute
	p.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			p.tunnel(w, r)
		case r.URL.Host == "":
			http.Error(w, "this is a proxy", http.StatusBadRequest)
		default:
			forward.ServeHTTP(w, r)
		}
	})
	go func() { _ = p.server.Serve(listener) }() // ends with close
	return nil
}

func (p *proxy) address() string { return "http://" + p.listener.Addr().String() }

func (p *proxy) close() { _ = p.server.Close() }

// tunnel connects for CONNECT.
func (p *proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	out, err := p.dial(r.Context(), "tcp", r.Host)
	if err != nil {
		p.log.Debug("browser connection refused", "host", r.Host, "error", err)
		http.Error(w, "refused", http.StatusForbidden)
		return
	}
	defer out.Close()
	in, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer in.Close()
	if _, err := io.WriteString(in, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	done := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(out, buffered); done <- struct{}{} }()
	go func() { _, _ = io.Copy(in, out); done <- struct{}{} }()
	<-done // closing both ends the other
}

// own are hosts that Chromium calls for itself, whatever is switched off. No
// page needs them.
var own = map[string]bool{
	"accounts.google.com": true, "android.clients.google.com": true, "clients2.google.com": true,
	"content-autofill.googleapis.com": true, "optimizationguide-pa.googleapis.com": true,
	"passwordsleakcheck-pa.googleapis.com": true, "redirector.gvt1.com": true,
	"safebrowsing.googleapis.com": true, "safebrowsingohttpgateway.googleapis.com": true,
	"update.googleapis.com": true,
}

// dial connects to a public address of a host.
func (p *proxy) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if own[strings.ToLower(host)] {
		return nil, errors.New("a call of Chromium's own")
	}
	for _, rule := range p.rules {
		if ok, _ := path.Match(rule.pattern, strings.ToLower(host)); ok {
			to := rule.to
			if _, _, err := net.SplitHostPort(to); err != nil {
				to = net.JoinHostPort(to, port)
			}
			return p.dialer.DialContext(ctx, network, to)
		}
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	err = errors.New(host + " has no address")
	for _, ip := range ips {
		literal := net.JoinHostPort(ip.Unmap().WithZone("").String(), port)
		if err = p.public(ctx, "http://"+literal+"/"); err != nil {
			continue
		}
		var conn net.Conn
		if conn, err = p.dialer.DialContext(ctx, network, literal); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// newProxy starts a proxy for a run. Robots.txt is asked for documents only,
// elsewhere.
func (c *Crawler) newProxy(source string) (*proxy, error) {
	open := c.opt.Options
	open.Robots = fetch.Ignore
	p := &proxy{
		public: c.agent.Client(source, open, c.opt.Start...).Permit,
		rules:  parseHostRules(c.agent.HostRules()), log: c.agent.Log(),
		dialer: net.Dialer{Timeout: 30 * time.Second},
	}
	return p, p.listen()
}
