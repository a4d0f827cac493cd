package google

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

// TestReal reads the one real page: a Chinese grant, in Chinese.
func TestReal(t *testing.T) {
	r := usptotest.Parse(t, parser(t), "x.html", usptotest.SharedFile(t, "google", "patent_CN104154208B_full.html"))
	if r.Err != nil || len(r.Patents) != 1 {
		t.Fatalf("%+v", r)
	}
	p := r.Patents[0]
	usptotest.Sound(t, p)
	if p.ID != "CN104154208B" || p.PublicationNumber != "104154208" || p.KindCode != "B" || p.Country != "CN" || p.Document != record.Grant ||
		p.Title != "滚珠偏转倒角" || p.Filed != "2014-05-13" || p.Published != "2017-05-17" || p.Granted != "2017-05-17" || p.FamilyID != "50980457" ||
		len(p.Assignees) != 1 || p.Assignees[0] != (record.Person{Name: "Snap On Tools Corp"}) ||
		len(p.Inventors) != 1 || p.Inventors[0].Name != "戈登·A.·帕特尼" || p.ApplicationNumber != "" || p.LegalStatus != "" || len(p.Assignments) != 0 ||
		!strings.HasPrefix(p.Abstract, "公开了一种凸轮轴") || !strings.HasPrefix(p.FirstClaim, "一种凸轮轴") || !strings.HasSuffix(p.FirstClaim, "偏离所述顶部偏移。") {
		t.Errorf("%+v", p)
	}
	if got := strings.Join(p.CPC, " ") + " | " + strings.Join(p.CPCAdditional, " "); len(p.IPC) != 0 ||
		got != "F16C33/58 B25B21/02 B25B21/026 B25D11/102 B25D11/104 F16H25/08 F16H25/122 | B25D16/00 B25D2211/065 B25D2217/0003 Y10T74/2101" {
		t.Errorf("classes %s", got)
	}
}
