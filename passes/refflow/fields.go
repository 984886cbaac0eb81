package refflow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/directive"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// declareFields notes which fields own what they hold. Only fields of declared
// types count: others have no name by which code elsewhere could mean them.
func (w *work) declareFields(handle func(types.Type) string) {
	if len(w.said.set.Fields) == 0 {
		return
	}
	structs := w.namedStructs()
	for _, f := range w.said.set.Fields {
		if b, ok := w.pass.TypesInfo.TypeOf(f.Type).Underlying().(*types.Basic); ok && b.Kind() != types.UnsafePointer && handle(w.pass.TypesInfo.TypeOf(f.Type)) == "" {
			w.directive(f.Pos, "the field can hold no handle")
			continue
		}
		typ := structs(f)
		if typ == "" {
			w.directive(f.Pos, "%s belongs to a field of a declared struct type", ownerWord(f.Owned))
			continue
		}
		for _, name := range fieldName(f) {
			w.said.fields = append(w.said.fields, FieldOwner{typ, name.Name, handle(w.pass.TypesInfo.TypeOf(f.Type)), f.Owned, f.Pos})
		}
	}
	slices.SortStableFunc(w.said.fields, func(a, b FieldOwner) int {
		return strings.Compare(a.Type+"."+a.Field, b.Type+"."+b.Field)
	})
	w.result.Fields = w.said.fields
}

func ownerWord(owned bool) string {
	if owned {
		return string(directive.Owned)
	}
	return string(directive.Borrowed)
}

// namedStructs returns a function that names the declared type around a field,
// or "".
func (w *work) namedStructs() func(directive.Field) string {
	type span struct {
		t    *ast.StructType
		name string
	}
	var spans []span
	for _, file := range w.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if t, ok := spec.Type.(*ast.StructType); ok && w.pass.TypesInfo.Defs[spec.Name].Parent() == w.pass.Pkg.Scope() {
					spans = append(spans, span{t, w.pass.Pkg.Path() + "." + spec.Name.Name})
				}
			}
			return true
		})
	}
	return func(f directive.Field) string {
		for _, s := range spans {
			if slices.ContainsFunc(s.t.Fields.List, func(g *ast.Field) bool { return g.Type == f.Type }) {
				return s.name
			}
		}
		return ""
	}
}

// fieldOwner says whether the field of a struct type, by full name, was declared
// to own what it holds.
func (w *work) fieldOwner(typ, field string) (owned, declared bool) {
	typ = withoutTypeArgs(strings.TrimPrefix(typ, "*"))
	for _, f := range w.said.fields {
		if f.Type == typ && f.Field == field {
			return f.Owned, true
		}
	}
	owned, declared = w.said.imported[typ+"."+field]
	return owned, declared
}

// declaredFields lists, by full name, the fields of which a directive, here or in
// an import, says whether they own what they hold.
func (w *work) declaredFields() map[string]simulate.DeclaredField {
	out := map[string]simulate.DeclaredField{}
	for key, owned := range w.said.imported {
		out[key] = simulate.DeclaredField{Owned: owned}
	}
	for _, f := range w.said.fields {
		out[f.Type+"."+f.Field] = simulate.DeclaredField{Owned: f.Owned, Handle: f.Handle}
	}
	return out
}

// intoBorrowed reports whether an operation stores to a field that was declared
// to borrow: then keeping a loan there is what its author wants.
func (w *work) intoBorrowed(r refprog.OpRef) bool {
	op, g := w.op(r), w.universe.Func(r.Func)
	if op == nil || op.Kind != refprog.Store || op.Args[0].Kind != refprog.RegOperand {
		return false
	}
	for _, b := range g.Blocks {
		for i := range b.Ops {
			if a := &b.Ops[i]; a.Kind == refprog.FieldAddr && a.Dst == op.Args[0].Reg && a.Args[0].Kind == refprog.RegOperand {
				owned, declared := w.fieldOwner(g.Regs[a.Args[0].Reg].Type.Name, a.Name)
				return declared && !owned
			}
		}
	}
	return false
}

// freedFields holds fields that were declared to borrow against the package's
// own code: a free of what such a field holds contradicts.
func (w *work) freedFields() {
	for _, g := range w.prog.Funcs {
		for _, b := range g.Blocks {
			for i := range b.Ops {
				a := &b.Ops[i]
				if a.Kind != refprog.FieldAddr || a.Args[0].Kind != refprog.RegOperand {
					continue
				}
				typ := withoutTypeArgs(strings.TrimPrefix(g.Regs[a.Args[0].Reg].Type.Name, "*"))
				for _, f := range w.said.fields {
					if f.Type == typ && f.Field == a.Name && !f.Owned && w.freesLoad(g, a.Dst) {
						w.directive(f.Pos, "field %s is declared to borrow, but %s frees what it holds", f.Field, g.Name)
					}
				}
			}
		}
	}
}

// freesLoad reports whether a function frees what it loads from an address
// without having counted it.
func (w *work) freesLoad(g *refprog.Func, addr refprog.Reg) bool {
	for _, b := range g.Blocks {
		for i := range b.Ops {
			if op := &b.Ops[i]; op.Kind == refprog.Load && op.Args[0].IsReg(addr) && w.frees(g, op.Dst, 0) {
				return true
			}
		}
	}
	return false
}
