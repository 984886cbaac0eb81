package execute

import (
	"go/ast"
	"go/token"
	"go/types"
)

// stmts executes a list; a goto to a label of this list stays here.
func (m *machine) stmts(list []ast.Stmt) leave {
	for i := 0; i < len(list); i++ {
		out := m.stmt(list[i])
		if out.kind == jumps {
			at := labelled(list, out.label)
			if at < 0 {
				return out
			}
			i = at - 1
			continue
		}
		if out.kind != onward {
			return out
		}
	}
	return leave{}
}

func labelled(list []ast.Stmt, label string) int {
	for i, s := range list {
		if l, ok := s.(*ast.LabeledStmt); ok && l.Label.Name == label {
			return i
		}
	}
	return -1
}

// stmt executes one statement.
func (m *machine) stmt(s ast.Stmt) leave {
	if m.steps++; m.steps > maxSteps {
		panic(endless{})
	}
	m.top.line = m.p.line(s.Pos())
	m.reached.add(m.top.line)
	switch s := s.(type) {
	case *ast.ExprStmt:
		m.exprStmt(s.X)
	case *ast.AssignStmt:
		m.assign(s)
	case *ast.DeclStmt:
		m.declare(s.Decl.(*ast.GenDecl))
	case *ast.IncDecStmt:
		at := m.place(s.X)
		n := at.get().(int64)
		if s.Tok == token.INC {
			at.set(n + 1)
		} else {
			at.set(n - 1)
		}
	case *ast.BlockStmt:
		return m.stmts(s.List)
	case *ast.IfStmt:
		return m.ifStmt(s)
	case *ast.ForStmt:
		return m.forStmt(s)
	case *ast.RangeStmt:
		return m.rangeStmt(s)
	case *ast.SwitchStmt:
		return m.switchStmt(s)
	case *ast.TypeSwitchStmt:
		return m.typeSwitch(s)
	case *ast.LabeledStmt:
		out := m.stmt(s.Stmt)
		if out.kind == breaks && out.label == s.Label.Name {
			return leave{}
		}
		return out
	case *ast.BranchStmt:
		return branch(m, s)
	case *ast.ReturnStmt:
		m.returnStmt(s)
		return leave{kind: returns}
	case *ast.DeferStmt:
		m.deferStmt(s)
	case *ast.GoStmt:
		m.goStmt(s)
	case *ast.SendStmt:
		ch := m.expr(s.Chan)
		v := copied(m.expr(s.Value))
		c, _ := ch.(*channel)
		m.put(c, v)
	case *ast.EmptyStmt:
	default:
		m.unsupported("statement")
	}
	return leave{}
}

func branch(m *machine, s *ast.BranchStmt) leave {
	out := leave{}
	if s.Label != nil {
		out.label = s.Label.Name
	}
	switch s.Tok {
	case token.BREAK:
		out.kind = breaks
	case token.CONTINUE:
		out.kind = continues
	case token.GOTO:
		out.kind = jumps
	default:
		m.unsupported(s.Tok.String())
	}
	return out
}

func (m *machine) exprStmt(e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		m.expr(e)
		return
	}
	m.ignoring = true
	m.call(call)
	m.ignoring = false
}

func (m *machine) ifStmt(s *ast.IfStmt) leave {
	if s.Init != nil {
		m.stmt(s.Init)
	}
	m.top.line = m.p.line(s.Cond.Pos())
	other, block := s.Else.(*ast.BlockStmt)
	m.empty = len(s.Body.List) == 0 && (s.Else == nil || block && len(other.List) == 0)
	cond := m.expr(s.Cond).(bool)
	m.empty = false
	if cond {
		return m.stmts(s.Body.List)
	}
	if s.Else != nil {
		return m.stmt(s.Else)
	}
	return leave{}
}

// again says how a loop goes on after its body.
func (m *machine) again(s ast.Stmt, out leave) (done bool, result leave) {
	mine := out.label == "" || out.label == m.p.labels[s]
	switch {
	case out.kind == breaks && mine:
		return true, leave{}
	case out.kind == continues && mine, out.kind == onward:
		return false, leave{}
	}
	return true, out
}

func (m *machine) forStmt(s *ast.ForStmt) leave {
	if s.Init != nil {
		m.stmt(s.Init)
	}
	own := m.loopVars(s.Init)
	for {
		m.steps++
		m.top.line = m.p.line(s.Pos())
		if s.Cond != nil && !m.expr(s.Cond).(bool) {
			return leave{}
		}
		if m.steps > maxSteps {
			panic(endless{})
		}
		if done, out := m.again(s, m.stmts(s.Body.List)); done {
			return out
		}
		for _, v := range own {
			m.top.vars[v] = &cell{copied(m.top.vars[v].v)}
		}
		if s.Post != nil {
			m.stmt(s.Post)
		}
	}
}

// loopVars returns the variables that each turn of a loop has its own copy of.
func (m *machine) loopVars(init ast.Stmt) []*types.Var {
	a, ok := init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return nil
	}
	var out []*types.Var
	for _, e := range a.Lhs {
		if v, ok := m.p.Info.Defs[e.(*ast.Ident)].(*types.Var); ok {
			out = append(out, v)
		}
	}
	return out
}

func (m *machine) rangeStmt(s *ast.RangeStmt) leave {
	line := m.top.line
	turn := func(k, v any) (bool, leave) {
		m.top.line = line
		m.rangeVar(s, s.Key, k)
		m.rangeVar(s, s.Value, v)
		return m.again(s, m.stmts(s.Body.List))
	}
	switch x := m.expr(s.X).(type) {
	case nil:
	case int64:
		for i := range x {
			if done, out := turn(i, nil); done {
				return out
			}
		}
	case list:
		for i, c := range x {
			if done, out := turn(int64(i), copied(c.v)); done {
				return out
			}
		}
	case *table:
		for _, k := range append([]any(nil), x.keys...) {
			v, ok := x.values[k]
			if !ok {
				continue
			}
			if done, out := turn(k, copied(v)); done {
				return out
			}
		}
	case *channel:
		for {
			v, ok := m.take(x)
			if !ok {
				return leave{}
			}
			if done, out := turn(v, nil); done {
				return out
			}
		}
	case *closure, native:
		return m.rangeFunc(x, turn)
	default:
		m.unsupported("range")
	}
	return leave{}
}

// rangeFunc runs a loop over an iterator: the body is a function.
func (m *machine) rangeFunc(seq any, turn func(k, v any) (bool, leave)) leave {
	home := m.top
	var result leave
	over := false
	body := native(func(m *machine, args []any) []any {
		if over {
			m.fault("iteration after the loop has ended")
		}
		inner := m.top
		m.top = home
		defer func() { m.top = inner }()
		args = append(args, nil, nil)
		over, result = turn(args[0], args[1])
		return []any{!over}
	})
	m.callValue(seq, []any{body})
	over = true
	return result
}

func (m *machine) rangeVar(s *ast.RangeStmt, e ast.Expr, v any) {
	if e == nil {
		return
	}
	if id, ok := e.(*ast.Ident); ok && s.Tok == token.DEFINE {
		if obj, ok := m.p.Info.Defs[id].(*types.Var); ok {
			m.top.vars[obj] = &cell{v}
		}
		return
	}
	m.place(e).set(v)
}

func (m *machine) switchStmt(s *ast.SwitchStmt) leave {
	if s.Init != nil {
		m.stmt(s.Init)
	}
	var tag any = true
	if s.Tag != nil {
		tag = m.expr(s.Tag)
	}
	for at, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			if m.equal(tag, m.expr(e)) {
				return m.clauses(s.Body.List, at)
			}
		}
	}
	for at, c := range s.Body.List {
		if c.(*ast.CaseClause).List == nil {
			return m.clauses(s.Body.List, at)
		}
	}
	return leave{}
}

// clauses executes a case, and those it falls through to.
func (m *machine) clauses(list []ast.Stmt, at int) leave {
	for {
		body := list[at].(*ast.CaseClause).Body
		if n := len(body); n > 0 {
			if b, ok := body[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				if out := m.stmts(body[:n-1]); out.kind != onward {
					return unbroken(out)
				}
				at++
				continue
			}
		}
		return unbroken(m.stmts(body))
	}
}

// unbroken ends a break at the switch it belongs to.
func unbroken(out leave) leave {
	if out.kind == breaks && out.label == "" {
		return leave{}
	}
	return out
}

func (m *machine) typeSwitch(s *ast.TypeSwitchStmt) leave {
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X
	case *ast.AssignStmt:
		x = a.Rhs[0]
	}
	v := m.expr(ast.Unparen(x).(*ast.TypeAssertExpr).X)
	chosen := (*ast.CaseClause)(nil)
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil && chosen == nil {
			chosen = c
		}
		for _, t := range c.List {
			tv := m.p.Info.Types[t]
			if tv.IsNil() && v == nil || !tv.IsNil() && m.hasType(v, tv.Type) {
				chosen = c
				goto found
			}
		}
	}
found:
	if chosen == nil {
		return leave{}
	}
	if obj, ok := m.p.Info.Implicits[chosen].(*types.Var); ok {
		m.top.vars[obj] = &cell{v}
	}
	return unbroken(m.stmts(chosen.Body))
}

func (m *machine) returnStmt(s *ast.ReturnStmt) {
	line := m.top.line
	defer func() { m.answered = line }()
	if len(s.Results) == 0 {
		return
	}
	f := m.top
	f.tail = len(s.Results) == 1
	values := m.as(s.Results, func(i int) types.Type { return f.sig.Results().At(i).Type() })
	f.tail = false
	for i, v := range values {
		f.results[i].v = copied(v)
	}
}

// deferStmt evaluates what is called and with what, now; the call comes later, at
// the line of the statement.
func (m *machine) deferStmt(s *ast.DeferStmt) {
	f, line := m.top, m.top.line
	call := m.prepare(s.Call)
	f.deferred = append(f.deferred, func() {
		m.top = f
		f.line = line
		m.ignoring = true
		call()
		m.ignoring = false
	})
}

func (m *machine) declare(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		var values []any
		if len(spec.Values) > 0 {
			values = m.as(spec.Values, func(i int) types.Type { return m.p.typeOf(spec.Names[i]) })
		}
		for i, name := range spec.Names {
			v, ok := m.p.Info.Defs[name].(*types.Var)
			if !ok {
				continue
			}
			if values != nil {
				m.top.vars[v] = &cell{copied(values[i])}
			} else {
				m.top.vars[v] = &cell{m.zero(v.Type())}
			}
		}
	}
}
