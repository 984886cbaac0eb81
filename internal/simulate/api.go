package simulate

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// call is one call that is being executed: the operation, where it stands, and
// with which arguments.
type call struct {
	b    *body
	ctx  int32
	at   opRef
	op   *refprog.Op
	args []value
}

func (c call) spot() spot { return spot{c.ctx, c.at} }

func (c call) ref() refprog.OpRef {
	return refprog.OpRef{Func: c.b.Key, Block: int(c.at.block), Op: int(c.at.op)}
}

// api applies a contract.
func (m *machine) api(st *state, c call) []*state {
	f, ok := m.table.Lookup(c.op.Name)
	if !ok {
		return m.opaqueCall(st, c, false)
	}
	isSite := m.isSite(st, c)
	m.noteSites(st, c, f)
	m.fieldPassed(st, c)
	if isSite && m.site.kind == siteOutside {
		var out []*state
		if m.site.cyclic {
			out = m.apply(st.clone(), c, f, false) // another turn's reference may be the subject
		}
		m.adoptOutside(st, c, f)
		return append(out, m.apply(st, c, f, false)...)
	}
	return m.apply(st, c, f, isSite)
}

// apply is api behind the question whether the call is the site.
func (m *machine) apply(st *state, c call, f *contract.Function, isSite bool) []*state {
	end, may := m.possibleEnd(st, c, f)
	out := m.perform(st, c, f, isSite)
	if may {
		out = m.alsoEnded(out, c, end)
	}
	return out
}

// perform does what the call is sure to do, in both of its outcomes if the outcome
// matters.
func (m *machine) perform(st *state, c call, f *contract.Function, isSite bool) []*state {
	for i, a := range c.args {
		p := f.Param(i)
		gives := p.Effect == contract.Free || p.Effect == contract.Take && p.When == ""
		if !gives && !m.use(st, c.spot(), a) {
			return nil
		}
	}
	if !m.twoWays(st, c, f, isSite) {
		if !m.effects(st, c, f, maybe) {
			return nil
		}
		m.results(st, c, f, maybe, isSite)
		return []*state{st}
	}
	var out []*state
	for _, outcome := range []tri{yes, no} {
		if outcome == no && (m.succeeds(c, f) || isSite) {
			continue
		}
		s := st.clone()
		choice := 0
		if outcome == yes {
			choice = 1
		}
		s.push(refprog.Step{Kind: refprog.OutcomeStep, At: c.ref(), Choice: choice})
		if m.effects(s, c, f, outcome) {
			m.results(s, c, f, outcome, isSite)
			out = append(out, s)
		}
	}
	if isSite && m.site.cyclic && !st.subj.live {
		// Another instance than this one may be the subject.
		if m.effects(st, c, f, maybe) {
			m.results(st, c, f, maybe, false)
			out = append(out, st)
		}
	}
	return out
}

// twoWays reports whether the outcome of the call matters to the subject.
func (m *machine) twoWays(st *state, c call, f *contract.Function, isSite bool) bool {
	if isSite {
		return true
	}
	if !st.subj.live {
		return false
	}
	for i, a := range c.args {
		switch p := f.Param(i); p.Effect {
		case contract.UpRef, contract.Own:
			if a.kind == subjectRef {
				return true
			}
		case contract.EndsBorrows:
			if m.lends(st, a) {
				return true
			}
		case contract.Take:
			if a.kind == subjectRef && p.When != "" {
				return true
			}
		case contract.Reuse:
			if v := m.load(st, a); a.kind == address && (v.kind == subjectRef || m.isInside(st, v, nil)) {
				return true
			}
		}
	}
	return false
}

// effects applies what the call does to its arguments. It reports false if the
// path ends in a violation.
func (m *machine) effects(st *state, c call, f *contract.Function, outcome tri) bool {
	for i, a := range c.args {
		p := f.Param(i)
		if p.When == "success" && outcome == no || p.When == "failure" && outcome != no {
			continue
		}
		switch p.Effect {
		case contract.Free, contract.Take:
			if !m.release(st, c, a) {
				return false
			}
		case contract.UpRef:
			if outcome != no {
				m.retain(st, c, f, a, outcome)
			}
		case contract.Own:
			if outcome != no && p.By >= 0 && p.By < len(c.args) {
				m.keptBy(st, a, c.args[p.By], f.Param(p.By).Effect == contract.DropsCached)
			}
		case contract.EndsBorrows:
			if outcome != no {
				m.replaceLent(st, c, f, a)
			}
		case contract.Mutate:
			m.overwritten(st, a, p.Ends)
		case contract.Reuse:
			if outcome == yes && a.kind == address {
				m.overwritten(st, m.load(st, a), nil)
			}
		case contract.OutBorrowed, contract.OutOwned, contract.OutValue:
			if a.kind == address {
				m.store(st, c.spot(), a, symbol(m.syms.part(m.syms.register(st.top().ctx, int32(c.op.Dst)), fmt.Sprintf("out%d", i))))
			}
		case contract.StorePointer, contract.Callback:
			m.leak(st, a, "kept by "+f.Name)
		case contract.Unknown:
			m.give(st, a, f.Name)
		case contract.MayAddRef:
			if a.kind == subjectRef {
				st.subj.escape("may be the result of " + f.Name)
			}
		}
	}
	return true
}

// release gives back one reference of a.
func (m *machine) release(st *state, c call, a value) bool {
	switch a.kind {
	case subjectRef:
		return m.releaseSubject(st, c.spot())
	case unknown:
		if a.id == 0 {
			return true
		}
		f := st.fact(a.id)
		if f.nilness == isNil {
			return true
		}
		m.fieldFreed(st, a)
		switch {
		case f.handle && f.held > 0:
			f.held--
			f.dead = f.held == 0 && !m.anyAlive(st, f.lender)
		case f.api && !f.handle:
			return true // its count differs between the paths that met here
		default:
			if f.dead = !m.anyAlive(st, f.lender); !f.dead {
				f.handle, f.held = true, 0
			}
		}
		st.setFact(a.id, f)
		if f.dead {
			m.lenderDied(st, a)
		}
	}
	return true
}

// releaseSubject is a free of the subject.
func (m *machine) releaseSubject(st *state, at spot) bool {
	s := &st.subj
	if len(s.tokens) > 0 {
		// First in, first out, but an activation gives back its own first, what
		// calls have given it included: a helper that balances its up_ref leaves
		// its caller's reference.
		i := 0
		if slices.ContainsFunc(s.tokens, func(t tokenRef) bool { return t.ctx == at.ctx }) {
			i = slices.IndexFunc(s.tokens, func(t tokenRef) bool { return m.ctxs.encloses(at.ctx, t.ctx) })
		}
		m.mayNotOwn(st, s.tokens[i], at)
		s.tokens = slices.Delete(slices.Clone(s.tokens), i, i+1)
		s.gaveUp, s.freed, s.lost = true, at, false
		s.late, s.unsure = s.late || s.sent, s.unsure || s.blocked
		m.tookBack = m.tookBack || s.yielded
		if s.offered {
			s.consumer = at
		}
		return true
	}
	if s.escaped != "" {
		return true
	}
	if s.racing && !(s.surely && s.base == owned) {
		s.escape("given up by a goroutine and by others")
		return true
	}
	switch {
	case s.base == owned:
		m.violation(st, "doublefree", at)
	case s.base == borrowed && s.gaveUp:
		m.violation(st, "doublefree", at)
	case s.base == borrowed:
		m.violation(st, "borrowedfree", at)
	case !s.consumed:
		s.consumed, s.consumer, s.taken = true, at, st.steps()
		s.late, s.unsure = s.late || s.sent, s.unsure || s.blocked
		return true
	case s.consumer == at && !m.options.Strict:
		// One free in a loop: it may well give back as many references as
		// somebody outside has counted.
		s.escape("freed by one call in a loop")
		return true
	default:
		m.violation(st, "doublefree", at)
	}
	return false
}

// succeeds reports whether a call is taken to have done what it is for: it cannot
// fail, or nobody asks.
func (m *machine) succeeds(c call, f *contract.Function) bool { return !f.MayFail() || m.unread(c) }

// unread reports whether nobody reads the status of an operation: neither the
// function that it is in nor, if that does no more than pass the status on, the one
// that calls it.
func (m *machine) unread(c call) bool {
	const never = refprog.NoStatus | refprog.Blank
	if c.op.Flag&never != 0 {
		return true
	}
	f := c.b.Func
	ctx := c.ctx
	for ctx > 0 && refprog.PassesStatus(f) {
		up := m.ctxs.list[ctx]
		f = m.body(m.ctxs.list[up.parent].fn).Func
		op := operation(f, up.call)
		if op == nil || op.Kind != refprog.Call || op.Mode != refprog.Now {
			return false
		}
		if op.Flag&never != 0 {
			return true
		}
		ctx = up.parent
	}
	return ctx == 0 && m.into != nil && m.into.unread && refprog.PassesStatus(f)
}

// operation is the operation at a place, or nil if what happens there is none of
// its own: a deferred call runs at the end of the function that deferred it.
func operation(f *refprog.Func, at opRef) *refprog.Op {
	if int(at.block) >= len(f.Blocks) || int(at.op) >= len(f.Blocks[at.block].Ops) {
		return nil
	}
	return &f.Blocks[at.block].Ops[at.op]
}

// retain is a successful up_ref.
func (m *machine) retain(st *state, c call, f *contract.Function, a value, outcome tri) {
	switch a.kind {
	case subjectRef:
		step := -1
		if outcome == yes {
			step = st.trail.n - 1
		}
		if len(st.subj.tokens) >= maxHeld {
			st.subj.escape("more references than are counted")
			return
		}
		st.subj.tokens = append(slices.Clone(st.subj.tokens), tokenRef{ctx: c.ctx, at: c.at, step: step})
	case unknown:
		if a.id != 0 {
			m.fieldCounted(a)
			k := st.fact(a.id)
			if !k.handle && !k.api {
				k.handle, k.held = true, 1 // the one from outside
			}
			if outcome == yes || m.succeeds(c, f) {
				k.held++
			} else {
				k.handle, k.api = false, true // nobody knows
			}
			st.setFact(a.id, k)
		}
	}
}

// use reads values: a dead subject among them is a violation. It reports false if
// the path ends there.
func (m *machine) use(st *state, at spot, vs ...value) bool {
	if m.into != nil && st.subj.used == nil && slices.ContainsFunc(vs, func(v value) bool { return v.kind != function && v.refers() }) {
		st.subj.used = &usage{at, st.steps()}
	}
	if !st.subj.live || !st.subj.dead() {
		return true
	}
	for _, v := range vs {
		if v.kind != function && v.refers() {
			check := "useafterfree"
			if st.subj.lost {
				check = "danglingborrow"
			}
			m.violation(st, check, at)
			return false
		}
	}
	return true
}
