package simulate_test

import (
	"encoding/gob"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate/testdata/judge"
)

// faultFixtures are the packages that the faulty copies are run over, relative to
// the fixtures' module.
var faultFixtures = []string{
	"./borrowedfree/pure", "./danglingborrow/pure", "./doublefree/pure", "./missingfree/pure", "./useafterfree/pure",
	"./callbackref/opaque", "./doublefree/opaque", "./missingfree/endings", "./missingfree/opaque", "./useafterfree/opaque",
	"./suites/...",
}

// wantUnconfirmed is how many faults have to surface as claims that replay does
// not believe. The others make labelled findings disappear.
const wantUnconfirmed = 20

// A seeded fault is a file of testdata/faults: what is wrong, how it comes to
// light ("caught: unconfirmed" or "caught: labels"), the functions without a
// label of which replay believes a claim all the same ("believed: key"), and for
// one source file of the package the text to replace and what to replace it with.
type fault struct {
	name, caught        string
	believed            []string
	file, before, after string
}

// Every fault seeded into this package comes to light: replay does not confirm
// what the faulty copy claims, or findings that the fixtures want are gone. And
// none adds a finding to a function without a label.
func TestFaults(t *testing.T) {
	faults := readFaults(t)
	reports, labelled := judged(t, faults)
	sound := reports[0]
	if len(sound.Confirmed) < 100 {
		t.Fatalf("without a fault %d claims are confirmed: too few to judge by", len(sound.Confirmed))
	}
	for _, p := range sound.Panics {
		t.Errorf("without a fault: panic in %s", p)
	}
	for _, c := range sound.Confirmed {
		labelled[outermost(c)] = true // the label may stand in a helper
	}
	surfaced := 0
	for i, f := range faults {
		r := reports[i+1]
		open := without(r.Open, sound.Open)
		gone := without(sound.Confirmed, r.Confirmed)
		if len(open) > 0 {
			surfaced++
		}
		t.Run(f.name, func(t *testing.T) {
			t.Logf("%d claims not confirmed, %d findings gone", len(open), len(gone))
			switch {
			case f.caught == "unconfirmed" && len(open) == 0:
				t.Errorf("replay confirms every claim; %d findings are gone", len(gone))
			case f.caught == "labels" && len(gone) == 0:
				t.Error("no finding is gone")
			}
			for _, p := range without(r.Panics, sound.Panics) {
				t.Errorf("panic in %s", p)
			}
			for _, c := range r.Confirmed {
				if key := outermost(c); !labelled[key] && !slices.Contains(f.believed, key) {
					t.Errorf("replay believes a claim of a function without a label: %s", c)
				}
			}
		})
	}
	if surfaced < wantUnconfirmed {
		t.Errorf("%d faults surface as unconfirmed claims, want %d", surfaced, wantUnconfirmed)
	}
}

// outermost is the function of a line of a report, or the one around it if it is
// a literal.
func outermost(line string) string {
	key, _, _ := strings.Cut(line, "\t")
	key, _, _ = strings.Cut(key, "$")
	return key
}

// without lists what is in list and not in other. Both are sorted.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		_, ok := slices.BinarySearch(other, s)
		return ok
	})
}

func readFaults(t *testing.T) []fault {
	t.Helper()
	names, err := filepath.Glob("testdata/faults/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []fault
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := fault{name: strings.TrimSuffix(filepath.Base(name), ".txt")}
		_, rest, _ := strings.Cut(string(a.Comment), "caught: ")
		f.caught, rest, _ = strings.Cut(rest, "\n")
		for _, line := range strings.Split(rest, "\n") {
			if key, ok := strings.CutPrefix(line, "believed: "); ok {
				f.believed = append(f.believed, key)
			}
		}
		if f.caught != "unconfirmed" && f.caught != "labels" || len(a.Files) != 2 {
			t.Fatalf("%s: want a line \"caught: unconfirmed\" or \"caught: labels\" and two texts", name)
		}
		f.file = strings.TrimSuffix(a.Files[0].Name, " before")
		if a.Files[1].Name != f.file+" after" {
			t.Fatalf("%s: the texts are %q and %q", name, a.Files[0].Name, a.Files[1].Name)
		}
		f.before, f.after = string(a.Files[0].Data), string(a.Files[1].Data)
		out = append(out, f)
	}
	return out
}

// seeded is the source of the fault's file with the fault in it.
func (f fault) seeded(t *testing.T, source string) string {
	t.Helper()
	if n := strings.Count(source, f.before); n != 1 {
		t.Fatalf("fault %s: the text to replace occurs %d times in %s: the code has changed, so the fault has to", f.name, n, f.file)
	}
	return strings.Replace(source, f.before, f.after, 1)
}

// judged runs a sound copy of the package and one for each fault over the
// fixtures, all in one program. The reports are in this order. labelled are the
// functions of the fixtures that have a label.
func judged(t *testing.T, faults []fault) (reports []judge.Report, labelled map[string]bool) {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "programs")
	programs, labelled := loweredPackages(t, filepath.Join("..", "..", "testdata", "src"), faultFixtures...)
	writePrograms(t, data, programs)
	program := filepath.Join(dir, "judge.exe")
	build := exec.Command("go", "build", "-overlay", writeCopies(t, dir, faults), "-o", program, "./testdata/copies")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.Command(program, data)
	var stderr strings.Builder
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	t.Logf("processor time: building %v, judging %v", build.ProcessState.UserTime(), run.ProcessState.UserTime())
	if err := json.Unmarshal(out, &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != len(faults)+1 {
		t.Fatalf("%d reports of %d copies", len(reports), len(faults)+1)
	}
	return reports, labelled
}

// writeCopies writes an overlay in which testdata/copies holds a copy of this
// package for each fault, a sound one, and a main package that judges them.
func writeCopies(t *testing.T, dir string, faults []fault) string {
	t.Helper()
	sources := productSources(t)
	adapter, err := os.ReadFile("testdata/adapter.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	sources["adapter.go"] = string(adapter)
	here, err := filepath.Abs("testdata/copies")
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	add := func(path, text string) {
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(here, path)] = file
	}
	var imports, list strings.Builder
	for i, f := range append([]fault{{name: "sound"}}, faults...) {
		for name, text := range sources {
			if name == f.file {
				text = f.seeded(t, text)
			}
			add(filepath.Join(f.name, name), text)
		}
		if _, ok := sources[f.file]; !ok && i > 0 {
			t.Fatalf("fault %s: no file %s", f.name, f.file)
		}
		fmt.Fprintf(&imports, "import copy%d %q\n", i, "github.com/sessionlint/sessionlint/internal/simulate/testdata/copies/"+f.name)
		fmt.Fprintf(&list, "\t{%q, copy%d.Judged},\n", f.name, i)
	}
	add("main.go", "package main\n\nimport \"github.com/sessionlint/sessionlint/internal/simulate/testdata/judge\"\n"+
		imports.String()+"\nfunc main() { judge.Main([]judge.Copy{\n"+list.String()+"}) }\n")
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// productSources reads the package's files that are no tests.
func productSources(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(text)
	}
	return out
}

// writePrograms writes reference programs for the judge.
func writePrograms(t *testing.T, name string, programs []*refprog.Program) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := gob.NewEncoder(f).Encode(programs); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// loweredPackages lowers the packages that match the patterns in dir. labelled
// has the keys of their functions in which a comment wants a finding.
func loweredPackages(t testing.TB, dir string, patterns ...string) (programs []*refprog.Program, labelled map[string]bool) {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	labelled = map[string]bool{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		ssa, err := lower.Build(p.Fset, p.Syntax, p.Types, p.TypesInfo)
		if err != nil {
			t.Fatal(err)
		}
		prog, problems := lower.Package(lower.Input{SSA: ssa, Fset: p.Fset, Files: p.Syntax, TypesInfo: p.TypesInfo, Table: contract.Default()})
		for _, e := range problems {
			t.Fatalf("%s: %s", e.Func, e.Err)
		}
		programs = append(programs, prog)
		for _, f := range p.Syntax {
			label(f, p.TypesInfo, labelled)
		}
	}
	return programs, labelled
}

// label notes the functions of a file in which a comment wants a finding, or says
// that one is missed.
func label(f *ast.File, info *types.Info, labelled map[string]bool) {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if !strings.Contains(c.Text, "// want") && !strings.Contains(c.Text, "// miss") {
				continue
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if ok && fn.Pos() <= c.Pos() && c.Pos() <= fn.End() {
					labelled[info.Defs[fn.Name].(*types.Func).FullName()] = true
				}
			}
		}
	}
}
