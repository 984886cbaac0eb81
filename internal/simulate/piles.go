package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file is about fields, and the elements of fields that are slices or maps, of
// which nobody frees what they hold.

// typeOfListed is the type of the elements of a slice that is made of listed ones, as the
// arguments of a variadic call are.
func typeOfListed(f *refprog.Func, slice refprog.Operand) refprog.Type {
	array := refprog.NoReg
	at := map[refprog.Reg]bool{} // addresses in the array
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if op := &b.Ops[i]; op.Kind == refprog.SliceOf && slice.IsReg(op.Dst) && op.Args[0].Kind == refprog.RegOperand {
				array = op.Args[0].Reg
			}
		}
	}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; {
			case array == refprog.NoReg:
			case op.Kind == refprog.IndexAddr && op.Args[0].IsReg(array):
				at[op.Dst] = true
			case op.Kind == refprog.Store && op.Args[0].Kind == refprog.RegOperand && at[op.Args[0].Reg] && op.Args[1].Kind == refprog.RegOperand:
				return f.Regs[op.Args[1].Reg].Type
			}
		}
	}
	return refprog.Type{}
}

// listed notes what is added to the slice or map of a field.
func (m *machine) listed(st *state, b *body, op *refprog.Op, at opRef, v value) {
	if !m.surveys && !st.subj.live || op.Args[0].Kind != refprog.RegOperand {
		return
	}
	held, ok := m.held[b]
	if !ok {
		held = fieldContainers(b.Func)
		m.held[b] = held
	}
	key := held[op.Args[0].Reg] + elements
	u := m.fields[key]
	if u == nil {
		return
	}
	if !m.surveys {
		for _, e := range append(slices.Clone(m.elements(st, v).sub), v) {
			m.storesLoan(st, spot{st.top().ctx, at}, key, e)
		}
		return
	}
	u.seen[m.ref(spot{st.top().ctx, at})] = true
	into := m.operand(st, op.Args[0])
	if op.Kind == refprog.MapStore {
		m.stored(st, u, into, v)
		return
	}
	more := m.elements(st, v)
	switch {
	case more.kind == zero:
	case more.kind == aggregate && more.sub[0].kind == zero && !slices.Contains(more.names, anyElement):
		for _, e := range more.sub[1:] {
			m.stored(st, u, into, e)
		}
	default:
		u.unknown = true
	}
}

// pile notes that the container which the subject was put in is a field's of which
// nobody frees the elements.
func (m *machine) pile(st *state, container value) {
	key := m.elementsOf(container)
	s := &st.subj
	if u := m.fields[key]; u != nil && u.unfreed && (s.piledIn == "" || s.piledIn == key) {
		s.piled++
		s.piledIn = key
	}
}

// keptUnfreed claims, at a return, the references that are in fields of which
// nobody frees what they hold. elsewhere is how many are in places that are not
// followed.
func (m *machine) keptUnfreed(st *state, at spot, results []value, elsewhere int) {
	s := &st.subj
	if m.site.kind != siteResult || m.fn.Callback != "" || len(m.fields) == 0 || len(s.tokens) == 0 {
		return
	}
	k := &keepers{m: m, st: st, field: s.piledIn, in: s.piled, others: elsewhere - s.piled, seen: map[int32]bool{}}
	for _, v := range results {
		k.look(v, placeKey{})
	}
	for _, h := range st.heap {
		k.look(h.v, placeKey{true, h.id, ""})
	}
	for _, c := range st.shared {
		k.look(value{kind: address, id: c}, placeKey{})
	}
	if k.unclear || k.in == 0 || k.others >= len(s.tokens) {
		return
	}
	s.field, s.rule = k.field, refprog.Unfreed
	for _, token := range s.tokens[k.others:] {
		m.claim(st, "missingfree", at, token)
	}
}

// keepers counts the places that outlive the function and hold the subject: those in
// fields of which nobody frees what they hold, and the others.
type keepers struct {
	m          *machine
	st         *state
	field      string
	in, others int
	unclear    bool // it is in a place whose count is not known
	seen       map[int32]bool
}

func (k *keepers) look(v value, at placeKey) {
	switch v.kind {
	case subjectRef:
		if k.unfreed(k.m.typed[at]) {
			k.in++
		} else {
			k.others++
		}
		return
	case address:
		i, ok := find(k.st.cells, v.id)
		if v.root || !ok {
			return
		}
		if held := k.st.cells[i].v; held.hasSubject() && k.unfreed(k.m.typed[at]+elements) {
			k.in++
		} else if !k.seen[v.id] {
			k.seen[v.id] = true
			k.look(held, placeKey{false, v.id, ""})
		}
		return
	case function:
		k.unclear = k.unclear || v.hasSubject()
	case aggregate:
		if (len(v.names) == 0 || slices.Contains(v.names, anyElement)) && v.hasSubject() {
			k.unclear = true
		}
		for i, name := range v.names {
			k.look(v.sub[i+1], placeKey{at.root, at.id, at.path + name})
		}
		if len(v.names) > 0 {
			k.look(v.sub[0], placeKey{})
			return
		}
	case comparison, negation, interior:
		return
	}
	for _, part := range v.sub {
		k.look(part, placeKey{})
	}
}

// unfreed reports whether a field is one of which nobody frees what it holds, and the
// only such one.
func (k *keepers) unfreed(key string) bool {
	if u := k.m.fields[key]; u == nil || !u.unfreed || k.field != "" && k.field != key {
		return false
	}
	k.field = key
	return true
}
