package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// truth decides a condition as far as the state knows.
func (m *machine) truth(st *state, v value) tri {
	switch v.kind {
	case zero:
		return no
	case number:
		return triOf(v.n != 0)
	case negation:
		return m.truth(st, v.sub[0]).not()
	case comparison:
		return m.compare(st, v.s, v.sub[0], v.sub[1])
	case unknown:
		if v.id == 0 {
			return maybe
		}
		f := st.fact(v.id)
		switch {
		case f.nilness == isNil:
			return no
		case f.nilness == notNil:
			return yes
		}
		if n, ok := f.exactly(); ok {
			return triOf(n != 0)
		}
		return m.truthByOther(st, v)
	}
	return maybe
}

// truthByOther is the truth of a value that another one, of which it is known, was
// found to be equal to, or not.
func (m *machine) truthByOther(st *state, v value) tri {
	for _, p := range st.preds {
		w := p.a
		if equal(w, v) {
			w = p.b
		} else if !equal(p.b, v) {
			continue
		}
		if p.op != "==" || w.kind != unknown || w.id == 0 {
			continue
		}
		switch f := st.fact(w.id); {
		case f.nilness == 0:
		case p.val:
			return triOf(f.nilness == notNil)
		case f.nilness == isNil:
			return yes
		case m.isBool(v):
			return no
		}
	}
	return maybe
}

// isBool reports whether a value is that of a register that holds a boolean.
func (m *machine) isBool(v value) bool {
	if v.kind != unknown || v.id == 0 {
		return false
	}
	o := m.syms.origin(v.id)
	if o.kind != symRegister {
		return false
	}
	b := m.body(m.ctxs.list[o.ctx].fn)
	return b != nil && int(o.a) < len(b.Regs) && b.Regs[o.a].Type.Kind == refprog.Bool
}

// compare decides a op b.
func (m *machine) compare(st *state, op string, a, b value) tri {
	switch op {
	case "==":
		return m.sameValue(st, a, b)
	case "!=":
		return m.sameValue(st, a, b).not()
	case "&":
		switch ta, tb := m.truth(st, a), m.truth(st, b); {
		case ta == no || tb == no:
			return no
		case ta == yes && tb == yes:
			return yes
		}
		return st.decided(op, a, b)
	}
	fa, fb := m.factOf(st, a), m.factOf(st, b)
	if t := order(op, fa, fb); t != maybe {
		return t
	}
	return st.decided(op, a, b)
}

// sameParts decides a == b of two structs or arrays whose type is not known: a
// function with a type parameter compares them.
func (m *machine) sameParts(st *state, a, b value) tri {
	if a.kind != aggregate {
		a, b = b, a
	}
	if b.kind != aggregate && b.kind != zero {
		return maybe
	}
	all := yes
	if b.kind == aggregate {
		all = m.sameValue(st, a.sub[0], b.sub[0])
	} else if a.sub[0].kind != zero {
		all = maybe
	}
	for _, name := range append(slices.Clone(a.names), b.names...) {
		switch m.sameValue(st, m.field(a, name), m.field(b, name)) {
		case no:
			return no
		case maybe:
			all = maybe
		}
	}
	return all
}

// order compares two ranges.
func order(op string, a, b fact) tri {
	switch op {
	case ">":
		return order("<", b, a)
	case ">=":
		return order("<=", b, a)
	case "<":
		if a.hasHi && b.hasLo && a.hi < b.lo {
			return yes
		}
		if a.hasLo && b.hasHi && a.lo >= b.hi {
			return no
		}
	case "<=":
		if a.hasHi && b.hasLo && a.hi <= b.lo {
			return yes
		}
		if a.hasLo && b.hasHi && a.lo > b.hi {
			return no
		}
	}
	return maybe
}

// sameValue decides a == b.
func (m *machine) sameValue(st *state, a, b value) tri {
	if equal(a, b) {
		return yes
	}
	if a.kind == iface && b.kind == iface && a.s != b.s {
		return no
	}
	if a.kind == subjectRef || b.kind == subjectRef {
		return m.subjectEquals(st, a, b)
	}
	if a.isTruth() || b.isTruth() {
		ta, tb := m.truth(st, a), m.truth(st, b)
		if ta != maybe && tb != maybe {
			return triOf(ta == tb)
		}
		return maybe
	}
	if a.kind == text && b.kind == text {
		return triOf(a.s == b.s)
	}
	if a.kind == aggregate || b.kind == aggregate {
		return m.sameParts(st, a, b)
	}
	fa, fb := m.factOf(st, a), m.factOf(st, b)
	if fa.nilness != 0 && fb.nilness != 0 {
		if fa.nilness != fb.nilness {
			return no
		}
		if fa.nilness == isNil || m.isBool(a) && m.isBool(b) {
			return yes
		}
	}
	if fa.hasHi && fb.hasLo && fa.hi < fb.lo || fb.hasHi && fa.hasLo && fb.hi < fa.lo {
		return no
	}
	if n, ok := fa.exactly(); ok {
		if k, ok := fb.exactly(); ok && (fa.hasLo || fb.hasLo) {
			return triOf(n == k)
		}
		if slices.Contains(fb.not, n) {
			return no
		}
	}
	if n, ok := fb.exactly(); ok && slices.Contains(fa.not, n) {
		return no
	}
	if a.kind == address && b.kind == address && (!a.root || !b.root) {
		return no // a local cell is no other cell, and nothing that was there before
	}
	for _, v := range [][2]value{{a, b}, {b, a}} {
		if v[0].kind == unknown && v[1].kind == zero {
			return m.truthByOther(st, v[0]).not()
		}
	}
	return st.decided("==", a, b)
}

// subjectEquals decides whether the subject is the same pointer as another value.
func (m *machine) subjectEquals(st *state, a, b value) tri {
	if b.kind == subjectRef {
		a, b = b, a
	}
	switch b.kind {
	case zero:
		return no
	case unknown:
		f := fact{}
		if b.id != 0 {
			f = st.fact(b.id)
		}
		if f.nilness == isNil {
			return no
		}
		if st.subj.escaped == "" && (st.subj.fresh || f.fresh) {
			return no
		}
		return st.decided("==", a, b)
	}
	return no
}

// decided looks a condition up among those that this path has decided. Orders are
// kept in one form, a < b or its opposite.
func (st *state) decided(op string, a, b value) tri {
	op, a, b, holds := normal(op, a, b)
	for _, p := range st.preds {
		straight := equal(p.a, a) && equal(p.b, b)
		mirror := equal(p.a, b) && equal(p.b, a)
		if !straight && !mirror {
			continue
		}
		switch {
		case p.op == op && (straight || op == "=="):
			return triOf(p.val == holds)
		case p.op == "<" && p.val && op == "<": // b < a
			return triOf(!holds)
		case p.op == "<" && p.val && op == "==", p.op == "==" && p.val && op == "<":
			return triOf(!holds)
		}
	}
	return maybe
}

// normal reduces an order to a < b and whether it or its opposite is meant.
func normal(op string, a, b value) (string, value, value, bool) {
	switch op {
	case ">":
		return "<", b, a, true
	case "<=":
		return "<", b, a, false
	case ">=":
		return "<", a, b, false
	}
	return op, a, b, true
}

// assume makes a condition true (or false) in st and reports whether that can be.
func (m *machine) assume(st *state, v value, want bool) bool {
	switch m.truth(st, v) {
	case yes:
		return want
	case no:
		return !want
	}
	switch v.kind {
	case negation:
		return m.assume(st, v.sub[0], !want)
	case comparison:
		return m.assumeCompare(st, v.s, v.sub[0], v.sub[1], want) && m.consistent(st)
	case unknown:
		if v.id == 0 {
			return true
		}
		f := st.fact(v.id)
		if want {
			f.nilness = notNil
		} else {
			f.nilness, f.hasLo, f.hasHi, f.lo, f.hi = isNil, true, true, 0, 0
		}
		m.learn(st, v.id, f)
	}
	return true
}

// consistent reports whether no two conditions are true of which one was found to
// be false, without saying which.
func (m *machine) consistent(st *state) bool {
	return !slices.ContainsFunc(st.preds, func(p predicate) bool {
		return p.op == "&" && !p.val && m.truth(st, p.a) == yes && m.truth(st, p.b) == yes
	})
}

var inverse = map[string]string{"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
var mirrored = map[string]string{"<": ">", ">": "<", "<=": ">=", ">=": "<="}

func (m *machine) assumeCompare(st *state, op string, a, b value, want bool) bool {
	switch op {
	case "!=":
		return m.assumeEqual(st, a, b, !want)
	case "==":
		return m.assumeEqual(st, a, b, want)
	case "&":
		switch {
		case want:
			return m.assume(st, a, true) && m.assume(st, b, true)
		case m.truth(st, a) == yes:
			return m.assume(st, b, false)
		case m.truth(st, b) == yes:
			return m.assume(st, a, false)
		}
		m.note(st, op, a, b, false)
		return true
	}
	if !want {
		op = inverse[op]
	}
	if !m.narrow(st, op, a, m.factOf(st, b)) || !m.narrow(st, mirrored[op], b, m.factOf(st, a)) {
		return false
	}
	m.note(st, op, a, b, true)
	return true
}

// narrow applies a op bound to what is known of a.
func (m *machine) narrow(st *state, op string, a value, bound fact) bool {
	if a.kind == shifted {
		bound.lo -= a.n
		bound.hi -= a.n
		a = symbol(a.id)
	}
	if a.kind != unknown || a.id == 0 {
		return true
	}
	f := st.fact(a.id)
	switch op {
	case "<", "<=":
		if bound.hasHi {
			hi := bound.hi
			if op == "<" {
				hi--
			}
			if !f.hasHi || hi < f.hi {
				f.hasHi, f.hi = true, hi
			}
		}
	case ">", ">=":
		if bound.hasLo {
			lo := bound.lo
			if op == ">" {
				lo++
			}
			if !f.hasLo || lo > f.lo {
				f.hasLo, f.lo = true, lo
			}
		}
	}
	return m.settle(st, a.id, f)
}

// settle normalises an integer fact, stores it, and reports whether any value is
// left.
func (m *machine) settle(st *state, id int32, f fact) bool {
	for f.hasLo && slices.Contains(f.not, f.lo) {
		f.lo++
	}
	for f.hasHi && slices.Contains(f.not, f.hi) {
		f.hi--
	}
	if f.hasLo && f.hasHi && f.lo > f.hi {
		return false
	}
	switch {
	case f.hasLo && f.hasHi && f.lo == 0 && f.hi == 0:
		f.nilness = isNil
	case f.hasLo && f.lo > 0, f.hasHi && f.hi < 0:
		f.nilness = notNil
	}
	m.learn(st, id, f)
	return true
}

func (m *machine) assumeEqual(st *state, a, b value, want bool) bool {
	if b.isTruth() {
		a, b = b, a
	}
	if a.isTruth() {
		switch m.truth(st, b) {
		case yes:
			return m.assume(st, a, want)
		case no:
			return m.assume(st, a, !want)
		}
		return true
	}
	if a.kind == subjectRef || b.kind == subjectRef {
		return m.assumeSubjectEqual(st, a, b, want)
	}
	if a.kind == shifted || b.kind == shifted {
		if b.kind == shifted {
			a, b = b, a
		}
		if n, ok := m.factOf(st, b).exactly(); ok {
			return m.assumeEqual(st, symbol(a.id), numberV(n-a.n), want)
		}
		return true
	}
	fa, fb := m.factOf(st, a), m.factOf(st, b)
	if want {
		ok := m.adopt(st, a, fb) && m.adopt(st, b, fa)
		if ok {
			m.note(st, "==", a, b, true)
		}
		return ok
	}
	m.exclude(st, a, b, fb)
	m.exclude(st, b, a, fa)
	m.note(st, "==", a, b, false)
	return true
}

// adopt makes a as narrow as g.
func (m *machine) adopt(st *state, a value, g fact) bool {
	if a.kind != unknown || a.id == 0 {
		return true
	}
	f := st.fact(a.id)
	if g.nilness != 0 {
		if f.nilness != 0 && f.nilness != g.nilness {
			return false
		}
		f.nilness = g.nilness
	}
	if g.hasLo && (!f.hasLo || g.lo > f.lo) {
		f.hasLo, f.lo = true, g.lo
	}
	if g.hasHi && (!f.hasHi || g.hi < f.hi) {
		f.hasHi, f.hi = true, g.hi
	}
	return m.settle(st, a.id, f)
}

// exclude notes a != b where b is a constant.
func (m *machine) exclude(st *state, a, b value, fb fact) {
	if a.kind != unknown || a.id == 0 {
		return
	}
	f := st.fact(a.id)
	if b.kind == zero || fb.nilness == isNil {
		f.nilness = notNil
	}
	if n, ok := fb.exactly(); ok && fb.hasLo && !slices.Contains(f.not, n) && len(f.not) < 8 {
		f.not = append(slices.Clone(f.not), n)
		slices.Sort(f.not)
	}
	m.settle(st, a.id, f)
}

// assumeSubjectEqual: the same pointer found elsewhere is an alias, never a
// hand-over.
func (m *machine) assumeSubjectEqual(st *state, a, b value, want bool) bool {
	if b.kind == subjectRef {
		a, b = b, a
	}
	if b.kind != unknown || b.id == 0 {
		return true
	}
	if !want {
		m.note(st, "==", a, b, false)
		return true
	}
	switch f := st.fact(b.id); {
	case f.handle && f.held > 0:
		st.subj.escape("found equal to another reference that is owned")
	case !f.handle && m.fields[m.heldBy[b.id]].releasing():
		st.subj.escape("found equal to what a field holds that owns it as well")
	}
	m.replaceSymbol(st, b.id, subjectV)
	return true
}

// note remembers a decided condition between two values that are no constants.
func (m *machine) note(st *state, op string, a, b value, val bool) {
	constant := func(v value) bool {
		return v.kind == zero || v.kind == number || v.kind == unknown && v.id == 0
	}
	if constant(a) || constant(b) || len(st.preds) >= 16 {
		return
	}
	if before, ok := st.askedBefore(a); ok && st.decided(op, before, b) == triOf(!val) {
		st.doubt()
	}
	if before, ok := st.askedBefore(b); ok && st.decided(op, a, before) == triOf(!val) {
		st.doubt()
	}
	op, a, b, holds := normal(op, a, b)
	st.preds = append(st.preds, predicate{op, a, b, val == holds})
}

// learn stores a fact. If the same question was answered differently before an
// unknown call, the path is weak.
func (m *machine) learn(st *state, id int32, f fact) {
	if f.prev != 0 && st.weak == "" {
		old := st.fact(f.prev)
		if f.nilness != 0 && old.nilness != 0 && f.nilness != old.nilness {
			st.doubt()
		}
		n, ok := f.exactly()
		k, ok2 := old.exactly()
		if ok && ok2 && n != k || ok && slices.Contains(old.not, n) || ok2 && slices.Contains(f.not, k) {
			st.doubt()
		}
	}
	st.setFact(id, f)
}

// askedBefore is the earlier answer to the question that v answers.
func (st *state) askedBefore(v value) (value, bool) {
	if v.kind != unknown || v.id == 0 {
		return v, false
	}
	prev := st.fact(v.id).prev
	return symbol(prev), prev != 0
}

// doubt makes the path one that only strict mode believes in.
func (st *state) doubt() {
	if st.weak == "" {
		st.weak = "needs an unknown call to change a value that was tested before it"
	}
}
