package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// pkg is what is known of the package while its functions are lowered.
type pkg struct {
	in         Input
	own        map[*ssa.Function]bool // functions that get a reference program
	order      []*ssa.Function        // the same, in the order of output
	everything []*ssa.Function        // all functions with a body, lowered or not

	keys          map[string]bool               // of the functions in order
	renamed       map[*ssa.Function]string      // keys of functions whose own is taken
	calls         map[token.Pos]callSyntax      // by the position of the left parenthesis
	exported      map[string]*ssa.Function      // by the C name of //export
	typeSpecs     map[*types.TypeName]ast.Expr  // what a type was defined as
	handles       map[*types.TypeName]string    // memo of handleOfName
	leads         map[types.Type]bool           // memo of leadsToHandle
	sentinels     map[*ssa.Global]bool          // error variables that are never nil
	initialFuncs  map[*ssa.Global]*ssa.Function // function variables that are never assigned
	constants     map[*ssa.Global]*ssa.Const    // booleans, numbers and strings that are never assigned
	unset         map[ssa.Value]bool            // addresses of variables that hold their zero value for ever
	preset        map[string]bool               // package variables that get a value nobody sees
	noReturn      map[*ssa.Function]bool        // own functions that never return
	ending        []string                      // full names of exported ones that end something
	callbacks     map[string]string             // function key -> callback kind
	registered    []refprog.Registration
	dynamic       map[string]types.Type  // types put into interfaces, by name
	spliced       map[*ssa.Function]bool // literals that are part of their caller
	templates     map[*ssa.Function]bool // generic functions, as declared, that others can instantiate
	templateOrder []*ssa.Function
	instances     map[string]*refprog.Func // of other packages' templates, by key
	instanceOrder []*refprog.Func
	readsCount    bool         // objects with finalizers occur
	operandList   []*ssa.Value // see operands
}

// callSyntax is what the syntax tree says of a call.
type callSyntax struct {
	start token.Pos // where a person says the call is
	blank uint64    // bit i: result i is assigned to _
}

func newPkg(in Input) *pkg {
	p := &pkg{
		in:           in,
		own:          make(map[*ssa.Function]bool),
		keys:         make(map[string]bool),
		renamed:      make(map[*ssa.Function]string),
		calls:        make(map[token.Pos]callSyntax),
		exported:     make(map[string]*ssa.Function),
		typeSpecs:    make(map[*types.TypeName]ast.Expr),
		handles:      make(map[*types.TypeName]string),
		sentinels:    make(map[*ssa.Global]bool),
		leads:        make(map[types.Type]bool),
		initialFuncs: make(map[*ssa.Global]*ssa.Function),
		constants:    make(map[*ssa.Global]*ssa.Const),
		unset:        make(map[ssa.Value]bool),
		preset:       make(map[string]bool),
		noReturn:     make(map[*ssa.Function]bool),
		callbacks:    make(map[string]string),
		dynamic:      make(map[string]types.Type),
		spliced:      make(map[*ssa.Function]bool),
		templates:    make(map[*ssa.Function]bool),
		instances:    make(map[string]*refprog.Func),
	}
	for _, file := range in.Files {
		p.readSyntax(file)
		p.readPreset(file)
	}
	p.collect()
	p.findSentinels()
	p.findUnset()
	p.findNoReturn()
	p.findCollected()
	p.findTemplates()
	p.keepRelevant()
	p.sortOwn()
	return p
}

// readSyntax notes positions and blank assignments of calls, exported functions
// and type definitions.
func (p *pkg) readSyntax(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			s := p.calls[n.Lparen]
			s.start = callStart(n)
			p.calls[n.Lparen] = s
		case *ast.AssignStmt:
			p.readBlank(n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				lhs[i] = name
			}
			p.readBlank(lhs, n.Values)
		case *ast.TypeSpec:
			if tn, ok := p.in.TypesInfo.Defs[n.Name].(*types.TypeName); ok {
				p.typeSpecs[tn] = n.Type
			}
		case *ast.FuncDecl:
			p.readExport(n)
		}
		return true
	})
}

// callStart is the position of the name in C.name(...), which cgo moves behind a
// parenthesis of its own, or the start of the call.
func callStart(call *ast.CallExpr) token.Pos {
	fun := ast.Unparen(call.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		return id.Pos()
	}
	return fun.Pos()
}

func (p *pkg) readBlank(lhs, rhs []ast.Expr) {
	note := func(call *ast.CallExpr, result int) {
		s := p.calls[call.Lparen]
		s.blank |= 1 << min(result, 63)
		p.calls[call.Lparen] = s
	}
	for i, l := range lhs {
		if id, ok := l.(*ast.Ident); !ok || id.Name != "_" {
			continue
		}
		if len(rhs) == len(lhs) {
			if call, ok := ast.Unparen(rhs[i]).(*ast.CallExpr); ok {
				note(call, 0)
			}
		} else if len(rhs) == 1 {
			if call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr); ok {
				note(call, i)
			}
		}
	}
}

func (p *pkg) readExport(decl *ast.FuncDecl) {
	if decl.Doc == nil || decl.Recv != nil {
		return
	}
	for _, c := range decl.Doc.List {
		name, ok := strings.CutPrefix(c.Text, "//export ")
		if !ok {
			continue
		}
		if obj, ok := p.in.TypesInfo.Defs[decl.Name].(*types.Func); ok {
			if fn := p.in.SSA.Prog.FuncValue(obj); fn != nil {
				p.exported[strings.TrimSpace(name)] = fn
			}
		}
	}
}
