package pipeline

import (
	"reflect"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// filled says whether a record has a value under a JSON name.
func filled(r record.Record, field string) bool {
	v := reflect.Indirect(reflect.ValueOf(r))
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == field {
			return !v.Field(i).IsZero()
		}
	}
	return false
}
