package relevance

import (
	"errors"
)

// A Unit is one compilation unit as the go command describes it, with what its
// direct imports left for it.
type Unit struct {
	*Config
	// Own is the unit's own section of facts if it is left, nil if it has none.
	Own *Section

	facts map[string]*FactsFile // by package path, of the imports whose file is not empty
	buf   []byte                // what is read and not kept
}

// Read reads a vet.cfg file and the facts files that it names, without decoding
// any fact.
func Read(filename string) (*Unit, error) { return ReadIn(make([]byte, 64<<10), filename) }

// ReadIn is Read with room, of any size, for what is read and not kept. In a process that
// lives for a few milliseconds, memory that is touched for the first time is what costs.
func ReadIn(room []byte, filename string) (*Unit, error) {
	buf := room[:0]
	cfg, err := readConfig(filename, buf)
	if err != nil {
		return nil, err
	}
	u := &Unit{Config: cfg, facts: make(map[string]*FactsFile), buf: buf}
	facts := factsReader{buf: buf}
	for _, path := range sortedKeys(cfg.PackageVetx) {
		f, err := facts.read(cfg.PackageVetx[path])
		if err != nil {
			return nil, errors.New("facts of " + path + ": " + err.Error())
		}
		if f.Variant || len(f.Sections) > 0 {
			u.facts[path] = f
		}
	}
	return u, nil
}

// Facts returns the sections of all direct imports, in path order of the imports.
func (u *Unit) Facts() []Section {
	var all []Section
	for _, path := range sortedKeys(u.facts) {
		all = append(all, u.facts[path].Sections...)
	}
	return all
}

// loud returns the first import, in path order, whose facts make the unit matter.
func (u *Unit) loud() (path string, ok bool) {
	for _, path := range sortedKeys(u.facts) {
		if u.facts[path].loud() {
			return path, true
		}
	}
	return "", false
}

// quiet returns the quiet sections, each package's once, in path order.
func (u *Unit) quiet() []Section {
	found := make(map[string]Section)
	for _, path := range sortedKeys(u.facts) {
		for _, s := range u.facts[path].Sections {
			// What a package says of itself is better than what is handed on.
			if _, ok := found[s.Package]; s.Quiet && (!ok || s.Package == path) {
				found[s.Package] = s
			}
		}
	}
	var all []Section
	for _, path := range sortedKeys(found) {
		all = append(all, found[path])
	}
	return all
}

// Variant reports whether the unit is a test variant: compiled with test files,
// or against a package that is. A variant has the ID of the plain package; only
// its own files and the marks in its imports' facts files tell.
func (u *Unit) Variant() bool {
	if u.hasTestFiles() {
		return true
	}
	for path, f := range u.facts {
		if f.Variant && !hasSuffix(path, "_test") {
			return true
		}
	}
	return false
}
