package noreturn

import (
	"go/ast"
	"go/token"
)

// flow walks one function body and asks which statements complete, that is, hand
// control to the next one. Where it errs, it says that a statement does not.
type flow struct {
	*finder
	left    bool // a return statement was come to
	targets []*target
	label   string // of the statement that is walked next
}

// target is a statement that break ends.
type target struct {
	label  string
	broken bool
}

// list reports whether a list of statements completes. What stands behind one
// that does not is not come to, jumps with goto aside, which are not followed.
func (f *flow) list(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		if !f.stmt(s) {
			return false
		}
	}
	return true
}

func (f *flow) stmt(s ast.Stmt) bool {
	label := f.label
	f.label = ""
	switch s := s.(type) {
	case nil:
		return true
	case *ast.BlockStmt:
		return f.list(s.List)
	case *ast.LabeledStmt:
		f.label = s.Label.Name
		return f.stmt(s.Stmt)
	case *ast.ReturnStmt:
		f.left = f.left || f.evaluated(s)
		return false
	case *ast.BranchStmt:
		f.jump(s)
		return false
	case *ast.IfStmt:
		if !f.stmt(s.Init) || !f.evaluated(s.Cond) {
			return false
		}
		then := f.stmt(s.Body)
		return f.stmt(s.Else) || then
	case *ast.ForStmt:
		if !f.stmt(s.Init) || s.Cond != nil && !f.evaluated(s.Cond) {
			return false
		}
		return f.breakable(label, func() bool { f.stmt(s.Body); return s.Cond != nil })
	case *ast.RangeStmt:
		return f.evaluated(s.X) && f.breakable(label, func() bool { f.stmt(s.Body); return true })
	case *ast.SwitchStmt:
		return f.stmt(s.Init) && (s.Tag == nil || f.evaluated(s.Tag)) && f.clauses(label, s.Body, false)
	case *ast.TypeSwitchStmt:
		return f.stmt(s.Init) && f.stmt(s.Assign) && f.clauses(label, s.Body, false)
	case *ast.SelectStmt:
		return f.clauses(label, s.Body, true)
	}
	return f.evaluated(s)
}

// jump is a break. The other jumps complete nothing: what continue goes to is
// left by its condition or not at all, fallthrough goes to a clause that is
// looked at anyway.
func (f *flow) jump(s *ast.BranchStmt) {
	if s.Tok != token.BREAK {
		return
	}
	for i := len(f.targets) - 1; i >= 0; i-- {
		if t := f.targets[i]; s.Label == nil || t.label == s.Label.Name {
			t.broken = true
			return
		}
	}
}

// breakable walks a statement that break ends.
func (f *flow) breakable(label string, walk func() bool) bool {
	t := &target{label: label}
	f.targets = append(f.targets, t)
	completes := walk()
	f.targets = f.targets[:len(f.targets)-1]
	return completes || t.broken
}

// clauses walks the cases of a switch, or of a select, which waits for one of
// them. A switch without default completes when no case fits.
func (f *flow) clauses(label string, body *ast.BlockStmt, waits bool) bool {
	return f.breakable(label, func() bool {
		completes, exhausts := false, waits
		for _, c := range body.List {
			var stmts []ast.Stmt
			switch c := c.(type) {
			case *ast.CaseClause:
				exhausts = exhausts || c.List == nil
				for _, e := range c.List {
					if !f.evaluated(e) {
						return false
					}
				}
				stmts = c.Body
			case *ast.CommClause:
				if !f.stmt(c.Comm) {
					return false
				}
				stmts = c.Body
			}
			completes = f.list(stmts) || completes
		}
		return completes || !exhausts
	})
}

// evaluated reports whether the expressions of a statement, or one expression,
// can be evaluated to the end: they call nothing that may never return. Calls
// that are deferred, or made by a goroutine, end nothing here.
func (f *flow) evaluated(n ast.Node) bool {
	ends := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			// What is deferred may recover, and the function returns.
			f.left = true
			ends = ends || !f.arguments(n.Call)
			return false
		case *ast.GoStmt:
			ends = ends || !f.arguments(n.Call)
			return false
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			ends = ends || f.never(n.Fun)
		case *ast.AssignStmt:
			for i := 0; i < len(n.Lhs) && len(n.Lhs) == len(n.Rhs); i++ {
				f.assigned(n.Lhs[i], n.Rhs[i])
			}
		case *ast.ValueSpec:
			for i := 0; i < len(n.Names) && len(n.Names) == len(n.Values); i++ {
				f.assigned(n.Names[i], n.Values[i])
			}
		}
		return true
	})
	return !ends
}

func (f *flow) arguments(call *ast.CallExpr) bool {
	for _, a := range call.Args {
		if !f.evaluated(a) {
			return false
		}
	}
	return true
}
