package execute

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/packages"
)

// A Package is a type-checked package whose functions can be executed.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info

	decls   map[*types.Func]*ast.FuncDecl
	frees   map[*ast.FuncLit][]*types.Var
	stacks  []stack
	stackID map[stack]int
	labels  map[ast.Stmt]string
	lineOf  map[token.Pos]int
	inits   map[*types.Var]ast.Expr // of package variables
}

// A stack is the lines being executed: the innermost, and the rest.
type stack struct{ rest, line int }

// SessionPath is the import path of the runtime.
const SessionPath = "github.com/sessionlint/sessionlint/session"

var imports = sync.OnceValues(func() (types.Importer, error) {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile,
	}, SessionPath, "errors", "fmt", "os", "sync", "io", "slices")
	if err != nil {
		return nil, err
	}
	byPath := importsOf{}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
		byPath[p.PkgPath] = p.Types
	}
	return byPath, nil
})

type importsOf map[string]*types.Package

func (i importsOf) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p, nil
	}
	return importer.Default().Import(path)
}

// Load parses and checks the source of one file, which is a package.
func Load(name string, src []byte) (*Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return Check(fset, file)
}

// Check checks the files of a package.
func Check(fset *token.FileSet, files ...*ast.File) (*Package, error) {
	imp, err := imports()
	if err != nil {
		return nil, err
	}
	p := &Package{
		Fset: fset, Files: files,
		Info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
		},
		decls: map[*types.Func]*ast.FuncDecl{}, frees: map[*ast.FuncLit][]*types.Var{},
		stackID: map[stack]int{}, stacks: []stack{{}}, labels: map[ast.Stmt]string{}, lineOf: map[token.Pos]int{}, inits: map[*types.Var]ast.Expr{},
	}
	conf := types.Config{Importer: imp, GoVersion: "go1.26"}
	if p.Types, err = conf.Check(files[0].Name.Name, fset, files, p.Info); err != nil {
		return nil, err
	}
	for _, i := range p.Info.InitOrder {
		if len(i.Lhs) == 1 {
			p.inits[i.Lhs[0]] = i.Rhs
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if obj, ok := p.Info.Defs[n.Name].(*types.Func); ok {
					p.decls[obj] = n
				}
			case *ast.LabeledStmt:
				p.labels[n.Stmt] = n.Label.Name
			}
			return true
		})
	}
	return p, nil
}

func (p *Package) line(pos token.Pos) int {
	if l, ok := p.lineOf[pos]; ok {
		return l
	}
	l := p.Fset.Position(pos).Line
	p.lineOf[pos] = l
	return l
}

// typeOf returns the type of a place that is assigned to, nil for the blank one.
func (p *Package) typeOf(e ast.Expr) types.Type {
	if id, ok := e.(*ast.Ident); ok {
		if obj := p.Info.ObjectOf(id); obj != nil {
			return obj.Type()
		}
		return nil
	}
	return p.Info.Types[e].Type
}

// intern numbers a stack.
func (p *Package) intern(s stack) int {
	id, ok := p.stackID[s]
	if !ok {
		id = len(p.stacks)
		p.stacks = append(p.stacks, s)
		p.stackID[s] = id
	}
	return id
}

// lines returns the lines of a numbered stack, the innermost first.
func (p *Package) lines(id int) []int {
	var out []int
	for ; id != 0; id = p.stacks[id].rest {
		out = append(out, p.stacks[id].line)
	}
	return out
}

// captures returns the variables that a literal uses and does not declare.
func (p *Package) captures(lit *ast.FuncLit) []*types.Var {
	if out, ok := p.frees[lit]; ok {
		return out
	}
	seen := map[*types.Var]bool{}
	out := []*types.Var{}
	ast.Inspect(lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := p.Info.Uses[id].(*types.Var)
		if ok && !v.IsField() && !seen[v] && (v.Pos() < lit.Pos() || v.Pos() >= lit.End()) {
			seen[v] = true
			out = append(out, v)
		}
		return true
	})
	p.frees[lit] = out
	return out
}

// An Unsupported is what the interpreter cannot execute.
type Unsupported struct {
	What string
	Line int
}

func (e *Unsupported) Error() string {
	return fmt.Sprintf("line %d: cannot execute: %s", e.Line, e.What)
}
