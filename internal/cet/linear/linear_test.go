package linear_test

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
)

var recipe = linear.Recipe{Seed: 1, Epochs: 5, Rate: 0.3, Rarest: 1}

// invented are documents of three buckets: the first tells the class, the
// others tell nothing.
func invented() []linear.Example {
	random := rand.New(rand.NewPCG(7, 7))
	var out []linear.Example
	for i := range 400 {
		class := i % 2
		truth := []int8{-1, -1}
		truth[class] = 1
		out = append(out, linear.Example{Weight: 1, Truth: truth, Doc: []linear.Feature{
			{Bucket: uint32(10 + class), Value: 1},
			{Bucket: uint32(100 + random.IntN(50)), Value: 1},
			{Bucket: 5, Value: 1},
		}})
	}
	return out
}

func TestTrain(t *testing.T) {
	m := linear.Train([]string{"a", "b"}, invented(), recipe)
	for class := range 2 {
		doc := []linear.Feature{{Bucket: uint32(10 + class), Value: 1}, {Bucket: 5, Value: 1}}
		margins := m.Margins(doc)
		if margins[class] < 1 || margins[1-class] > -1 {
			t.Errorf("margins %v of a document of class %d", margins, class)
		}
		if m.Part(doc[0], class) < m.Part(doc[1], class) {
			t.Error("what tells nothing says more than what tells the class")
		}
	}
}

// TestUnknown holds that what is not known teaches nothing.
func TestUnknown(t *testing.T) {
	examples := invented()
	for i := range examples {
		examples[i].Truth[1] = 0
	}
	m := linear.Train([]string{"a", "b"}, examples, recipe)
	if got := m.Margins([]linear.Feature{{Bucket: 11, Value: 1}})[1]; got != 0 {
		t.Errorf("margin %v of a class without examples", got)
	}
}

// TestSame holds that a model is made, written and read in one way only.
func TestSame(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := linear.Train([]string{"a", "b"}, invented(), recipe).Write(w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatal("trained twice, two models")
	}
	m, err := linear.Read(a.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Write(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), again.Bytes()) {
		t.Error("read and written, another model")
	}
	if diff := cmp.Diff([]string{"a", "b"}, m.Classes()); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	packed := func(s string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, tt := range []struct {
		name string
		in   []byte
		want string
	}{
		{"not packed", []byte("model"), "EOF"},
		{"no header", packed("model"), "EOF"},
		{"another header", packed("[]\n"), "cannot unmarshal"},
		{"another size", packed(`{"classes":["a"],"bits":3,"bias":[0],"scale":[1]}` + "\n"), "train it anew"},
		{"cut short", packed(`{"classes":["a"],"bits":17,"bias":[0],"scale":[1]}` + "\nxx"), "2 weights, want 131072"},
	} {
		_, err := linear.Read(tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := linear.Read(b); err == nil {
			m.Margins([]linear.Feature{{Bucket: 1<<linear.Bits - 1, Value: 1}})
		}
	})
}
