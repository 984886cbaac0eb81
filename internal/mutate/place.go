package mutate

import (
	"go/ast"
	"go/token"
	"slices"
)

// A Place is something that holds a reference (a field, a variable), which a
// function releases and then writes to.
type Place struct {
	site    Site // for texts and positions; it has no variable
	expr    string
	release ast.Stmt // the statement that does nothing but release what the place holds
	write   *ast.AssignStmt
	looped  bool
}

// places finds `free(x)`, alone or in `if x != nil { free(x) }`, with `x = ...`
// among the statements after it.
func places(base Site, voc Vocabulary) (found []*Place) {
	eachBlock(base.fn.Body, func(b block) {
		for i, stmt := range b.list {
			x := releasedBy(stmt, voc)
			if x == nil {
				continue
			}
			expr := string(base.text(x))
			for _, next := range b.list[i+1:] {
				write, ok := next.(*ast.AssignStmt)
				if ok && write.Tok == token.ASSIGN && len(write.Lhs) == 1 && string(base.text(write.Lhs[0])) == expr {
					found = append(found, &Place{base, expr, stmt, write, b.loop != nil})
					break
				}
			}
		}
	})
	slices.SortFunc(found, func(a, b *Place) int { return int(a.release.Pos() - b.release.Pos()) })
	return found
}

// releasedBy returns what a statement releases that does nothing else, or nil.
func releasedBy(stmt ast.Stmt, voc Vocabulary) ast.Expr {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok {
			return nil
		}
		for _, op := range voc.Release {
			if calleeName(call) == op.Name {
				return handleOf(call, op.Handle)
			}
		}
	case *ast.IfStmt:
		if stmt.Init == nil && stmt.Else == nil && len(stmt.Body.List) == 1 {
			if _, ok := stmt.Cond.(*ast.BinaryExpr); ok {
				return releasedBy(stmt.Body.List[0], voc)
			}
		}
	}
	return nil
}

func (p *Place) setsNil() bool {
	id, ok := p.write.Rhs[0].(*ast.Ident)
	return ok && id.Name == "nil"
}

// lines returns the lines below pos, or in a loop all, that mention the place.
func (p *Place) lines(pos token.Pos) (lines []int) {
	ast.Inspect(p.site.fn.Body, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok || string(p.site.text(x)) != p.expr {
			return true
		}
		if at := p.site.line(x.Pos()); (p.looped || x.Pos() > pos) && !slices.Contains(lines, at) {
			lines = append(lines, at)
		}
		return false
	})
	return lines
}

// overwrite answers where the lost reference came from, if the function itself
// acquired it, or where it is overwritten.
func overwrite(p *Place) []Mutant {
	if p.setsNil() {
		return nil
	}
	wants := []Want{{"missingfree", p.site.line(p.write.Pos())}}
	for _, at := range p.site.acquires {
		wants = append(wants, Want{"missingfree", at})
	}
	return []Mutant{{Edits: []Edit{p.site.remove(p.release)}, Wants: wants}}
}

// keepReleased answers where what was released is touched again; where the
// function does not, it is no mistake of the function.
func keepReleased(p *Place) []Mutant {
	again := p.lines(p.write.End())
	if !p.setsNil() || len(again) == 0 {
		return nil
	}
	m := Mutant{Edits: []Edit{p.site.remove(p.write)}}
	for _, at := range again {
		m.Wants = append(m.Wants, Want{"useafterfree", at}, Want{"doublefree", at})
	}
	return []Mutant{m}
}
