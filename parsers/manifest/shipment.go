package manifest

import "github.com/tripoint-data/tripoint/record"

// NoOptions is what a format without options does with its parse block: it may
// hold no key.
func NoOptions(decode func(any) error) error {
	if decode == nil {
		return nil
	}
	var none struct{}
	return decode(&none)
}

// Arrived is the day of arrival and its basis: the actual day or, where there
// is none, the one that stands for it, which is estimated.
func Arrived(date func(string) (record.Date, error), actual, estimated string) (day record.Date, basis string, err error) {
	if day, err = date(actual); err != nil || day != "" {
		return day, "", err
	}
	if day, err = date(estimated); day != "" {
		basis = "estimated"
	}
	return day, basis, err
}

// ID is a shipment's id: its source, or the format where the unit has none,
// the month of arrival and a key.
func ID(unit record.Unit, format string, arrived record.Date, key string) string {
	source, month := unit.Origin.Source, "000000"
	if source == "" {
		source = format
	}
	if arrived != "" {
		month = string(arrived[:4] + arrived[5:7])
	}
	return source + "/" + month + "/" + key
}
