package simulate

import (
	"maps"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file follows references out of fields that own them: who reads one and then
// stores something else there, or deletes it from the map, has it from then on.

// takesOut reports whether a function, or one that it calls, stores in a field that
// owns, or deletes an element of one.
func (s *Simulator) takesOut(key string) bool {
	if out, ok := s.takers[key]; ok {
		return out
	}
	s.takers[key] = false // of a recursion the others decide
	f := s.universe.Func(key)
	if f == nil {
		return false
	}
	out := s.storesOver(f) || slices.ContainsFunc(s.callees(key), s.takesOut)
	s.takers[key] = out
	return out
}

func (s *Simulator) storesOver(f *refprog.Func) bool {
	if !s.overwrites(f) {
		return false
	}
	at, held := fieldAddresses(f), fieldContainers(f)
	return slices.ContainsFunc(f.Blocks, func(b *refprog.Block) bool {
		return slices.ContainsFunc(b.Ops, func(op refprog.Op) bool {
			switch op.Kind {
			case refprog.Store:
				return s.fields[named(at, op.Args[0])].owns()
			case refprog.MapDelete:
				return s.fields[named(held, op.Args[0])+elements].owns()
			}
			return false
		})
	})
}

// taking reports whether an operation may read a reference that is taken out.
func (m *machine) taking(st *state, op *refprog.Op) bool {
	if len(m.fields) == 0 || op.Kind != refprog.Load && op.Kind != refprog.MapLoad {
		return false
	}
	return m.fields[m.readsFrom(st, op)].owns()
}

// readsFrom is the key of the field, or of its elements, that an operation reads.
func (m *machine) readsFrom(st *state, op *refprog.Op) string {
	from := m.operand(st, op.Args[0])
	if op.Kind == refprog.MapLoad {
		return m.elementsOf(from)
	}
	key := m.fieldAt(from)
	if moves(key, from) {
		return ""
	}
	return key
}

// take is a read of v. In the base run it notes where v was read first; in that of
// the site v is the subject, and the field has a reference of it. It returns the
// states behind it, in all of which v has yet to be assigned.
func (m *machine) take(st *state, c call, v value) []*state {
	if v.kind != unknown || v.id == 0 || !m.taking(st, c.op) {
		return nil
	}
	key := m.readsFrom(st, c.op)
	if f := st.fact(v.id); f.api || f.handle || f.dead || f.nilness == isNil || c.op.Kind == refprog.Load && m.syms.origin(v.id).kind != symMemory {
		return nil
	}
	k := siteKey{spot: c.spot(), kind: siteTaken}
	if m.site == nil {
		if st.isNoted(key + "=") {
			return nil // it may be what was stored there
		}
		if _, again := m.readAt[v.id]; !again {
			m.readAt[v.id] = k
		}
		if c.op.Kind == refprog.MapLoad {
			m.readBy[v.id] = m.operand(st, c.op.Args[1])
		}
		if m.readAt[v.id] == k {
			m.noteSite(c, siteTaken, 0, m.fields[key].handle)
		}
		return nil
	}
	if m.site.siteKey != k || st.subj.live {
		return nil
	}
	var out []*state
	if m.site.cyclic {
		out = append(out, st.clone()) // another turn's
	}
	st.subj = subject{live: true, base: owned, rule: refprog.Owning, field: key, tokens: []tokenRef{{ctx: c.ctx, at: c.at, step: -1}}}
	m.replaceSymbol(st, v.id, subjectV)
	if c.op.Kind == refprog.MapLoad {
		st.subj.entry = &entry{key, m.operand(st, c.op.Args[1])}
	} else if addr, ok := asAddress(m.operand(st, c.op.Args[0])); ok {
		m.placed(st, placing{key: key, at: c.spot(), addr: addr}, subjectV)
	}
	return append(out, st)
}

// assignEach gives what was read to the register that it is read into; in the last
// state it is the subject, which is there.
func (m *machine) assignEach(states []*state, op *refprog.Op, v value, commaOk bool) []*state {
	for i, st := range states {
		got, there := v, symbol(m.syms.part(m.syms.register(st.top().ctx, int32(op.Dst)), "#1"))
		if i == len(states)-1 {
			got, there = subjectV, numberV(1)
		}
		if commaOk {
			got = tupleV(got, there)
		}
		m.assign(st, op.Dst, got)
	}
	return states
}

// leaves notes that something else is stored in a field that owns, or that an
// element is deleted: what was read there before belongs to whoever has read it.
func (m *machine) leaves(st *state, key string, old value) {
	if m.site != nil || m.surveys || old.kind != unknown || !m.fields[key].owns() ||
		st.isNoted("*") || st.isNoted(typeOfField(key)+"?") {
		return
	}
	if f := st.fact(old.id); f.dead || f.handle && f.held == 0 || f.nilness == isNil {
		return
	}
	if k, ok := m.readAt[old.id]; ok && !slices.Contains(m.taken, k) {
		m.taken = append(m.taken, k)
	}
}

// elementGone: an element of a map is deleted, or another one is stored in its place.
func (m *machine) elementGone(st *state, c, key value) {
	field := m.elementsOf(c)
	if field == "" {
		return
	}
	if m.site != nil {
		st.subj.elementGone(field, key)
		return
	}
	for _, id := range slices.Sorted(maps.Keys(m.readBy)) {
		if m.heldBy[id] == field && equal(m.readBy[id], key) {
			m.leaves(st, field, symbol(id))
		}
	}
}

// An entry is a map element that owns the subject.
type entry struct {
	field string // the key of the field's elements
	key   value
}

// elementGone takes the subject out of its map if it is that element. If it only may
// be, nobody knows.
func (s *subject) elementGone(field string, key value) {
	switch {
	case s.entry == nil || s.entry.field != field:
	case equal(s.entry.key, key):
		s.entry = nil
	default:
		s.elementsChanged(field)
	}
}

// elementsChanged: somebody may have changed the map.
func (s *subject) elementsChanged(field string) {
	if s.entry != nil && (field == "" || s.entry.field == field) {
		s.escape("in a map that may have been changed")
	}
}

// heldAt is what memory that was read before holds, without another look at it.
func (m *machine) heldAt(st *state, addr value) value {
	list := st.heap
	if !addr.root {
		list = st.cells
	}
	i, ok := find(list, addr.id)
	if addr.kind != address || !ok {
		return anonymous
	}
	v := list[i].v
	for path := addr.s; path != ""; {
		if v.kind != aggregate {
			return anonymous
		}
		var name string
		name, path = splitPath(path)
		v = m.field(v, name)
	}
	return v
}
