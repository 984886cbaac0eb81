package refflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file finds the words for the assumption that a message ends with.

// decisive settles what a finding says of the branch that leads to it. decided is
// the branch that replay had words for last.
func (w *work) decisive(f *refprog.Func, out *Finding, path refprog.Witness, decided refprog.OpRef) {
	if last, ok := w.lastBranch(f, path); ok && last.At.Block != decided.Block {
		// What leads there in the end is a branch that has no words in the
		// reference program: the source has, or nothing is said.
		out.When = w.condition(last)
	}
	if out.Var != "" && (out.When == out.Var+" != nil" || out.When == out.Var+" == nil") {
		out.When = "" // that there is a session at all goes without saying
	}
}

// lastBranch is the last branch that the reporting function itself took.
func (w *work) lastBranch(f *refprog.Func, path refprog.Witness) (refprog.Step, bool) {
	for _, s := range slices.Backward(path.Steps) {
		if s.Kind == refprog.EdgeStep && s.At.Func == f.Key && f.Blocks[s.At.Block].Term.Kind == refprog.If {
			return s, true
		}
	}
	return refprog.Step{}, false
}

// maxCondition is the length of the longest condition that a message quotes.
const maxCondition = 60

// opposite is the comparison that holds where op does not.
func opposite(op token.Token) (token.Token, bool) {
	switch op {
	case token.EQL:
		return token.NEQ, true
	case token.NEQ:
		return token.EQL, true
	case token.LSS:
		return token.GEQ, true
	case token.GEQ:
		return token.LSS, true
	case token.GTR:
		return token.LEQ, true
	case token.LEQ:
		return token.GTR, true
	}
	return op, false
}

// condition quotes the comparison that a branch decides, or "" if the source does
// not say it in one: loops, switches, conditions in several parts, and what cgo
// has rewritten.
func (w *work) condition(s refprog.Step) string {
	pos := w.universe.Func(s.At.Func).Blocks[s.At.Block].Term.Pos
	text := ""
	for _, file := range w.pass.Files {
		if pos < file.FileStart || pos > file.FileEnd {
			continue
		}
		decl := cgosource.Decl(file, pos)
		if decl == nil {
			continue
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if n == nil || pos < n.Pos() || pos > n.End() {
				return false
			}
			stmt, ok := n.(*ast.IfStmt)
			if !ok || pos != stmt.If && (pos < stmt.Cond.Pos() || pos > stmt.Cond.End()) {
				return true
			}
			if cond, ok := stmt.Cond.(*ast.BinaryExpr); ok {
				written := *cond
				not, ok := opposite(cond.Op)
				if s.Choice == 1 {
					written.Op = not
				}
				if ok {
					text = types.ExprString(&written)
				}
			}
			return true
		})
	}
	if len(text) > maxCondition || strings.Contains(text, "_C") || strings.Contains(text, "func") {
		return ""
	}
	return text
}
