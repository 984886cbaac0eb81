package shim

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/mutate"
)

// The published binding, which compiles against the installed OpenSSL.
const (
	bindings        = "github.com/libp2p/go-openssl"
	bindingsVersion = "v0.1.0"
	bindingsFile    = "conn.go"
)

// openssl is how it spells the counting of sessions.
var openssl = mutate.Vocabulary{
	Acquire: []string{"SSL_get1_session", "d2i_SSL_SESSION", "SSL_SESSION_new", "SSL_SESSION_dup"},
	Release: []mutate.Call{{Name: "SSL_SESSION_free"}},
	UpRef:   []mutate.Call{{Name: "SSL_SESSION_up_ref"}},
	Lend:    map[string]string{"SSL_get1_session": "SSL_get0_session"},
	Owner:   mutate.Call{Name: "SSL_free"},
}

// Mistakes made in the binding are mistakes: execution shows each, and shows none
// in the binding as it is. The mutants stand beside the functions that they are
// made of, under other names, so that the binding is built once.
func TestMutants(t *testing.T) {
	t.Parallel()
	from, err := harness.Download(bindings, bindingsVersion)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "module")
	if err := harness.CopyModule(from, dir); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, bindingsFile)
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	mutants, err := mutate.Mutants(bindingsFile, src, openssl, mutate.Operators(openssl))
	if err != nil {
		t.Fatal(err)
	}
	text := slices.Clone(src)
	called := map[string]*mutate.Mutant{} // by function; nil is the binding as it is
	for i, m := range mutants {
		broken, err := mutate.Apply(src, m)
		if err != nil {
			t.Fatal(err)
		}
		other, body := renamed(t, broken, m.Func, fmt.Sprintf("Mutant%d", i))
		text = append(append(text, '\n'), body...)
		called[m.Func], called[other] = nil, &mutants[i]
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
	packages := slices.DeleteFunc(packagesIn(t, dir), func(p *pkg) bool { return p.dir != "." })
	if len(packages) != 1 {
		t.Fatal("the binding is not one package over cgo")
	}
	p := packages[0]
	p.order = slices.DeleteFunc(p.order, func(name string) bool { _, ok := called[name]; return !ok })
	p.files = nil // its variables are none of the functions' business
	library := ledger(t)
	records, _ := execute(t, built(t, library, dir, bindings, packages), library, *runs*5)

	shown := map[string]map[string]bool{}
	for _, r := range records {
		if shown[r.Case] == nil {
			shown[r.Case] = map[string]bool{}
		}
		if r.Check != "" {
			shown[r.Case][r.Check] = true
		}
		if r.Done && r.Returned == 0 {
			t.Errorf("%s returns in no run", r.Case)
		}
	}
	var list []string
	executed := 0
	for _, fn := range p.order {
		m := called[fn]
		switch {
		case shown[fn] == nil:
			t.Errorf("%s was not executed", fn)
		case m == nil && len(shown[fn]) > 0:
			t.Errorf("%s is not broken, and violates %v", fn, shown[fn])
		case m != nil:
			executed++
			if !slices.ContainsFunc(m.Wants, func(w mutate.Want) bool { return shown[fn][w.Check] }) {
				list = append(list, fmt.Sprintf("mutants/%s %v: the mistake is never executed", bindingsFile, m))
			}
		}
	}
	t.Logf("%s@%s: %d functions and %d mutants of them, %d runs each from seed %d: %d contradictions",
		bindings, bindingsVersion, len(called)-len(mutants), executed, *runs*5, *seed, len(list))
	if executed == 0 {
		t.Error("no mutant was executed")
	}
	judge(t, "mutants/", list)
}

// renamed returns a function of a file under a longer name, and that name.
func renamed(t *testing.T, src []byte, name, suffix string) (string, []byte) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && functionName(fn) == name {
			at := func(pos token.Pos) int { return fset.Position(pos).Offset }
			head, tail := src[at(fn.Pos()):at(fn.Name.End())], src[at(fn.Name.End()):at(fn.End())]
			return name + suffix, []byte(string(head) + suffix + string(tail) + "\n")
		}
	}
	t.Fatalf("no function %s", name)
	return "", nil
}
