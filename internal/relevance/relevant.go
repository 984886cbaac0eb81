package relevance

import (
	"bytes"
	"cmp"
	"slices"
)

// Rules is what the decision to leave needs to know of the contracts. The
// functions are called only when what was looked at so far does not decide a unit, so
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
}

var directiveMark = []byte("//sessionlint:")

// Matters reports whether the unit can matter, to itself or to a package that
// imports it, and why it does. With a doubt, neither is known.
//
// It does if C names with a contract are mentioned, if a direct import has facts
// that are not quiet, if a direct import has contracts, if a directive of ours is
// written somewhere, or, in a main module only, if there may be a function that
// does not return, which a relevant package may call. Everything else has no
// handle to follow and nothing to tell.
func (u *Unit) Matters(rules Rules) (yes bool, reason string, doubt *Doubt) {
	for _, path := range sortedValues(u.ImportMap) {
		if rules.Imports(path) {
			return true, "imports " + path, nil
		}
	}
	if path, ok := u.loud(); ok {
		return true, "facts of " + path, nil
	}
	main := u.inMainModule() || u.ImportPath == "command-line-arguments"
	doubts := doubter{u: u, rules: rules}
	for _, name := range u.GoFiles {
		cgo := baseName(name) == "_cgo_gotypes.go"
		if !cgo && !main && u.isStandard() {
			continue
		}
		src, err := readFile(name, u.buf)
		if err != nil {
			return true, "unreadable file", nil // the parser will say so
		}
		switch {
		case cgo && rules.Mentions(src):
			return true, "mentions a C name with a contract", nil
		case bytes.Contains(src, directiveMark):
			return true, "directive", nil
		case main && !cgo:
			doubts.look(name, src)
		}
	}
	return false, "nothing to follow", doubts.doubt()
}

// Leave ends a unit that does not matter: every output that the go command waits
// for is written, empty but for the functions that never return, those of the unit
// and those that it hands on. The archive of fixes is the driver's.
func (u *Unit) Leave() error {
	if u.VetxOutput != "" {
		f := &FactsFile{Variant: u.Variant(), Sections: u.handedOn()}
		if err := writeFile(u.VetxOutput, f.Bytes()); err != nil {
			return err
		}
	}
	if u.Stdout != "" {
		return writeFile(u.Stdout, nil)
	}
	return nil
}

// handedOn returns what importers learn from a unit that is left, in path order.
func (u *Unit) handedOn() []Section {
	all := u.quiet()
	if u.Own == nil {
		return all
	}
	all = slices.DeleteFunc(all, func(s Section) bool { return s.Package == u.ImportPath })
	at, _ := slices.BinarySearchFunc(all, u.ImportPath, func(s Section, path string) int { return cmp.Compare(s.Package, path) })
	return slices.Insert(all, at, *u.Own)
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
