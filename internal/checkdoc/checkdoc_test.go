package checkdoc

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The documentation of every check is what a Go parser takes its package comment
// for.
func TestExtract(t *testing.T) {
	names, err := filepath.Glob("../../passes/*/doc.go")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d checks, %v", len(names), err)
	}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		check := f.Name.Name
		_, want, _ := strings.Cut(f.Doc.Text(), "# Analyzer "+check+"\n")
		if got := Extract(string(source), check); got != strings.TrimSpace(want) {
			t.Errorf("%s: documentation\n%s\nwant\n%s", check, got, want)
		}
	}
}

func TestExtractPanics(t *testing.T) {
	for _, source := range []string{
		"package p\n",
		"// Package p does it.\npackage p\n",
		"// Package p does it.\n//\n// # Analyzer p\n//\n// No summary.\npackage p\n",
		"// Package p does it.\n\n// # Analyzer p\n//\n// p: not of the package comment\npackage p\n",
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %q", source)
				}
			}()
			Extract(source, "p")
		}()
	}
}
