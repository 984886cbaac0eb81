package refflow

import (
	"go/ast"
	"go/types"
	"maps"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// fieldSet is a set of fields, by full name: "path.T.f".
type fieldSet map[string]bool

// closedFields finds the fields of the package's structs that nobody but the code
// at hand can read or write: unexported ones of declared types without type
// parameters whose objects are never seen as anything else, and whose addresses
// are only used to load and to store. Package variables keep what they lead to as
// long as the process lives: their types are left out.
func (w *work) closedFields(built *ssa.Package) fieldSet {
	closed := fieldSet{}
	open := w.openTypes(built)
	scope := w.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || open[tn] {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok || named.TypeParams().Len() > 0 {
			continue
		}
		if s, ok := named.Underlying().(*types.Struct); ok {
			for i := range s.NumFields() {
				if f := s.Field(i); !f.Exported() && !f.Embedded() {
					closed[w.pass.Pkg.Path()+"."+name+"."+f.Name()] = true
				}
			}
		}
	}
	for _, g := range w.prog.Funcs {
		w.openFields(g, closed)
	}
	return closed
}

// openTypes collects the types that package variables lead to, that are converted
// to others or from them, or that generic functions name: those may exist in
// instances that nobody here sees.
func (w *work) openTypes(built *ssa.Package) map[*types.TypeName]bool {
	o := opener{open: map[*types.TypeName]bool{}, seen: map[types.Type]bool{}}
	scope := w.pass.Pkg.Scope()
	for _, obj := range w.pass.TypesInfo.Defs {
		if f, ok := obj.(*types.Func); ok {
			o.boxes(built.Prog.FuncValue(f))
		}
	}
	o.boxes(built.Func("init")) // what package variables start with
	for _, name := range scope.Names() {
		if v, ok := scope.Lookup(name).(*types.Var); ok {
			o.leadsTo(v.Type())
		}
	}
	for _, file := range w.pass.Files {
		for _, decl := range file.Decls {
			fn, _ := decl.(*ast.FuncDecl)
			generic := fn != nil && isGeneric(w.pass.TypesInfo, fn)
			ast.Inspect(decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					w.converts(n, o.open)
				case *ast.Ident:
					if tn := structOf(w.pass.TypesInfo.TypeOf(n)); tn != nil && generic {
						o.open[tn] = true
					}
				}
				return true
			})
		}
	}
	return o.open
}

// boxes collects what a function, and the literals in it, make interface values of.
func (o *opener) boxes(fn *ssa.Function) {
	if fn == nil {
		return
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(*ssa.MakeInterface); ok {
				o.boxed = append(o.boxed, v.X.Type())
			}
		}
	}
	for _, lit := range fn.AnonFuncs {
		o.boxes(lit)
	}
}

// opener marks types.
type opener struct {
	open  map[*types.TypeName]bool
	seen  map[types.Type]bool
	boxed []types.Type // what the package makes interface values of
}

// leadsTo marks the types that a value of type t leads to.
func (o *opener) leadsTo(t types.Type) {
	t = types.Unalias(t)
	if o.seen[t] {
		return
	}
	o.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		o.open[t.Obj()] = true
		for i := range t.TypeArgs().Len() {
			o.leadsTo(t.TypeArgs().At(i))
		}
		o.leadsTo(t.Underlying())
	case *types.Struct:
		for i := range t.NumFields() {
			o.leadsTo(t.Field(i).Type())
		}
	case *types.Map:
		o.leadsTo(t.Key())
		o.leadsTo(t.Elem())
	case *types.Interface:
		for _, b := range o.boxed {
			if types.Implements(b, t) {
				o.leadsTo(b)
			}
		}
	case *types.Signature:
		for i := range t.Results().Len() {
			o.leadsTo(t.Results().At(i).Type())
		}
	case interface{ Elem() types.Type }:
		o.leadsTo(t.Elem())
	}
}

func isGeneric(info *types.Info, fn *ast.FuncDecl) bool {
	f, ok := info.Defs[fn.Name].(*types.Func)
	return ok && (f.Signature().TypeParams().Len() > 0 || f.Signature().RecvTypeParams().Len() > 0)
}

// converts marks both types of a conversion between different ones.
func (w *work) converts(call *ast.CallExpr, open map[*types.TypeName]bool) {
	to, ok := w.pass.TypesInfo.Types[call.Fun]
	if !ok || !to.IsType() || len(call.Args) != 1 {
		return
	}
	if types.IsInterface(to.Type) {
		return
	}
	a, b := structOf(to.Type), structOf(w.pass.TypesInfo.TypeOf(call.Args[0]))
	if a == b {
		return
	}
	for _, tn := range []*types.TypeName{a, b} {
		if tn != nil {
			open[tn] = true
		}
	}
}

// structOf is the name of a struct type, or of the one that a pointer points to.
func structOf(t types.Type) *types.TypeName {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		if _, ok := n.Underlying().(*types.Struct); ok {
			return n.Obj()
		}
	}
	return nil
}

// fieldAddresses are the registers of a function that hold the address of a field, or
// that of an element of a field that is an array.
func fieldAddresses(g *refprog.Func) map[refprog.Reg]string {
	at := map[refprog.Reg]string{}
	for _, b := range g.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; op.Kind {
			case refprog.FieldAddr:
				at[op.Dst] = fieldKey(g, op)
			case refprog.IndexAddr:
				if op.Args[0].Kind == refprog.RegOperand && at[op.Args[0].Reg] != "" {
					at[op.Dst] = at[op.Args[0].Reg]
				}
			}
		}
	}
	return at
}

// openFields removes the fields whose address a function uses for anything but a
// load or a store through it, there or at an index.
func (w *work) openFields(g *refprog.Func, closed fieldSet) {
	at := fieldAddresses(g)
	if len(at) == 0 {
		return
	}
	used := func(os ...refprog.Operand) {
		for _, o := range os {
			if o.Kind == refprog.RegOperand {
				delete(closed, at[o.Reg])
			}
		}
	}
	for _, b := range g.Blocks {
		for _, ph := range b.Phis {
			used(ph.Args...)
		}
		for i := range b.Ops {
			switch op := &b.Ops[i]; op.Kind {
			case refprog.Load:
			case refprog.Store, refprog.IndexAddr:
				used(op.Args[1])
			default:
				used(op.Args...)
			}
		}
		used(b.Term.Args...)
	}
}

// unfreedFields finds the closed fields of which every value that is read is only
// looked at: what is stored there is never freed. One that holds a slice or a map has
// to hold one that nobody else has, to which this code may add.
func (w *work) unfreedFields(closed fieldSet) fieldSet {
	unfreed := maps.Clone(closed)
	for _, f := range w.said.fields {
		if f.Owned {
			delete(unfreed, f.Type+"."+f.Field)
		}
	}
	for _, g := range w.prog.Funcs {
		at := fieldAddresses(g)
		for _, b := range g.Blocks {
			for i := range b.Ops {
				op := &b.Ops[i]
				key := ""
				switch {
				case op.Kind == refprog.Field:
					key = fieldKey(g, op)
				case op.Kind == refprog.Load && op.Args[0].Kind == refprog.RegOperand:
					key = at[op.Args[0].Reg]
				}
				q := &reading{counted: true}
				if op.Dst != refprog.NoReg && g.Regs[op.Dst].Type.Kind == refprog.Container {
					q.into = key
				}
				if unfreed[key] && !w.follow(g, op.Dst, q) {
					delete(unfreed, key)
				}
				if op.Kind != refprog.Store || op.Args[0].Kind != refprog.RegOperand || op.Args[1].Kind != refprog.RegOperand {
					continue
				}
				key = at[op.Args[0].Reg]
				if v := op.Args[1].Reg; unfreed[key] && g.Regs[v].Type.Kind == refprog.Container && !w.private(g, op.Args[1], key, map[refprog.Reg]bool{}) {
					delete(unfreed, key)
				}
			}
		}
	}
	return unfreed
}

// private reports whether a container that a function stores in a field is one that
// nobody else has: it was made here, or comes from that field.
func (w *work) private(g *refprog.Func, o refprog.Operand, key string, seen map[refprog.Reg]bool) bool {
	if o.Kind != refprog.RegOperand {
		return true // none
	}
	if seen[o.Reg] {
		return true
	}
	seen[o.Reg] = true
	for _, b := range g.Blocks {
		for _, ph := range b.Phis {
			if ph.Dst != o.Reg {
				continue
			}
			for _, a := range ph.Args {
				if !w.private(g, a, key, seen) {
					return false
				}
			}
			return true
		}
	}
	op := definition(g, o)
	if op == nil {
		return false // a parameter
	}
	switch op.Kind {
	case refprog.Load:
		return op.Args[0].Kind == refprog.RegOperand && fieldAddresses(g)[op.Args[0].Reg] == key
	case refprog.MakeContainer, refprog.Alloc:
	case refprog.Append, refprog.SliceOf:
		if !w.private(g, op.Args[0], key, seen) {
			return false
		}
	default:
		return false
	}
	return w.follow(g, o.Reg, &reading{counted: true, into: key})
}

// fieldKey is the full name of the field that a FieldAddr or Field operation is
// about, or "".
func fieldKey(g *refprog.Func, op *refprog.Op) string {
	if op.Args[0].Kind != refprog.RegOperand {
		return ""
	}
	typ := withoutTypeArgs(strings.TrimPrefix(g.Regs[op.Args[0].Reg].Type.Name, "*"))
	if typ == "" {
		return ""
	}
	return typ + "." + op.Name
}
