package site

import (
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/tripoint-data/tripoint/record"
)

// submit returns the request that submitting a form makes, by a button of it
// or without one. It is false for an element that belongs to no form.
func submit(element *goquery.Selection, absolute func(string) string) (record.Request, bool) {
	form := element.Closest("form")
	if form.Length() == 0 {
		return record.Request{}, false
	}
	var query strings.Builder
	add := func(name, value string) {
		if query.Len() > 0 {
			query.WriteByte('&')
		}
		query.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
	}
	form.Find("input, select, textarea, button").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		if _, disabled := field.Attr("disabled"); disabled || name == "" {
			return
		}
		if field.Is("select") {
			chosen := field.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = field.Find("option").First()
			}
			chosen.Each(func(_ int, o *goquery.Selection) { add(name, o.AttrOr("value", strings.TrimSpace(o.Text()))) })
			return
		}
		if field.Is("textarea") {
			add(name, field.Text())
			return
		}
		_, checked := field.Attr("checked")
		switch kind := strings.ToLower(field.AttrOr("type", "")); {
		case field.Is("button") || kind == "submit":
			if field.IsSelection(element) {
				add(name, field.AttrOr("value", ""))
			}
		case kind == "image":
			if field.IsSelection(element) {
				add(name+".x", "0")
				add(name+".y", "0")
			}
		case kind == "button" || kind == "reset" || kind == "file":
		case kind == "checkbox" || kind == "radio":
			if checked {
				add(name, field.AttrOr("value", "on"))
			}
		default:
			add(name, field.AttrOr("value", ""))
		}
	})
	address := absolute(form.AttrOr("action", "?"))
	if strings.EqualFold(form.AttrOr("method", "get"), "post") {
		return record.Request{Method: "POST", URL: address, Body: []byte(query.String())}, true
	}
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?") // a GET form replaces the query
	return record.Request{URL: address + "?" + query.String()}, true
}
