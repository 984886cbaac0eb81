package refflow

import (
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

// What is said of each function of testdata/summaries is what stands above it.
func TestSummaries(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, "./testdata/summaries")
	if err != nil || len(pkgs) != 1 || len(pkgs[0].Errors) > 0 {
		t.Fatal(err, pkgs)
	}
	p := pkgs[0]
	said := map[int][]string{} // by line of the function
	pass := &analysis.Pass{
		Analyzer: New(Settings{Summaries: true}), Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
		ReadFile:        os.ReadFile,
		AllPackageFacts: func() []analysis.PackageFact { return nil },
		Report: func(d analysis.Diagnostic) {
			_, line, _ := strings.Cut(d.Message, ": ")
			at := p.Fset.Position(d.Pos).Line
			said[at] = append(said[at], strings.TrimSuffix(line, " [refflow]"))
		},
		ExportPackageFact: func(analysis.Fact) {},
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
	}
	if _, err := pass.Analyzer.Run(pass); err != nil {
		t.Fatal(err)
	}
	for _, group := range p.Syntax[0].Comments {
		var want []string
		for _, c := range group.List {
			if line, ok := strings.CutPrefix(c.Text, "// = "); ok {
				want = append(want, line)
			}
		}
		at := p.Fset.Position(group.End()).Line + 1
		if len(want) > 0 && !slices.Equal(said[at], want) {
			t.Errorf("line %d:\n\t%s\nwant\n\t%s", at, strings.Join(said[at], "\n\t"), strings.Join(want, "\n\t"))
		}
		delete(said, at)
	}
	for at, lines := range said {
		t.Errorf("line %d: nothing is wanted:\n\t%s", at, strings.Join(lines, "\n\t"))
	}
}
