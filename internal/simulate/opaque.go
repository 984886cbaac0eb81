package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file is about calls that are not followed: what they may do to what they get, and
// what their answers say.

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
			m.pass(st, a, nameOf(c.op))
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

// pass lets a value escape to a function that nobody knows.
func (m *machine) pass(st *state, v value, to string) {
	if m.reachesDirect(st, v) {
		st.subj.pass(to)
	}
	m.leak(st, v, "passed to "+to)
}

// give is pass for one argument of a contracted function, of which the contract says
// nothing more: what it points to here may have changed.
func (m *machine) give(st *state, v value, to string) {
	m.fieldGiven(st, []value{v})
	m.pass(st, v, to)
	if v.kind != address || v.root {
		return
	}
	for _, cell := range m.reachCells(st, v) {
		if i, ok := find(st.cells, cell); ok {
			st.cells[i].v = anonymous
		}
	}
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

// skipKnown is a call that is not followed although the callee has a body: what it does
// is no matter of choice, so that a path that needs a certain answer is weak, and no loan
// is known to be where it was put.
func (m *machine) skipKnown(st *state, c call, callee *body, args []value) []*state {
	for _, cell := range m.reachCells(st, args...) {
		m.readCells[cell] = true // what is in a container may be released
	}
	if c.op.Mode == refprog.Spawned {
		return m.skip(st, c)
	}
	if st.subj.dead() && slices.ContainsFunc(args, value.refers) {
		return nil // it is not known to use what it gets
	}
	if m.effectsOf(callee.Key).writes {
		m.mayUnkeep(st, callee)
	}
	out := m.skip(st, c)
	if c.op.Mode != refprog.Now || c.op.Dst == refprog.NoReg {
		return out
	}
	for _, s := range out {
		if v := m.reg(s, c.op.Dst); v.kind == unknown && v.id != 0 {
			m.vague[v.id] = true
		}
	}
	return out
}

// mayUnkeep: a callee that is not executed may clear the place where a loan is kept.
func (m *machine) mayUnkeep(st *state, callee *body) {
	if len(st.subj.kept) > 0 {
		st.subj.kept = nil
		st.subj.escape("kept where " + callee.Name + " may clear it")
	}
}
