package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// calls executes a call, pushes a deferred one, or one of the operations that
// stand behind them.
func (m *machine) calls(b *body, at opRef, op *refprog.Op, st *state) []*state {
	switch op.Kind {
	case refprog.RunDefers:
		return m.runDefers(st)
	case refprog.DeferStack:
		m.assign(st, op.Dst, value{kind: deferStack, id: st.top().ctx + 1})
		return []*state{st}
	case refprog.Escape:
		if op.Flag&refprog.Harmless != 0 {
			m.finalize(st, spot{st.top().ctx, at}, m.operands(st, op.Args))
			return []*state{st}
		}
		for _, a := range m.operands(st, op.Args) {
			if a.kind != function && !m.use(st, spot{st.top().ctx, at}, a) {
				return nil
			}
			if op.N == 1 {
				m.keepBy(st, b, spot{st.top().ctx, at}, a)
			}
			m.leak(st, a, op.Name)
		}
		m.anythingTouched(st)
		m.fieldGiven(st, m.operands(st, op.Args))
		return []*state{st}
	case refprog.KeepAlive:
		return []*state{st}
	}
	c := call{b: b, ctx: st.top().ctx, at: at, op: op, args: m.operands(st, op.Args)}
	if op.Mode == refprog.Deferred {
		m.pushDefer(st, c)
		return []*state{st}
	}
	out := m.callNow(st, c)
	if op.Mode == refprog.Spawned {
		always := !slices.ContainsFunc(out, func(s *state) bool { return s.subj.held() >= st.subj.held() && s.subj.consumed == st.subj.consumed })
		for _, s := range out {
			m.spawned(st, s)
			s.subj.surely = s.subj.racing && always && !s.subj.unsure
			s.subj.sent, s.subj.blocked, s.subj.unsure = false, false, false
			if st.subj.held() == 0 {
				m.lend(s, c) // a reference of its own needs no owner
			}
		}
	}
	return out
}

// finalize: a function is to run once nobody can reach an object any more. Until
// then everything is as it was, but what the object holds is no longer lost with
// it. A function that counts has a loan outlive what lends it.
func (m *machine) finalize(st *state, at spot, vs []value) {
	frees := func(v value) bool { return v.kind == function && m.effectsOf(v.s).counts }
	counts := slices.ContainsFunc(vs, func(v value) bool { return v.any(frees) })
	for _, v := range vs {
		if m.reaches(st, v) {
			st.subj.finalized = true
			if counts && v.kind != function {
				m.keep(st, keeping{at: at}, v)
			}
		}
	}
}

// spawned: what a goroutine does to the subject happens at a time nobody knows.
func (m *machine) spawned(before, after *state) {
	if !after.subj.live {
		return
	}
	if !slices.Equal(before.subj.tokens, after.subj.tokens) || before.subj.consumed != after.subj.consumed ||
		len(before.subj.lenders) != len(after.subj.lenders) {
		after.subj.racing = true
	}
}

// signals notes that a goroutine has told somebody that it has come that far: who hears
// it does not know that it has done what comes then. It may wait for ever for somebody
// who takes what it sends.
func (m *machine) signals(st *state) {
	if m.ctxs.list[st.top().ctx].goes {
		st.subj.sent, st.subj.blocked = true, true
	}
}

// waits notes that a goroutine may wait for ever.
func (m *machine) waits(st *state) {
	if m.ctxs.list[st.top().ctx].goes {
		st.subj.blocked = true
	}
}

// waited: the function has waited for somebody, so goroutines are taken to be
// done with what they do.
func (m *machine) waited(st *state) {
	if st.subj.late {
		return
	}
	st.subj.racing = false
	st.subj.lentTo = nil
}

func (m *machine) callNow(st *state, c call) []*state {
	switch c.op.Kind {
	case refprog.API:
		return m.api(st, c)
	case refprog.Call:
		return m.follow(st, c, c.op.Name, c.args, nil)
	case refprog.Invoke:
		if f := c.args[0]; f.kind == function {
			return m.follow(st, c, f.s, c.args[1:], f.sub)
		}
		if yields(c) {
			st.push(refprog.Step{Kind: refprog.SkipStep, At: c.ref()})
			st.subj.yielded = st.subj.yielded || slices.ContainsFunc(c.args, value.refers)
			return m.opaqueCall(st, c, true)
		}
	case refprog.Method:
		if v := c.args[0]; v.kind == iface {
			if key := m.universe.MethodKey(v.s, c.op.Name); key != "" {
				args := append([]value{v.sub[0]}, c.args[1:]...)
				return m.follow(st, c, key, args, nil)
			}
			if name := contract.Method(v.s, c.op.Name); m.hasContract(name) {
				op := *c.op
				op.Kind, op.Name = refprog.API, name
				c.op, c.args = &op, append([]value{v.sub[0]}, c.args[1:]...)
				return m.api(st, c)
			}
		}
	case refprog.Unknown:
		return m.opaqueCall(st, c, c.op.Flag&refprog.Harmless != 0)
	}
	return m.skip(st, c)
}

func (m *machine) hasContract(name string) bool {
	_, ok := m.table.Lookup(name)
	return ok
}

// yields reports whether the call is an iterator's call of its yield function:
// what it passes is lent for the call.
func yields(c call) bool {
	f := c.b.Func
	return len(f.Params) == 1 && f.Results == 0 && f.Parent != "" && c.op.Args[0].IsReg(f.Params[0]) &&
		c.op.Dst != refprog.NoReg && f.Regs[c.op.Dst].Type.Kind == refprog.Bool
}

// maxRecursion is how many activations of one function are followed inside each
// other.
const maxRecursion = 5

// follow executes a callee in place, or skips it.
func (m *machine) follow(st *state, c call, key string, args, captures []value) []*state {
	callee := m.body(key)
	ctx := c.ctx // of a deferred call: where it was deferred
	fits := callee != nil && len(callee.Params) == len(args) && len(callee.Free) == len(captures)
	if fits && m.tooFar(ctx, callee, args) {
		if exits, ok := m.bySummary(st, c, callee, key, args, captures); ok {
			m.noteBeyond(c, true)
			return m.returned(c, callee, args, st.trail, st.subj.live, exits)
		}
		m.noteBeyond(c, false)
		return m.skipKnown(st, c, callee, slices.Concat(args, captures))
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
	for _, v := range vs {
		if v.any(counting) {
			return true
		}
		for _, cell := range m.reachCells(st, v) {
			if i, ok := find(st.cells, cell); ok && st.cells[i].v.any(counting) {
				return true
			}
		}
	}
	return false
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

// names reports whether the lender can be reached from the values.
func (m *machine) names(st *state, lender value, vs []value) bool {
	if lender.kind != unknown && lender.kind != address {
		return false
	}
	up := []value{lender}
	if lender.kind == unknown && lender.id != 0 {
		up = append(up, st.fact(lender.id).lender...)
	}
	hit := func(v value) bool {
		for _, l := range up {
			if equal(v, l) || l.kind == unknown && l.id != 0 && (v.kind == unknown || v.kind == address && v.root) && v.id != 0 && m.syms.within(l.id, v.id) {
				return true
			}
		}
		return false
	}
	for _, v := range vs {
		if v.any(hit) {
			return true
		}
		for _, cell := range m.reachCells(st, v) {
			if i, ok := find(st.cells, cell); ok && st.cells[i].v.any(hit) {
				return true
			}
		}
	}
	return lender.kind == unknown && lender.id != 0 && m.syms.origin(m.rootOf(lender.id)).kind == symGlobal
}

// rootOf is the symbol that a place was reached from.
func (m *machine) rootOf(id int32) int32 {
	for {
		o := m.syms.origin(id)
		if o.kind != symPart && o.kind != symMemory {
			return id
		}
		id = o.ctx
	}
}

// skip is a call that is not followed.
func (m *machine) skip(st *state, c call) []*state {
	m.unseen(c)
	st.push(refprog.Step{Kind: refprog.SkipStep, At: c.ref()})
	return m.opaqueCall(st, c, false)
}

// opaqueCall is a call of a function nobody knows: it may keep, change and release
// what it can reach, unless it is harmless.
func (m *machine) opaqueCall(st *state, c call, harmless bool) []*state {
	switch {
	case strings.HasSuffix(c.op.Name, ".Wait"):
		m.waited(st)
	case c.op.Name == "(*sync.WaitGroup).Done":
		m.signals(st)
	}
	if !m.use(st, c.spot(), c.args...) {
		return nil
	}
	if !m.putsIn(c) {
		for _, a := range c.args {
			if key := m.elementsOf(a); key != "" {
				st.subj.elementsChanged(key)
			}
			m.removed(st, a)
		}
	}
	if !harmless {
		m.anythingTouched(st)
		m.fieldGiven(st, c.args)
		for _, a := range c.args {
			m.leak(st, a, "passed to "+nameOf(c.op))
		}
		at := m.syms.id(origin{kind: symEpoch, ctx: st.top().ctx, a: c.at.block, b: c.at.op})
		m.havoc(st, at)
	}
	if c.op.Mode != refprog.Now || c.op.Dst == refprog.NoReg {
		return []*state{st}
	}
	v := m.fresh(st, int(c.at.block), c.op.Dst, "")
	m.assign(st, c.op.Dst, v)
	if m.into != nil && harmless && asksState(c.op.Name) {
		m.into.noteAnswer(v, c.args)
	}
	kind := c.b.Regs[c.op.Dst].Type.Kind
	switch {
	case harmless && (m.readsLocal(st, c) || kind == refprog.Bool && m.settled(st, c.op, c.args)):
		m.vague[v.id] = true
	case c.op.Flag&refprog.Determined != 0 && len(c.args) == 2 && m.sameValue(st, c.args[0], c.args[1]) == yes:
		m.assign(st, c.op.Dst, numberV(1)) // errors.Is(err, err)
		return []*state{st}
	case c.op.Flag&refprog.Determined != 0 && (c.args[0].kind == iface || !m.open(st, c.args[0])):
		m.vague[v.id] = true // what a known error is
	}
	if c.op.Flag&refprog.NonNil != 0 {
		st.setFact(v.id, fact{nilness: notNil})
		m.told[v.id] = kind == refprog.Error
	}
	if m.getter(c) {
		m.ask(st, c.op.Name, c.args, v)
	}
	m.wraps(st, c, v)
	return []*state{st}
}

// wraps: an error that is made of another one is taken to be one exactly where
// that is, as errors.Join and most others do it; a path that needs it otherwise is
// weak.
func (m *machine) wraps(st *state, c call, v value) {
	if c.b.Regs[c.op.Dst].Type.Kind != refprog.Error || c.op.Flag&refprog.NonNil != 0 {
		return
	}
	from := anonymous
	for i, o := range c.op.Args {
		if o.Kind == refprog.RegOperand && c.b.Regs[o.Reg].Type.Kind == refprog.Error {
			if from.id != 0 {
				return // of which of them?
			}
			from = m.operand(st, c.op.Args[i])
		}
	}
	if f := st.fact(v.id); from.kind == unknown && from.id != 0 && f.prev == 0 {
		f.prev = from.id
		st.setFact(v.id, f)
	}
}

// readsLocal reports whether a harmless call answers by the state of a local
// object that is kept in ways that are not followed: an atomic, a builder, a
// buffer.
func (m *machine) readsLocal(st *state, c call) bool {
	for _, a := range c.args {
		if a.kind != address || a.root {
			continue
		}
		if i, ok := find(st.cells, a.id); ok && st.cells[i].v.kind == aggregate && slices.Contains(st.cells[i].v.names, anyElement) {
			return true // by what was collected in it
		}
	}
	if len(c.args) == 0 || c.args[0].kind != address || c.args[0].root {
		return false
	}
	return asksState(c.op.Name)
}

// asksState reports whether a call answers by the state of what its first argument points
// to.
func asksState(name string) bool {
	return strings.HasPrefix(name, "(*") || strings.HasPrefix(name, "sync/atomic.")
}

// settled reports whether a computation has nothing but known operands on this path:
// then there is one result, which is not known here. What it has in the source is
// constants only is left out: a question about them is one about something else, such
// as the environment.
func (m *machine) settled(st *state, op *refprog.Op, args []value) bool {
	return !slices.ContainsFunc(args, func(v value) bool { return m.open(st, v) }) &&
		slices.ContainsFunc(op.Args, func(o refprog.Operand) bool { return o.Kind == refprog.RegOperand })
}

// open reports whether several values are possible: it is no constant, and no error that
// a package variable holds or that a call has made.
func (m *machine) open(st *state, v value) bool {
	switch v.kind {
	case zero, number, text:
		return false
	case iface:
		return m.open(st, v.sub[0])
	case unknown:
		if v.id == 0 || st.fact(v.id).nilness != notNil {
			return true
		}
		o := m.syms.origin(v.id)
		return !m.told[v.id] && (o.kind != symMemory || m.syms.origin(o.ctx).kind != symGlobal)
	}
	return true
}

// getter reports whether a call that is not followed is one that asks: it has at
// most one argument, or only reads.
func (m *machine) getter(c call) bool {
	if len(c.args) > 1 && c.op.Flag&refprog.Harmless == 0 {
		return false
	}
	return c.op.Kind == refprog.Unknown || c.op.Kind == refprog.Call || c.op.Kind == refprog.Method
}

// maxAsked is the number of questions that are remembered.
const maxAsked = 16

// ask remembers an answer: the same question has the same answer, unless
// something has changed it that is not known.
func (m *machine) ask(st *state, name string, args []value, v value) {
	if v.kind != unknown || v.id == 0 {
		return
	}
	arg := tupleV(args...)
	for i, q := range st.asked {
		if q.name == name && equal(q.arg, arg) {
			if q.sym != v.id {
				f := st.fact(v.id)
				f.prev = q.sym
				st.setFact(v.id, f)
			}
			st.asked[i].sym = v.id
			return
		}
	}
	if len(st.asked) >= maxAsked {
		st.asked = slices.Delete(st.asked, 0, 1)
	}
	st.asked = append(st.asked, question{name, arg, v.id})
}

func nameOf(op *refprog.Op) string {
	if op.Kind == refprog.Invoke {
		return "a function value"
	}
	return op.Name
}
