package execute

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sessionlint/sessionlint/session"
)

// A place is what can be assigned to: a variable, or an element of a map.
type place struct {
	c   *cell
	m   *machine
	t   *table
	key any
	typ types.Type // of a map's elements

	name string // if only the package can reach it
}

func (p place) get() any {
	switch {
	case p.c != nil:
		return p.c.v
	case p.t != nil:
		if v, ok := p.t.values[p.key]; ok {
			return v
		}
	case p.typ == nil:
		return nil // blank
	}
	return p.m.zero(p.typ)
}

func (p place) set(v any) {
	if p.name != "" {
		p.m.store(p.name, v)
	}
	switch {
	case p.c != nil:
		p.c.v = copied(v)
	case p.t != nil:
		p.t.set(p.key, copied(v))
	case p.typ != nil:
		p.m.fault("assignment to entry in nil map")
	}
}

// place evaluates an expression to where it is.
func (m *machine) place(e ast.Expr) place {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return m.place(e.X)
	case *ast.Ident:
		if e.Name == "_" {
			return place{m: m}
		}
		obj := m.p.Info.Uses[e]
		if obj == nil {
			obj = m.p.Info.Defs[e]
		}
		if v, ok := obj.(*types.Var); ok {
			return place{c: m.variable(v), m: m, name: m.p.varPlace(v)}
		}
	case *ast.StarExpr:
		c, _ := m.expr(e.X).(*cell)
		if c == nil {
			m.fault("nil pointer dereference")
		}
		return place{c: c}
	case *ast.SelectorExpr:
		if sel := m.p.Info.Selections[e]; sel != nil && sel.Kind() == types.FieldVal {
			return place{c: m.field(m.base(e.X), sel.Index()), m: m, name: m.p.fieldOf(sel)}
		}
	case *ast.IndexExpr:
		x := m.expr(e.X)
		if _, ok := m.p.Info.Types[e.X].Type.Underlying().(*types.Map); ok {
			t, _ := x.(*table)
			return place{m: m, t: t, key: m.expr(e.Index), typ: m.mapElem(e.X)}
		}
		l, _ := x.(list)
		i := m.expr(e.Index).(int64)
		if i < 0 || i >= int64(len(l)) {
			m.fault("index out of range")
		}
		return place{c: l[i]}
	case *ast.CompositeLit, *ast.CallExpr:
		return place{c: &cell{m.expr(e)}}
	}
	m.unsupported("place")
	return place{}
}

// base evaluates the operand of a selector to the variable of a struct.
func (m *machine) base(e ast.Expr) *cell {
	if _, ok := m.p.Info.Types[e].Type.Underlying().(*types.Pointer); ok {
		c, _ := m.expr(e).(*cell)
		if c == nil {
			m.fault("nil pointer dereference")
		}
		return c
	}
	if p := m.place(e); p.c != nil {
		return p.c
	}
	return &cell{m.expr(e)} // an element of a map, which nobody can change in place
}

// field follows a path of fields, through embedded structs and pointers.
func (m *machine) field(c *cell, index []int) *cell {
	for _, i := range index {
		if p, ok := c.v.(*cell); ok {
			c = p
		}
		s, _ := c.v.(*structure)
		if s == nil {
			m.fault("nil pointer dereference")
		}
		c = s.fields[i]
	}
	return c
}

func (m *machine) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		m.update(s)
		return
	}
	if len(s.Lhs) == 1 && isBlank(s.Lhs[0]) {
		if call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); ok {
			m.exprStmt(call)
			return
		}
	}
	var places []place
	if s.Tok == token.ASSIGN {
		for _, e := range s.Lhs {
			places = append(places, m.place(e))
		}
	}
	values := m.as(s.Rhs, func(i int) types.Type { return m.p.typeOf(s.Lhs[i]) })
	if s.Tok == token.ASSIGN {
		for i, p := range places {
			p.set(values[i])
		}
		return
	}
	for i, e := range s.Lhs {
		id := e.(*ast.Ident)
		if v, ok := m.p.Info.Defs[id].(*types.Var); ok {
			m.top.vars[v] = &cell{copied(values[i])}
		} else if id.Name != "_" {
			m.place(id).set(values[i])
		}
	}
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// update is x op= y.
func (m *machine) update(s *ast.AssignStmt) {
	at := m.place(s.Lhs[0])
	switch x := at.get().(type) {
	case int64:
		y := m.expr(s.Rhs[0]).(int64)
		switch s.Tok {
		case token.ADD_ASSIGN:
			at.set(x + y)
			return
		case token.SUB_ASSIGN:
			at.set(x - y)
			return
		}
	case string:
		if s.Tok == token.ADD_ASSIGN {
			at.set(x + m.expr(s.Rhs[0]).(string))
			return
		}
	}
	m.unsupported(s.Tok.String())
}

// selector evaluates x.f as a value: a field, a method value, a name of another
// package.
func (m *machine) selector(e *ast.SelectorExpr) any {
	sel := m.p.Info.Selections[e]
	if sel == nil {
		if fn, ok := m.p.Info.Uses[e.Sel].(*types.Func); ok {
			return m.imported(fn)
		}
		m.unsupported("name " + e.Sel.Name)
	}
	switch sel.Kind() {
	case types.FieldVal:
		v := m.place(e).get()
		m.load(m.p.fieldOf(sel), v)
		return v
	case types.MethodVal:
		return m.method(e, sel)
	}
	fn := sel.Obj().(*types.Func)
	return native(func(m *machine, args []any) []any { return m.send(args[0], fn, args[1:]) })
}

// method evaluates x.f to a function with its receiver bound.
func (m *machine) method(e *ast.SelectorExpr, sel *types.Selection) native {
	fn := sel.Obj().(*types.Func)
	recv := m.receiver(e.X, sel, fn)
	return func(m *machine, args []any) []any { return m.send(recv, fn, args) }
}

// receiver evaluates the receiver of a method of a struct, or of package session.
func (m *machine) receiver(x ast.Expr, sel *types.Selection, fn *types.Func) any {
	index := sel.Index()
	index = index[:len(index)-1]
	recv := fn.Signature().Recv().Type()
	_, wantsPointer := types.Unalias(recv).(*types.Pointer)
	if types.IsInterface(recv) && len(index) == 0 {
		v := m.expr(x)
		if _, param := types.Unalias(m.p.Info.Types[x].Type).(*types.TypeParam); v == nil && !param {
			m.fault("nil interface")
		}
		return v
	}
	_, isPointer := m.p.Info.Types[x].Type.Underlying().(*types.Pointer)
	if len(index) == 0 && isPointer == wantsPointer {
		return copied(m.expr(x))
	}
	c := m.base(x)
	if len(index) > 0 {
		c = m.field(c, index)
		m.load(m.p.fieldOfPath(sel.Recv(), index), c.v)
		if inner, ok := c.v.(*cell); ok {
			c = inner
		} else if _, handles := c.v.(*structure); !handles {
			return c.v // an embedded handle or interface
		}
	}
	if wantsPointer {
		return c
	}
	return copied(c.v)
}

// send calls a method on a receiver.
func (m *machine) send(recv any, fn *types.Func, args []any) []any {
	if p := fn.Pkg(); p != nil && p.Path() == SessionPath {
		return m.operation(recv, fn.Name(), fn.Signature(), args)
	} else if p != nil && p.Path() == "sync" {
		return m.synced(fn, recv, args)
	}
	if !types.IsInterface(fn.Signature().Recv().Type()) {
		return m.callDecl(fn, nil, append([]any{recv}, args...))
	}
	switch v := recv.(type) {
	case nil: // of a type parameter
		return m.operation(nil, fn.Name(), fn.Signature(), args)
	case typedNil:
		if handleName(v.typ) != "" {
			return m.operation(nil, fn.Name(), fn.Signature(), args)
		}
	case *session.Session:
		return m.operation(v, fn.Name(), fn.Signature(), args)
	case *session.Conn:
		return m.onConn(v, fn.Name(), args)
	case *failure:
		return []any{v.text}
	case *cell:
		if s, ok := v.v.(*structure); ok && s.typ != nil {
			obj, index, _ := types.LookupFieldOrMethod(types.NewPointer(s.typ), true, m.p.Types, fn.Name())
			return m.dispatch(v, obj, index, args)
		}
	case *structure:
		if v.typ != nil {
			obj, index, _ := types.LookupFieldOrMethod(v.typ, false, m.p.Types, fn.Name())
			return m.dispatch(&cell{v}, obj, index, args)
		}
	}
	m.unsupported("method of an interface")
	return nil
}

func (m *machine) dispatch(c *cell, obj types.Object, index []int, args []any) []any {
	fn, ok := obj.(*types.Func)
	if !ok {
		m.unsupported("method")
	}
	if len(index) > 1 {
		c = m.field(c, index[:len(index)-1])
		if inner, ok := c.v.(*cell); ok {
			c = inner
		} else if _, ok := c.v.(*structure); !ok {
			return m.send(c.v, fn, args)
		}
	}
	if _, pointer := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer); pointer {
		return m.callDecl(fn, nil, append([]any{c}, args...))
	}
	return m.callDecl(fn, nil, append([]any{copied(c.v)}, args...))
}
