package relevance

import (
	"bytes"
	"sync"
)

// A Doubt is what words leave open: whether functions end the process, the goroutine
// or the test, or panic. Package endings settles it by syntax.
type Doubt struct {
	Path  string          // of the package
	Names map[string]bool // functions elsewhere that never return, without package and receiver
	Files []string        // names of all Go files
	// Suspects are the functions of files that another package can call which mention a
	// name where all ways through them may come to it, each file's as a file of its own.
	Suspects []Text
	// Callable reports whether another package can call what the file with this name declares.
	Callable func(filename string) bool
}

// A Text is a source file.
type Text struct {
	Name string
	Src  []byte
}

// doubter looks for functions of a unit that may end the process, the goroutine or the
// test, or panic, and that another package can call.
type doubter struct {
	u     *Unit
	rules Rules
	found Doubt // Files is nil as long as no file was looked at
}

// names are the functions elsewhere that never return.
func (d *doubter) names() map[string]bool {
	names := map[string]bool{"panic": true}
	for _, name := range d.rules.NoReturn() {
		names[name] = true
	}
	for _, s := range d.u.quiet() {
		for _, name := range s.Names {
			names[name] = true
		}
	}
	return names
}

// look looks at a file. It keeps nothing of src.
func (d *doubter) look(filename string, src []byte) {
	f := &d.found
	if f.Files == nil {
		f.Path, f.Names, f.Callable = d.u.ImportPath, d.names(), d.u.callable(src)
	}
	f.Files = append(f.Files, filename)
	if !f.Callable(filename) {
		return
	}
	if found := mentioning(src, f.Names); found != nil {
		f.Suspects = append(f.Suspects, Text{filename, append([]byte("package p\n"), bytes.Join(found, []byte("\n"))...)})
	}
}

// doubt returns what has to be looked at closer, nil if words tell that there is
// nothing.
func (d *doubter) doubt() *Doubt {
	if d.found.Suspects == nil {
		return nil
	}
	return &d.found
}

// callable returns what reports whether another package can call the functions of a
// file; first is the text of one. What test files and commands declare, only external
// tests can.
func (u *Unit) callable(first []byte) func(filename string) bool {
	if u.isExternalTest() {
		return func(string) bool { return false }
	}
	command := packageName(first) == "main"
	outside := sync.OnceValue(func() bool { _, outside := u.testFiles(); return outside })
	return func(filename string) bool {
		return !command && !hasSuffix(filename, "_test.go") || outside()
	}
}
