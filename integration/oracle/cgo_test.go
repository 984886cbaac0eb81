package oracle

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/fixtures"
	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A sample of the programs is written once more over libssl by cgo; the same is
// reported of both, on the same lines. Callbacks stand elsewhere in cgo, so each line
// carries its number with it.
func TestCgo(t *testing.T) {
	const n = 200
	g := generate.New(*seed)
	var texts []string
	for i := range n {
		texts = append(texts, numbered(g.Program(i)))
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
	written, err := fixtures.WriteTwins(pure, over, "opaque.h")
	if err != nil {
		t.Fatal(err)
	}
	here, twin := filepath.Join(pure, "p0", "p.go"), find(t, over, "p.go")
	// What needs a declaration without a twin is left out with it; a program that
	// lacks anything is another one.
	there := declared(t, twin)
	whole := map[string]bool{}
	for name := range declared(t, here) {
		p := programRE.FindString(name)
		whole[p] = there[name] && (whole[p] || !has(whole, p))
	}
	before, after := tool.placed(t, pure, here), tool.placed(t, over, twin)
	shared, called := 0, 0
	for _, f := range before {
		if !whole[f.program] {
			continue
		}
		shared++
		if f.check == "callbackref" {
			called++
		}
		if !slices.Contains(after, f) {
			t.Errorf("over session, not by cgo: %v", f)
		}
	}
	for _, f := range after {
		if whole[f.program] && !slices.Contains(before, f) {
			t.Errorf("by cgo, not over session: %v", f)
		}
	}
	if written.Functions < n || written.Callbacks < n/10 || shared < 40 || called == 0 {
		t.Errorf("%d functions, %d findings, %d of them of callbacks only", written.Functions, shared, called)
	}
	programs := 0
	for _, ok := range whole {
		if ok {
			programs++
		}
	}
	t.Logf("%d of %d programs by cgo: %d functions, %d of them called by C; %d findings in both, %d of them of callbacks; %d callbacks capture something, and have no twin",
		programs, n, written.Functions, written.Callbacks, shared, called, written.Capturing)
}

var (
	programRE = regexp.MustCompile(`\d{6}`)
	numberRE  = regexp.MustCompile(`//@(\d{6}) (\d+)$`)
)

// numbered returns the text of a program with its number and that of the line behind
// each line.
func numbered(p generate.Program) string {
	lines := strings.Split(p.Text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = fmt.Sprintf("%s //@%06d %d", l, p.Number, i+1)
		}
	}
	return strings.Join(lines, "\n")
}

func has(m map[string]bool, key string) bool { _, ok := m[key]; return ok }

// A place is a line of a program, and a check.
type place struct{ program, line, check string }

// placed returns what is reported of a module with one file.
func (v *vet) placed(t *testing.T, dir, file string) []place {
	t.Helper()
	run, err := v.tool.Vet(dir)
	if err != nil || len(run.Errors) > 0 {
		t.Fatalf("%v %s", err, strings.Join(run.Errors, "\n"))
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(src), "\n")
	var out []place
	for _, f := range run.Findings {
		if filepath.Base(f.File) != filepath.Base(file) {
			continue
		}
		m := numberRE.FindStringSubmatch(lines[f.Line-1])
		if m == nil {
			t.Fatalf("a finding on a line without a number: %s", f)
		}
		out = append(out, place{m[1], m[2], f.Check})
	}
	return out
}

// declared returns the functions and methods of a file.
func declared(t *testing.T, name string) map[string]bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		switch {
		case !ok:
		case fn.Recv != nil:
			out[types.ExprString(fn.Recv.List[0].Type)+"."+fn.Name.Name] = true
		default:
			out[fn.Name.Name] = true
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
