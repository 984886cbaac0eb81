package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file finds out what the functions of a package do with the handles in the
// fields of its structs. A field is known by its key, "path.T.f". Survey runs
// every function once, without a subject, and notes on the way what is stored in
// a field, what is freed out of it, and what stores over it.

// fieldUse is what all functions of the package do with one field.
type fieldUse struct {
	handle                   string
	owned, borrowed, unknown bool   // what is stored there, besides nil
	frees                    string // a function that frees what is there; no flag of the object decides whether
	replaces                 string // a function that frees what is there and then stores something else
	counted                  bool   // references to what is there are added
	closed                   bool   // nobody elsewhere can store there
	unfreed                  bool   // nobody frees what is there or passes it on
	declared                 bool   // by a directive
	lent                     bool   // declared to borrow
	// covered are the stores of which some execution knows, or may know, what
	// was there before: they are no loss by themselves.
	covered map[refprog.OpRef]bool
	seen    map[refprog.OpRef]bool // stores that some execution has come to
}

func newFieldUse(handle string) *fieldUse {
	return &fieldUse{handle: handle, covered: map[refprog.OpRef]bool{}, seen: map[refprog.OpRef]bool{}}
}

// owns reports whether the object has a reference to what the field holds.
func (u *fieldUse) owns() bool {
	if u == nil || u.declared {
		return u != nil && !u.lent
	}
	return u.frees != "" && !u.borrowed
}

// lends reports whether nothing but loans is stored in the field.
func (u *fieldUse) lends() bool {
	return u != nil && !u.declared && u.onlyLoans()
}

func (u *fieldUse) onlyLoans() bool {
	return u.closed && u.borrowed && !u.owned && !u.unknown && !u.counted
}

// A DeclaredField is what a directive says of a field, here or in an import.
type DeclaredField struct {
	Owned  bool
	Handle string // what it holds, "" if that is not known
}

// KnownFields is what Survey is told of fields, by key.
type KnownFields struct {
	Declared map[string]DeclaredField
	// Closed are the fields that no code elsewhere can read or write. Unfreed are
	// those of which nobody frees what they hold, or gets it to somebody who could.
	Closed, Unfreed map[string]bool
}

// A FieldOwner says on what a claim about a field rests.
type FieldOwner struct {
	Handle   string // what it holds
	Declared bool   // a directive says so
	Frees    string // a function that frees what the field holds
	Replaces string // one that does so before it stores something else there
	Loans    bool   // nothing but loans is stored there
}

// FieldOwner returns what the package does with the field that has a key.
func (s *Simulator) FieldOwner(key string) FieldOwner {
	u := s.fields[key]
	if u == nil {
		return FieldOwner{}
	}
	return FieldOwner{Handle: u.handle, Declared: u.declared, Frees: u.frees, Replaces: u.replaces, Loans: u.onlyLoans()}
}

// OwningFields lists the fields that, by what the package does, own what they
// hold, sorted.
func (s *Simulator) OwningFields() []string {
	var out []string
	for key, u := range s.fields {
		if u.owns() && !u.declared {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// placeKey identifies memory: that of a cell or that at a symbol.
type placeKey struct {
	root bool
	id   int32
	path string
}

// fieldKey is the key of a field of a type as registers name it, "" if the type
// has no name.
func fieldKey(typ, field string) string {
	if typ == "" {
		return ""
	}
	var b strings.Builder
	depth := 0
	for _, r := range strings.TrimPrefix(typ, "*") {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String() + "." + field
}

// fieldOf is the key of the field that a FieldAddr or Field operation is about.
func fieldOf(b *body, op *refprog.Op) string { return fieldIn(b.Func, op) }

func fieldIn(f *refprog.Func, op *refprog.Op) string {
	if op.Args[0].Kind != refprog.RegOperand {
		return "" // of a package variable
	}
	return fieldKey(f.Regs[op.Args[0].Reg].Type.Name, op.Name)
}

// typeOfField is the type's part of a key.
func typeOfField(key string) string { return key[:strings.LastIndexByte(key, '.')] }

// Survey learns what functions do with the fields of structs. It has to
// come before anything else.
func (s *Simulator) Survey(p *refprog.Program, known KnownFields) {
	for key, d := range known.Declared {
		u := newFieldUse(d.Handle)
		u.declared, u.lent = true, !d.Owned
		s.fields[key] = u
	}
	funcs := p.Funcs
	for _, f := range funcs {
		s.handleFields(f, p.Package)
	}
	for key, u := range s.fields {
		u.closed, u.unfreed = known.Closed[key], known.Unfreed[key]
	}
	if len(s.fields) == 0 {
		return
	}
	unseen := map[string]bool{}
	entered := map[string]bool{}
	for _, f := range funcs {
		s.passedOn(f, unseen)
		if f.Synthetic || entered[f.Key] || !s.effectsOf(f.Key).fields {
			continue
		}
		m := s.machine(f.Key, Options{})
		if m == nil {
			continue
		}
		m.surveys, m.blind = true, unseen
		m.base()
		called, _ := m.entered()
		for _, key := range called {
			if g := s.universe.Func(key); g.Parent != "" {
				entered[key] = true
			}
		}
		if m.gaveUp != "" {
			unseen[f.Key] = true
		}
	}
	s.cover(unseen)
	for _, f := range funcs {
		s.missed(f)
	}
}

// missed opens the fields of which no execution has come to a store.
func (s *Simulator) missed(f *refprog.Func) {
	at := fieldAddresses(f)
	for bi, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind != refprog.Store || op.Args[0].Kind != refprog.RegOperand {
				continue
			}
			if u := s.fields[at[op.Args[0].Reg]]; u != nil && !u.seen[refprog.OpRef{Func: f.Key, Block: bi, Op: i}] {
				u.unknown = true
			}
		}
	}
}

// fieldAddresses are the registers of a function that hold the address of a field.
func fieldAddresses(f *refprog.Func) map[refprog.Reg]string {
	at := map[refprog.Reg]string{}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if op := &b.Ops[i]; op.Kind == refprog.FieldAddr {
				at[op.Dst] = fieldIn(f, op)
			}
		}
	}
	return at
}

// handleFields enters the fields of the package's own types that a function loads
// a handle from or stores one in.
func (s *Simulator) handleFields(f *refprog.Func, pkg string) {
	enter := func(key string, t refprog.Type) {
		name, own := strings.CutPrefix(key, pkg+".")
		h, ok := s.table.Handle(t.Handle)
		if !ok || h.OwnerOnly {
			return
		}
		if u := s.fields[key]; u != nil {
			u.handle = t.Handle
		} else if own && strings.Count(name, ".") == 1 {
			s.fields[key] = newFieldUse(t.Handle)
		}
	}
	at := fieldAddresses(f)
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind == refprog.Field {
				enter(fieldIn(f, op), f.Regs[op.Dst].Type)
			}
			if len(op.Args) == 0 || op.Args[0].Kind != refprog.RegOperand {
				continue
			}
			switch key := at[op.Args[0].Reg]; {
			case op.Kind == refprog.Load:
				enter(key, f.Regs[op.Dst].Type)
			case op.Kind == refprog.Store && op.Args[1].Kind == refprog.RegOperand:
				enter(key, f.Regs[op.Args[1].Reg].Type)
			}
		}
	}
}

// usesFields reports whether a function names a field with a handle.
func (s *Simulator) usesFields(f *refprog.Func) bool {
	return len(s.fields) > 0 && slices.ContainsFunc(fieldsNamed(f), func(key string) bool { return s.fields[key] != nil })
}

// overwrites reports whether a function stores in a field that owns.
func (s *Simulator) overwrites(f *refprog.Func) bool {
	return slices.ContainsFunc(fieldsNamed(f), func(key string) bool { return s.fields[key].owns() })
}

// passedOn collects the functions that are called where nobody sees it: as values
// and through interfaces.
func (s *Simulator) passedOn(f *refprog.Func, unseen map[string]bool) {
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if g := s.universe.Func(op.Name); op.Kind == refprog.Closure && g != nil && g.Parent == "" {
				unseen[op.Name] = true
			}
			for _, a := range op.Args {
				if a.Kind == refprog.FuncOperand {
					unseen[a.Name] = true
				}
			}
			if op.Kind == refprog.Method {
				unseen["."+op.Name] = true
			}
		}
	}
}

// cover covers every store of the functions that were not seen in each of their
// calls, and of what those call.
func (s *Simulator) cover(unseen map[string]bool) {
	done := map[string]bool{}
	var visit func(key string)
	visit = func(key string) {
		f := s.universe.Func(key)
		if f == nil || done[key] {
			return
		}
		done[key] = true
		for bi, b := range f.Blocks {
			for i := range b.Ops {
				if b.Ops[i].Kind == refprog.Store {
					for _, u := range s.fields {
						u.covered[refprog.OpRef{Func: key, Block: bi, Op: i}] = true
					}
				}
			}
		}
		for _, c := range s.callees(key) {
			visit(c)
		}
	}
	for key := range unseen {
		visit(key)
	}
	s.hidden = map[string]bool{}
	for key := range unseen {
		if strings.HasPrefix(key, ".") {
			s.hidden[key] = true
		}
	}
}

// byInterface reports whether a function is a method of a name that is called
// through an interface.
func (s *Simulator) byInterface(key string) bool {
	return strings.HasPrefix(key, "(") && s.hidden[key[strings.LastIndexByte(key, '.'):]]
}

// unseen notes a call that is not followed.
func (m *machine) unseen(c call) {
	if m.blind != nil && c.op.Kind == refprog.Call {
		m.blind[c.op.Name] = true
	}
}

// note adds to what the base run knows of fields on this path, and on those that
// were merged with it: "path.T.f" was read or written, "path.T.f!" was freed,
// "path.T?" has a flag that decided a branch, "*" anything may have happened.
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

// fieldAt is the key of the field at an address, or "".
func (m *machine) fieldAt(v value) string {
	a, ok := asAddress(v)
	if !ok {
		return ""
	}
	return m.typed[placeKey{a.root, a.id, a.s}]
}

func (m *machine) fieldLoaded(st *state, b *body, op *refprog.Op, at, v value) {
	if !m.watching() {
		return
	}
	t := b.Regs[op.Dst].Type
	if t.Kind == refprog.Aggregate {
		m.anythingTouched(st)
		return
	}
	key := m.fieldAt(at)
	m.holds(st, key, v)
	if key != "" && v.symbolic() && (t.Kind == refprog.Bool || t.Kind == refprog.Int) {
		m.flags[v.id] = typeOfField(key)
	}
}

// holds notes that a field was read and which symbol it held.
func (m *machine) holds(st *state, key string, v value) {
	if key == "" || !m.watching() {
		return
	}
	if m.fields[key] != nil {
		st.note(key)
	}
	if v.symbolic() {
		m.heldBy[v.id] = key
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
	for _, v := range vs {
		if key := m.fieldAt(v); v.kind == address && m.fields[key] != nil {
			m.fields[key].unknown = true
		}
		v.any(func(v value) bool {
			if v.symbolic() {
				m.passed[v.id] = true
				for _, u := range m.putIn[v.id] {
					u.unknown = true
				}
			}
			return false
		})
	}
}

// fieldFreed notes what a free takes out of a field.
func (m *machine) fieldFreed(st *state, v value) {
	key := m.heldBy[v.id]
	u := m.fields[key]
	if u == nil || !m.watching() {
		return
	}
	st.note(key + "!")
	if u.frees == "" && !st.isNoted(typeOfField(key)+"?") {
		u.frees = m.speaksOf(st, key)
	}
}

// speaksOf is the name of the innermost function under way that names a field; of
// a literal it is the one that it is written in.
func (m *machine) speaksOf(st *state, key string) string {
	f := st.top().fn.Func
	for i := range st.frames {
		if g := st.frames[len(st.frames)-1-i].fn.Func; slices.Contains(fieldsNamed(g), key) {
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
			if op := &b.Ops[i]; op.Kind == refprog.FieldAddr || op.Kind == refprog.Field {
				if key := fieldIn(f, op); key != "" {
					out = append(out, key)
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
	if !m.watching() {
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
	if m.surveys {
		u.seen[m.ref(at)] = true
		m.stored(st, u, v)
		if v.kind != zero && st.isNoted(key+"!") && u.replaces == "" {
			u.replaces = m.speaksOf(st, key)
		}
		if !bare && !m.loses(st, addr) {
			u.covered[m.ref(at)] = true
		}
		return
	}
	if !bare || !u.owns() || u.covered[m.ref(at)] || m.byInterface(m.ref(at).Func) {
		return
	}
	if v.kind != zero && (u.replaces == "" || !methodOf(m.ref(at).Func, key)) {
		return // what is filled in from outside may well be empty
	}
	m.storedOver(st, key, at)
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
func (m *machine) stored(st *state, u *fieldUse, v value) {
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
		u.borrowed = true
	default:
		u.unknown = true
	}
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

// keptUnfreed claims, at a return, the references that are in fields of which
// nobody frees what they hold. The subject has places in all, which hold all its
// references.
func (m *machine) keptUnfreed(st *state, at spot, results []value, places int) {
	s := &st.subj
	if m.site.kind != siteResult || m.fn.Callback != "" || len(m.fields) == 0 || len(s.tokens) == 0 {
		return
	}
	field := ""
	n := 0
	for _, h := range st.heap {
		m.inUnfreed(placeKey{true, h.id, ""}, h.v, &n, &field)
	}
	for _, id := range m.reachCells(st, m.visible(st, results)...) {
		if i, ok := find(st.cells, id); ok {
			m.inUnfreed(placeKey{false, id, ""}, st.cells[i].v, &n, &field)
		}
	}
	if n == 0 || places-n >= len(s.tokens) {
		return
	}
	s.field, s.rule = field, refprog.Unfreed
	for _, token := range s.tokens[places-n:] {
		m.claim(st, "missingfree", at, token)
	}
}

// inUnfreed counts the places of a value in such fields.
func (m *machine) inUnfreed(at placeKey, v value, n *int, field *string) {
	switch v.kind {
	case subjectRef:
		if key := m.typed[at]; m.fields[key] != nil && m.fields[key].unfreed && (*field == "" || *field == key) {
			*field = key
			*n++
		}
	case aggregate:
		for i, name := range v.names {
			m.inUnfreed(placeKey{at.root, at.id, at.path + name}, v.sub[i+1], n, field)
		}
	}
}
