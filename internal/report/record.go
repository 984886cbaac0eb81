package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Version is the version of the record format. A reader refuses other versions:
// a record is only ever read by the binary that wrote it.
const Version = 1

// A Record is everything that one unit has to say: the unit driver writes it,
// one line of JSON a unit, and the front end reads it. Names of files are
// relative to the folder of the package, so that two checkouts give the same
// record.
type Record struct {
	Version  int       `json:"sessionlint"`
	Package  string    `json:"package"` // import path, the same for a package and its test variant
	Findings []Finding `json:"findings,omitempty"`
	Failures []string  `json:"failures,omitempty"` // analyzers that failed, a line each
}

// A Finding is one diagnostic.
type Finding struct {
	Check   string `json:"check"` // name of the analyzer
	Place   Place  `json:"place"`
	End     Place  `json:"end"` // the same as Place if the diagnostic has no end
	Message string `json:"message"`
	URL     string `json:"url,omitempty"`
	Notes   []Note `json:"notes,omitempty"` // the path, an event each, in order
	Fixes   []Fix  `json:"fixes,omitempty"`
}

// A Place is a position in a file. Line and Column start at 1; Column counts
// bytes. Line is 0 if only the file is known.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// A Note is one event on the path of a finding.
type Note struct {
	Place   Place  `json:"place"`
	Message string `json:"message"`
}

// A Fix is a repair: apply all of its edits or none.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces the bytes Start to End of a file, counted from 0.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// Write writes the record as one line.
func (r *Record) Write(w io.Writer) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// Read reads records up to the end of input.
func Read(r io.Reader) ([]Record, error) {
	var records []Record
	dec := json.NewDecoder(r)
	for {
		var rec Record
		err := dec.Decode(&rec)
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return records, fmt.Errorf("reading records: %v", err)
		}
		if rec.Version != Version {
			return records, fmt.Errorf("reading records: version %d, want %d", rec.Version, Version)
		}
		records = append(records, rec)
	}
}
