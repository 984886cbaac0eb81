package endings

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strconv"

	"github.com/sessionlint/sessionlint/internal/noreturn"
	"github.com/sessionlint/sessionlint/internal/relevance"
)

// Ends reports whether the function with this name in the package with this path
// never returns by contract. If it is nil, or says no of one that does, such
// functions of the unit's own are left to the analysis.
type Ends func(path, name string) bool

// Matters reports whether the unit can matter, to itself or to a package that
// imports it, and why it does. One that does not is ready for Leave.
func Matters(u *relevance.Unit, rules relevance.Rules, ends Ends) (yes bool, reason string) {
	yes, reason, doubt := u.Matters(rules)
	if doubt == nil {
		return yes, reason
	}
	return Settle(u, doubt, ends)
}

// Settle decides a doubt about a unit: the functions in doubt first, then, as those in
// other files may call them, all of the package.
func Settle(u *relevance.Unit, d *relevance.Doubt, ends Ends) (yes bool, reason string) {
	const nothing, something = "nothing to follow", "may hold a function that does not return"
	if parsed, ok := parse(d.Suspects, parser.SkipObjectResolution); ok && len(noreturn.Functions(parsed, d.Names)) == 0 {
		return false, nothing
	}
	var texts []relevance.Text
	for _, name := range d.Files {
		src, err := os.ReadFile(name)
		if err != nil {
			return true, "unreadable file" // the parser will say so
		}
		texts = append(texts, relevance.Text{Name: name, Src: src})
	}
	all, _ := parse(texts, 0)
	var reached []*ast.File
	for i, name := range d.Files {
		if d.Callable(name) {
			reached = append(reached, all[i])
		}
	}
	found := slices.DeleteFunc(noreturn.Functions(reached, d.Names), func(fn *ast.FuncDecl) bool { return !fn.Name.IsExported() })
	if len(found) == 0 {
		return false, nothing
	}
	if ends == nil {
		return true, something
	}
	surely, known := noreturn.Surely(&noreturn.Package{Path: d.Path, Files: all, Known: d.Names, Ends: ends}, found)
	if !known {
		return true, something
	}
	if len(surely) > 0 {
		u.Own = section(d.Path, surely)
	}
	return false, nothing
}

// parse returns the syntax of each text, and whether all of it is right.
func parse(texts []relevance.Text, mode parser.Mode) (files []*ast.File, ok bool) {
	fset := token.NewFileSet()
	ok = true
	for _, t := range texts {
		// What is wrong is the business of whoever compiles it.
		f, err := parser.ParseFile(fset, t.Name, t.Src, mode)
		files = append(files, f)
		ok = ok && err == nil
	}
	return files, ok
}

// section returns the one kind of facts that is made without analysis: a
// noreturn.Fact as package unit encodes it.
func section(path string, functions []string) *relevance.Section {
	fact := &noreturn.Fact{Functions: functions}
	names := fact.Names()
	slices.Sort(names)
	var body bytes.Buffer
	body.WriteString(`[{"type":"` + reflect.TypeFor[noreturn.Fact]().PkgPath() + `.Fact","fact":{"Functions":[`)
	for i, name := range functions {
		if i > 0 {
			body.WriteByte(',')
		}
		body.WriteString(strconv.Quote(name)) // a path and names: nothing that JSON writes otherwise
	}
	body.WriteString("]}}]")
	return &relevance.Section{Package: path, Quiet: true, Names: slices.Compact(names), Body: body.String()}
}
