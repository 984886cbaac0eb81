// Package checkdoc takes a check's documentation from its package comment.
//
// In: the text of a doc.go and the name of an analyzer. Out: the analyzer's Doc
// and URL. The package comment is the only place where a check is described: the
// go command's help, editors, pkg.go.dev and `sessionlint explain` all show it.
package checkdoc

import "strings"

// Module is the import path prefix of the checks.
const Module = "github.com/sessionlint/sessionlint/passes/"

// URL returns the documentation page of a check.
func URL(name string) string { return "https://pkg.go.dev/" + Module + name }

// Extract returns the section "# Analyzer NAME" of a package comment, without its
// heading: a line "NAME: summary", then prose. It panics if there is none: the
// text is part of the program.
func Extract(source, name string) string {
	_, section, ok := strings.Cut(comment(source), "# Analyzer "+name+"\n")
	if !ok {
		panic("checkdoc: no section for analyzer " + name)
	}
	section = strings.TrimSpace(section)
	if !strings.HasPrefix(section, name+": ") {
		panic("checkdoc: section of " + name + " does not start with its summary")
	}
	return section
}

// comment returns the text of the line comment that a file starts with. A parser
// could tell, but every unit of a build would wait for it: the analyzers are made
// when the program starts.
func comment(source string) string {
	var text strings.Builder
	for line := range strings.Lines(source) {
		line, ok := strings.CutPrefix(line, "//")
		if !ok {
			break
		}
		text.WriteString(strings.TrimPrefix(line, " "))
	}
	return text.String()
}
