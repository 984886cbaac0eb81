package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file is about what keeps a subject alive for somebody who has no reference
// of it: its lenders, and the events that end what they lend.

// maxLenders is how many owners of one subject are told apart.
const maxLenders = 2

// keptBy notes that owner has taken a reference of its own of v: it lends it from
// now on.
func (m *machine) keptBy(st *state, v, owner value, cache bool) {
	if cache && owner.id != 0 {
		m.caches[owner.id] = true
	}
	switch {
	case v.kind == subjectRef:
		m.addLender(st, owner)
	case v.kind == unknown && v.id != 0:
		f := st.fact(v.id)
		if !slices.ContainsFunc(f.lender, func(l value) bool { return equal(l, owner) }) {
			f.lender = append(slices.Clone(f.lender), owner)
			st.setFact(v.id, f)
		}
	}
}

func (m *machine) addLender(st *state, owner value) {
	if owner.kind == unknown && owner.id == 0 {
		st.subj.escape("kept by an owner that is not known")
		return
	}
	if len(st.subj.lenders) >= maxLenders {
		owner = symbol(m.syms.global("one of many owners")) // which never dies
	}
	if !slices.ContainsFunc(st.subj.lenders, func(v value) bool { return equal(v, owner) }) {
		st.subj.lenders = append(slices.Clone(st.subj.lenders), owner)
	}
}

// lends reports whether owner lends the subject, or lends what does.
func (m *machine) lends(st *state, owner value) bool {
	return slices.ContainsFunc(st.subj.lenders, func(l value) bool { return m.hangsOn(st, l, owner, 0) })
}

// hangsOn reports whether the lender l is owner, or lives no longer than owner.
func (m *machine) hangsOn(st *state, l, owner value, depth int) bool {
	if equal(l, owner) {
		return true
	}
	if l.kind != unknown || l.id == 0 || depth > 4 {
		return false
	}
	f := st.fact(l.id)
	if f.handle && f.held > 0 || !f.handle && !f.api {
		return false // it has a reference of its own, or somebody outside has
	}
	hangs := false
	for _, up := range f.lender {
		switch {
		case m.hangsOn(st, up, owner, depth+1):
			hangs = true
		case m.alive(st, up):
			return false // somebody else lends it
		}
	}
	return hangs
}

// alive reports whether a lender has not given up its last reference.
func (m *machine) alive(st *state, l value) bool {
	if l.kind != unknown || l.id == 0 {
		return l.kind != zero
	}
	f := st.fact(l.id)
	return !f.dead && f.nilness != isNil
}

func (m *machine) anyAlive(st *state, lenders []value) bool {
	return slices.ContainsFunc(lenders, func(l value) bool { return m.alive(st, l) })
}

// withdraw takes the lenders away that gone accepts; without any left the loan is
// over.
func (s *subject) withdraw(gone func(value) bool) {
	rest := slices.DeleteFunc(slices.Clone(s.lenders), gone)
	if len(rest) < len(s.lenders) && len(rest) == 0 {
		s.lost = true
	}
	s.lenders = rest
}

// lenderDied ends the borrows that hang on owner.
func (m *machine) lenderDied(st *state, owner value) {
	s := &st.subj
	if !s.live || len(s.lenders) == 0 {
		return
	}
	s.withdraw(func(l value) bool { return m.hangsOn(st, l, owner, 0) })
	if s.lost && s.lentTo != nil && len(s.tokens) == 0 && s.escaped == "" {
		m.claim(st, "danglingborrow", *s.lentTo, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
		s.lentTo = nil
	}
}

// replaceLent: the owner a drops what it lent, if it provably gets another object.
func (m *machine) replaceLent(st *state, c call, f *contract.Function, a value) {
	if !m.lends(st, a) || !provablyOther(st, c, f) {
		return
	}
	st.subj.withdraw(func(l value) bool { return m.endsWith(st, l, a) })
}

// provablyOther reports whether what the call gives to the owner is not what the
// owner has lent: nothing, or an object made after it.
func provablyOther(st *state, c call, f *contract.Function) bool {
	for i, b := range c.args {
		if f.Param(i).Effect != contract.Own {
			continue
		}
		if b.kind == zero {
			return true
		}
		if b.kind != unknown || b.id == 0 {
			return false
		}
		fb := st.fact(b.id)
		return fb.nilness == isNil || fb.fresh
	}
	return false
}

// endsWith reports whether a loan of l is over when owner gives up what it has
// lent, but lives on.
func (m *machine) endsWith(st *state, l, owner value) bool {
	if equal(l, owner) {
		return m.site.until != contract.LenderGone
	}
	return m.hangsOn(st, l, owner, 0)
}

// isInside reports whether the subject is borrowed from the inside of owner, by one
// of the named functions if there are names, so that it ends if owner is
// overwritten.
func (m *machine) isInside(st *state, owner value, by []string) bool {
	s := &st.subj
	if !s.live || s.base != borrowed || m.site.until == contract.LenderGone || len(by) > 0 && !slices.Contains(by, m.site.lentBy) {
		return false
	}
	return slices.ContainsFunc(s.lenders, func(l value) bool { return equal(l, owner) })
}

// overwritten: what was inside owner is replaced.
func (m *machine) overwritten(st *state, owner value, by []string) {
	if m.isInside(st, owner, by) {
		st.subj.withdraw(func(l value) bool { return equal(l, owner) })
	}
}

// An ending is an event that may have ended a loan: the call that it is part of,
// and on what condition.
type ending struct{ call, why string }

// A possibleEnd is what a call may do to the subject's loan.
type possibleEnd struct {
	ending
	gone []value // the lenders that may give it up
}

// possibleEnd finds out whether a call may end the subject's loan, depending on a
// state that nobody sees. Only strict mode asks.
func (m *machine) possibleEnd(st *state, c call, f *contract.Function) (end possibleEnd, may bool) {
	s := &st.subj
	if !m.options.Strict || m.site == nil || !s.live || len(s.tokens) > 0 || len(s.lenders) == 0 || s.escaped != "" || s.racing {
		return end, false
	}
	end.call = f.Name
	gives := func(l value, why string) {
		end.gone, end.why = append(end.gone, l), why
	}
	for i, a := range c.args {
		p := f.Param(i)
		for _, l := range s.lenders {
			cached := l.id != 0 && m.caches[l.id]
			switch {
			case p.Effect == contract.MayEnd && m.site.until != contract.CertainEnd && m.endsWith(st, l, a):
				gives(l, p.Why)
			case p.Effect == contract.DropsCached && cached && equal(l, a) && !keeps(c, f, a):
				gives(l, p.Why)
			case p.Uncaches != "" && cached && m.lends(st, a):
				gives(l, p.Uncaches)
			}
		}
	}
	return end, len(end.gone) > 0
}

// keeps reports whether the call lets owner take a reference of the subject.
func keeps(c call, f *contract.Function, owner value) bool {
	for i, a := range c.args {
		if p := f.Param(i); p.Effect == contract.Own && a.kind == subjectRef && p.By >= 0 && p.By < len(c.args) && equal(c.args[p.By], owner) {
			return true
		}
	}
	return false
}

// alsoEnded adds to the states behind a call those in which it has ended the loan.
func (m *machine) alsoEnded(states []*state, c call, end possibleEnd) []*state {
	for _, st := range slices.Clone(states) {
		s := &st.subj
		if !s.live || s.lost || len(s.lenders) == 0 {
			continue
		}
		ended := st.clone()
		ended.push(refprog.Step{Kind: refprog.EventStep, At: c.ref(), Choice: 1})
		ended.subj.withdraw(func(l value) bool {
			return slices.ContainsFunc(end.gone, func(g value) bool { return equal(l, g) })
		})
		ended.subj.ended = &end.ending
		if ended.weak == "" {
			ended.weak = "needs " + end.call + " to end a loan"
		}
		states = append(states, ended)
	}
	return states
}
