// Package checkdoc takes a check's documentation from its package comment.
//
// In: the text of a doc.go and the name of an analyzer. Out: the analyzer's Doc
// and URL. The package comment is the only place where a check is described: the
// go command's help, editors, pkg.go.dev and `sessionlint explain` all show it.
package checkdoc

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
)

// Module is the import path prefix of the checks.
const Module = "github.com/sessionlint/sessionlint/passes/"

// URL returns the documentation page of a check.
func URL(name string) string { return "https://pkg.go.dev/" + Module + name }

// Extract returns the section "# Analyzer NAME" of a package comment, without its
// heading: a line "NAME: summary", then prose. It panics if there is none: the
// text is part of the program.
func Extract(source, name string) string {
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil || f.Doc == nil {
		panic(fmt.Sprintf("checkdoc: no package comment for %s: %v", name, err))
	}
	_, section, ok := strings.Cut(f.Doc.Text(), "# Analyzer "+name+"\n")
	if !ok {
		panic("checkdoc: no section for analyzer " + name)
	}
	section = strings.TrimSpace(section)
	if !strings.HasPrefix(section, name+": ") {
		panic("checkdoc: section of " + name + " does not start with its summary")
	}
	return section
}
