package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file is about references that the function puts into fields of which the
// package frees what they hold: each such place needs a reference of its own.

// maxPlaced bounds the places that are remembered.
const maxPlaced = 4

// A placing is a place that owns what it was given.
type placing struct {
	key  string // of the field, or of its elements
	at   spot   // what put it there
	addr value  // a place that is followed; else anonymous
	dead bool   // no reference kept the subject alive any more
}

// place notes that v is put into a field.
func (m *machine) place(st *state, at spot, addr, v value) {
	key := m.fieldAt(addr)
	if moves(key, addr) {
		if !v.refers() {
			m.displaced(st, key)
		}
		addr = anonymous
	}
	if m.elementsOf(v) != key+elements {
		m.displaced(st, key+elements) // other elements
	}
	m.placed(st, placing{key: key, at: at, addr: addr}, v)
}

// placeIn notes that v is put among the elements of a field. Which of them it
// replaces is not known.
func (m *machine) placeIn(st *state, at spot, container, v value) {
	key := m.elementsOf(container)
	if key != "" && m.watching() {
		st.note(key + "=")
	}
	if u := m.fields[key]; u != nil && m.surveys {
		m.stored(st, u, container, v)
	}
	if !v.refers() {
		m.displaced(st, key)
	}
	m.placed(st, placing{key: key, at: at, addr: anonymous}, v)
}

func (m *machine) placed(st *state, p placing, v value) {
	s := &st.subj
	if m.site == nil || !s.live || !v.refers() || len(s.placed) >= maxPlaced {
		return
	}
	p.dead = s.base == owned && s.dead() && p.addr.kind == address && !p.addr.root
	if !p.dead && !m.fields[p.key].releasing() {
		return
	}
	s.placed = append(slices.Clip(slices.DeleteFunc(slices.Clone(s.placed), func(old placing) bool {
		return old.at == p.at || p.addr.kind == address && equal(old.addr, p.addr)
	})), p)
}

// displaced: a field, or the elements of one, is read, or may hold something else
// now. What is read there may be freed for it.
func (m *machine) displaced(st *state, key string) {
	if key != "" && len(st.subj.placed) > 0 {
		st.subj.placed = slices.DeleteFunc(slices.Clone(st.subj.placed), func(p placing) bool { return p.key == key })
	}
}

// loadedAgain looks at what is read from a field while a reference is followed.
func (m *machine) loadedAgain(st *state, key string, at, v value) {
	if v.symbolic() {
		m.heldBy[v.id] = key
	}
	if v.refers() || moves(key, at) {
		m.displaced(st, key)
	}
}

// owedTo claims, at a return, that there are more places that own the subject than
// references. A function that fails may leave an object that it was still filling.
func (m *machine) owedTo(st *state, results []value) bool {
	s := &st.subj
	if m.site.kind == siteTaken && s.gaveUp || s.base == outside || s.base == borrowed && !s.gaveUp || len(s.placed) <= len(s.tokens) || slices.ContainsFunc(s.kept, func(k keeping) bool { return k.dead }) {
		return false
	}
	alive := m.reachCells(st, m.visible(st, results)...)
	unfinished := m.fails(st, results)
	owners := map[string][]placing{}
	for _, p := range s.placed {
		filling := p.at.ctx == 0 && !strings.HasSuffix(p.key, elements) // others' elements stay
		if unfinished && (filling || p.dead) || p.addr.kind == address && !m.holdsSubject(st, p.addr, alive) {
			continue
		}
		if p.dead {
			m.claim(st, "useafterfree", p.at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
			return true
		}
		owners[p.key] = append(owners[p.key], p)
	}
	for _, p := range s.placed {
		if len(owners[p.key]) <= len(s.tokens) || !s.gaveUp && !m.fields[p.key].owns() {
			continue
		}
		at := owners[p.key][len(owners[p.key])-1].at
		if s.gaveUp {
			at = s.freed
		}
		s.field, s.rule = p.key, refprog.Owning
		m.claim(st, "doublefree", at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
		return true
	}
	return false
}

// holdsSubject reports whether the subject is at an address that others can reach
// when the function has returned.
func (m *machine) holdsSubject(st *state, addr value, alive []int32) bool {
	if _, ok := slices.BinarySearch(alive, addr.id); !addr.root && !ok {
		return false
	}
	return m.heldAt(st, addr).refers()
}

// fails reports whether the last result says that the function has failed.
func (m *machine) fails(st *state, results []value) bool {
	return len(results) > 0 && m.failed(st, append([]value{anonymous}, results...))
}
