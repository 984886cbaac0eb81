package simulate

import (
	"slices"

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
	if m.anyReached(st, vs, hit) {
		return true
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

func nameOf(op *refprog.Op) string {
	if op.Kind == refprog.Invoke {
		return "a function value"
	}
	return op.Name
}
