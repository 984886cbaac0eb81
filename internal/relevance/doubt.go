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
	Files []Text          // all Go files
	// Suspects are the functions of files that another package can call which mention a
	// name where all ways through them may come to it, each file's as a file of its own.
	Suspects []Text
	// Callable reports whether another package can call what a file declares.
	Callable func(Text) bool
}

// A Text is a source file.
type Text struct {
	Name string
	Src  []byte
}

// doubt returns what has to be looked at closer if the files may declare a function
// that ends the process, the goroutine or the test, or panics, and that another
// package can call; nil if words tell that there is none.
func (u *Unit) doubt(rules Rules, files []Text) *Doubt {
	names := map[string]bool{"panic": true}
	for _, name := range rules.NoReturn() {
		names[name] = true
	}
	for _, s := range u.quiet() {
		for _, name := range s.Names {
			names[name] = true
		}
	}
	d := &Doubt{Path: u.ImportPath, Names: names, Files: files, Callable: u.callable(files)}
	for _, t := range files {
		if !d.Callable(t) {
			continue
		}
		if found := mentioning(t.Src, names); found != nil {
			d.Suspects = append(d.Suspects, Text{t.Name, append([]byte("package p\n"), bytes.Join(found, []byte("\n"))...)})
		}
	}
	if d.Suspects == nil {
		return nil
	}
	return d
}

// callable returns what reports whether another package can call the functions of a
// file. What test files and commands declare, only external tests can.
func (u *Unit) callable(files []Text) func(Text) bool {
	if len(files) == 0 || u.isExternalTest() {
		return func(Text) bool { return false }
	}
	command := packageName(files[0].Src) == "main"
	outside := sync.OnceValue(func() bool { _, outside := u.testFiles(files); return outside })
	return func(t Text) bool {
		return !command && !hasSuffix(t.Name, "_test.go") || outside()
	}
}
