package lower

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// wrapperStart is the position of C.name for a call that cmd/cgo wrapped in a
// literal. The literal stands there, except in an argument of another C call:
// cgo writes no line comment before it there. The one it writes before the first
// argument tells where the call starts, as gofmt puts them: C.name(argument.
func (p *pkg) wrapperStart(lit *ssa.Function) token.Pos {
	start := lit.Pos()
	if lit.Parent() == nil || !p.insideWrapper(lit) {
		return start
	}
	syntax, ok := lit.Syntax().(*ast.FuncLit)
	if !ok || len(syntax.Body.List) == 0 {
		return start
	}
	first, ok := syntax.Body.List[0].(*ast.AssignStmt)
	if !ok || len(first.Rhs) != 1 {
		return start
	}
	name := ""
	for _, sb := range lit.Blocks {
		for _, instr := range sb.Instrs {
			if c, ok := instr.(*ssa.Call); ok {
				if fn, ok := c.Call.Value.(*ssa.Function); ok {
					if n, _, ok := cFunction(fn); ok {
						name = n
					}
				}
			}
		}
	}
	arg := p.in.Fset.Position(p.argumentStart(lit, first.Rhs[0]))
	want := arg.Column - len("C."+strings.TrimPrefix(name, "_C")+"(")
	have := p.in.Fset.Position(start)
	moved := start + token.Pos(want-have.Column)
	if at := p.in.Fset.Position(moved); arg.Line == have.Line && at.Filename == arg.Filename && at.Line == arg.Line && at.Column == want {
		return moved
	}
	return start
}

// argumentStart is where an argument starts: a wrapped call in it is moved too.
func (p *pkg) argumentStart(lit *ssa.Function, arg ast.Expr) token.Pos {
	if call, ok := arg.(*ast.CallExpr); ok {
		for _, anon := range lit.AnonFuncs {
			if anon.Syntax() == ast.Unparen(call.Fun) {
				return p.wrapperStart(anon)
			}
		}
	}
	return arg.Pos()
}

// insideWrapper reports whether a literal is part of an argument of a C call.
func (p *pkg) insideWrapper(lit *ssa.Function) bool {
	parent := lit.Parent()
	if isCgoWrapper(parent) {
		return true
	}
	for _, anon := range parent.AnonFuncs { // the outer literal of a deferred C call
		if anon != lit && isCgoWrapper(anon) && p.spliced[parent] {
			return true
		}
	}
	return false
}
