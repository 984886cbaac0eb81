package relevance

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"sync"

	"github.com/sessionlint/sessionlint/internal/noreturn"
)

// text is a source file.
type text struct {
	name string
	src  []byte
}

// mayNotReturn reports whether the files may declare a function that ends the
// process, the goroutine or the test, or panics, that another package can call, and
// that is for the analysis to find. Functions of which syntax tells that they never
// return are noted for Leave.
//
// Words decide it, and where they leave a doubt, syntax: of the functions with such
// words, then of all files.
func (u *Unit) mayNotReturn(rules Rules, files []text) bool {
	names := map[string]bool{"panic": true}
	for _, name := range rules.NoReturn() {
		names[name] = true
	}
	for _, s := range u.quiet() {
		for _, name := range s.Names {
			names[name] = true
		}
	}
	var words, suspects []text
	for _, t := range files {
		if found := noreturn.Mentioning(t.src, names); found != nil {
			words = append(words, text{t.name, append([]byte("package p\n"), bytes.Join(found, []byte("\n"))...)})
		}
	}
	if words == nil {
		return false
	}
	visible := u.callable(files[0])
	for _, t := range words {
		if visible(t) {
			suspects = append(suspects, t)
		}
	}
	if parsed, ok := parse(suspects, parser.SkipObjectResolution); ok && len(noreturn.Functions(parsed, names)) == 0 {
		return false
	}
	// Functions in other files may call those.
	all, _ := parse(files, 0)
	var reached []*ast.File
	for i, t := range files {
		if visible(t) {
			reached = append(reached, all[i])
		}
	}
	ends := slices.DeleteFunc(noreturn.Functions(reached, names), func(fn *ast.FuncDecl) bool { return !fn.Name.IsExported() })
	if len(ends) == 0 {
		return false
	}
	if rules.Ends == nil {
		return true
	}
	surely, known := noreturn.Surely(&noreturn.Package{Path: u.ImportPath, Files: all, Known: names, Ends: rules.Ends}, ends)
	u.ending = surely
	return !known
}

// parse returns the syntax of each text, and whether all of it is right.
func parse(texts []text, mode parser.Mode) (files []*ast.File, ok bool) {
	fset := token.NewFileSet()
	ok = true
	for _, t := range texts {
		// What is wrong is the business of whoever compiles it.
		f, err := parser.ParseFile(fset, t.name, t.src, mode)
		files = append(files, f)
		ok = ok && err == nil
	}
	return files, ok
}

// callable returns what reports whether another package can call the functions of a
// file. What test files and commands declare, only external tests can; one is any
// file of the package.
func (u *Unit) callable(one text) func(text) bool {
	if u.isExternalTest() {
		return func(text) bool { return false }
	}
	command := isCommand(one)
	outside := sync.OnceValue(func() bool { _, outside := u.testFiles(); return outside })
	return func(t text) bool {
		return !command && !strings.HasSuffix(t.name, "_test.go") || outside()
	}
}

// isCommand reports whether a file belongs to a package that nothing can import.
func isCommand(t text) bool {
	f, err := parser.ParseFile(token.NewFileSet(), t.name, t.src, parser.PackageClauseOnly)
	return err == nil && f.Name.Name == "main"
}
