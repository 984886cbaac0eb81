package execute

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/sessionlint/sessionlint/session"
)

// expr evaluates an expression with one value.
func (m *machine) expr(e ast.Expr) any {
	tv := m.p.Info.Types[e]
	if b, ok := tv.Type.(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
		m.unsupported("floating point")
	}
	if tv.Value != nil {
		return constantOf(tv.Value)
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return m.expr(e.X)
	case *ast.Ident:
		return m.ident(e)
	case *ast.FuncLit:
		c := &closure{lit: e, sig: tv.Type.(*types.Signature), captured: map[*types.Var]*cell{}, targs: m.top.targs}
		for _, v := range m.p.captures(e) {
			if at := m.top.vars[v]; at != nil {
				c.captured[v] = at
			}
		}
		return c
	case *ast.CallExpr:
		out := m.call(e)
		if len(out) != 1 {
			m.unsupported("a call with several values")
		}
		return out[0]
	case *ast.UnaryExpr:
		return m.unary(e)
	case *ast.BinaryExpr:
		return m.binary(e)
	case *ast.IndexExpr:
		if fn := m.generic(e.X); fn != nil {
			return m.ident(e.X.(*ast.Ident))
		}
		return m.place(e).get()
	case *ast.StarExpr:
		return m.place(e).get()
	case *ast.SelectorExpr:
		return m.selector(e)
	case *ast.CompositeLit:
		return m.composite(e, tv.Type)
	case *ast.SliceExpr:
		l, _ := m.expr(e.X).(list)
		low, high := 0, len(l)
		if e.Low != nil {
			low = int(m.expr(e.Low).(int64))
		}
		if e.High != nil {
			high = int(m.expr(e.High).(int64))
		}
		if low < 0 || high < low || high > cap(l) {
			m.fault("slice bounds out of range")
		}
		return l[low:high]
	case *ast.TypeAssertExpr:
		v := m.expr(e.X)
		if !m.hasType(v, tv.Type) {
			m.fault("interface conversion")
		}
		return unwrapped(v, tv.Type)
	}
	m.unsupported("expression")
	return nil
}

func constantOf(v constant.Value) any {
	switch v.Kind() {
	case constant.Bool:
		return constant.BoolVal(v)
	case constant.String:
		return constant.StringVal(v)
	}
	n, _ := constant.Int64Val(constant.ToInt(v))
	return n
}

// exprs evaluates a list of expressions, or one call with several values.
func (m *machine) exprs(list []ast.Expr) []any {
	if len(list) == 1 {
		if _, ok := m.p.Info.Types[list[0]].Type.(*types.Tuple); ok {
			if e, ok := ast.Unparen(list[0]).(*ast.CallExpr); ok {
				return m.call(e)
			}
			return m.commaOK(list[0])
		}
	}
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = copied(m.expr(e))
	}
	return out
}

// commaOK evaluates x, ok := e.
func (m *machine) commaOK(e ast.Expr) []any {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		t, _ := m.expr(e.X).(*table)
		key := m.expr(e.Index)
		if t != nil {
			if v, ok := t.values[key]; ok {
				return []any{copied(v), true}
			}
		}
		return []any{m.zero(m.mapElem(e.X)), false}
	case *ast.TypeAssertExpr:
		v := m.expr(e.X)
		if t := m.p.Info.Types[e.Type].Type; !m.hasType(v, t) {
			return []any{m.zero(t), false}
		}
		return []any{unwrapped(v, m.p.Info.Types[e.Type].Type), true}
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			v, ok := m.receive(e)
			return []any{v, ok}
		}
	}
	m.unsupported("a second value")
	return nil
}

func (m *machine) mapElem(e ast.Expr) types.Type {
	return m.p.Info.Types[e].Type.Underlying().(*types.Map).Elem()
}

func (m *machine) receive(e *ast.UnaryExpr) (any, bool) {
	c, _ := m.expr(e.X).(*channel)
	v, ok := m.take(c)
	if !ok {
		v = m.zero(m.p.Info.Types[e.X].Type.Underlying().(*types.Chan).Elem())
	}
	return v, ok
}

func (m *machine) ident(e *ast.Ident) any {
	switch obj := m.p.Info.Uses[e].(type) {
	case *types.Nil:
		return nil
	case *types.Var:
		v := m.variable(obj).v
		m.load(m.p.varPlace(obj), v)
		return v
	case *types.Func:
		targs := m.instance(e, obj)
		return native(func(m *machine, args []any) []any { return m.callDecl(obj, targs, args) })
	}
	m.unsupported("name " + e.Name)
	return nil
}

// instance returns the type arguments of a use of a generic function.
func (m *machine) instance(e *ast.Ident, fn *types.Func) typeArgs {
	inst, ok := m.p.Info.Instances[e]
	if !ok {
		return nil
	}
	out := typeArgs{}
	params := fn.Origin().Signature().TypeParams()
	for i := range params.Len() {
		t := inst.TypeArgs.At(i)
		if p, ok := types.Unalias(t).(*types.TypeParam); ok && m.top.targs[p] != nil {
			t = m.top.targs[p]
		}
		out[params.At(i)] = t
	}
	return out
}

func (m *machine) variable(v *types.Var) *cell {
	if c := m.top.vars[v]; c != nil {
		return c
	}
	if c := m.globals[v]; c != nil {
		return c
	}
	if v.Parent() == m.p.Types.Scope() {
		c := &cell{}
		m.globals[v] = c
		if init := m.p.inits[v]; init != nil {
			c.v = m.expr(init)
		} else {
			c.v = m.zero(v.Type())
			if direct(v.Type()) && handleName(v.Type()) == "Session" && m.p.varPlace(v) != "" {
				c.v = handle(asSession(m.entry(m.p.varPlace(v), true)))
			}
		}
		return c
	}
	m.unsupported("variable " + v.Name())
	return nil
}

func (m *machine) unary(e *ast.UnaryExpr) any {
	switch e.Op {
	case token.NOT:
		return !m.expr(e.X).(bool)
	case token.SUB:
		return -m.expr(e.X).(int64)
	case token.ARROW:
		v, _ := m.receive(e)
		return v
	case token.AND:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			return &cell{m.expr(lit)}
		}
		at := m.place(e.X)
		if at.c == nil {
			m.unsupported("address")
		}
		return at.c
	}
	m.unsupported(e.Op.String())
	return nil
}

func (m *machine) binary(e *ast.BinaryExpr) any {
	x := m.expr(e.X)
	switch e.Op {
	case token.LAND:
		return x.(bool) && m.expr(e.Y).(bool)
	case token.LOR:
		return x.(bool) || m.expr(e.Y).(bool)
	}
	y := m.expr(e.Y)
	switch e.Op {
	case token.EQL:
		return m.equal(x, y)
	case token.NEQ:
		return !m.equal(x, y)
	}
	if a, ok := x.(string); ok && e.Op == token.ADD {
		return a + y.(string)
	}
	a, ok := x.(int64)
	b, ok2 := y.(int64)
	if !ok || !ok2 {
		m.unsupported("operands of " + e.Op.String())
	}
	switch e.Op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	case token.QUO, token.REM:
		if b == 0 {
			m.fault("division by zero")
		}
		if e.Op == token.QUO {
			return a / b
		}
		return a % b
	case token.AND:
		return a & b
	case token.OR:
		return a | b
	case token.LSS:
		return a < b
	case token.LEQ:
		return a <= b
	case token.GTR:
		return a > b
	case token.GEQ:
		return a >= b
	}
	m.unsupported(e.Op.String())
	return nil
}

// equal compares two values. Handles are compared as Go compares them.
func (m *machine) equal(x, y any) bool {
	switch x.(type) {
	case *structure, list, native, *closure:
		if y == nil {
			return false
		}
		if a, ok := x.(*structure); ok {
			b := y.(*structure)
			return slices.EqualFunc(a.fields, b.fields, func(f, g *cell) bool { return m.equal(f.v, g.v) })
		}
		m.unsupported("comparison")
	}
	switch y.(type) {
	case list, native, *closure:
		if x == nil {
			return false
		}
		m.unsupported("comparison")
	}
	return x == y
}

// hasType reports whether an interface value holds a type.
func (m *machine) hasType(v any, t types.Type) bool {
	if v == nil {
		return false
	}
	if n, ok := v.(typedNil); ok {
		return types.AssignableTo(n.typ, t)
	}
	if iface, ok := t.Underlying().(*types.Interface); ok {
		return iface.NumMethods() == 0 || m.implements(v, iface)
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		switch v := v.(type) {
		case *session.Session:
			return handleName(t) == "Session"
		case *session.Conn:
			return handleName(t) == "Conn"
		case *cell:
			s, ok := v.v.(*structure)
			return ok && s.typ != nil && types.Identical(s.typ, p.Elem())
		}
		return false
	}
	switch v := v.(type) {
	case *structure:
		return v.typ != nil && types.Identical(v.typ, t)
	case int64, string, bool:
		_, basic := t.Underlying().(*types.Basic)
		return basic
	}
	m.unsupported("type of a value")
	return false
}

// unwrapped returns what is in an interface as a value of a type.
func unwrapped(v any, t types.Type) any {
	if _, ok := v.(typedNil); ok && !types.IsInterface(t) {
		return nil
	}
	return v
}

func (m *machine) implements(v any, iface *types.Interface) bool {
	if _, ok := v.(*failure); ok {
		return iface.NumMethods() == 1 && iface.Method(0).Name() == "Error"
	}
	for i := range iface.NumMethods() {
		if !m.hasMethod(v, iface.Method(i).Name()) {
			return false
		}
	}
	return true
}

func (m *machine) hasMethod(v any, name string) bool {
	switch v := v.(type) {
	case *session.Session:
		return slices.Contains([]string{"Free", "Time", "UpRef", "Dup", "Timeout", "SetTimeout"}, name)
	case *cell:
		if s, ok := v.v.(*structure); ok && s.typ != nil {
			obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(s.typ), true, m.p.Types, name)
			_, ok := obj.(*types.Func)
			return ok
		}
	case *structure:
		if v.typ != nil {
			obj, _, _ := types.LookupFieldOrMethod(v.typ, false, m.p.Types, name)
			_, ok := obj.(*types.Func)
			return ok
		}
	}
	return false
}

// composite evaluates a composite literal.
func (m *machine) composite(e *ast.CompositeLit, t types.Type) any {
	element := func(x ast.Expr) any {
		if lit, ok := x.(*ast.CompositeLit); ok && lit.Type == nil {
			if p, ok := m.p.Info.Types[lit].Type.Underlying().(*types.Pointer); ok {
				return &cell{m.composite(lit, p.Elem())}
			}
		}
		return copied(m.expr(x))
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		s := m.zero(t).(*structure)
		for i, x := range e.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				name := kv.Key.(*ast.Ident).Name
				for j := range u.NumFields() {
					if u.Field(j).Name() == name {
						i = j
					}
				}
				x = kv.Value
			}
			v := element(x)
			m.store(m.p.fieldPlace(s.typ, u.Field(i)), v)
			s.fields[i].v = v
		}
		return s
	case *types.Slice, *types.Array:
		l := list{}
		for _, x := range e.Elts {
			if _, ok := x.(*ast.KeyValueExpr); ok {
				m.unsupported("a keyed list")
			}
			l = append(l, &cell{element(x)})
		}
		if a, ok := u.(*types.Array); ok {
			for int64(len(l)) < a.Len() {
				l = append(l, &cell{m.zero(a.Elem())})
			}
		}
		return l
	case *types.Map:
		out := &table{values: map[any]any{}}
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			out.set(m.expr(kv.Key), element(kv.Value))
		}
		return out
	}
	m.unsupported("composite literal")
	return nil
}

func (t *table) set(k, v any) {
	if _, ok := t.values[k]; !ok {
		t.keys = append(t.keys, k)
	}
	t.values[k] = v
}

func (t *table) remove(k any) {
	if _, ok := t.values[k]; ok {
		delete(t.values, k)
		t.keys = slices.DeleteFunc(t.keys, func(x any) bool { return x == k })
	}
}
