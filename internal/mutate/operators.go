package mutate

import (
	"go/ast"
	"go/token"
	"slices"
)

// An Operator is one kind of mistake, made at a site or at a place.
type Operator struct {
	Name  string
	Doc   string // what the mistake is
	Lends bool   // what the function keeps afterwards is only lent
	apply func(*Site) []Mutant
	place func(*Place) []Mutant
}

// Operators returns every operator for a vocabulary. Those that need a word
// the vocabulary lacks find nothing to do.
func Operators(voc Vocabulary) []Operator {
	return []Operator{
		{Name: "delete-release", Doc: "a release is forgotten", apply: deleteRelease},
		{Name: "delete-defer", Doc: "a deferred release is forgotten", apply: deleteDefer},
		{Name: "delete-in-arm", Doc: "one arm of a switch forgets its release", apply: deleteInArm},
		{Name: "late-defer", Doc: "the release is deferred only after a return", apply: lateDefer},
		{Name: "early-return", Doc: "the function returns before the release", apply: earlyReturn},
		{Name: "early-continue", Doc: "the loop goes on before the release", apply: earlyContinue},
		{Name: "double-release", Doc: "a release is done twice", apply: doubleRelease},
		{Name: "early-release", Doc: "a deferred release is done at once, before the last use", apply: earlyRelease},
		{Name: "release-owner", Doc: "the owner is released before the last use of what it lent", apply: releaseOwner},
		{Name: "borrow", Doc: "the reference is only lent, and released all the same", Lends: true, apply: func(s *Site) []Mutant { return borrow(s, voc) }},
		{Name: "own", Doc: "the reference is the function's own, and treated as lent", apply: func(s *Site) []Mutant { return own(s, voc) }},
		{Name: "drop-upref", Doc: "a reference is given up that was never added", Lends: true, apply: dropUpRef},
		{Name: "store-lent", Doc: "what is only lent is kept without up_ref", Lends: true, apply: storeLent},
		{Name: "unchecked-upref", Doc: "nobody looks at the status of up_ref", apply: uncheckedUpRef},
		{Name: "negate-guard", Doc: "the check for failure is the wrong way round", apply: negateGuard},
		{Name: "wrong-variable", Doc: "another variable is released", apply: wrongVariable},
		{Name: "overwrite", Doc: "a reference is overwritten that was not released", place: overwrite},
		{Name: "keep-released", Doc: "what was released is not set to nil", place: keepReleased},
	}
}

// leak is the answer to a reference that is lost: the one acquired, or one that
// was added to it.
func (s *Site) leak() []Want {
	wants := []Want{{"missingfree", s.line(s.acquire.Pos())}}
	for _, up := range s.uprefs {
		wants = append(wants, Want{"missingfree", s.line(up.call.Pos())})
	}
	return wants
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

// insertBefore is the edit that puts a statement on the first line of n.
func (s *Site) insertBefore(n ast.Node, statement string) Edit {
	at := s.offset(n.Pos())
	return Edit{at, at, statement + "; "}
}

// insertAfter is the edit that appends a statement on the last line of n.
func (s *Site) insertAfter(n ast.Node, statement string) Edit {
	at := s.offset(n.End())
	return Edit{at, at, "; " + statement}
}

func deleteRelease(s *Site) []Mutant {
	return s.without(func(r release) bool { return !r.deferred && !r.arm })
}

func deleteDefer(s *Site) []Mutant {
	return s.without(func(r release) bool { return r.deferred })
}

func deleteInArm(s *Site) []Mutant {
	return s.without(func(r release) bool { return !r.deferred && r.arm })
}

// without removes one release of the function's own reference at a time.
func (s *Site) without(which func(release) bool) (mutants []Mutant) {
	for _, r := range s.own() {
		if which(r) {
			mutants = append(mutants, Mutant{Edits: []Edit{s.remove(r.stmt)}, Wants: s.leak()})
		}
	}
	return mutants
}

// own returns the releases, if it is the function's own reference that they give
// back: at a lent one they belong to an up_ref.
func (s *Site) own() []release {
	if s.lent {
		return nil
	}
	return s.releases
}

// earlyReturn repeats the return of the guard in front of a release.
func earlyReturn(s *Site) (mutants []Mutant) {
	if s.guard == nil {
		return nil
	}
	for _, r := range s.own() {
		mutants = append(mutants, Mutant{Edits: []Edit{s.insertBefore(r.stmt, string(s.text(s.guard.leaves)))}, Wants: s.leak()})
	}
	return mutants
}

// earlyContinue leaves a loop in which the reference was acquired, too.
func earlyContinue(s *Site) (mutants []Mutant) {
	for _, r := range s.own() {
		if r.loop == nil || s.acquire.Pos() < r.loop.Pos() || !s.innermost(r) {
			continue
		}
		mutants = append(mutants, Mutant{Edits: []Edit{s.insertBefore(r.stmt, "continue")}, Wants: s.leak()})
	}
	return mutants
}

// innermost reports whether the call stands directly in the loop of r, and not
// in one inside it.
func (s *Site) innermost(r release) bool {
	in := false
	eachBlock(s.fn.Body, func(b block) {
		for _, stmt := range b.list {
			in = in || stmt == s.stmt && b.loop == r.loop
		}
	})
	return in
}

// doubleRelease answers there, or, where an up_ref added a reference that the
// second release takes, further down.
func doubleRelease(s *Site) (mutants []Mutant) {
	for _, r := range s.own() {
		wants := []Want{{"doublefree", s.line(r.stmt.Pos())}}
		if len(s.uprefs) > 0 {
			for _, at := range s.mentionsAfter(r.stmt.End()) {
				wants = append(wants, Want{"doublefree", at}, Want{"useafterfree", at})
			}
		}
		mutants = append(mutants, Mutant{Edits: []Edit{s.insertAfter(r.stmt, string(s.text(r.stmt)))}, Wants: wants})
	}
	return mutants
}

// borrow answers at any of the releases: all of them are wrong.
func borrow(s *Site, voc Vocabulary) []Mutant {
	lend, ok := voc.Lend[calleeName(s.acquire)]
	if !ok || len(s.releases) == 0 {
		return nil
	}
	m := Mutant{Edits: []Edit{s.replace(s.calleeNode(), lend)}}
	for _, r := range s.releases {
		m.Wants = append(m.Wants, Want{"borrowedfree", s.line(r.stmt.Pos())})
	}
	return []Mutant{m}
}

// own makes the caller of a lending function an owner.
func own(s *Site, voc Vocabulary) []Mutant {
	if !s.lent || len(s.releases) > 0 {
		return nil
	}
	return []Mutant{{Edits: []Edit{s.replace(s.calleeNode(), voc.own(calleeName(s.acquire)))}, Wants: s.leak()}}
}

func (s *Site) calleeNode() ast.Node {
	if sel, ok := s.acquire.Fun.(*ast.SelectorExpr); ok {
		return sel.Sel
	}
	return s.acquire.Fun
}

// dropUpRef leaves one reference too few for what follows: a release or a use of
// what was released answers, or the place that keeps what is not its own.
func dropUpRef(s *Site) (mutants []Mutant) {
	if len(s.releases) == 0 {
		return nil
	}
	for _, up := range s.uprefs {
		m := Mutant{Edits: []Edit{s.remove(up.stmt)}}
		for _, at := range s.mentionsAfter(up.stmt.End()) {
			for _, check := range []string{"doublefree", "borrowedfree", "useafterfree", "danglingborrow"} {
				m.Wants = append(m.Wants, Want{check, at})
			}
		}
		mutants = append(mutants, m)
	}
	return mutants
}

// storeLent is dropUpRef where nothing is released: the reference was for a
// place that keeps it.
func storeLent(s *Site) (mutants []Mutant) {
	if !s.lent || len(s.releases) > 0 {
		return nil
	}
	for _, up := range s.uprefs {
		m := Mutant{Edits: []Edit{s.remove(up.stmt)}}
		for _, at := range s.mentionsAfter(up.stmt.End()) {
			m.Wants = append(m.Wants, Want{"danglingborrow", at})
		}
		mutants = append(mutants, m)
	}
	return mutants
}

// mentionsAfter returns the lines that mention the variable behind pos.
func (s *Site) mentionsAfter(pos token.Pos) (lines []int) {
	ast.Inspect(s.fn.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == s.name && id.Pos() > pos && id.Pos() < s.end {
			if at := s.line(id.Pos()); !slices.Contains(lines, at) {
				lines = append(lines, at)
			}
		}
		return true
	})
	return lines
}

// releaseOwner releases the owner as soon as it has lent, if it is released at
// all; the answer is any later use of what it lent.
func releaseOwner(s *Site) []Mutant {
	uses := s.mentionsAfter(s.stmt.End())
	if !s.lent || len(s.ownerEnd) == 0 || len(s.uprefs) > 0 || len(uses) == 0 {
		return nil
	}
	edits := []Edit{s.insertAfter(s.stmt, string(s.text(s.ownerEnd[0].call)))}
	for _, r := range s.ownerEnd {
		edits = append(edits, s.remove(r.stmt))
	}
	m := Mutant{Edits: edits}
	for _, at := range uses {
		m.Wants = append(m.Wants, Want{"danglingborrow", at}, Want{"useafterfree", at})
	}
	return []Mutant{m}
}

// wrongVariable releases another variable of the function in place of this one,
// which is lost; the other one is then released twice.
func wrongVariable(s *Site) (mutants []Mutant) {
	for _, r := range s.own() {
		for _, other := range s.owned {
			if r.handle != nil {
				mutants = append(mutants, Mutant{Edits: []Edit{s.replace(r.handle, other)}, Wants: s.leak()})
			}
		}
	}
	return mutants
}

// earlyRelease answers at the first use below the release, which must stand
// among the same statements: only there it is sure to be reached.
func earlyRelease(s *Site) (mutants []Mutant) {
	for _, r := range s.own() {
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
	for _, r := range s.own() {
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

// negateGuard turns the check for nil of a reference that is released, and the
// check of an up_ref: where that succeeds the reference is lost.
func negateGuard(s *Site) (mutants []Mutant) {
	turn := func(cond ast.Expr, wants []Want) {
		var edit Edit
		switch cond := cond.(type) {
		case *ast.BinaryExpr:
			op, ok := map[token.Token]string{token.EQL: "!=", token.NEQ: "=="}[cond.Op]
			if !ok {
				return
			}
			at := s.offset(cond.OpPos)
			edit = Edit{at, at + len(op), op}
		case *ast.UnaryExpr:
			if cond.Op != token.NOT {
				return
			}
			edit = s.replace(cond, string(s.text(cond.X)))
		}
		mutants = append(mutants, Mutant{Edits: []Edit{edit}, Wants: wants})
	}
	if s.guard != nil && len(s.own()) > 0 {
		turn(s.guard.cond, s.leak())
	}
	for _, up := range s.uprefs {
		turn(up.stmt.Cond, []Want{{"missingfree", s.line(up.call.Pos())}})
	}
	return mutants
}

func uncheckedUpRef(s *Site) (mutants []Mutant) {
	for _, up := range s.uprefs {
		mutants = append(mutants, Mutant{
			Edits: []Edit{s.replace(up.stmt, string(s.text(up.call))+blank(s.text(up.stmt)))},
			Wants: []Want{{"uncheckedupref", s.line(up.stmt.Pos())}},
		})
	}
	return mutants
}
