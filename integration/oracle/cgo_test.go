package oracle

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/fixtures"
	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A sample of the programs is written once more over libssl by cgo; the same is
// reported of both, on the same lines.
func TestCgo(t *testing.T) {
	const n = 200
	g := generate.New(*seed)
	var texts []string
	for i := range n {
		texts = append(texts, g.Program(i).Text)
	}
	src, err := generate.Source("p", texts...)
	if err != nil {
		t.Fatal(err)
	}
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	tool, err := newVet(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pure, over := filepath.Join(tool.dir, "pure"), filepath.Join(tool.dir, "cgo")
	if err := writeModule(pure, [][]byte{src}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(over, 0o755); err != nil {
		t.Fatal(err)
	}
	tool.tool.Env = append(tool.tool.Env, "CGO_CFLAGS=-I"+filepath.Join(root, "testdata", "src", "include"))
	functions, err := fixtures.WriteTwins(pure, over, "opaque.h")
	if err != nil {
		t.Fatal(err)
	}
	twin := find(t, over, "p.go")
	here, there := places(t, filepath.Join(pure, "p0", "p.go")), places(t, twin)
	// What needs a declaration without a twin is left out with it; a program that
	// lacks anything is another one.
	whole := map[string]bool{}
	for name := range here {
		n := name[max(0, len(name)-6):]
		_, ok := there[name]
		whole[n] = ok && (whole[n] || !has(whole, n))
	}
	kept := func(p place) bool { return whole[p.function[max(0, len(p.function)-6):]] }
	before, after := tool.placed(t, pure, here), tool.placed(t, over, there)
	shared := 0
	for _, f := range before {
		if kept(f) {
			shared++
			if !slices.Contains(after, f) {
				t.Errorf("over session, not by cgo: %v", f)
			}
		}
	}
	for _, f := range after {
		if kept(f) && !slices.Contains(before, f) {
			t.Errorf("by cgo, not over session: %v", f)
		}
	}
	if functions < n || shared < 30 {
		t.Errorf("%d functions, %d findings only", functions, shared)
	}
	t.Logf("%d functions by cgo, %d findings in both", functions, shared)
}

func has(m map[string]bool, key string) bool { _, ok := m[key]; return ok }

// A place is a line of a function, from 0, and a check.
type place struct {
	function string
	line     int
	check    string
}

// placed returns what is reported of a module, by function.
func (v *vet) placed(t *testing.T, dir string, at map[string][2]int) []place {
	t.Helper()
	run, err := v.tool.Vet(dir)
	if err != nil || len(run.Errors) > 0 {
		t.Fatalf("%v %s", err, strings.Join(run.Errors, "\n"))
	}
	var out []place
	for _, f := range run.Findings {
		for name, lines := range at {
			if lines[0] <= f.Line && f.Line <= lines[1] {
				out = append(out, place{name, f.Line - lines[0], f.Check})
			}
		}
	}
	return out
}

// places returns the first and the last line of each function of a file, methods
// not included.
func places(t *testing.T, name string) map[string][2]int {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][2]int{}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
			out[fn.Name.Name] = [2]int{fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line}
		}
	}
	return out
}

// find returns the file of a name below a folder.
func find(t *testing.T, dir, name string) string {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if filepath.Base(path) == name {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("no %s: %v", name, err)
	}
	return found
}
