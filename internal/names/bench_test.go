package names_test

import (
	"testing"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/internal/names"
)

var benchNames = []string{
	"GUANGZHOU HAIGE COMM GRP", "CNOOC ENERGY TECH & SRVCES LTD", "Hangzhou Hikvision Digital Technology Co., Ltd.", "RECURSOS ABIERTOS TECHRESOURCES CIA LTDA",
	"SHENZHEN ZEVLOR ELECTRONICS CO LTD", "JABIL CIRCUIT INDIA PRIVATE", "ZEVLOR AUTOMOTIVE INC C/O LAREDO F", "PHUONG VIET DISTRIBUTION",
}

func BenchmarkParse(b *testing.B) {
	size := 0
	for _, s := range benchNames {
		size += len(s)
	}
	b.SetBytes(int64(size / len(benchNames)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		names.Parse(benchNames[i%len(benchNames)], names.Organization)
		i++
	}
}

func BenchmarkParseHan(b *testing.B) {
	const s = "杭州海康威视数字技术股份有限公司"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		names.Parse(s, names.Organization)
	}
}

func BenchmarkSimilarity(b *testing.B) {
	var parsed []*names.Name
	for _, s := range benchNames {
		parsed = append(parsed, names.Parse(s, names.Organization))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		names.Similarity(parsed[i%8], parsed[(i/8)%8])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
}

func FuzzCompare(f *testing.F) {
	for i, s := range benchNames {
		f.Add(s, benchNames[len(benchNames)-1-i], uint8(i))
	}
	f.Add("杭州海康威视数字技术股份有限公司", "HANYA, Ismail \xff\xfe c/o", uint8(1))
	f.Add("ООО «КOMP»第五十四", "Ã©Ã¡ C/O 1st II V 3%ers", uint8(2))
	types := []string{names.Organization, names.Person, names.Vessel, ""}
	f.Fuzz(func(t *testing.T, a, b string, typ uint8) {
		x, y := names.Parse(a, types[typ%4]), names.Parse(b, types[typ%4])
		one, other := names.Compare(x, y), names.Compare(y, x)
		if one.Value != other.Value || one.Value != names.Similarity(x, y) || one.Value < 0 || one.Value > 1 {
			t.Errorf("%q, %q: %v one way, %v the other", a, b, one.Value, other.Value)
		}
		if self := names.Compare(x, names.Parse(a, types[typ%4])); self.Value == 0 && x.Refused == "" && x.Type != names.Person && len(x.Tokens) > 0 && !allLight(x) {
			t.Errorf("%q does not match itself: %+v", a, x.Tokens)
		}
		if most := names.Ceiling(x.Outline(nil), y.Outline(nil)); one.Value > most+0.001 {
			t.Errorf("%q, %q: %.3f is above its ceiling %.3f", a, b, one.Value, most)
		}
		if !utf8.ValidString(names.Fold(a)) {
			t.Errorf("%q folds to invalid text", a)
		}
	})
}

func allLight(n *names.Name) bool {
	for _, t := range n.Tokens {
		if t.Weight > 0.2 {
			return false
		}
	}
	return true
}

func BenchmarkCeiling(b *testing.B) {
	var outlines [][]names.Cell
	for _, s := range benchNames {
		outlines = append(outlines, names.Parse(s, names.Organization).Outline(nil))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		names.Ceiling(outlines[i%8], outlines[(i/8)%8])
		i++
	}
}
