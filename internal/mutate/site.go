package mutate

import (
	"go/ast"
	"go/token"
	"slices"
)

// A Site is one variable of one function that receives an owned reference.
type Site struct {
	fset *token.FileSet
	src  []byte
	fn   *ast.FuncDecl

	name     string        // the variable
	acquire  *ast.CallExpr // the acquiring call
	releases []release     // by source order, all below the acquire
	uprefs   []ast.Stmt    // statements that take one more reference
	guard    *ast.BinaryExpr
}

// A release is a statement `free(v)` or `defer free(v)`.
type release struct {
	stmt     ast.Stmt
	call     *ast.CallExpr
	deferred bool
	block    []ast.Stmt // the statements it stands among
	index    int        // its place in block
}

// sites finds the sites of a function: assignments of an acquiring call to a
// local variable, in the statements of the function itself (not of closures).
func sites(fset *token.FileSet, src []byte, fn *ast.FuncDecl, voc Vocabulary) []*Site {
	var found []*Site
	eachBlock(fn.Body, func(block []ast.Stmt) {
		for i, stmt := range block {
			assign, ok := stmt.(*ast.AssignStmt)
			if !ok || len(assign.Rhs) != 1 {
				continue
			}
			id, ok := assign.Lhs[0].(*ast.Ident)
			call := acquiring(assign.Rhs[0], voc)
			if !ok || call == nil || id.Name == "_" {
				continue
			}
			s := &Site{fset: fset, src: src, fn: fn, name: id.Name, acquire: call}
			if i+1 < len(block) {
				s.guard = guardOf(block[i+1])
			}
			found = append(found, s)
		}
	})
	slices.SortFunc(found, func(a, b *Site) int { return int(a.acquire.Pos() - b.acquire.Pos()) })
	for i, s := range found {
		// A variable that is acquired again belongs to the later site from there on.
		end := fn.End()
		for _, later := range found[i+1:] {
			if later.name == s.name {
				end = later.acquire.Pos()
				break
			}
		}
		s.collect(voc, end)
	}
	return found
}

// collect finds the releases and up_refs of the site's variable before end.
func (s *Site) collect(voc Vocabulary, end token.Pos) {
	eachBlock(s.fn.Body, func(block []ast.Stmt) {
		for i, stmt := range block {
			if stmt.Pos() < s.acquire.End() || stmt.Pos() >= end {
				continue
			}
			switch stmt := stmt.(type) {
			case *ast.ExprStmt:
				if call := operationOn(stmt.X, voc.Release, s.name); call != nil {
					s.releases = append(s.releases, release{stmt, call, false, block, i})
				}
			case *ast.DeferStmt:
				if call := operationOn(stmt.Call, voc.Release, s.name); call != nil {
					s.releases = append(s.releases, release{stmt, call, true, block, i})
				}
			case *ast.IfStmt:
				if cond, ok := stmt.Cond.(*ast.BinaryExpr); ok && operationOn(cond.X, voc.UpRef, s.name) != nil {
					s.uprefs = append(s.uprefs, stmt)
				}
			}
		}
	})
	slices.SortFunc(s.releases, func(a, b release) int { return int(a.stmt.Pos() - b.stmt.Pos()) })
}

// acquiring returns the acquiring call in e, looking through conversions and
// parentheses, or nil.
func acquiring(e ast.Expr, voc Vocabulary) *ast.CallExpr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	if slices.Contains(voc.Acquire, calleeName(call)) {
		return call
	}
	if _, conversion := call.Fun.(*ast.ParenExpr); conversion && len(call.Args) == 1 {
		return acquiring(call.Args[0], voc)
	}
	return nil
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
		var handle ast.Expr
		if op.Handle == Receiver {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				handle = sel.X
			}
		} else if op.Handle < len(call.Args) {
			handle = call.Args[op.Handle]
		}
		if id, ok := handle.(*ast.Ident); ok && id.Name == variable {
			return call
		}
	}
	return nil
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

// guardOf returns the condition of `if x == nil { ...; return }` (or !=), or nil.
func guardOf(stmt ast.Stmt) *ast.BinaryExpr {
	branch, ok := stmt.(*ast.IfStmt)
	if !ok || branch.Init != nil || branch.Else != nil || len(branch.Body.List) == 0 {
		return nil
	}
	if _, leaves := branch.Body.List[len(branch.Body.List)-1].(*ast.ReturnStmt); !leaves {
		return nil
	}
	cond, ok := branch.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL && cond.Op != token.NEQ {
		return nil
	}
	if id, ok := cond.Y.(*ast.Ident); !ok || id.Name != "nil" {
		return nil
	}
	return cond
}

// eachBlock calls f with every list of statements below root, closures left out.
func eachBlock(root ast.Node, f func([]ast.Stmt)) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BlockStmt:
			f(n.List)
		case *ast.CaseClause:
			f(n.Body)
		case *ast.CommClause:
			f(n.Body)
		}
		return true
	})
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
