package cgosource

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ast/astutil"
)

const declarations = `// A file.
package p

import "fmt"

// F is documented.
func F(n int) (m int) {
	if n > 0 {
		return func() int { return n }()
	}
	return 0
}; func G() {}

type T struct{ a, b int }

var (
	x = 1
	// between
	y = T{1, 2}
)

func (t *T) String() string { return fmt.Sprint(t.a) }
`

// The nodes around every interval are those that a search of the whole file finds.
func TestEnclosing(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", declarations, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	inside := 0
	for from := file.FileStart; from <= file.FileEnd; from++ {
		for _, to := range []token.Pos{from, from + 1, from + 12} {
			if to > file.FileEnd {
				continue
			}
			got := enclosing(file, from, to)
			want, _ := astutil.PathEnclosingInterval(file, from, to)
			if !slices.Equal(names(got), names(want)) {
				t.Fatalf("from %d to %d: %q, want %q", from, to, names(got), names(want))
			}
			if len(got) > 1 {
				inside++
			}
		}
	}
	if inside < len(declarations) {
		t.Errorf("%d intervals lie in a declaration", inside)
	}
}

func names(path []ast.Node) []string {
	var all []string
	for _, n := range path {
		all = append(all, fmt.Sprintf("%T %d-%d", n, n.Pos(), n.End()))
	}
	return all
}

// A declaration is found among many as it is among few.
func TestDecl(t *testing.T) {
	text := "package p\n" + strings.Repeat("\nvar _ = 1\n", 50)
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if got := Decl(file, file.Package); got != nil {
		t.Errorf("the package clause lies in %v", got)
	}
	for _, decl := range file.Decls {
		for pos := decl.Pos(); pos <= decl.End(); pos++ {
			if Decl(file, pos) != decl {
				t.Errorf("%d does not lie in the declaration from %d to %d", pos, decl.Pos(), decl.End())
			}
		}
		if Decl(file, decl.Pos()-1) == decl {
			t.Errorf("%d lies before its declaration", decl.Pos()-1)
		}
	}
}
