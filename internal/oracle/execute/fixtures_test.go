package execute

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The labels of the fixtures were found by compiling and running them. What this
// interpreter can execute of them it finds in the same way.
func TestFixtures(t *testing.T) {
	ran, refused := 0, map[string]int{}
	for _, dir := range []string{"missingfree", "doublefree", "useafterfree", "borrowedfree", "danglingborrow", "uncheckedupref", "callbackref"} {
		p, labels := fixtures(t, filepath.Join("..", "..", "..", "testdata", "src", dir, "pure"))
		ran += compareAll(t, p, labels, refused)
	}
	if ran < 280 {
		t.Errorf("only %d functions were executed", ran)
	}
	t.Logf("%d functions executed; refused: %v", ran, refused)
}

// What each trap does was found by hand.
func TestTraps(t *testing.T) {
	p, labels := fixtures(t, "testdata")
	refused := map[string]int{}
	if ran := compareAll(t, p, labels, refused); ran < 36 || len(refused) > 0 {
		t.Errorf("%d functions were executed; refused: %v", ran, refused)
	}
}

// compareAll executes the functions of a package and returns how many could be.
func compareAll(t *testing.T, p *Package, labels map[string][]lineLabel, refused map[string]int) (ran int) {
	for _, file := range p.Files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || fn.Doc != nil && strings.Contains(docOf(fn), "fixture:norun") {
				continue
			}
			truth, err := p.Explore(fn.Name.Name, Limits{Runs: 20000, Choices: 14, Wide: true})
			var u *Unsupported
			if errors.As(err, &u) {
				refused[u.What]++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			ran++
			compareFixture(t, p, fn, truth, labels[p.Fset.Position(fn.Pos()).Filename])
		}
	}
	return ran
}

func docOf(fn *ast.FuncDecl) string {
	var b strings.Builder
	for _, c := range fn.Doc.List {
		b.WriteString(c.Text)
	}
	return b.String()
}

type lineLabel struct {
	line  int
	check string
	may   bool
}

var labelRE = regexp.MustCompile(`// (want|may|strict|miss)((?: [a-z]+)+)`)

func fixtures(t *testing.T, dir string) (*Package, map[string][]lineLabel) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures in %s: %v", dir, err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	labels := map[string][]lineLabel{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		for i, line := range strings.Split(string(src), "\n") {
			for _, m := range labelRE.FindAllStringSubmatch(line, -1) {
				for _, check := range strings.Fields(m[2]) {
					labels[name] = append(labels[name], lineLabel{i + 1, check, m[1] == "may"})
				}
			}
		}
	}
	p, err := Check(fset, files...)
	if err != nil {
		t.Fatal(err)
	}
	return p, labels
}

// compareFixture holds a truth against the labels of a function: every violation
// is labelled, every label in the function is a violation.
func compareFixture(t *testing.T, p *Package, fn *ast.FuncDecl, truth Truth, labels []lineLabel) {
	t.Helper()
	from, to := p.line(fn.Pos()), p.line(fn.End())
	noticed := map[lineLabel]bool{}
	for _, line := range truth.Blind {
		noticed[lineLabel{line, "uncheckedupref", false}] = true
	}
	for _, v := range truth.Violations {
		ok := false
		for _, l := range labels {
			owner := len(v.Lines) == 0 && from <= l.line && l.line <= to
			if l.check == v.Check && (owner || slices.Contains(v.Lines, l.line)) {
				noticed[l] = true
				ok = true
			}
		}
		if !ok {
			t.Errorf("%s: not labelled: %s at %v, of %v", fn.Name.Name, v.Text, v.Lines, v.Origin)
		}
	}
	for _, l := range labels {
		if l.line < from || l.line > to || l.may || noticed[l] {
			continue
		}
		elsewhere := slices.ContainsFunc(labels, func(o lineLabel) bool {
			return o.may && o.check == l.check && noticed[o] && from <= o.line && o.line <= to
		})
		if !elsewhere {
			t.Errorf("%s: line %d is labelled %s, and no run notices it", fn.Name.Name, l.line, l.check)
		}
	}
}
