package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// maxKept bounds the places that are remembered for one borrow.
const maxKept = 3

// keep notes that a borrowed subject, or one whose last reference was given up,
// was put into memory, or a container, that may outlive the loan. Whether it
// matters is decided at the return: an up_ref may follow, or the place be cleared
// again.
func (m *machine) keep(st *state, k keeping, v value) {
	s := &st.subj
	loan := s.base == borrowed && len(s.tokens) == 0 || s.offered
	dead := s.base != borrowed && s.dead()
	if !s.live || !loan && !dead || !v.refers() && !m.reachesDirect(st, v) {
		return
	}
	freed := m.fields[m.placeOf(k)].freesOwned() // the loan with the others
	if !dead && !freed && (k.root != 0 && m.besideOwner(st, k.root) || m.withOwner(st, v)) {
		return
	}
	if made, ok := m.made[v.s]; ok && v.kind == function {
		k.at = made // as where a function is kept that is still seen at the end
	}
	if len(s.kept) < maxKept && !slices.ContainsFunc(s.kept, func(old keeping) bool { return old.at == k.at }) {
		k.dead = dead
		s.kept = append(s.kept, k)
	}
}

// placeOf is the key of the field, or of its elements, that a place is, or "".
func (m *machine) placeOf(k keeping) string {
	if k.root != 0 {
		return m.fieldAt(value{kind: address, root: true, id: k.root, s: k.path})
	}
	return m.elementsOf(k.in)
}

// replaced notes that something else was put where the subject was kept.
func (s *subject) replaced(root int32, path string) {
	s.kept = slices.DeleteFunc(slices.Clone(s.kept), func(k keeping) bool {
		return k.root == root && strings.HasPrefix(k.path, path)
	})
}

// keepBy notes that a call has put v into its first argument, in a way that is not
// followed. One that is made here does not outlive the call.
func (m *machine) keepBy(st *state, b *body, where spot, v value) {
	if where.at.op == 0 {
		return
	}
	put := &b.Blocks[where.at.block].Ops[where.at.op-1]
	if put.Kind != refprog.Unknown || put.Mode != refprog.Now || len(put.Args) == 0 {
		return
	}
	if in := m.operand(st, put.Args[0]); in.symbolic() && !m.besideOwner(st, in.id) {
		m.keep(st, keeping{at: where, in: in}, v)
	}
}

// putsIn reports whether a call only puts something into a container.
func (m *machine) putsIn(c call) bool {
	ops := c.b.Blocks[c.at.block].Ops
	next := int(c.at.op) + 1
	return next < len(ops) && ops[next].Kind == refprog.Escape && ops[next].N == 1
}

// removed notes that something, which may be the subject, was taken out of a
// container.
func (m *machine) removed(st *state, container value) {
	m.displaced(st, m.elementsOf(container))
	st.subj.kept = slices.DeleteFunc(slices.Clone(st.subj.kept), func(k keeping) bool {
		return k.root == 0 && (equal(k.in, container) || m.samePlace(k.in, container))
	})
}

// samePlace reports whether two values were read from one place, maybe before and
// after a call that nobody follows.
func (m *machine) samePlace(a, b value) bool {
	if a.kind != unknown || b.kind != unknown || a.id == 0 || b.id == 0 {
		return false
	}
	x, y := m.syms.origin(a.id), m.syms.origin(b.id)
	return x.kind == symMemory && y.kind == symMemory && x.ctx == y.ctx && x.s == y.s
}

// withOwner reports whether what is put away holds the owner as well.
func (m *machine) withOwner(st *state, v value) bool {
	return !v.refers() && slices.ContainsFunc(st.subj.lenders, func(l value) bool { return m.holdsValue(st, v, l) })
}

// besideOwner reports whether the memory at root also holds what lends the
// subject: then the loan and its owner live equally long.
func (m *machine) besideOwner(st *state, root int32) bool {
	top := m.rootOf(root)
	for _, l := range st.subj.lenders {
		if l.id != 0 && (l.kind == unknown || l.kind == address && l.root) && m.rootOf(l.id) == top && l.id != top {
			return true
		}
		for _, h := range st.heap {
			if m.rootOf(h.id) == top && h.v.any(func(v value) bool { return equal(v, l) }) {
				return true
			}
		}
		if l.kind == unknown && l.id != 0 {
			for _, up := range st.fact(l.id).lender {
				if up.id != 0 && up.kind == unknown && m.rootOf(up.id) == top && up.id != top {
					return true
				}
			}
		}
	}
	return false
}

// hand gives v to a container that is not followed: a channel, a map or a slice
// from outside. The container owns what it is given.
func (m *machine) hand(st *state, where spot, container, v value) {
	if m.into != nil && m.reachesDirect(st, v) {
		st.subj.put = true
	}
	if v.refers() {
		if len(st.subj.tokens) > st.subj.handed {
			st.subj.handed++
			m.pile(st, container)
		}
		if container.id == 0 || container.kind != unknown && !(container.kind == address && container.root) ||
			!m.besideOwner(st, container.id) || m.fields[m.elementsOf(container)].freesOwned() {
			m.keep(st, keeping{at: where, in: container}, v)
		}
	} else if m.reachesDirect(st, v) {
		m.keep(st, keeping{at: where, in: container}, v) // a reference in it is counted where others can reach it
	} else if m.reaches(st, v) {
		st.subj.escape("kept in a container inside something else")
	}
	m.shareValue(st, v)
}

// atKept claims what is still kept when the function returns: a borrow, or what
// was dead when it was put there.
func (m *machine) atKept(st *state, results []value) {
	s := &st.subj
	if s.base != borrowed && s.dead() {
		for _, k := range s.kept {
			if k.dead && m.stillKept(st, k) {
				m.claim(st, "useafterfree", k.at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
			}
		}
	}
	if s.base != borrowed || len(s.tokens) > 0 || s.lost || s.passed {
		return
	}
	library := m.site.kind == siteEntry
	for _, k := range s.kept {
		if m.stillKept(st, k) || s.escaped != "" || m.syms.origin(m.rootOf(max(k.root, 1))).kind != symRegister && library {
			m.claim(st, "danglingborrow", k.at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
		}
	}
	for _, r := range results {
		m.keptByClosure(st, r)
	}
	for _, h := range st.heap {
		m.keptByClosure(st, h.v)
	}
}

// stillKept reports whether the place holds the subject still.
func (m *machine) stillKept(st *state, k keeping) bool {
	return k.root == 0 || slices.ContainsFunc(st.heap, func(h binding) bool {
		return h.id == k.root && (h.v.refers() || m.reachesDirect(st, h.v))
	})
}

// keptByClosure claims a borrow captured by a function value that outlives the
// call, unless the function has hold of the owner as well.
func (m *machine) keptByClosure(st *state, v value) {
	v.any(func(f value) bool {
		if f.kind != function || !m.captured(st, f) {
			return false
		}
		for _, l := range st.subj.lenders {
			if m.holdsValue(st, f, l) {
				return false
			}
		}
		if at, ok := m.made[f.s]; ok {
			m.claim(st, "danglingborrow", at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
		}
		return true
	})
}

func (m *machine) captured(st *state, f value) bool { return f.refers() || m.reachesDirect(st, f) }

// holdsValue reports whether l can be reached from f directly or through cells.
func (m *machine) holdsValue(st *state, f, l value) bool {
	is := func(v value) bool {
		return equal(v, l) || v.symbolic() && l.symbolic() && m.syms.within(l.id, v.id) // what l was read from
	}
	return m.anyReached(st, []value{f}, is)
}

// lend notes a goroutine that uses the borrow.
func (m *machine) lend(st *state, c call) {
	s := &st.subj
	if !s.live || s.base != borrowed || len(s.tokens) > 0 || c.op.Mode != refprog.Spawned {
		return
	}
	for _, a := range c.args {
		if a.refers() || m.reachesDirect(st, a) {
			at := c.spot()
			s.lentTo = &at
			return
		}
	}
}
