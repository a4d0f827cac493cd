package world

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
	"sync"
)

// ppubs plays Public Search: a session with a token, a search by POST in
// pages, a call for each document, and now and then too many requests.
type ppubs struct {
	papers []paper
	mux    *http.ServeMux

	mu    sync.Mutex
	calls int
}

const (
	accessToken = "demo-access-token"
	caseID      = 99000001
	// busyCall is the document call that is answered with 429 once.
	busyCall = 40
)

func newPPUBS(papers []paper) http.Handler {
	s := &ppubs{papers: shuffled(random(3), papers), mux: http.NewServeMux()}
	s.mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /private/\n")
	})
	s.mux.HandleFunc("GET /pubwebapp/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!DOCTYPE html><html><head><title>Patent Public Search (demo)</title></head><body></body></html>")
	})
	s.mux.HandleFunc("POST /api/users/me/session", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Access-Token", accessToken)
		answer(w, map[string]any{"userCase": map[string]any{"caseId": caseID, "name": "demo"}})
	})
	s.mux.HandleFunc("POST /api/searches/searchWithBeFamily", s.search)
	s.mux.HandleFunc("GET /api/patents/highlight/{guid}", s.document)
	return s
}

func (s *ppubs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/api/users/me/session" && r.Header.Get("X-Access-Token") != accessToken {
		http.Error(w, `{"message":"no session"}`, http.StatusForbidden)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *ppubs) search(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Start     int `json:"start"`
		PageCount int `json:"pageCount"`
		Query     struct {
			CaseID int    `json:"caseId"`
			Q      string `json:"q"`
		} `json:"query"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || ask.Query.CaseID != caseID || ask.Query.Q == "" {
		http.Error(w, `{"message":"bad search"}`, http.StatusBadRequest)
		return
	}
	from := min(max(ask.Start, 0), len(s.papers))
	to := min(from+min(max(ask.PageCount, 1), 500), len(s.papers))
	hits := []map[string]any{}
	for _, p := range s.papers[from:to] {
		hits = append(hits, p.hit())
	}
	answer(w, map[string]any{
		"numFound": len(s.papers), "perPage": ask.PageCount, "page": from / max(ask.PageCount, 1), "patents": hits,
	})
}

func (s *ppubs) document(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	busy := s.calls == busyCall
	s.mu.Unlock()
	if busy {
		w.Header().Set("x-rate-limit-retry-after-seconds", "1")
		w.Header().Set("Content-Type", "application/json;charset=ISO-8859-1")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{ "message": "Too many requests" }`)
		return
	}
	for _, p := range s.papers {
		if p.guid() == r.PathValue("guid") {
			answer(w, p.whole())
			return
		}
	}
	http.NotFound(w, r)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that went away needs no answer
}

// hit is a document as a search shows it, its words marked.
func (p paper) hit() map[string]any {
	source, database := "US-PGPUB", "PGPB"
	if p.grant() {
		source, database = "USPAT", "USPT"
	}
	names := func(os []owner) []string {
		var out []string
		for _, o := range os {
			out = append(out, o.name)
		}
		return out
	}
	first, rest, _ := strings.Cut(p.title, " ")
	return map[string]any{
		"guid": p.guid(), "publicationReferenceDocumentNumber": p.number, "type": source, "databaseName": database,
		"documentId":    "US " + p.number + " " + p.kind,
		"datePublished": p.published + "T00:00:00Z", "applicationFilingDate": []string{p.filed + "T00:00:00Z"},
		"inventionTitle": `<span term="` + strings.ToLower(html.EscapeString(first)) + `" class="highlight18">` + html.EscapeString(first) + "</span> " + html.EscapeString(rest),
		"kindCode":       []string{p.kind}, "applicationNumber": p.appno, "languageIndicator": "EN",
		"applicantName": names(p.applicant), "assigneeName": names(p.assignee),
		"inventorsShort": p.inventors[0] + " et al.", "familyIdentifierCur": 1000009900001,
		"cpcInventiveFlattened": strings.Join(p.cpc, ";"), "cpcAdditionalFlattened": orNull(strings.Join(p.more, ";")),
		"ipcCodeFlattened": strings.Join(p.ipc, ";"), "uspcFullClassificationFlattened": nil,
	}
}

// whole is a document with its text.
func (p paper) whole() map[string]any {
	d := p.hit()
	d["inventionTitle"] = html.EscapeString(p.title)
	d["abstractHtml"] = html.EscapeString(p.abstract)
	d["claimsHtml"] = "1. " + html.EscapeString(p.claim) + "<br />2. The subject of claim 1, made again."
	d["descriptionHtml"] = "(1) TECHNICAL FIELD<br />(2) See the claims."
	d["inventorsName"] = p.inventors
	for prefix, os := range map[string][]owner{"assignee": p.assignee, "applicant": p.applicant} {
		var city, state, country []string
		for _, o := range os {
			city, state, country = append(city, o.city), append(state, orNA(o.state)), append(country, o.country)
		}
		d[prefix+"City"], d[prefix+"State"], d[prefix+"Country"] = city, state, country
	}
	return d
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orNA(s string) string {
	if s == "" {
		return "N/A"
	}
	return s
}
