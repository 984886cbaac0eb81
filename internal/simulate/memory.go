package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// operand evaluates what an operation reads.
func (m *machine) operand(st *state, o refprog.Operand) value {
	switch o.Kind {
	case refprog.RegOperand:
		return m.reg(st, o.Reg)
	case refprog.IntOperand:
		return numberV(o.Int)
	case refprog.ConstOperand:
		return value{kind: text, s: o.Name}
	case refprog.GlobalOperand:
		return value{kind: address, root: true, id: m.syms.global(o.Name)}
	case refprog.FuncOperand:
		return value{kind: function, s: o.Name}
	}
	return zeroValue
}

func (m *machine) operands(st *state, list []refprog.Operand) []value {
	out := make([]value, len(list))
	for i, o := range list {
		out[i] = m.operand(st, o)
	}
	return out
}

// asAddress sees an unknown pointer as the address of unknown memory.
func asAddress(v value) (value, bool) {
	switch v.kind {
	case address:
		return v, true
	case unknown:
		if v.id != 0 {
			return value{kind: address, root: true, id: v.id}, true
		}
	}
	return v, false
}

// inside gives the address of a part of what v points to.
func inside(v value, component string) value {
	if v.kind == subjectRef {
		return value{kind: interior, sub: []value{v}}
	}
	if v.kind == interior {
		return v
	}
	a, ok := asAddress(v)
	if !ok {
		return anonymous
	}
	a.s += component
	return a
}

// anyElement is the path component of an element nobody knows the index of.
const anyElement = "[*]"

// load reads memory.
func (m *machine) load(st *state, at value) value {
	a, ok := asAddress(at)
	if !ok {
		return anonymous
	}
	if !a.root {
		i, ok := find(st.cells, a.id)
		if !ok {
			return anonymous
		}
		if strings.HasPrefix(a.s, thisElement) {
			return m.element(st, st.cells[i].v, a.s)
		}
		if strings.HasPrefix(a.s, otherElement) {
			return anonymous
		}
		if c := st.cells[i].v; strings.Contains(a.s, anyElement) || c.kind == aggregate && slices.Contains(c.names, anyElement) {
			m.readCells[a.id] = true
		}
		return m.element(st, st.cells[i].v, a.s)
	}
	i, ok := find(st.heap, a.id)
	if strings.Contains(a.s, anyElement) {
		// Nobody knows which element: two reads may give two.
		if ok && st.heap[i].v.hasSubject() {
			m.element(st, st.heap[i].v, a.s)
		}
		return anonymous
	}
	if !ok {
		v := symbol(m.syms.memory(a.id, a.s, st.epoch))
		m.remember(st, a, v)
		return v
	}
	v := m.element(st, st.heap[i].v, a.s)
	if v.kind == unknown && v.id == 0 && st.heap[i].v.kind == aggregate {
		v = symbol(m.syms.memory(a.id, a.s, st.epoch))
		m.remember(st, a, v)
	}
	return v
}

// remember notes what was read from unknown memory, so that a second read with
// nothing between gives the same.
func (m *machine) remember(st *state, a value, v value) {
	i, ok := find(st.heap, a.id)
	old := value{kind: aggregate, sub: []value{anonymous}}
	if ok {
		old = st.heap[i].v
	}
	st.heap = put(st.heap, a.id, m.set(old, a.s, v))
}

// element reads a path of a known value. An element of unknown index may be the
// subject: then somebody else has hold of it and we say no more.
func (m *machine) element(st *state, v value, path string) value {
	for path != "" {
		var name string
		name, path = splitPath(path)
		if name == anyElement {
			if v.hasSubject() {
				st.subj.escape("read back from a container")
			}
			return anonymous
		}
		if v.kind == aggregate && name[0] == '[' && name != thisElement && slices.Contains(v.names, anyElement) {
			if m.field(v, anyElement).hasSubject() || m.field(v, thisElement).hasSubject() || m.reachesDirect(st, m.field(v, name)) {
				st.subj.escape("read back from a container")
			}
			return anonymous
		}
		v = m.field(v, name)
	}
	return v
}

// store writes memory.
func (m *machine) store(st *state, where spot, at, v value) {
	a, ok := asAddress(at)
	if !ok {
		m.leak(st, v, "stored at an address that is not known")
		return
	}
	if !a.root {
		i, ok := find(st.cells, a.id)
		if !ok {
			m.leak(st, v, "stored in memory that is gone")
			return
		}
		st.cells[i].v = m.write(st.cells[i].v, a.s, v)
		if strings.Contains(a.s, anyElement) && m.reachesDirect(st, v) && !slices.Contains(st.subj.inside, a.id) {
			st.subj.inside = append(slices.Clone(st.subj.inside), a.id)
		}
		if st.isShared(a.id) {
			m.shareValue(st, v)
		}
		return
	}
	m.shareValue(st, v)
	if a.s != "" || m.syms.origin(a.id).kind == symGlobal || st.subj.dead() { // a loan may be given by an out parameter
		m.keep(st, keeping{at: where, root: a.id, path: a.s}, v)
	}
	if len(st.subj.kept) > 0 && !v.refers() && !m.reachesDirect(st, v) {
		st.subj.replaced(a.id, a.s)
	}
	i, ok := find(st.heap, a.id)
	old := value{kind: aggregate, sub: []value{anonymous}}
	if ok {
		old = st.heap[i].v
	}
	st.heap = put(st.heap, a.id, m.write(old, a.s, v))
}

// write is set, but an element of unknown index adds to what the elements may be.
func (m *machine) write(old value, path string, v value) value {
	if path == "" {
		return v
	}
	name, rest := splitPath(path)
	if name == anyElement || name == otherElement {
		before := anonymous
		if old.kind == aggregate && slices.Contains(old.names, anyElement) {
			before = m.field(old, anyElement)
		}
		return withField(old, anyElement, bag(before, v))
	}
	return withField(old, name, m.write(m.field(old, name), rest, v))
}

// bag is the value of "one of these": it keeps what matters for reachability.
func bag(before, v value) value {
	if before.kind != aggregate || len(before.names) > 0 {
		before = value{kind: aggregate, sub: []value{anonymous}}
	}
	if !v.structural() || slices.ContainsFunc(before.sub, func(w value) bool { return equal(v, w) }) {
		return before
	}
	return value{kind: aggregate, sub: append(slices.Clone(before.sub), v)}
}

// shareValue notes that outsiders can reach whatever v names.
func (m *machine) shareValue(st *state, v value) {
	for _, c := range m.reachCells(st, v) {
		st.share(c)
	}
	if m.into != nil {
		m.into.noteShown(st, v)
	}
}

// anyReached reports whether is holds for a part of one of the values, or of a local
// cell that can be reached from them.
func (m *machine) anyReached(st *state, vs []value, is func(value) bool) bool {
	if slices.ContainsFunc(vs, func(v value) bool { return v.any(is) }) {
		return true
	}
	return slices.ContainsFunc(m.reachCells(st, vs...), func(c int32) bool {
		i, ok := find(st.cells, c)
		return ok && st.cells[i].v.any(is)
	})
}

// reachCells lists the local cells that can be reached from v.
func (m *machine) reachCells(st *state, vs ...value) []int32 {
	var out []int32
	var visit func(v value)
	visit = func(v value) {
		if v.kind == address && !v.root {
			i, ok := slices.BinarySearch(out, v.id)
			if !ok {
				out = slices.Insert(out, i, v.id)
				if j, ok := find(st.cells, v.id); ok {
					visit(st.cells[j].v)
				}
			}
		}
		for _, s := range v.sub {
			visit(s)
		}
	}
	for _, v := range vs {
		visit(v)
	}
	return out
}

// reaches reports whether the subject can be reached from the values, through
// local cells and through unknown memory at symbols they name.
func (m *machine) reaches(st *state, vs ...value) bool {
	for _, v := range vs {
		if v.hasSubject() {
			return true
		}
		for _, c := range m.reachCells(st, v) {
			if i, ok := find(st.cells, c); ok && (st.cells[i].v.hasSubject() || m.rootsReach(st, st.cells[i].v)) {
				return true
			}
		}
		if m.rootsReach(st, v) {
			return true
		}
	}
	return false
}

func (m *machine) rootsReach(st *state, v value) bool {
	return v.any(func(v value) bool {
		if v.id == 0 || v.kind != unknown && !(v.kind == address && v.root) {
			return false
		}
		for _, h := range st.heap {
			if m.syms.within(h.id, v.id) && m.reachesDirect(st, h.v) {
				return true
			}
		}
		return false
	})
}

func (m *machine) reachesDirect(st *state, v value) bool {
	if v.hasSubject() {
		return true
	}
	for _, c := range m.reachCells(st, v) {
		if i, ok := find(st.cells, c); ok && st.cells[i].v.hasSubject() {
			return true
		}
	}
	return false
}

// leak lets values escape to somebody unknown: he may keep, change and release
// what he can reach.
func (m *machine) leak(st *state, v value, why string) {
	if m.reaches(st, v) {
		st.subj.escape(why)
	}
	m.shareValue(st, v)
}

// havoc is an unknown call: memory that strangers can reach may change.
func (m *machine) havoc(st *state, at int32) {
	m.forget(st, func(s int32) bool {
		o := m.syms.origin(s)
		for o.kind == symPart {
			s = o.ctx
			o = m.syms.origin(s)
		}
		return o.kind == symMemory && o.a == at
	})
	for _, c := range st.shared {
		if i, ok := find(st.cells, c); ok {
			if st.cells[i].v.hasSubject() {
				st.subj.escape("kept where an unknown function can reach it")
			}
			st.cells[i].v = anonymous
		}
	}
	old := st.heap
	st.heap = nil
	st.subj.placed = nil
	st.subj.elementsChanged("")
	st.epoch = at
	for _, h := range old {
		if h.v.hasSubject() {
			st.subj.escape("kept where an unknown function can reach it")
		}
		m.renew(st, h.id, "", h.v)
	}
}

// renew makes the contents of unknown memory unknown again, but remembers what
// they were: a path on which they have changed is weak.
func (m *machine) renew(st *state, root int32, path string, old value) {
	switch old.kind {
	case aggregate:
		for i, n := range old.names {
			m.renew(st, root, path+n, old.sub[i+1])
		}
	case unknown:
		if old.id == 0 || st.fact(old.id).trivial() {
			return
		}
		id := m.syms.memory(root, path, st.epoch)
		m.remember(st, value{kind: address, root: true, id: root, s: path}, symbol(id))
		st.setFact(id, fact{prev: old.id})
	}
}

// alloc makes a new cell for an operation. The cell of an earlier turn of a loop
// becomes the old one; an even older one is forgotten.
func (m *machine) alloc(st *state, at origin, content value) value {
	id := m.syms.id(at)
	prev := at
	prev.s += "'"
	old := m.syms.id(prev)
	if _, ok := find(st.cells, id); ok {
		m.retire(st, id, old)
	}
	st.cells = put(st.cells, id, content)
	return value{kind: address, id: id}
}

// retire renames cell id to old, which is forgotten first.
func (m *machine) retire(st *state, id, old int32) {
	names := func(c int32) func(value) bool {
		return func(v value) bool { return v.kind == address && !v.root && v.id == c }
	}
	used := func(c int32) bool {
		found := false
		st.each(func(v value) { found = found || v.any(names(c)) })
		return found
	}
	drop := func(c int32) {
		if i, ok := find(st.cells, c); ok {
			if used(c) && m.reachesDirect(st, st.cells[i].v) {
				st.subj.escape("kept in a variable of an earlier loop turn")
			}
			st.cells = slices.Delete(st.cells, i, i+1)
		}
		m.rewriteAll(st, func(v value) value {
			if names(c)(v) {
				return anonymous
			}
			return v
		})
		if i, ok := slices.BinarySearch(st.shared, c); ok {
			st.shared = slices.Delete(st.shared, i, i+1)
		}
	}
	if !used(id) {
		drop(id)
		return
	}
	if i, ok := find(st.cells, old); ok && st.cells[i].v.hasSubject() {
		// The oldest one that matters stays; the middle one goes.
		if j, _ := find(st.cells, id); !st.cells[j].v.hasSubject() {
			drop(id)
			return
		}
	}
	drop(old)
	i, _ := find(st.cells, id)
	v := st.cells[i].v
	shared := st.isShared(id)
	st.cells = slices.Delete(st.cells, i, i+1)
	st.cells = put(st.cells, old, v)
	if shared {
		st.share(old)
		if j, ok := slices.BinarySearch(st.shared, id); ok {
			st.shared = slices.Delete(st.shared, j, j+1)
		}
	}
	m.rewriteAll(st, func(v value) value {
		if names(id)(v) {
			v.id = old
		}
		return v
	})
}

// sweep forgets cells, and memory, that nothing alive can name.
func (m *machine) sweep(st *state) {
	if len(st.cells) == 0 {
		return
	}
	var roots []value
	for i := range st.frames {
		for _, rv := range st.frames[i].regs {
			roots = append(roots, rv.v)
		}
		for _, d := range st.frames[i].defers {
			roots = append(roots, d.args...)
		}
	}
	for _, h := range st.heap {
		roots = append(roots, h.v)
	}
	alive := m.reachCells(st, roots...)
	st.cells = slices.DeleteFunc(st.cells, func(b binding) bool {
		if _, ok := slices.BinarySearch(alive, b.id); ok {
			return false
		}
		return !st.isShared(b.id)
	})
}
