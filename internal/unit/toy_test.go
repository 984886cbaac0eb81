package unit_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/relevance"
	"github.com/sessionlint/sessionlint/internal/relevance/endings"
	"github.com/sessionlint/sessionlint/internal/unit"
)

// TestMain lets the test binary be the vet tool: the go command starts it with
// arguments that no test run has.
func TestMain(m *testing.M) {
	toyFree.Flags.Bool("loud", false, "shout")
	if args := os.Args[1:]; unit.Speaks(args) {
		os.Exit(toyTool.Main(args))
	}
	code := m.Run()
	os.RemoveAll(shared.dir)
	os.Exit(code)
}

var toyTool = &unit.Tool{
	Name: "toytool",
	Suite: func(settings string) (*unit.Suite, error) {
		suite := &unit.Suite{Analyzers: []*analysis.Analyzer{toyFree, toyOwner, toyCrash}}
		var s struct{ Disabled []string }
		if settings != "" {
			if err := json.Unmarshal([]byte(settings), &s); err != nil {
				return nil, err
			}
		}
		suite.Disabled = s.Disabled
		return suite, nil
	},
	Relevance: func(string, []string) (relevance.Rules, endings.Ends) {
		return relevance.Rules{
			Mentions: func(src []byte) bool { return strings.Contains(string(src), "toy_free") },
			Imports:  func(path string) bool { return path == "example.com/toypack" },
			NoReturn: func() []string { return []string{"Exit", "Fatal", "Fatalf", "Goexit"} },
		}, nil
	},
	// Every test run starts from a cold cache: its nonce is part of the key.
	Identity: func(w io.Writer) error { _, err := io.WriteString(w, os.Getenv("TOY_NONCE")); return err },
	Stdout:   os.Stdout,
	Stderr:   os.Stderr,
}

// frees is the object fact "this function frees a toy"; Depth is how many calls
// away.
type frees struct{ Depth int }

func (*frees) AFact() {}

// owners is the package fact "these functions of the package free toys".
type owners struct{ Names []string }

func (*owners) AFact() {}

// toyFree reports calls of C.toy_free and, by facts, of functions that make
// them. Its fix renames the called function.
var toyFree = &analysis.Analyzer{
	Name:      "toyfree",
	Doc:       "toyfree: reports what frees toys",
	URL:       "https://example.com/toyfree",
	FactTypes: []analysis.Fact{new(frees)},
	Run:       runToyFree,
}

func runToyFree(pass *analysis.Pass) (any, error) {
	for _, report := range []func(analysis.Diagnostic){func(analysis.Diagnostic) {}, pass.Report} {
		for _, f := range pass.Files {
			for _, decl := range f.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if ok && fn.Body != nil && !strings.HasPrefix(fn.Name.Name, "_C") {
					toyFreesIn(pass, fn, report)
				}
			}
		}
	}
	return nil, nil
}

func toyFreesIn(pass *analysis.Pass, fn *ast.FuncDecl, report func(analysis.Diagnostic)) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		id := calleeName(call)
		if id == nil {
			return true
		}
		callee, ok := pass.TypesInfo.Uses[id].(*types.Func)
		if !ok {
			return true
		}
		var fact frees
		if callee.Name() != "_Cfunc_toy_free" && !pass.ImportObjectFact(callee, &fact) {
			return true
		}
		pass.ExportObjectFact(pass.TypesInfo.Defs[fn.Name], &frees{Depth: 1})
		message := "toy freed in " + fn.Name.Name
		if pass.Analyzer.Flags.Lookup("loud").Value.String() == "true" {
			message = strings.ToUpper(message)
		}
		report(analysis.Diagnostic{
			Pos: call.Pos(), End: call.End(), Category: "toyfree", Message: message + " [toyfree]",
			Related:        []analysis.RelatedInformation{{Pos: fn.Pos(), Message: "in this function"}},
			SuggestedFixes: toyFix(pass, id),
		})
		return true
	})
}

// toyFix renames the called function; in a cgo file it replaces the statement
// that its author wrote.
func toyFix(pass *analysis.Pass, id *ast.Ident) []analysis.SuggestedFix {
	for _, f := range pass.Files {
		if f.FileStart <= id.Pos() && id.Pos() < f.FileEnd {
			a, err := cgosource.New(pass.Fset, true).Stmt(f, id.Pos())
			if err != nil {
				return nil
			}
			edit := analysis.TextEdit{Pos: id.Pos(), End: id.End(), NewText: []byte("Keep")}
			if cgosource.FromCgo(f) {
				edit = a.Replace("keep(t)")
			}
			return []analysis.SuggestedFix{{Message: "keep the toy", TextEdits: []analysis.TextEdit{edit}}}
		}
	}
	return nil
}

func calleeName(call *ast.CallExpr) *ast.Ident {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	}
	return nil
}

// toyOwner exports a package fact and reports imports of packages that have it.
var toyOwner = &analysis.Analyzer{
	Name:      "toyowner",
	Doc:       "toyowner: lists functions that free toys",
	Requires:  []*analysis.Analyzer{toyFree},
	FactTypes: []analysis.Fact{new(owners)},
	Run: func(pass *analysis.Pass) (any, error) {
		var own owners
		for _, f := range pass.Files {
			for _, decl := range f.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Free") {
					own.Names = append(own.Names, fn.Name.Name)
				}
			}
		}
		if len(own.Names) > 0 {
			pass.ExportPackageFact(&own)
		}
		for _, pf := range pass.AllPackageFacts() {
			if pf.Package != pass.Pkg {
				pass.Reportf(importOf(pass, pf.Package), "import of %s, which frees toys in %s [toyowner]",
					pf.Package.Path(), strings.Join(pf.Fact.(*owners).Names, ", "))
			}
		}
		return nil, nil
	},
}

// importOf finds the import declaration of pkg.
func importOf(pass *analysis.Pass, pkg *types.Package) token.Pos {
	for _, f := range pass.Files {
		for _, spec := range f.Imports {
			if strings.Trim(spec.Path.Value, `"`) == pkg.Path() {
				return spec.Pos()
			}
		}
	}
	return pass.Files[0].Package // known by its types alone
}

// toyCrash panics in packages that declare Boom.
var toyCrash = &analysis.Analyzer{
	Name: "toycrash",
	Doc:  "toycrash: panics",
	Run: func(pass *analysis.Pass) (any, error) {
		if pass.Pkg.Scope().Lookup("Boom") != nil {
			panic("boom\nboom")
		}
		return nil, nil
	},
}
