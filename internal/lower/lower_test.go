package lower

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

var update = flag.Bool("update", false, "write the golden files")

// fixtures are the packages under testdata/src; each has a golden file.
var fixtures = []string{"assembly", "bindings", "cgo", "closures", "flow", "generic", "library", "memory", "unset"}

// loaded keeps the fixtures, which every test reads and none changes.
var loaded = sync.OnceValues(func() (map[string]*packages.Package, error) {
	patterns := make([]string, len(fixtures))
	for i, name := range fixtures {
		patterns[i] = "./testdata/src/" + name
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, patterns...)
	byName := make(map[string]*packages.Package)
	for _, pkg := range pkgs {
		byName[pkg.Name] = pkg
	}
	return byName, err
})

func load(t testing.TB, name string) *packages.Package {
	t.Helper()
	pkgs, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	pkg := pkgs[name]
	if pkg == nil {
		t.Fatalf("no package %s", name)
	}
	for _, err := range pkg.Errors {
		t.Fatal(err)
	}
	return pkg
}

// input builds SSA of a loaded package and makes the input for it.
func input(t testing.TB, pkg *packages.Package) Input {
	t.Helper()
	built, err := Build(pkg.Fset, pkg.Syntax, pkg.Types, pkg.TypesInfo)
	if err != nil {
		t.Fatal(err)
	}
	return Input{SSA: built, Fset: pkg.Fset, Files: pkg.Syntax, TypesInfo: pkg.TypesInfo, Table: contract.Default()}
}

// lowered lowers a package that must give no problem.
func lowered(t *testing.T, in Input) *refprog.Program {
	t.Helper()
	prog, problems := Package(in)
	for _, p := range problems {
		t.Errorf("%s: %s: %s\n%s", in.Fset.Position(p.Pos), p.Func, p.Err, p.Stack)
	}
	return prog
}

// printed is the text of a program, with names as written in the package.
func printed(t *testing.T, prog *refprog.Program) string {
	t.Helper()
	var out bytes.Buffer
	for _, f := range prog.Funcs {
		if err := refprog.Print(&out, f, Effects(contract.Default().Lookup)); err != nil {
			t.Fatal(err)
		}
		out.WriteString("\n")
	}
	return strings.ReplaceAll(out.String(), prog.Package+".", "")
}

func TestGolden(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) {
			got := printed(t, lowered(t, input(t, load(t, name))))
			file := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, string(want), got)
		})
	}
}

// diff reports the first line where two texts differ, with the function it is in.
func diff(t *testing.T, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	fn := ""
	for i := range max(len(w), len(g)) {
		line := func(lines []string) string {
			if i < len(lines) {
				return lines[i]
			}
			return "(end)"
		}
		if strings.HasPrefix(line(g), "func ") {
			fn = line(g)
		}
		if line(w) != line(g) {
			t.Fatalf("line %d, in %s:\nwant %s\ngot  %s", i+1, fn, line(w), line(g))
		}
	}
}

// TestDeterministic: the same package gives the same text, SSA built anew.
func TestDeterministic(t *testing.T) {
	for _, name := range fixtures {
		pkg := load(t, name)
		first := printed(t, lowered(t, input(t, pkg)))
		for range 3 {
			diff(t, first, printed(t, lowered(t, input(t, pkg))))
		}
	}
}
