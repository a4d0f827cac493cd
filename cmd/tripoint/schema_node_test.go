package main

import (
	"bytes"
	"encoding/json"
)

// node is a JSON Schema as far as a source file needs one.
type node struct {
	Schema               string     `json:"$schema,omitempty"`
	Ref                  string     `json:"$ref,omitempty"`
	Title                string     `json:"title,omitempty"`
	Description          string     `json:"description,omitempty"`
	Type                 any        `json:"type,omitempty"` // a word or words
	Const                any        `json:"const,omitempty"`
	Enum                 []string   `json:"enum,omitempty"`
	Pattern              string     `json:"pattern,omitempty"`
	Examples             []string   `json:"examples,omitempty"`
	Required             []string   `json:"required,omitempty"`
	Properties           properties `json:"properties,omitempty"`
	PatternProperties    properties `json:"patternProperties,omitempty"`
	AdditionalProperties any        `json:"additionalProperties,omitempty"` // false or a node
	Items                *node      `json:"items,omitempty"`
	AnyOf                []*node    `json:"anyOf,omitempty"`
	AllOf                []*node    `json:"allOf,omitempty"`
	If                   *node      `json:"if,omitempty"`
	Then                 *node      `json:"then,omitempty"`
	Defs                 properties `json:"$defs,omitempty"`
}

// properties are named nodes in the order of the struct that they are made of.
type properties []property

type property struct {
	name string
	*node
}

func (ps properties) at(name string) *node {
	for _, p := range ps {
		if p.name == name {
			return p.node
		}
	}
	return nil
}

// MarshalJSON writes an object whose keys keep their order.
func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := plainJSON(p.name)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(p.node)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON leaves <, > and & as they are: a schema is read by people too.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// when is a branch: where key has a value, the node named holds as well.
func when(key, value string, then *node) *node {
	return &node{
		If:   &node{Properties: properties{{key, &node{Const: value}}}, Required: []string{key}},
		Then: then,
	}
}
