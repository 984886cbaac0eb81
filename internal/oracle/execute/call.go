package execute

import (
	"go/ast"
	"go/types"
)

// call evaluates a call to its values.
func (m *machine) call(e *ast.CallExpr) []any {
	f := m.top
	ignoring, empty, tail := m.ignoring, m.empty, f.tail
	m.ignoring, m.empty, f.tail = false, false, false // of the operands
	run := m.prepare(e)
	line := f.line
	f.line = m.p.line(e.Pos())
	m.ignoring, m.empty, f.tail = ignoring, empty, tail
	out := run()
	m.ignoring, m.empty = false, empty
	f.line = line
	return out
}

// prepare evaluates what is called, and the arguments, and returns the call.
func (m *machine) prepare(e *ast.CallExpr) func() []any {
	fun := ast.Unparen(e.Fun)
	if tv := m.p.Info.Types[fun]; tv.IsType() {
		v := m.expr(e.Args[0])
		return func() []any { return []any{v} }
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := m.p.Info.Uses[id].(*types.Builtin); ok {
			return m.builtin(b.Name(), e)
		}
	}
	switch f := fun.(type) {
	case *ast.IndexExpr:
		if fn := m.generic(f.X); fn != nil {
			args := m.arguments(e, fn.Origin().Signature())
			targs := m.instance(identOf(f.X), fn)
			return func() []any { return m.callDecl(fn, targs, args) }
		}
	case *ast.Ident:
		if fn, ok := m.p.Info.Uses[f].(*types.Func); ok {
			targs := m.instance(f, fn)
			args := m.arguments(e, fn.Signature())
			return func() []any { return m.callDecl(fn, targs, args) }
		}
	case *ast.SelectorExpr:
		if sel := m.p.Info.Selections[f]; sel != nil && sel.Kind() == types.MethodVal {
			fn := sel.Obj().(*types.Func)
			recv := m.receiver(f.X, sel, fn)
			args := m.arguments(e, fn.Signature())
			return func() []any { return m.send(recv, fn, args) }
		}
	}
	v := m.expr(fun)
	sig, _ := m.p.Info.Types[fun].Type.Underlying().(*types.Signature)
	if sig == nil {
		m.unsupported("call")
	}
	args := m.arguments(e, sig)
	return func() []any { return m.callValue(v, args) }
}

func identOf(e ast.Expr) *ast.Ident { id, _ := e.(*ast.Ident); return id }

func (m *machine) generic(e ast.Expr) *types.Func {
	if id := identOf(e); id != nil {
		fn, _ := m.p.Info.Uses[id].(*types.Func)
		return fn
	}
	return nil
}

// arguments evaluates the arguments; those of a variadic parameter become a list.
func (m *machine) arguments(e *ast.CallExpr, sig *types.Signature) []any {
	n := sig.Params().Len()
	var args []any
	if len(e.Args) > 0 {
		args = m.as(e.Args, func(i int) types.Type {
			if sig.Variadic() && i >= n-1 {
				if s, ok := sig.Params().At(n - 1).Type().(*types.Slice); ok && !e.Ellipsis.IsValid() {
					return s.Elem()
				}
				return nil
			}
			return sig.Params().At(i).Type()
		})
	}
	if !sig.Variadic() || e.Ellipsis.IsValid() {
		return args
	}
	rest := list{}
	for _, v := range args[n-1:] {
		rest = append(rest, &cell{copied(v)})
	}
	out := append([]any(nil), args[:n-1]...)
	if len(rest) == 0 {
		return append(out, nil)
	}
	return append(out, rest)
}

// callValue calls a function value.
func (m *machine) callValue(v any, args []any) []any {
	switch f := v.(type) {
	case *closure:
		m.ignoring = false
		return m.callLit(f, args)
	case native:
		return f(m, args)
	case nil:
		m.fault("call of a nil function")
	}
	m.unsupported("call of a value")
	return nil
}

func (m *machine) builtin(name string, e *ast.CallExpr) func() []any {
	none := func() []any { return nil }
	if name == "new" {
		c := &cell{}
		if tv := m.p.Info.Types[e.Args[0]]; tv.IsType() {
			c.v = m.zero(tv.Type)
		} else {
			c.v = copied(m.expr(e.Args[0]))
		}
		return func() []any { return []any{c} }
	}
	if name == "make" {
		v := m.makes(e)
		return func() []any { return []any{v} }
	}
	args := m.exprs(e.Args)
	switch name {
	case "panic":
		return func() []any { panic(panics{args[0]}) }
	case "recover":
		f := m.top
		return func() []any { return []any{m.recovered(f)} }
	case "len", "cap":
		return func() []any { return []any{m.length(args[0])} }
	case "append":
		l, _ := args[0].(list)
		if e.Ellipsis.IsValid() {
			more, _ := args[1].(list)
			args = args[:1]
			for _, c := range more {
				args = append(args, c.v)
			}
		}
		for _, v := range args[1:] {
			l = append(l, &cell{copied(v)})
		}
		return func() []any { return []any{l} }
	case "delete":
		return func() []any {
			if t, _ := args[0].(*table); t != nil {
				t.remove(args[1])
			}
			return nil
		}
	case "clear":
		return func() []any {
			if t, _ := args[0].(*table); t != nil {
				t.keys, t.values = nil, map[any]any{}
			} else if l, _ := args[0].(list); l != nil {
				m.unsupported("clear of a list")
			}
			return nil
		}
	case "close":
		return func() []any {
			c, _ := args[0].(*channel)
			if c == nil || c.closed {
				m.fault("close of a closed channel")
			}
			c.closed = true
			m.moved++
			return nil
		}
	case "print", "println":
		return none
	}
	m.unsupported(name)
	return none
}

func (m *machine) makes(e *ast.CallExpr) any {
	t := m.p.Info.Types[e.Args[0]].Type
	n := int64(0)
	if len(e.Args) > 1 {
		n = m.expr(e.Args[1]).(int64)
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		l := list{}
		for range n {
			l = append(l, &cell{m.zero(u.Elem())})
		}
		return l
	case *types.Map:
		return &table{values: map[any]any{}}
	case *types.Chan:
		return &channel{size: int(n)}
	}
	m.unsupported("make")
	return nil
}

func (m *machine) length(v any) int64 {
	switch v := v.(type) {
	case nil:
		return 0
	case list:
		return int64(len(v))
	case *table:
		return int64(len(v.keys))
	case *channel:
		return int64(len(v.queue))
	case string:
		return int64(len(v))
	}
	m.unsupported("length")
	return 0
}

// recovered ends the panic of the function whose deferred call f is.
func (m *machine) recovered(f *frame) any {
	if f.up == nil || f.up.panicked == nil || f.up.panicked.recovered {
		return nil
	}
	f.up.panicked.recovered = true
	return f.up.panicked.v
}

// imported returns a function of another package.
func (m *machine) imported(fn *types.Func) native {
	sig := fn.Signature()
	switch fn.Pkg().Path() + "." + fn.Name() {
	case SessionPath + ".Choose":
		return func(m *machine, args []any) []any { return []any{int64(m.path.choose(int(args[0].(int64))))} }
	case "errors.New", "fmt.Errorf":
		return func(_ *machine, args []any) []any { return []any{&failure{args[0].(string)}} }
	case "os.Exit":
		return func(*machine, []any) []any { panic(exits{}) }
	}
	if fn.Pkg().Path() == SessionPath {
		return func(m *machine, args []any) []any { return m.operation(nil, fn.Name(), sig, args) }
	}
	m.unsupported("call of " + fn.FullName())
	return nil
}
