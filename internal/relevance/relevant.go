package relevance

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Rules is what the decision to leave needs to know of the contracts. The
// functions are called only when a unit cannot be decided without them, so
// they may decode tables on their first call.
type Rules struct {
	// Mentions reports whether the text of a _cgo_gotypes.go mentions a C name
	// that a contract, or a shim of one, is about.
	Mentions func(src []byte) bool
	// Imports reports whether the Go package with this path has contracts.
	Imports func(path string) bool
	// NoReturn returns the names, without package and receiver, of functions that
	// never return: "Exit", "Fatal".
	NoReturn func() []string
	// Ends reports whether the function with this name in the package with this path
	// never returns by contract. If it is nil, or says no of one that does, such
	// functions of the unit's own are left to the analysis.
	Ends func(path, name string) bool
}

var directiveMark = []byte("//sessionlint:")

// Matters reports whether the unit can matter, to itself or to a package that
// imports it, and why it does.
//
// It does if C names with a contract are mentioned, if a direct import has facts
// that are not quiet, if a direct import has contracts, if a directive of ours is
// written somewhere, or, in a main module only, if there may be a function that
// does not return, which a relevant package may call. Everything else has no
// handle to follow and nothing to tell.
func (u *Unit) Matters(rules Rules) (yes bool, reason string) {
	for _, path := range sortedValues(u.ImportMap) {
		if rules.Imports(path) {
			return true, "imports " + path
		}
	}
	if path, ok := u.loud(); ok {
		return true, "facts of " + path
	}
	main := u.inMainModule() || u.ImportPath == "command-line-arguments"
	var texts []text
	for _, name := range u.GoFiles {
		cgo := filepath.Base(name) == "_cgo_gotypes.go"
		if !cgo && u.TheModule() == nil && !main {
			continue // the standard library
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return true, "unreadable file" // the parser will say so
		}
		switch {
		case cgo && rules.Mentions(src):
			return true, "mentions a C name with a contract"
		case bytes.Contains(src, directiveMark):
			return true, "directive"
		case main && !cgo:
			texts = append(texts, text{name, src})
		}
	}
	if main && u.mayNotReturn(rules, texts) {
		return true, "may hold a function that does not return"
	}
	return false, "nothing to follow"
}

// Leave ends a unit that does not matter: every output that the go command waits
// for is written, empty but for the functions that never return, those of the unit
// and those that it hands on. The archive of fixes is the driver's.
func (u *Unit) Leave() error {
	if u.VetxOutput != "" {
		f := &FactsFile{Variant: u.Variant(), Sections: u.handedOn()}
		if err := os.WriteFile(u.VetxOutput, f.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if u.Stdout != "" {
		return os.WriteFile(u.Stdout, nil, 0o666)
	}
	return nil
}

// handedOn returns what importers learn from a unit that is left, in path order.
func (u *Unit) handedOn() []Section {
	all := u.quiet()
	if len(u.ending) == 0 {
		return all
	}
	all = slices.DeleteFunc(all, func(s Section) bool { return s.Package == u.ImportPath })
	at, _ := slices.BinarySearchFunc(all, u.ImportPath, func(s Section, path string) int { return strings.Compare(s.Package, path) })
	return slices.Insert(all, at, endingSection(u.ImportPath, u.ending))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func sortedValues(m map[string]string) []string {
	values := make([]string, 0, len(m))
	for _, v := range m {
		values = append(values, v)
	}
	slices.Sort(values)
	return values
}
