package mutate

import (
	"go/ast"
	"go/token"
	"slices"
)

// A Site is one variable of one function that receives a reference: its own, or
// a lent one.
type Site struct {
	fset *token.FileSet
	src  []byte
	fn   *ast.FuncDecl

	name     string        // the variable
	acquire  *ast.CallExpr // the acquiring or lending call
	stmt     ast.Stmt      // the statement with that call
	lent     bool
	owner    string    // lent: the variable that lends, or ""
	end      token.Pos // here the variable is over, or gets another reference
	releases []release // by source order, all below the call
	uprefs   []upref
	guard    *guard
	owned    []string  // variables with a reference of their own, this one left out
	acquires []int     // lines of the acquiring calls, for a Place
	ownerEnd []release // releases of the owner below the call, or its deferred one
}

// A release is a statement `free(v)` or `defer free(v)`, the latter also in the
// form of a closure.
type release struct {
	stmt     ast.Stmt
	call     *ast.CallExpr
	handle   *ast.Ident // v
	deferred bool
	closure  bool
	arm      bool       // the statement stands in an arm of a switch or select
	loop     ast.Node   // the innermost loop around it, or nil
	block    []ast.Stmt // the statements it stands among
	index    int        // its place in block
}

// An upref is a statement `if up_ref(v) != 1 { ... }` or `if !up_ref(v) { ... }`.
type upref struct {
	stmt *ast.IfStmt
	call *ast.CallExpr
}

// A guard is the statement `if x == nil { ...; return ... }` below the call.
type guard struct {
	cond   *ast.BinaryExpr
	leaves *ast.ReturnStmt
}

// sites finds the sites of a function: assignments of an acquiring or lending
// call to a local variable, in the statements of the function itself (not of
// closures).
func sites(fset *token.FileSet, src []byte, fn *ast.FuncDecl, voc Vocabulary) []*Site {
	var found []*Site
	eachBlock(fn.Body, func(b block) {
		for i, stmt := range b.list {
			assign, ok := stmt.(*ast.AssignStmt)
			if !ok || len(assign.Rhs) != 1 {
				continue
			}
			id, ok := assign.Lhs[0].(*ast.Ident)
			call, lent := acquiring(assign.Rhs[0], voc)
			if !ok || call == nil || id.Name == "_" {
				continue
			}
			s := &Site{fset: fset, src: src, fn: fn, name: id.Name, acquire: call, stmt: stmt, lent: lent}
			if i+1 < len(b.list) {
				s.guard = guardOf(b.list[i+1])
			}
			if lent && voc.Owner.Name != "" {
				s.owner = handleName(call, voc.Owner.Handle)
			}
			found = append(found, s)
		}
	})
	slices.SortFunc(found, func(a, b *Site) int { return int(a.acquire.Pos() - b.acquire.Pos()) })
	for i, s := range found {
		// A variable that is acquired again belongs to the later site from there on.
		s.end = fn.End()
		for _, later := range found[i+1:] {
			if later.name == s.name {
				s.end = later.acquire.Pos()
				break
			}
		}
		for _, other := range found[:i] {
			if !other.lent && other.name != s.name && !slices.Contains(s.owned, other.name) {
				s.owned = append(s.owned, other.name)
			}
		}
		s.collect(voc)
	}
	return found
}

// collect finds the releases and up_refs of the site's variable, and the
// releases of its owner.
func (s *Site) collect(voc Vocabulary) {
	eachBlock(s.fn.Body, func(b block) {
		for i, stmt := range b.list {
			// A release of the owner may be deferred above the site.
			if s.owner != "" {
				if r, ok := releaseOf(stmt, []Call{voc.Owner}, s.owner); ok && (r.deferred || stmt.Pos() > s.acquire.End()) {
					s.ownerEnd = append(s.ownerEnd, r.in(b, i))
				}
			}
			if stmt.Pos() < s.acquire.End() || stmt.Pos() >= s.end {
				continue
			}
			if r, ok := releaseOf(stmt, voc.Release, s.name); ok {
				s.releases = append(s.releases, r.in(b, i))
			}
			if branch, ok := stmt.(*ast.IfStmt); ok {
				var status ast.Expr
				switch cond := branch.Cond.(type) {
				case *ast.BinaryExpr:
					status = cond.X
				case *ast.UnaryExpr:
					status = cond.X
				}
				if call := operationOn(status, voc.UpRef, s.name); call != nil && branch.Init == nil {
					s.uprefs = append(s.uprefs, upref{branch, call})
				}
			}
		}
	})
	slices.SortFunc(s.releases, func(a, b release) int { return int(a.stmt.Pos() - b.stmt.Pos()) })
}

// releaseOf returns stmt as a release of the variable.
func releaseOf(stmt ast.Stmt, operations []Call, variable string) (release, bool) {
	r := release{stmt: stmt}
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		r.call = operationOn(stmt.X, operations, variable)
	case *ast.DeferStmt:
		r.deferred = true
		r.call = operationOn(stmt.Call, operations, variable)
		if lit, ok := stmt.Call.Fun.(*ast.FuncLit); ok && len(lit.Body.List) == 1 && len(stmt.Call.Args) == 0 {
			if only, ok := lit.Body.List[0].(*ast.ExprStmt); ok {
				r.closure = true
				r.call = operationOn(only.X, operations, variable)
			}
		}
	}
	if r.call != nil {
		for _, op := range operations {
			if calleeName(r.call) == op.Name {
				r.handle, _ = handleOf(r.call, op.Handle).(*ast.Ident)
			}
		}
	}
	return r, r.call != nil
}

func (r release) in(b block, i int) release {
	r.block, r.index, r.arm, r.loop = b.list, i, b.arm, b.loop
	return r
}

// acquiring returns the acquiring or lending call in e, looking through
// conversions and parentheses, or nil.
func acquiring(e ast.Expr, voc Vocabulary) (call *ast.CallExpr, lent bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, false
	}
	if slices.Contains(voc.Acquire, calleeName(call)) {
		return call, false
	}
	if voc.own(calleeName(call)) != "" {
		return call, true
	}
	if _, conversion := call.Fun.(*ast.ParenExpr); conversion && len(call.Args) == 1 {
		return acquiring(call.Args[0], voc)
	}
	return nil, false
}

// operationOn returns e as a call of one of the operations on the variable, or nil.
func operationOn(e ast.Expr, operations []Call, variable string) *ast.CallExpr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	for _, op := range operations {
		if calleeName(call) != op.Name {
			continue
		}
		if handleName(call, op.Handle) == variable {
			return call
		}
	}
	return nil
}

// handleOf returns the argument or receiver of a call that is the handle, or nil.
func handleOf(call *ast.CallExpr, index int) ast.Expr {
	if index == Receiver {
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			return sel.X
		}
	} else if index < len(call.Args) {
		return call.Args[index]
	}
	return nil
}

// handleName returns the variable that is the handle of a call, or "".
func handleName(call *ast.CallExpr, index int) string {
	if id, ok := handleOf(call, index).(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func calleeName(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// guardOf returns `if x == nil { ...; return }` (or !=), or nil.
func guardOf(stmt ast.Stmt) *guard {
	branch, ok := stmt.(*ast.IfStmt)
	if !ok || branch.Init != nil || branch.Else != nil || len(branch.Body.List) == 0 {
		return nil
	}
	leaves, ok := branch.Body.List[len(branch.Body.List)-1].(*ast.ReturnStmt)
	if !ok {
		return nil
	}
	cond, ok := branch.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL && cond.Op != token.NEQ {
		return nil
	}
	if id, ok := cond.Y.(*ast.Ident); !ok || id.Name != "nil" {
		return nil
	}
	return &guard{cond, leaves}
}

// A block is a list of statements of a function, and what it stands in.
type block struct {
	list []ast.Stmt
	arm  bool     // it is an arm of a switch or select
	loop ast.Node // the innermost loop around it, or nil
}

// eachBlock calls f with every list of statements below root, closures left out.
func eachBlock(root ast.Node, f func(block)) {
	var walk func(n ast.Node, loop ast.Node)
	walk = func(root, loop ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			if n == root {
				return true
			}
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ForStmt, *ast.RangeStmt:
				walk(n, n)
				return false
			case *ast.BlockStmt:
				f(block{list: n.List, loop: loop})
			case *ast.CaseClause:
				f(block{n.Body, true, loop})
			case *ast.CommClause:
				f(block{n.Body, true, loop})
			}
			return true
		})
	}
	if body, ok := root.(*ast.BlockStmt); ok {
		f(block{list: body.List})
	}
	walk(root, nil)
}

// mentions reports whether the variable's name stands anywhere below n.
func mentions(n ast.Node, variable string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == variable {
			found = true
		}
		return !found
	})
	return found
}

// returns reports whether a return statement stands below n, closures left out.
func returns(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}
