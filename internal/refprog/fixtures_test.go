package refprog_test

import (
	"bytes"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Every function of every fixture package is well formed, survives the codec, and
// encodes to the same bytes each time.
func TestFixtures(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "src")
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 20 {
		t.Fatalf("%d packages in %s", len(pkgs), dir)
	}
	for _, p := range pkgs {
		t.Run(p.PkgPath, func(t *testing.T) {
			roundTrip(t, lowered(t, p))
		})
	}
}

func lowered(t *testing.T, p *packages.Package) *refprog.Program {
	t.Helper()
	for _, e := range p.Errors {
		t.Fatal(e)
	}
	ssa, err := lower.Build(p.Fset, p.Syntax, p.Types, p.TypesInfo)
	if err != nil {
		t.Fatal(err)
	}
	prog, problems := lower.Package(lower.Input{SSA: ssa, Fset: p.Fset, Files: p.Syntax, TypesInfo: p.TypesInfo, Table: contract.Default()})
	for _, e := range problems {
		t.Errorf("%s: %s", e.Func, e.Err)
	}
	return prog
}

func roundTrip(t *testing.T, prog *refprog.Program) {
	nowhere := func(token.Pos) string { return "" }
	all := refprog.Library{Funcs: prog.Funcs, Methods: prog.Methods}
	data := refprog.Encode(all, nowhere)
	if again := refprog.Encode(all, nowhere); !bytes.Equal(data, again) {
		t.Error("encoded twice, other bytes")
	}
	l, err := refprog.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Funcs) != len(prog.Funcs) || len(l.Methods) != len(prog.Methods) {
		t.Fatalf("%d functions and %d methods of %d and %d", len(l.Funcs), len(l.Methods), len(prog.Funcs), len(prog.Methods))
	}
	for i, f := range l.Funcs {
		if got, want := printed(f), printed(prog.Funcs[i]); got != want {
			t.Errorf("decoded\n%s\nwant\n%s", got, want)
		}
	}
	if again := refprog.Encode(l, nowhere); !bytes.Equal(data, again) {
		t.Error("what was decoded encodes to other bytes")
	}
}

func printed(f *refprog.Func) string {
	var b strings.Builder
	refprog.Print(&b, f, nil)
	return b.String()
}
