package report

import (
	"cmp"
	"path/filepath"
	"slices"
)

// A Set gathers the findings of a run. The zero value is not ready; use NewSet.
type Set struct {
	base     string // names of files are shown relative to this folder
	findings []Finding
	failures []string
	sorted   bool
}

// NewSet returns an empty set. Files below base are shown relative to it.
func NewSet(base string) *Set { return &Set{base: base} }

// Add adds the records of one run of the go command. asked maps the packages
// that the user named to their folders: records of other packages, which the
// go command has to analyse too, are dropped.
func (s *Set) Add(records []Record, asked map[string]string) {
	s.sorted = false
	for _, rec := range records {
		dir, ok := asked[rec.Package]
		if !ok {
			continue
		}
		s.failures = append(s.failures, prefixed(rec.Package, rec.Failures)...)
		for _, f := range rec.Findings {
			s.findings = append(s.findings, s.resolve(dir, f))
		}
	}
}

func prefixed(pkg string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = pkg + ": " + line
	}
	return out
}

// resolve turns the file names of a finding, relative to the folder of its
// package, into names relative to base.
func (s *Set) resolve(dir string, f Finding) Finding {
	name := func(file string) string {
		if !filepath.IsAbs(filepath.FromSlash(file)) {
			file = filepath.Join(dir, filepath.FromSlash(file))
		}
		return Shorten(s.base, file)
	}
	f.Place.File = name(f.Place.File)
	f.End.File = name(f.End.File)
	f.Notes = slices.Clone(f.Notes)
	for i := range f.Notes {
		f.Notes[i].Place.File = name(f.Notes[i].Place.File)
	}
	f.Fixes = slices.Clone(f.Fixes)
	for i := range f.Fixes {
		f.Fixes[i].Edits = slices.Clone(f.Fixes[i].Edits)
		for j := range f.Fixes[i].Edits {
			f.Fixes[i].Edits[j].File = name(f.Fixes[i].Edits[j].File)
		}
	}
	return f
}

// Shorten returns the name of a file relative to base, with slashes, if it lies
// below base; else the name as it is.
func Shorten(base, name string) string {
	if !filepath.IsAbs(name) {
		return filepath.ToSlash(name)
	}
	rel, err := filepath.Rel(base, name)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// Findings returns the findings, each once, in order of place, check and words.
func (s *Set) Findings() []Finding {
	if !s.sorted {
		slices.SortStableFunc(s.findings, compareFindings)
		s.findings = slices.CompactFunc(s.findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
		s.sorted = true
	}
	return s.findings
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Place.File, b.Place.File),
		cmp.Compare(a.Place.Line, b.Place.Line),
		cmp.Compare(a.Place.Column, b.Place.Column),
		cmp.Compare(a.Check, b.Check),
		cmp.Compare(a.Message, b.Message))
}

// Failures returns a line for each analyzer that failed on a package.
func (s *Set) Failures() []string {
	slices.Sort(s.failures)
	return slices.Compact(s.failures)
}
