package execute

import (
	"go/ast"
	"go/types"

	"github.com/sessionlint/sessionlint/session"
)

// Values: nil for every kind of nil; bool, int64, string; *session.Session and
// its like; *cell for a pointer; and the types below.

// A cell is one variable.
type cell struct{ v any }

// A structure is a struct value; its fields are variables, so that their address
// can be taken.
type structure struct {
	typ    *types.Named // nil for a struct without a name
	fields []*cell
}

// A list is a slice or an array.
type list []*cell

// A table is a map, iterated in the order of insertion.
type table struct {
	keys   []any
	values map[any]any
}

// A channel without a buffer holds one value until it is taken.
type channel struct {
	queue       []any
	size        int
	closed      bool
	sent, taken int
}

// A failure is an error value.
type failure struct{ text string }

// A closure is a function value.
type closure struct {
	lit      *ast.FuncLit
	sig      *types.Signature
	captured map[*types.Var]*cell
	targs    typeArgs
}

// A native is a function value that the interpreter itself provides: a method of
// package session, a bound method, a declared function.
type native func(m *machine, args []any) []any

// A typedNil is a nil pointer inside an interface, which is not nil.
type typedNil struct{ typ types.Type }

// converted returns a value as it is stored in a place of another type.
func converted(v any, from, to types.Type) any {
	if v != nil || from == nil || to == nil || !types.IsInterface(to) || types.IsInterface(from) {
		return v
	}
	if _, ok := types.Unalias(to).(*types.TypeParam); ok {
		return v
	}
	if _, ok := from.Underlying().(*types.Pointer); ok {
		return typedNil{from}
	}
	return v
}

// as evaluates expressions for places of some types.
func (m *machine) as(list []ast.Expr, to func(i int) types.Type) []any {
	values := m.exprs(list)
	if len(values) != len(list) {
		return values
	}
	for i, e := range list {
		values[i] = converted(values[i], m.p.Info.Types[e].Type, to(i))
	}
	return values
}

type typeArgs map[*types.TypeParam]types.Type

// copied returns what an assignment copies: structs and arrays are values.
func copied(v any) any {
	s, ok := v.(*structure)
	if !ok {
		return v
	}
	out := &structure{typ: s.typ, fields: make([]*cell, len(s.fields))}
	for i, f := range s.fields {
		out.fields[i] = &cell{copied(f.v)}
	}
	return out
}

// zero returns the zero value of a type.
func (m *machine) zero(t types.Type) any {
	named, _ := types.Unalias(t).(*types.Named)
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if arg := m.top.targs[p]; arg != nil {
			return m.zero(arg)
		}
		m.unsupported("type parameter without argument")
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return false
		case u.Info()&types.IsInteger != 0:
			return int64(0)
		case u.Info()&types.IsString != 0:
			return ""
		}
	case *types.Struct:
		s := &structure{typ: named}
		for i := range u.NumFields() {
			s.fields = append(s.fields, &cell{m.zero(u.Field(i).Type())})
		}
		return s
	case *types.Array:
		var l list
		for range u.Len() {
			l = append(l, &cell{m.zero(u.Elem())})
		}
		return l
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return nil
	}
	m.unsupported("zero value of " + t.String())
	return nil
}

// handle wraps what an operation returned: a nil pointer is nil.
func handle[T any](p *T) any {
	if p == nil {
		return nil
	}
	return p
}

func asSession(v any) *session.Session { s, _ := v.(*session.Session); return s }
func asConn(v any) *session.Conn       { c, _ := v.(*session.Conn); return c }
func asContext(v any) *session.Context { x, _ := v.(*session.Context); return x }
