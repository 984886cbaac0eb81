package mutate

import (
	"go/ast"
	"go/token"
)

// An Operator is one kind of mistake.
type Operator struct {
	Name  string
	Doc   string // what the mistake is
	apply func(*Site) []Mutant
}

// Operators returns every operator for a vocabulary. Those that need a word
// the vocabulary lacks find nothing to do.
func Operators(voc Vocabulary) []Operator {
	return []Operator{
		{"delete-release", "a release is forgotten", deleteRelease},
		{"double-release", "a release is done twice", doubleRelease},
		{"borrow", "the reference is only lent, and released all the same", func(s *Site) []Mutant { return borrow(s, voc) }},
		{"early-release", "a deferred release is done at once, before the last use", earlyRelease},
		{"late-defer", "the release is deferred only after a return", lateDefer},
		{"negate-guard", "the check for failure is the wrong way round", negateGuard},
		{"unchecked-upref", "nobody looks at the status of up_ref", uncheckedUpRef},
	}
}

// leak is the answer to a reference that is lost.
func (s *Site) leak() []Want {
	return []Want{{"missingfree", s.line(s.acquire.Pos())}}
}

func (s *Site) line(pos token.Pos) int { return s.fset.Position(pos).Line }

// text returns the source of n.
func (s *Site) text(n ast.Node) []byte {
	return s.src[s.offset(n.Pos()):s.offset(n.End())]
}

func (s *Site) offset(pos token.Pos) int { return s.fset.Position(pos).Offset }

// replace is the edit that puts text in place of n and keeps the lines.
func (s *Site) replace(n ast.Node, text string) Edit {
	return Edit{s.offset(n.Pos()), s.offset(n.End()), text}
}

// remove is the edit that leaves only the line ends of n.
func (s *Site) remove(n ast.Node) Edit {
	return s.replace(n, blank(s.text(n)))
}

// insertAfter is the edit that appends a statement on the last line of n.
func (s *Site) insertAfter(n ast.Node, statement string) Edit {
	at := s.offset(n.End())
	return Edit{at, at, "; " + statement}
}

func deleteRelease(s *Site) (mutants []Mutant) {
	for _, r := range s.releases {
		mutants = append(mutants, Mutant{Edits: []Edit{s.remove(r.stmt)}, Wants: s.leak()})
	}
	return mutants
}

func doubleRelease(s *Site) (mutants []Mutant) {
	for _, r := range s.releases {
		mutants = append(mutants, Mutant{
			Edits: []Edit{s.insertAfter(r.stmt, string(s.text(r.stmt)))},
			Wants: []Want{{"doublefree", s.line(r.stmt.Pos())}},
		})
	}
	return mutants
}

// borrow answers at any of the releases: all of them are wrong.
func borrow(s *Site, voc Vocabulary) []Mutant {
	lend, ok := voc.Lend[calleeName(s.acquire)]
	if !ok || len(s.releases) == 0 {
		return nil
	}
	var name ast.Node = s.acquire.Fun
	if sel, ok := s.acquire.Fun.(*ast.SelectorExpr); ok {
		name = sel.Sel
	}
	m := Mutant{Edits: []Edit{s.replace(name, lend)}}
	for _, r := range s.releases {
		m.Wants = append(m.Wants, Want{"borrowedfree", s.line(r.stmt.Pos())})
	}
	return []Mutant{m}
}

// earlyRelease answers at the first use below the release, which must stand
// among the same statements: only there it is sure to be reached.
func earlyRelease(s *Site) (mutants []Mutant) {
	for _, r := range s.releases {
		if !r.deferred {
			continue
		}
		for _, next := range r.block[r.index+1:] {
			use := firstMention(next, s.name)
			if use == token.NoPos {
				continue
			}
			mutants = append(mutants, Mutant{
				Edits: []Edit{s.replace(r.stmt, string(s.text(r.call)))},
				Wants: []Want{{"useafterfree", s.line(use)}},
			})
			break
		}
	}
	return mutants
}

func firstMention(n ast.Node, variable string) token.Pos {
	at := token.NoPos
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == variable && at == token.NoPos {
			at = id.Pos()
		}
		return at == token.NoPos
	})
	return at
}

// lateDefer moves a deferred release behind the next statement that may return
// without having handed the reference on.
func lateDefer(s *Site) (mutants []Mutant) {
	for _, r := range s.releases {
		if !r.deferred {
			continue
		}
		for _, next := range r.block[r.index+1:] {
			branch, ok := next.(*ast.IfStmt)
			if !ok || !returns(branch.Body) || mentions(branch, s.name) {
				continue
			}
			mutants = append(mutants, Mutant{
				Edits: []Edit{s.remove(r.stmt), s.insertAfter(branch, string(s.text(r.stmt)))},
				Wants: s.leak(),
			})
			break
		}
	}
	return mutants
}

func negateGuard(s *Site) []Mutant {
	if s.guard == nil || len(s.releases) == 0 {
		return nil
	}
	op := "!="
	if s.guard.Op == token.NEQ {
		op = "=="
	}
	at := s.offset(s.guard.OpPos)
	return []Mutant{{Edits: []Edit{{at, at + 2, op}}, Wants: s.leak()}}
}

func uncheckedUpRef(s *Site) (mutants []Mutant) {
	for _, stmt := range s.uprefs {
		branch := stmt.(*ast.IfStmt)
		cond := branch.Cond.(*ast.BinaryExpr)
		mutants = append(mutants, Mutant{
			Edits: []Edit{s.replace(branch, string(s.text(cond.X))+blank(s.text(branch)))},
			Wants: []Want{{"uncheckedupref", s.line(branch.Pos())}},
		})
	}
	return mutants
}
