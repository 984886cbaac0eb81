package relevance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/noreturn"
)

// text is a source file.
type text struct {
	name string
	src  []byte
}

// mayNotReturn reports whether the files may declare a function that ends the
// process, the goroutine or the test, or panics, and that another package can
// call. Words decide it, and where they leave a doubt, syntax.
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
	suspicious := func(t text) bool { return noreturn.Mentions(t.src, names) }
	if !slices.ContainsFunc(files, suspicious) {
		return false
	}
	files = callable(u.Config, files)
	var suspects []text
	for _, t := range files {
		if suspicious(t) {
			suspects = append(suspects, t)
		}
	}
	if len(neverReturn(suspects, names)) == 0 {
		return false
	}
	// Functions in other files may call those.
	return slices.ContainsFunc(neverReturn(files, names), func(fn *ast.FuncDecl) bool { return fn.Name.IsExported() })
}

// neverReturn returns the functions in the files that may never return.
func neverReturn(texts []text, names map[string]bool) []*ast.FuncDecl {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, t := range texts {
		// What cannot be parsed is the business of whoever compiles it.
		if f, _ := parser.ParseFile(fset, t.name, t.src, parser.SkipObjectResolution); f != nil {
			files = append(files, f)
		}
	}
	return noreturn.Functions(files, names)
}

// callable returns the files whose functions another package can call. What test
// files and commands declare, only external tests can.
func callable(cfg *Config, files []text) []text {
	if cfg.isExternalTest() {
		return nil
	}
	command := isCommand(files[0])
	hidden := func(t text) bool { return command || strings.HasSuffix(t.name, "_test.go") }
	if !slices.ContainsFunc(files, hidden) {
		return files
	}
	if _, outside := cfg.testFiles(); outside {
		return files
	}
	return slices.DeleteFunc(slices.Clone(files), hidden)
}

// isCommand reports whether a file belongs to a package that nothing can import.
func isCommand(t text) bool {
	f, err := parser.ParseFile(token.NewFileSet(), t.name, t.src, parser.PackageClauseOnly)
	return err == nil && f.Name.Name == "main"
}
