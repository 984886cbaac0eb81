package refflow_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/passes/refflow"
)

// lazily analyses packages one after the other, each from one file, and returns
// the last line of statistics of each, "" if it was not worth one, and the fact
// types that each has exported.
func lazily(t *testing.T, sources ...string) (stats []string, facts [][]string) {
	t.Helper()
	fset := token.NewFileSet()
	done := map[string]*types.Package{}
	std := importer.ForCompiler(fset, "source", nil)
	var exported []analysis.PackageFact
	for _, source := range sources {
		f, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		info := &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
		}
		conf := types.Config{Importer: imports(func(path string) (*types.Package, error) {
			if p := done[path]; p != nil {
				return p, nil
			}
			return std.Import(path)
		})}
		pkg, err := conf.Check("example.com/"+f.Name.Name, fset, []*ast.File{f}, info)
		if err != nil {
			t.Fatal(err)
		}
		done[pkg.Path()] = pkg
		line, names := "", []string(nil)
		pass := &analysis.Pass{
			Analyzer: refflow.New(refflow.Settings{Stats: true}), Fset: fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info,
			Module:          &analysis.Module{Path: "example.com"},
			AllPackageFacts: func() []analysis.PackageFact { return exported },
			Report:          func(d analysis.Diagnostic) { line = d.Message },
			ExportPackageFact: func(fact analysis.Fact) {
				names = append(names, reflect.TypeOf(fact).Elem().Name())
				exported = append(exported, analysis.PackageFact{Package: pkg, Fact: fact})
			},
		}
		if _, err := pass.Analyzer.Run(pass); err != nil {
			t.Fatal(err)
		}
		stats, facts = append(stats, line), append(facts, names)
	}
	return stats, facts
}

type imports func(string) (*types.Package, error)

func (f imports) Import(path string) (*types.Package, error) { return f(path) }

const binding = `package binding

type _Ctype_struct_ssl_session_st struct{ _ [0]byte }
type _Ctype_SSL_SESSION = _Ctype_struct_ssl_session_st
type _Ctype_struct_ssl_st struct{ _ [0]byte }
type _Ctype_SSL = _Ctype_struct_ssl_st

func _Cfunc_SSL_get1_session(*_Ctype_SSL) *_Ctype_SSL_SESSION { return nil }
func _Cfunc_SSL_SESSION_free(*_Ctype_SSL_SESSION)            {}

const Version = 3

type Conn struct{ ssl *_Ctype_SSL }

func (c *Conn) With(f func()) {
	s := _Cfunc_SSL_get1_session(c.ssl)
	f()
	_Cfunc_SSL_SESSION_free(s)
}

func (c *Conn) lend() *_Ctype_SSL_SESSION { return nil }

func Add(a, b int) int {
	for range b {
		a++
	}
	return a
}

func Die() { panic("binding") }

func unrelated(n []int) (sum int) {
	for _, x := range n {
		sum += x
	}
	return sum
}
`

// The SSA form is built, functions are lowered and lowered functions simulated
// only where there is something to count.
func TestLazy(t *testing.T) {
	for _, test := range []struct {
		name, source string
		stats        string   // the end of the line of statistics, "" if there is none
		facts        []string // fact types
	}{
		{"does not import it", "package user\n\nfunc F() int { return 1 }", "", nil},
		{"mentions a constant", "package user\n\nimport \"example.com/binding\"\n\nfunc F() int { return binding.Version }", "; no SSA form built", nil},
		{"calls", "package user\n\nimport \"example.com/binding\"\n\nfunc f(c *binding.Conn) { c.With(func() {}) }\n\nfunc g(n []int) { for i := range n { n[i]++ } }",
			"; 2 functions lowered, 1 simulated", nil},
		{"has a handle", "package user\n\nimport \"example.com/binding\"\n\ntype T struct{ C *binding.Conn }", "; 0 functions lowered, 0 simulated", []string{"packageFact"}},
		{"ends", "package user\n\nfunc Die() { panic(0) }\n\nfunc F() {}", "; 0 functions lowered, 0 simulated", []string{"Fact"}},
		{"passes on an end", "package user\n\nimport \"example.com/die\"\n\nfunc F() { die.Die() }", "; 0 functions lowered, 0 simulated", []string{"Fact"}},
		{"may end", "package user\n\nimport \"example.com/die\"\n\nfunc F(n int) { if n > 0 { die.Die() } }", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			stats, facts := lazily(t, binding, "package die\n\nfunc Die() { panic(0) }", test.source)
			if got := stats[2]; !strings.HasSuffix(got, test.stats+" [refflow]") && got != test.stats || (got == "") != (test.stats == "") {
				t.Errorf("statistics %q, want %q", got, test.stats)
			}
			if got := fmt.Sprint(facts[2]); got != fmt.Sprint(test.facts) {
				t.Errorf("facts %s, want %v", got, test.facts)
			}
		})
	}
	stats, facts := lazily(t, binding)
	if !strings.Contains(stats[0], "1 sites, 1 decided") || !strings.HasSuffix(stats[0], " lowered, 1 simulated [refflow]") || len(facts[0]) != 2 {
		t.Errorf("the binding: %q, facts %v", stats[0], facts[0])
	}
}
