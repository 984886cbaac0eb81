package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file executes callees in place, applies their summaries, or passes over them.

// maxRecursion is how many activations of one function are followed inside each
// other.
const maxRecursion = 5

// follow executes a callee in place, applies its summary, or skips it.
func (m *machine) follow(st *state, c call, key string, args, captures []value) []*state {
	callee := m.body(key)
	ctx := c.ctx // of a deferred call: where it was deferred
	fits := callee != nil && len(callee.Params) == len(args) && len(callee.Free) == len(captures)
	if far := fits && m.tooFar(ctx, callee, args); far || fits && m.inRing(ctx, callee, args) {
		if exits, ok := m.bySummary(st, c, callee, key, args, captures, !far); ok {
			m.noteBeyond(c, true)
			return m.returned(c, callee, args, st.trail, st.subj.live, exits)
		}
		if far || m.ctxs.active(ctx, key) > 0 {
			m.noteBeyond(c, false)
			return m.skipKnown(st, c, callee, slices.Concat(args, captures))
		}
	}
	if !fits {
		return m.skip(st, c)
	}
	if !m.loops(callee.Func, args) && m.indifferent(st, c, key, args, captures) {
		return m.passOver(st, c, key)
	}
	at := c.at
	cyclic := c.b.cyclic[at.block]
	inner := m.ctxs.enter(ctx, at, key, cyclic)
	m.ctxs.list[inner].goes = c.op.Mode == refprog.Spawned || m.ctxs.list[ctx].goes
	st = st.clone()
	st.push(refprog.Step{Kind: refprog.EnterStep, At: c.ref(), Choice: 1, Name: key})
	fr := frame{ctx: inner, fn: callee}
	st.frames = append(st.frames, fr)
	for i, p := range callee.Params {
		m.assign(st, p, args[i])
	}
	for i, p := range callee.Free {
		m.assign(st, p, captures[i])
	}
	if callee.Where == "" && c.b.Where != "" && (slices.ContainsFunc(args, value.refers) || slices.ContainsFunc(captures, value.refers)) {
		st.subj.shown = true
	}
	before, had := st.trail.prev, st.subj.live
	exits := m.run(callee, []*state{st}, 0, 0)
	for _, e := range exits {
		e.st.frames = e.st.frames[:len(e.st.frames)-1]
		e.st.turns = slices.DeleteFunc(e.st.turns, func(t turn) bool { return t.ctx == inner })
	}
	return m.returned(c, callee, args, before, had, exits)
}

// tooFar reports whether a callee is not executed in place. One that may call itself is
// not where a summary is made.
func (m *machine) tooFar(ctx int32, callee *body, args []value) bool {
	if callee.Size > maxCalleeSize || m.ctxs.list[ctx].depth >= maxDepth || m.ctxs.active(ctx, callee.Key) >= maxRecursion {
		return true
	}
	return !m.loops(callee.Func, args) && (m.summariseAll || m.into != nil && m.recursive(callee.Key))
}

// inRing reports whether a callee calls, also by others, another function that is under
// way. Followed through each other, functions that call each other in all ways are too
// many.
func (m *machine) inRing(ctx int32, callee *body, args []value) bool {
	if m.loops(callee.Func, args) {
		return false
	}
	for ; ctx >= 0; ctx = m.ctxs.list[ctx].parent {
		if fn := m.ctxs.list[ctx].fn; fn != callee.Key && m.reached(callee.Key)[fn] {
			return true
		}
	}
	return false
}

// noteBeyond notes a call that is not executed in place.
func (m *machine) noteBeyond(c call, summarised bool) {
	all, again := m.beyond[c.ref()]
	m.beyond[c.ref()] = summarised && (all || !again)
}

// returned goes on behind a call that was followed, from its ways out. before is the
// trail in front of it, and had says whether the subject was there.
func (m *machine) returned(c call, callee *body, args []value, before *trail, had bool, exits []exit) []*state {
	at := c.at
	var out []*state
	var keys []string
	for _, e := range exits {
		s := e.st
		if e.skipped {
			out, keys = append(out, s), append(keys, "")
			continue
		}
		if s.subj.base == outside && len(s.subj.tokens) > 0 && len(s.frames) == 1 && slices.ContainsFunc(e.results, value.refers) {
			s.subj.given = m.born()
		}
		if callee.Where != "" && !had && m.lostInside(s, c, e.results) {
			s.subj.live = false // its own package reports that
		}
		m.assignResults(s, c, e.results)
		m.sameAnswer(s, c, callee.Key, args)
		k := m.key(s, c.b, int(at.block))
		if len(m.tracked) > 0 || (s.subj.live || len(e.results) > 1 || e.summed) && len(exits) <= maxAnswers {
			k += m.answers(s, e.results)
		}
		if j := slices.Index(keys, k); j >= 0 {
			m.join(out[j], s, c.b, int(mergedAt(at)), false)
			if !s.subj.live && !loopBody(callee.Func) && !slices.ContainsFunc(e.results, value.structural) {
				// Several ways out were merged, so none of them is the way: to
				// whoever follows the trail the call is one that is not followed.
				out[j].trail = before
				out[j].push(refprog.Step{Kind: refprog.SkipStep, At: c.ref()})
				if c.op.Mode == refprog.Now && c.op.Dst != refprog.NoReg && !m.effectsOf(callee.Key).writes {
					m.ask(out[j], callee.Key, args, m.reg(out[j], c.op.Dst))
				}
			}
			continue
		}
		keys = append(keys, k)
		out = append(out, s)
	}
	return out
}

// mergedAt is the place, in symbols, at which the ways through a callee are merged.
func mergedAt(at opRef) int32 { return -2 - at.block*1000 - at.op }

// sameAnswer: where the ways through a callee that writes nothing were merged, their
// answer was remembered as one that is not known; a way through a later call with the same
// arguments that contradicts what has become known of it is weak. A call that is made
// once more in a loop is no later one.
func (m *machine) sameAnswer(st *state, c call, key string, args []value) {
	if c.op.Mode != refprog.Now || c.op.Dst == refprog.NoReg || st.weak != "" {
		return
	}
	arg := tupleV(args...)
	here := origin{kind: symJoin, ctx: st.top().ctx, b: mergedAt(c.at)}
	for _, q := range st.asked {
		o := m.syms.origin(q.sym)
		if o.kind == here.kind && o.ctx == here.ctx && o.b == here.b {
			continue
		}
		if q.name == key && equal(q.arg, arg) && m.sameValue(st, symbol(q.sym), m.reg(st, c.op.Dst)) == no {
			st.weak = "needs a call to change an answer that was tested before it"
		}
	}
}

// lostInside reports whether a callee has acquired the subject and returns without
// anybody but itself having known it.
func (m *machine) lostInside(st *state, c call, results []value) bool {
	s := &st.subj
	if !s.live || s.escaped != "" || s.handed > 0 || s.shown || !m.site.inside(m, st.top().ctx, c.at) || m.reaches(st, results...) {
		return false
	}
	for _, t := range s.tokens {
		if m.calledBack(st.top().ctx, c.at, t.ctx) {
			return false // a literal that the callee was given holds it
		}
	}
	m.sweep(st)
	known := false
	st.each(func(v value) { known = known || v.hasSubject() })
	return !known
}

// calledBack reports whether an activation lies in one of a function of this
// package that the call at the given place has led to: in a literal that it was
// given.
func (m *machine) calledBack(ctx int32, at opRef, inner int32) bool {
	own := false
	for id := inner; id > 0; id = m.ctxs.list[id].parent {
		c := m.ctxs.list[id]
		if c.parent == ctx && c.call == at {
			return own
		}
		own = own || m.body(c.fn).Where == ""
	}
	return false
}

// born reports whether the subject, adopted from outside inside a callee, is no
// parameter of the reporting function: what the callee returns of it is a gift,
// not a count that somebody further out may have asked for.
func (m *machine) born() bool {
	if m.site.spot.ctx == 0 || m.adopted == 0 {
		return false
	}
	o := m.syms.origin(m.adopted)
	return o.kind != symRegister || o.ctx > 0
}

// maxAnswers is the number of ways out of a callee that are kept apart by what
// they return although the subject is the same in them: the caller mostly asks. Of
// several results one tells about the others, whoever they are.
const maxAnswers = 6

// answers writes what is known of results, to keep ways out of a callee apart.
func (m *machine) answers(st *state, results []value) string {
	var b strings.Builder
	for _, v := range results {
		f := m.factOf(st, v)
		n, ok := f.exactly()
		fmt.Fprintf(&b, "/%d %t%d", f.nilness, ok, n)
	}
	return b.String()
}

func (m *machine) assignResults(st *state, c call, results []value) {
	if c.op.Mode != refprog.Now || c.op.Dst == refprog.NoReg {
		return
	}
	if len(results) == 1 {
		m.assign(st, c.op.Dst, results[0])
		return
	}
	m.assign(st, c.op.Dst, tupleV(results...))
}

// loops reports whether a call is one of the body of a loop over an iterator, or of
// the iterator.
func (m *machine) loops(f *refprog.Func, args []value) bool {
	return loopBody(f) || slices.ContainsFunc(args, func(v value) bool {
		b := m.body(v.s)
		return v.kind == function && b != nil && loopBody(b.Func)
	})
}

// loopBody reports whether a function is the body of a loop over an iterator. How it
// leaves the loop, and with which results, it says in variables of the function around
// it, which belong together.
func loopBody(f *refprog.Func) bool {
	return slices.ContainsFunc(f.Free, func(r refprog.Reg) bool { return strings.HasPrefix(strings.TrimPrefix(f.Regs[r].Name, "&"), "jump$") })
}

// indifferent reports whether a callee can neither reach the subject nor contain
// the site: then its body need not be executed. The base run executes everything.
func (m *machine) indifferent(st *state, c call, key string, args, captures []value) bool {
	e := m.effectsOf(key)
	if m.site == nil {
		if e.counts || e.size <= maxSmall || m.surveys && e.fields {
			return false
		}
		return !m.passesCounting(st, args) && !m.passesCounting(st, captures)
	}
	if e.size <= maxSmall {
		return false // cheap, and its answer may decide a branch
	}
	if m.site.inside(m, st.top().ctx, c.at) {
		return false
	}
	if !st.subj.live {
		return true
	}
	if m.reaches(st, args...) || m.reaches(st, captures...) {
		return false
	}
	for _, l := range st.subj.lenders {
		if m.names(st, l, append(slices.Clone(args), captures...)) {
			return false
		}
	}
	// Package variables can be reached without being passed.
	for _, h := range st.heap {
		if m.syms.origin(h.id).kind == symGlobal && m.reachesDirect(st, h.v) {
			return false
		}
	}
	return true
}

// maxSmall is the size, callees included, up to which a function is followed
// even if it has nothing to do with the subject.
const maxSmall = 48

// passesCounting reports whether the values lead to a function that counts
// references: a callee that does not may still call it.
func (m *machine) passesCounting(st *state, vs []value) bool {
	counting := func(v value) bool {
		switch v.kind {
		case function:
			return m.effectsOf(v.s).counts
		case iface:
			return true // its methods are not listed anywhere
		}
		return false
	}
	return m.anyReached(st, vs, counting)
}

// passOver is a call whose callee is known but has nothing to do with the
// subject: it may change the memory it is given, and package variables.
func (m *machine) passOver(st *state, c call, key string) []*state {
	e := m.effectsOf(key)
	m.unseen(c)
	st.push(refprog.Step{Kind: refprog.SkipStep, At: c.ref()})
	out := m.opaqueCall(st, c, !e.writes)
	if c.op.Mode != refprog.Now || c.op.Dst == refprog.NoReg {
		return out
	}
	for _, s := range out {
		v := m.reg(s, c.op.Dst)
		for i, solid := range e.solid {
			if !solid {
				continue
			}
			part := v
			if len(e.solid) > 1 {
				part = m.extract(v, i)
			}
			if part.kind == unknown && part.id != 0 {
				fc := s.fact(part.id)
				fc.nilness = notNil
				s.setFact(part.id, fc)
			}
		}
	}
	return out
}
