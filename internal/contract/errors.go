package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Error is one fault of a contract file, with its place.
type Error struct {
	File         string
	Line, Column int // from 1; 0 if the fault is in no particular line
	Msg          string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// Errors is every fault found in one Load, in the order of the files and, in a
// file, of the places. It is never empty.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the single faults, for errors.As.
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i, err := range e {
		list[i] = err
	}
	return list
}

// sorted orders errs by place; files keep the order in which they were given.
func sorted(errs []*Error, files []File) error {
	if len(errs) == 0 {
		return nil
	}
	rank := make(map[string]int, len(files))
	for i, f := range files {
		if _, ok := rank[f.Name]; !ok {
			rank[f.Name] = i
		}
	}
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(
			cmp.Compare(rank[a.File], rank[b.File]),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	return Errors(errs)
}
