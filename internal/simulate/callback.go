package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// callbackref is the check of what a callback answers about references.
const callbackref = "callbackref"

// What a callback does wrong, for the words of a finding.
const (
	DutyForgets = "forgets" // it says that it keeps a reference, which no place has
	DutyKeeps   = "keeps"   // it says that it keeps nothing, and keeps it
	DutyFrees   = "frees"   // it says that it keeps nothing, and has freed it
	DutyBare    = "bare"    // the library takes a reference that was not added
	DutyLends   = "lends"   // the library does not take the reference that it is given
)

// callbackKind is what the library expects of the reporting function, nil if it is
// no callback.
func (m *machine) callbackKind() *contract.CallbackKind {
	if m.fn.Callback == "" {
		return nil
	}
	kind, ok := m.table.CallbackKind(m.fn.Callback)
	if !ok {
		return nil
	}
	return kind
}

// enterCallback writes what the library has put where the callback's parameters
// point: 1 in the copy flag, nothing in what it is to fill in.
func (m *machine) enterCallback(st *state) {
	kind := m.callbackKind()
	if kind == nil {
		return
	}
	for i, p := range kind.Params {
		at, ok := m.fn.Handed(i, len(kind.Params))
		if !ok {
			return
		}
		id := m.syms.register(0, int32(m.fn.Params[at]))
		switch p.Given {
		case "copy_flag":
			st.heap = put(st.heap, id, numberV(1))
		case "out":
			st.heap = put(st.heap, id, zeroValue)
		}
	}
}

// offerSite follows the reference that the library offers in parameter i.
func (m *machine) offerSite(entry *state, i int, handle string) {
	st := entry.clone()
	at := spot{at: opRef{op: -1}}
	st.subj = subject{live: true, base: owned, offered: true, tokens: []tokenRef{{at: at.at, step: -1}}}
	m.assign(st, m.fn.Params[i], subjectV)
	m.order = append(m.order, &site{siteKey: siteKey{kind: siteEntry, arg: i, spot: at}, handle: handle, starts: []*state{st}})
}

// answered judges a callback's return as far as the subject is concerned. It
// reports whether that settles the matter.
func (m *machine) answered(st *state, at spot, results []value) bool {
	kind := m.callbackKind()
	if kind == nil {
		return false
	}
	if st.subj.offered {
		m.answeredOffer(st, at, results)
		return true
	}
	return m.answeredOut(st, at, kind, results)
}

// answeredOffer: an answer other than 0 keeps the reference that was offered, 0
// gives it back.
func (m *machine) answeredOffer(st *state, at spot, results []value) {
	s := &st.subj
	if len(results) == 0 {
		return
	}
	n, fuzzy := m.places(st, results)
	n += s.handed
	held := len(s.tokens)
	if fuzzy {
		return
	}
	origin := tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1}
	switch m.truth(st, results[0]) {
	case yes:
		if n < held {
			m.duty(st, DutyForgets, at, origin)
		}
	case no:
		switch {
		case held == 0:
			m.claim(st, "borrowedfree", s.consumer, origin)
			m.duty(st, DutyFrees, at, origin)
		case n > held-1:
			if held == 1 {
				m.claimKept(st)
			}
			m.duty(st, DutyKeeps, at, origin)
		default:
			for _, token := range s.tokens[n+1:] {
				m.claim(st, "missingfree", at, token)
			}
		}
	}
}

// claimKept claims the places that hold the subject still.
func (m *machine) claimKept(st *state) {
	for _, k := range st.subj.kept {
		still := k.root == 0
		for _, h := range st.heap {
			still = still || h.id == k.root && h.v.refers()
		}
		if still {
			m.claim(st, "danglingborrow", k.at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
		}
	}
}

// answeredOut: what the callback returns, or writes where it was told to, must
// carry a reference if the library takes it, and none if it does not.
func (m *machine) answeredOut(st *state, at spot, kind *contract.CallbackKind, results []value) bool {
	s := &st.subj
	out, taken := m.given(st, kind, results)
	if out.kind != subjectRef || taken == maybe {
		return false
	}
	n, fuzzy := m.places(st, results)
	if fuzzy {
		return false
	}
	n += s.handed - 1 // without the one that the library sees
	held := len(s.tokens)
	first := tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1}
	switch {
	case taken == yes && (held == 0 && !s.consumed || s.base == owned && held == 1 && n > 0):
		m.duty(st, DutyBare, at, first)
		return true
	case taken == no && held > max(0, n-s.known):
		m.duty(st, DutyLends, at, first)
		return true
	}
	return false
}

// given is what the library gets through the out parameter or result, and whether
// it takes a reference with it.
func (m *machine) given(st *state, kind *contract.CallbackKind, results []value) (out value, taken tri) {
	out, taken = anonymous, yes
	status := anonymous
	if len(results) > 0 {
		status = results[len(results)-1]
	}
	see := func(p contract.CallbackParam, v value) {
		switch p.Given {
		case "out":
			out = v
			if p.When == "success" {
				taken = m.truth(st, status)
			}
		case "copy_flag":
			taken = m.truth(st, v).not()
		}
	}
	for i, p := range kind.Params {
		if at, ok := m.fn.Handed(i, len(kind.Params)); ok && (p.Given == "out" || p.Given == "copy_flag") {
			see(p, m.load(st, symbol(m.syms.register(0, int32(m.fn.Params[at])))))
		}
	}
	for i, p := range kind.Results {
		if i < len(results) {
			see(p, results[i])
		}
	}
	return out, taken
}

// bareOut looks, in the base run, at what a callback gives away that nobody here
// has acquired: something that was read from memory, and is still there.
func (m *machine) bareOut(st *state, blk int, results []value) {
	kind := m.callbackKind()
	if kind == nil {
		return
	}
	out, taken := m.given(st, kind, results)
	if taken != yes || out.kind != unknown || out.id == 0 {
		return
	}
	if f := st.fact(out.id); f.api || f.handle || f.nilness == isNil || !m.stillThere(st, kind, out) {
		return
	}
	at := spot{at: opRef{int32(blk), int32(len(m.fn.Blocks[blk].Ops))}}
	k := siteKey{spot: at, kind: siteOut}
	s := m.found[k]
	if s == nil {
		s = &site{siteKey: k, handle: kind.Gives()}
		m.found[k] = s
		m.order = append(m.order, s)
	}
	m.site, m.claims = s, s.ready
	m.duty(st, DutyBare, at, tokenRef{at: at.at, step: -1})
	s.ready, m.site, m.claims = m.claims, nil, nil
}

// stillThere reports whether v was read from memory that still holds it.
func (m *machine) stillThere(st *state, kind *contract.CallbackKind, v value) bool {
	if m.anyOp(func(op *refprog.Op) bool { return op.Kind == refprog.MapDelete }) {
		return false
	}
	o := m.syms.origin(v.id)
	switch o.kind {
	case symMemory:
		for i, p := range kind.Params {
			if at, ok := m.fn.Handed(i, len(kind.Params)); ok && p.Given == "out" && o.ctx == m.syms.register(0, int32(m.fn.Params[at])) {
				return false
			}
		}
		return equal(m.load(st, value{kind: address, root: true, id: o.ctx, s: o.s}), v)
	case symRegister:
		b := m.body(m.ctxs.list[o.ctx].fn)
		read := false
		for _, blk := range b.Blocks {
			for i := range blk.Ops {
				read = read || blk.Ops[i].Dst == refprog.Reg(o.a) && blk.Ops[i].Kind == refprog.MapLoad
			}
		}
		return read && !m.anyOp(func(op *refprog.Op) bool {
			return op.Kind == refprog.MapStore || op.Kind == refprog.Unknown && op.Flag&refprog.Harmless == 0
		})
	}
	return false
}

// anyOp reports whether a function that was executed has such an operation.
func (m *machine) anyOp(is func(*refprog.Op) bool) bool {
	called, spawned := m.entered()
	for _, key := range append(append(called, spawned...), m.fn.Key) {
		for _, blk := range m.body(key).Blocks {
			for i := range blk.Ops {
				if is(&blk.Ops[i]) {
					return true
				}
			}
		}
	}
	return false
}

// duty claims a wrong answer.
func (m *machine) duty(st *state, what string, at spot, token tokenRef) {
	m.claim(st, callbackref, at, token)
	for i := range slices.Backward(m.claims) {
		if c := &m.claims[i]; c.Check == callbackref && c.At == m.ref(at) && c.Duty == "" {
			c.Duty = what
		}
	}
}
