// Package linear is a one-vs-rest linear model over hashed features, small
// enough to be embedded: a signed byte for each pair of bucket and class.
// Start with [Read] for a trained model and with [Train] for a new one.
package linear

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Bits is the size of the hash, so that a model has 1<<Bits buckets.
const Bits = 17

// largestModel bounds an unpacked model, bytes.
const largestModel = 16 << 20

// Feature is a hashed property of a document.
type Feature struct {
	Bucket uint32
	Value  float32
}

// Model gives each class a margin: above zero speaks for it.
type Model struct {
	classes []string
	bias    []float32
	scale   []float32 // of a class: what one step of its bytes is worth
	weights []int8    // by bucket, then class
}

// header is the first line of a model file.
type header struct {
	Classes []string  `json:"classes"`
	Bits    int       `json:"bits"`
	Bias    []float32 `json:"bias"`
	Scale   []float32 `json:"scale"`
}

// Read reads a model that Write wrote.
func Read(b []byte) (*Model, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	r := bufio.NewReader(io.LimitReader(z, largestModel))
	line, err := r.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	n := len(h.Classes)
	if h.Bits != Bits || n == 0 || n > 100 || len(h.Bias) != n || len(h.Scale) != n {
		return nil, errors.New("model: its first line does not fit this program: train it anew")
	}
	weights, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if len(weights) != n<<Bits {
		return nil, fmt.Errorf("model: %d weights, want %d", len(weights), n<<Bits)
	}
	m := &Model{classes: h.Classes, bias: h.Bias, scale: h.Scale, weights: make([]int8, len(weights))}
	for i, w := range weights {
		m.weights[i] = int8(w)
	}
	return m, nil
}

// Write writes the model, packed; the same model gives the same bytes.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("model: %w", err)
	}
	line, err := json.Marshal(header{m.classes, Bits, m.bias, m.scale})
	if err != nil {
		return fmt.Errorf("model: %w", err)
	}
	raw := make([]byte, 0, len(line)+1+len(m.weights))
	raw = append(append(raw, line...), '\n')
	for _, v := range m.weights {
		raw = append(raw, byte(v))
	}
	if _, err := z.Write(raw); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	return nil
}

// Classes lists the classes, in the order of the margins.
func (m *Model) Classes() []string { return m.classes }

// Margins are the margins of each class for a document.
func (m *Model) Margins(doc []Feature) []float64 {
	n := len(m.classes)
	sums := make([]float32, n)
	for _, f := range doc {
		row := m.weights[int(f.Bucket)*n : int(f.Bucket)*n+n]
		for c, w := range row {
			sums[c] += float32(w) * f.Value
		}
	}
	out := make([]float64, n)
	for c, sum := range sums {
		out[c] = float64(sum*m.scale[c] + m.bias[c])
	}
	return out
}

// Part is what a feature adds to the margin of a class.
func (m *Model) Part(f Feature, class int) float64 {
	return float64(float32(m.weights[int(f.Bucket)*len(m.classes)+class]) * m.scale[class] * f.Value)
}

// quantise brings trained weights to bytes.
func quantise(classes []string, bias, weights []float32) *Model {
	n := len(classes)
	m := &Model{classes: classes, bias: bias, scale: make([]float32, n), weights: make([]int8, len(weights))}
	for i, w := range weights {
		m.scale[i%n] = max(m.scale[i%n], float32(math.Abs(float64(w)))/127)
	}
	for i, w := range weights {
		if s := m.scale[i%n]; s > 0 {
			m.weights[i] = int8(math.Round(float64(w / s)))
		}
	}
	return m
}
