package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file watches the fields of structs while a function is executed: in a
// survey it notes what happens to them, afterwards it claims what is wrong about
// a store in one.

// unseen notes a call that is not followed.
func (m *machine) unseen(c call) {
	if m.blind != nil && c.op.Kind == refprog.Call {
		m.blind[c.op.Name] = true
	}
}

// note adds to what the base run knows of fields on this path, and on those that
// were merged with it: "path.T.f" was read or written, "path.T.f!" was freed, among
// the elements of "path.T.f[]=" something was stored, "path.T?" has a flag that decided a
// branch, "*" anything may have happened.
func (st *state) note(what string) bool {
	i, ok := slices.BinarySearch(st.noted, what)
	if ok {
		return false
	}
	st.noted = slices.Insert(slices.Clone(st.noted), i, what)
	return true
}

func (st *state) isNoted(what string) bool {
	_, ok := slices.BinarySearch(st.noted, what)
	return ok
}

// watching reports whether this is a run that looks at fields.
func (m *machine) watching() bool { return m.site == nil && len(m.fields) > 0 }

// noteField notes which field an address is that of.
func (m *machine) noteField(b *body, op *refprog.Op, a value) {
	if key := fieldOf(b, op); key != "" && a.kind == address && len(m.fields) > 0 {
		m.typed[placeKey{a.root, a.id, a.s}] = key
	}
}

// elementsOf is the key of the elements of a field that an operand is the address of,
// or the contents, or "".
func (m *machine) elementsOf(v value) string {
	key := m.fieldAt(v)
	if v.kind == unknown {
		key = m.heldBy[v.id]
	}
	if key == "" || m.fields[key+elements] == nil {
		return ""
	}
	return key + elements
}

// noteElement notes that an address is that of an element of a field.
func (m *machine) noteElement(base, a value) {
	if a.kind != address || len(m.fields) == 0 {
		return
	}
	if key := m.elementsOf(base); key != "" {
		m.typed[placeKey{a.root, a.id, a.s}] = key
	}
}

// noteRanged notes that an address is that of each element in turn.
func (m *machine) noteRanged(b *body, op *refprog.Op, a value) {
	if !m.surveys || a.kind != address {
		return
	}
	for _, l := range b.ranges {
		if l.index != refprog.NoReg && op.Args[1].IsReg(l.index) {
			m.rangedAt[placeKey{a.root, a.id, a.s}] = true
		}
	}
}

// fieldAt is the key of the field at an address, or "".
func (m *machine) fieldAt(v value) string {
	a, ok := asAddress(v)
	if !ok {
		return ""
	}
	if name := m.variable(a); a.s == "" && m.hasField(name) {
		return name
	}
	return m.typed[placeKey{a.root, a.id, a.s}]
}

// variable is the package variable that an address lies in, or "".
func (m *machine) variable(at value) string {
	if at.kind != address || !at.root {
		return ""
	}
	if o := m.syms.origin(at.id); o.kind == symGlobal {
		return o.s
	}
	return ""
}

// hasField reports whether a key is that of a field, or variable, with a handle or with
// elements that are.
func (m *machine) hasField(key string) bool {
	return m.fields[key] != nil || m.fields[key+elements] != nil
}

func (m *machine) fieldLoaded(st *state, b *body, op *refprog.Op, at, v value) {
	if len(m.fields) == 0 {
		return
	}
	t := b.Regs[op.Dst].Type
	key := m.fieldAt(at)
	if m.site != nil {
		m.loadedAgain(st, key, at, v)
		return
	}
	if t.Kind == refprog.Aggregate {
		m.anythingTouched(st)
		if m.fields[key+elements] == nil {
			return
		}
	}
	m.holds(st, key, v)
	if at.kind == address && m.rangedAt[placeKey{at.root, at.id, at.s}] {
		m.ranged[v.id] = true
	}
	if v.symbolic() && (t.Kind == refprog.Bool || t.Kind == refprog.Int) {
		if name := m.variable(at); name != "" {
			key = name
		}
		if key != "" {
			m.flags[v.id] = typeOfField(key)
		}
	}
}

// holds notes that a field was read and which symbol it held.
func (m *machine) holds(st *state, key string, v value) {
	if key == "" {
		return
	}
	if m.site != nil {
		m.displaced(st, key)
	} else if m.fields[key] != nil || m.fields[key+elements] != nil {
		st.note(key)
	}
	if v.symbolic() {
		m.heldBy[v.id] = key
	}
}

// sliced: an array in a field is seen through a slice from now on.
func (m *machine) sliced(st *state, v value) {
	if key := m.fieldAt(v); v.kind == address && m.fields[key+elements] != nil && m.watching() {
		m.fields[key+elements].unknown = true
		m.anythingTouched(st)
	}
}

// anythingTouched: nobody knows what has become of the fields.
func (m *machine) anythingTouched(st *state) {
	if m.watching() {
		st.note("*")
	}
}

// fieldPassed: a contracted call that gets the address of a field may write it.
func (m *machine) fieldPassed(st *state, c call) {
	if !m.watching() {
		return
	}
	for _, a := range c.args {
		if key := m.fieldAt(a); a.kind == address && m.fields[key] != nil {
			st.note(key)
			m.fields[key].unknown = true
		}
	}
}

// fieldDecides notes the types whose flags a branch asks.
func (m *machine) fieldDecides(st *state, cond value) {
	if len(m.fields) == 0 {
		return
	}
	cond.any(func(v value) bool {
		if t := m.flags[v.id]; v.symbolic() && t != "" {
			st.note(t + "?")
		}
		return false
	})
}

// fieldCounted notes that a reference to what a field holds is added.
func (m *machine) fieldCounted(v value) {
	if !m.surveys {
		return
	}
	if u := m.fields[m.heldBy[v.id]]; u != nil {
		u.counted = true
	}
	for _, u := range m.putIn[v.id] {
		u.counted = true
	}
}

// fieldGiven notes that code that is not followed gets values: it may count them,
// and store where they point.
func (m *machine) fieldGiven(st *state, vs []value) {
	if !m.surveys {
		return
	}
	given := func(v value) bool {
		if v.symbolic() {
			m.passed[v.id] = true
			for _, u := range m.putIn[v.id] {
				u.unknown = true
			}
		}
		return false
	}
	for _, v := range vs {
		if key := m.fieldAt(v); v.kind == address && m.fields[key] != nil {
			m.fields[key].unknown = true
		}
	}
	m.anyReached(st, vs, given)
}

// fieldFreed notes what a free takes out of a field.
func (m *machine) fieldFreed(st *state, v value) {
	key := m.heldBy[v.id]
	u := m.fields[key]
	if u == nil || !m.watching() {
		return
	}
	st.note(key + "!")
	if st.isNoted(typeOfField(key) + "?") {
		return
	}
	if u.frees == "" {
		u.frees = m.speaksOf(st, key)
	}
	u.releases = u.releases || !st.fact(v.id).api
	u.freesAll = u.freesAll || m.ranged[v.id]
}

// speaksOf is the name of the innermost function under way that names a field; of
// a literal it is the one that it is written in.
func (m *machine) speaksOf(st *state, key string) string {
	f := st.top().fn.Func
	for i := range st.frames {
		if g := st.frames[len(st.frames)-1-i].fn.Func; slices.Contains(fieldsNamed(g), strings.TrimSuffix(key, elements)) {
			f = g
			break
		}
	}
	for f.Parent != "" && m.universe.Func(f.Parent) != nil {
		f = m.universe.Func(f.Parent)
	}
	return f.Name
}

// fieldsNamed lists the fields that the operations of a function are about.
func fieldsNamed(f *refprog.Func) []string {
	var out []string
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind == refprog.FieldAddr || op.Kind == refprog.Field {
				if key := fieldIn(f, op); key != "" {
					out = append(out, key)
				}
			}
			for _, a := range op.Args {
				if a.Kind == refprog.GlobalOperand {
					out = append(out, a.Name)
				}
			}
		}
	}
	return out
}

// fieldStored looks at a store, before it happens.
func (m *machine) fieldStored(st *state, at spot, addr, v value) {
	key := m.fieldAt(addr)
	u := m.fields[key]
	m.storesLoan(st, at, key, v)
	if !m.watching() {
		return
	}
	if u == nil && m.fields[key+elements] != nil {
		m.containerStored(st, at, key, addr, v)
		return
	}
	if u == nil {
		_, known := asAddress(addr)
		local := addr.kind == address && !addr.root
		whole := v.kind == aggregate || (v.kind == zero || v.kind == unknown) && (addr.s == "" || strings.HasSuffix(addr.s, "]"))
		if !known || !local && whole {
			m.anythingTouched(st) // an object may be replaced
		}
		return
	}
	defer st.note(key)
	bare := m.bare(st, key, addr)
	if a, ok := asAddress(addr); ok && !moves(key, addr) {
		if old := m.heldAt(st, a); !same(old, v) {
			m.leaves(st, key, old)
		}
	}
	if m.surveys {
		u.seen[m.ref(at)] = true
		m.stored(st, u, addr, v)
		if v.kind != zero && st.isNoted(key+"!") && u.replaces == "" {
			u.replaces = m.speaksOf(st, key)
		}
		if !bare && !m.loses(st, addr) {
			u.covered[m.ref(at)] = true
		}
		return
	}
	if !bare || !u.owns() || u.covered[m.ref(at)] || m.byInterface(m.ref(at).Func) || moves(key, addr) {
		return
	}
	if v.kind != zero && (u.replaces == "" || !methodOf(m.ref(at).Func, key)) {
		return // what is filled in from outside may well be empty
	}
	m.storedOver(st, key, at)
}

// moves reports whether an address is that of an element that may have been moved to
// another index unseen: one of a slice, which others can hold as well, or one whose
// index is not known.
func moves(key string, addr value) bool {
	return strings.HasSuffix(key, elements) && (!strings.HasPrefix(addr.s, ".") || strings.Contains(addr.s, anyElement))
}

// containerStored looks at a store in a field that is a slice or a map: what its
// elements own is lost with it.
func (m *machine) containerStored(st *state, at spot, key string, addr, v value) {
	defer st.note(key)
	u := m.fields[key+elements]
	bare := m.bare(st, key, addr) && !st.isNoted(key+elements)
	if m.surveys {
		if !bare {
			u.covered[m.ref(at)] = true
		}
		return
	}
	if bare && u.owns() && v.kind == zero && !u.covered[m.ref(at)] && !m.byInterface(m.ref(at).Func) {
		m.storedOver(st, key+elements, at)
	}
}

// methodOf reports whether a function is a method of the type that has the field.
func methodOf(fn, key string) bool {
	t := typeOfField(key)
	return strings.HasPrefix(fn, "(*"+t+").") || strings.HasPrefix(fn, "("+t+").")
}

// loses reports whether a store drops a reference that is acquired here, which
// shows nothing about the store but that it is wrong.
func (m *machine) loses(st *state, addr value) bool {
	i, ok := find(st.cells, addr.id)
	if addr.kind != address || addr.root || !ok {
		return false
	}
	old := st.cells[i].v
	for path := addr.s; path != ""; {
		var name string
		name, path = splitPath(path)
		old = m.field(old, name)
	}
	f := m.factOf(st, old)
	return old.kind == unknown && f.handle && f.held > 0
}

// stored notes what kind of value a field gets.
func (m *machine) stored(st *state, u *fieldUse, addr, v value) {
	f := m.factOf(st, v)
	if v.symbolic() {
		m.putIn[v.id] = append(m.putIn[v.id], u)
	}
	switch {
	case v.kind == zero || f.nilness == isNil:
	case v.symbolic() && m.passed[v.id]:
		u.unknown = true
	case v.kind == unknown && f.handle && f.held > 0:
		u.owned = true
	case v.kind == unknown && f.api && f.handle && f.held == 0 && len(f.lender) > 0:
		u.borrowed = u.borrowed || f.lent
		u.doubtful = true
		u.beside = u.beside || !m.outlives(addr, f.lender)
	default:
		u.unknown = true
	}
}

// outlives reports whether memory is that of an object from outside which has nothing
// to do with the lenders.
func (m *machine) outlives(addr value, lenders []value) bool {
	a, ok := asAddress(addr)
	if !ok || !a.root {
		return false
	}
	return !slices.ContainsFunc(lenders, func(l value) bool {
		return l.id == 0 || l.kind != unknown || m.rootOf(l.id) == m.rootOf(a.id)
	})
}

// bare reports whether a field is one of an object that the caller has, and whether
// nothing on the way here has looked at it.
func (m *machine) bare(st *state, key string, addr value) bool {
	if !addr.root || m.fn.Callback != "" || m.fn.Parent != "" ||
		st.isNoted("*") || st.isNoted(key) || st.isNoted(typeOfField(key)+"?") {
		return false
	}
	o := m.syms.origin(m.rootOf(addr.id))
	return o.kind == symRegister && o.ctx == 0 && slices.Contains(m.fn.Params, refprog.Reg(o.a))
}

// storedOver claims that what a field holds is lost.
func (m *machine) storedOver(st *state, key string, at spot) {
	k := siteKey{spot: at, kind: siteField}
	s := m.found[k]
	if s == nil {
		s = &site{siteKey: k}
		m.found[k] = s
		m.order = append(m.order, s)
	}
	m.site, m.claims = s, s.ready
	n := len(m.claims)
	m.claim(st, "missingfree", at, tokenRef{ctx: at.ctx, at: at.at, step: -1})
	for i := range m.claims[n:] {
		c := &m.claims[n+i]
		c.Rule, c.Field = refprog.Owning, key
	}
	s.ready, m.site, m.claims = m.claims, nil, nil
}
