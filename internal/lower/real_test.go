package lower

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/noreturn"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// marked is the built-in table with a few types of the standard library as
// handles and some of their functions as contracts.
type marked struct {
	*contract.Table
	handles map[string]bool
}

func (m marked) HandleOfGo(name string) (*contract.Handle, bool) {
	if m.handles[name] {
		return &contract.Handle{Name: "MARKED"}, true
	}
	return m.Table.HandleOfGo(name)
}

func (m marked) Go(name string) (*contract.Function, bool) {
	if strings.HasPrefix(name, "net.new") || strings.HasSuffix(name, ".Close") {
		return &contract.Function{Name: name, Go: true, Results: []contract.Result{{Ownership: contract.Status}}}, true
	}
	return m.Table.Go(name)
}

// TestRealPackages lowers large packages whole: no problem, every program well
// formed, and no operation without a register that it needs.
func TestRealPackages(t *testing.T) {
	table := marked{contract.Default(), map[string]bool{
		"net.netFD": true, "crypto/tls.Conn": true, "net/http.Request": true, "go/types.Package": true, "os.File": true,
	}}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax},
		"net", "net/http", "crypto/tls", "go/types",
		"golang.org/x/tools/go/ssa", "testing", "log", "reflect")
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range pkgs {
		t.Run(pkg.PkgPath, func(t *testing.T) {
			in := input(t, pkg)
			in.Table, in.All = table, true
			all := lowered(t, in)
			in.All = false
			some := lowered(t, in)
			if len(all.Funcs) == 0 || len(some.Funcs) > len(all.Funcs) {
				t.Errorf("%d functions that matter, of %d", len(some.Funcs), len(all.Funcs))
			}
			checkKeys(t, all)
			checkNoReturn(t, pkg, all)
		})
	}
}

// checkNoReturn: functions that never return look like it: what decides by syntax
// alone whether a package has some never says no to one.
func checkNoReturn(t *testing.T, pkg *packages.Package, prog *refprog.Program) {
	t.Helper()
	names := map[string]bool{"panic": true}
	for _, name := range contract.Default().NoReturn() {
		names[name] = true
	}
	found := make(map[string]bool)
	for _, fn := range noreturn.Functions(pkg.Syntax, names) {
		found[pkg.TypesInfo.Defs[fn.Name].(*types.Func).FullName()] = true
	}
	for _, name := range prog.NoReturn {
		if !found[name] {
			t.Errorf("%s never returns and does not look like it", name)
		}
	}
	syntax := &noreturn.Package{Path: pkg.PkgPath, Known: names, Ends: func(path, name string) bool {
		b, ok := contract.Default().Behaviour(path + "." + name)
		return ok && b.NoReturn
	}}
	var exported []*ast.FuncDecl
	for _, name := range pkg.CompiledGoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		syntax.Files = append(syntax.Files, f)
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.IsExported() {
				exported = append(exported, fn)
			}
		}
	}
	surely, all := noreturn.Surely(syntax, exported)
	if all && len(surely) < len(prog.NoReturn) {
		t.Errorf("%q never return, and %q are all that surely do not", prog.NoReturn, surely)
	}
	for _, name := range surely {
		if !slices.Contains(prog.NoReturn, name) {
			t.Errorf("%s surely never returns, and does", name)
		}
	}
	t.Logf("%d functions look as if they never return, %d exported ones do not, of %d syntax tells", len(found), len(prog.NoReturn), len(surely))
}

// checkKeys: keys are unique, and what operations refer to exists.
func checkKeys(t *testing.T, prog *refprog.Program) {
	t.Helper()
	seen := make(map[string]bool)
	for _, f := range prog.Funcs {
		if seen[f.Key] {
			t.Errorf("two functions %s", f.Key)
		}
		seen[f.Key] = true
	}
	for _, f := range prog.Funcs {
		for _, b := range f.Blocks {
			for _, op := range b.Ops {
				if (op.Kind == refprog.Call || op.Kind == refprog.Closure) && !seen[op.Name] {
					t.Errorf("%s: %s of %s, which has no program", f.Key, op.Kind, op.Name)
				}
			}
		}
		if f.Parent != "" && !seen[f.Parent] {
			t.Errorf("%s: parent %s has no program", f.Key, f.Parent)
		}
	}
}

// panicky fails on one function name.
type panicky struct{ *contract.Table }

func (p panicky) CShim(name string, args int) (*contract.Function, bool) {
	if name == "i2d_SSL_SESSION" && args == 2 {
		panic("no such luck")
	}
	return p.Table.CShim(name, args)
}

// TestProblem: a panic while one function is lowered costs that function only.
func TestProblem(t *testing.T) {
	in := input(t, load(t, "bindings"))
	in.Table = panicky{contract.Default()}
	in.All = true // the filter asks about every function before any is lowered
	prog, problems := Package(in)
	if len(problems) != 1 {
		t.Fatalf("%d problems, want 1", len(problems))
	}
	p := problems[0]
	if !strings.HasSuffix(p.Func, ".Conn).Session") || p.Err != "no such luck" || !p.Pos.IsValid() || !strings.Contains(p.Stack, "CShim") {
		t.Errorf("problem %+v", p)
	}
	if prog.Func(p.Func) != nil || len(prog.Funcs) < 10 {
		t.Errorf("%d functions left", len(prog.Funcs))
	}
}

// TestBuildPanics: a package that go/ssa cannot build is an error.
func TestBuildPanics(t *testing.T) {
	pkg := load(t, "bindings")
	if _, err := Build(pkg.Fset, pkg.Syntax, types.NewPackage("broken", "broken"), &types.Info{}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("error %v", err)
	}
}

// TestKnown: functions of other packages are called only if they are known, and
// never return if they are known to.
func TestKnown(t *testing.T) {
	in := input(t, load(t, "library"))
	in.Known = func(key string) bool { return key == "(*sync.Pool).Put" }
	in.NoReturn = func(fn *types.Func) bool { return fn.FullName() == "slices.SortFunc" }
	text := printed(t, lowered(t, in))
	for _, want := range []string{"exit // slices.SortFunc", "call (*sync.Pool).Put("} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
