package simulate

import (
	"slices"
	"sort"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// state is one abstract state: where execution is, what the subject's count is,
// and what is known of everything else. A state is changed in place by the one
// that owns it and cloned where paths part.
type state struct {
	frames []frame     // innermost last
	cells  []binding   // contents of local cells, by cell id
	heap   []binding   // contents of memory at unknown addresses, by symbol
	shared []int32     // cells that somebody outside can reach, sorted
	facts  []factEntry // what is known of symbols, by symbol; see ownFacts
	preds  []predicate // conditions between symbols that were decided on this path
	epoch  int32       // the last point at which unknown memory may have changed
	subj   subject
	weak   string // why only strict mode may believe in this path, or ""
	asked  []question
	asks   []int  // where a summary is made: see summary.Way
	turns  []turn // the loops over all elements that execution is in
	trail  *trail
	// noted is what the base run notes of struct fields (fields.go), sorted.
	noted []string

	sharedFacts bool // facts are another state's too
}

// frame is one activation on the stack.
type frame struct {
	ctx      int32
	fn       *body
	regs     []regValue // by register; a register without entry holds its own symbol; see ownRegs
	defers   []deferred // pushed last is last
	repeated bool       // one operation may stand in defers more often than it may be kept
	shared   bool       // regs are another state's too
}

type regValue struct {
	reg refprog.Reg
	v   value
}

// binding is a value under an id.
type binding struct {
	id int32
	v  value
}

// deferred is one pending deferred call.
type deferred struct {
	op   *refprog.Op
	at   opRef // where it was pushed
	args []value
	fn   *body // whose operation it is
	ctx  int32
}

// question is the last answer of an unknown call with at most one argument: if
// the same question gets another answer with nothing known in between, the path
// is weak.
type question struct {
	name string
	arg  value
	sym  int32
}

// trail is the path so far, newest first.
type trail struct {
	prev *trail
	step refprog.Step
	n    int
}

func (t *trail) steps() []refprog.Step {
	if t == nil {
		return nil
	}
	out := make([]refprog.Step, t.n)
	for ; t != nil; t = t.prev {
		out[t.n-1] = t.step
	}
	return out
}

// steps is the number of steps so far.
func (st *state) steps() int {
	if st.trail == nil {
		return 0
	}
	return st.trail.n
}

func (st *state) push(step refprog.Step) {
	n := 1
	if st.trail != nil {
		n = st.trail.n + 1
	}
	st.trail = &trail{prev: st.trail, step: step, n: n}
}

func (st *state) clone() *state {
	// Registers and facts are most of a state, and copied only by the one of the two
	// that changes them first.
	st.sharedFacts = true
	for i := range st.frames {
		st.frames[i].shared = true
	}
	c := *st
	c.frames = slices.Clone(st.frames)
	for i := range c.frames {
		c.frames[i].defers = slices.Clone(c.frames[i].defers)
	}
	c.cells = slices.Clone(st.cells)
	c.heap = slices.Clone(st.heap)
	c.shared = slices.Clone(st.shared)
	c.preds = slices.Clone(st.preds)
	c.asked = slices.Clone(st.asked)
	c.turns = slices.Clone(st.turns)
	c.noted = slices.Clone(st.noted)
	c.subj = st.subj.clone()
	return &c
}

// ownRegs has to be called before regs are changed in place.
func (f *frame) ownRegs() {
	if f.shared {
		f.regs, f.shared = withRoom(f.regs), false
	}
}

// ownFacts has to be called before facts are changed in place.
func (st *state) ownFacts() {
	if st.sharedFacts {
		st.facts, st.sharedFacts = withRoom(st.facts), false
	}
}

// withRoom returns a copy of a list that soon gets more entries.
func withRoom[T any](list []T) []T {
	return append(make([]T, 0, len(list)+2), list...)
}

// without removes entries, from a copy of a list that is shared. It returns the list
// and whether it is still shared.
func without[T any](list []T, shared bool, dead func(T) bool) ([]T, bool) {
	n := slices.IndexFunc(list, dead)
	if n < 0 {
		return list, shared
	}
	if shared {
		list = slices.Clone(list)
	}
	for _, e := range list[n+1:] {
		if !dead(e) {
			list[n] = e
			n++
		}
	}
	clear(list[n:])
	return list[:n], false
}

func (st *state) top() *frame { return &st.frames[len(st.frames)-1] }

// reg reads a register of the innermost activation.
func (m *machine) reg(st *state, r refprog.Reg) value {
	f := st.top()
	if i, ok := searchReg(f.regs, r); ok {
		return f.regs[i].v
	}
	return symbol(m.syms.register(f.ctx, int32(r)))
}

func searchReg(regs []regValue, r refprog.Reg) (int, bool) {
	i := sort.Search(len(regs), func(i int) bool { return regs[i].reg >= r })
	return i, i < len(regs) && regs[i].reg == r
}

// assign writes a register of the innermost activation.
func (m *machine) assign(st *state, r refprog.Reg, v value) {
	if r == refprog.NoReg {
		return
	}
	f := st.top()
	f.ownRegs()
	i, ok := searchReg(f.regs, r)
	if ok {
		f.regs[i].v = v
		return
	}
	f.regs = slices.Insert(f.regs, i, regValue{r, v})
}

// fresh makes a new unknown value for register r, without assigning it. An older
// value of the same symbol, from an earlier turn of a loop, loses its identity.
func (m *machine) fresh(st *state, blk int, r refprog.Reg, part string) value {
	f := st.top()
	id := m.syms.register(f.ctx, int32(r))
	if part != "" {
		id = m.syms.part(id, part)
	}
	if f.fn.cyclic[blk] || m.ctxs.list[f.ctx].cyclic {
		m.forget(st, func(s int32) bool { return m.syms.within(s, id) })
	}
	return symbol(id)
}

// forget takes the identity and the facts of the symbols that dead accepts.
func (m *machine) forget(st *state, dead func(int32) bool) {
	stale := false
	st.facts, st.sharedFacts = without(st.facts, st.sharedFacts, func(e factEntry) bool {
		d := dead(e.sym)
		stale = stale || d
		return d
	})
	check := func(v value) bool {
		return v.any(func(v value) bool {
			return v.symbolic() && dead(v.id)
		})
	}
	st.preds = slices.DeleteFunc(st.preds, func(p predicate) bool { return check(p.a) || check(p.b) })
	st.asked = slices.DeleteFunc(st.asked, func(q question) bool { return check(q.arg) || dead(q.sym) })
	found := false
	st.each(func(v value) { found = found || check(v) })
	st.heap = slices.DeleteFunc(st.heap, func(b binding) bool {
		d := dead(b.id)
		if d && b.v.hasSubject() {
			st.subj.escape("kept in memory of an earlier loop turn")
		}
		return d
	})
	if !found {
		return
	}
	m.rewriteAll(st, func(v value) value {
		if v.symbolic() && dead(v.id) {
			return anonymous
		}
		return v
	})
}

// each calls f with every value the state holds.
func (st *state) each(f func(value)) {
	for i := range st.frames {
		for _, rv := range st.frames[i].regs {
			f(rv.v)
		}
		for _, d := range st.frames[i].defers {
			for _, a := range d.args {
				f(a)
			}
		}
	}
	for _, b := range st.cells {
		f(b.v)
	}
	for _, b := range st.heap {
		f(b.v)
	}
	for _, l := range st.subj.lenders {
		f(l)
	}
}

// rewriteAll replaces values everywhere.
func (m *machine) rewriteAll(st *state, f func(value) value) {
	for i := range st.frames {
		fr := &st.frames[i]
		fr.ownRegs()
		for j := range fr.regs {
			fr.regs[j].v = fr.regs[j].v.rewrite(f)
		}
		for j := range fr.defers {
			args := fr.defers[j].args
			for k := range args {
				if t := args[k].rewrite(f); !same(t, args[k]) {
					args = slices.Clone(args)
					args[k] = t
					fr.defers[j].args = args
				}
			}
		}
	}
	for i := range st.cells {
		st.cells[i].v = st.cells[i].v.rewrite(f)
	}
	for i := range st.heap {
		st.heap[i].v = st.heap[i].v.rewrite(f)
	}
	var lenders []value
	for _, l := range st.subj.lenders {
		l = l.rewrite(f)
		if !slices.ContainsFunc(lenders, func(k value) bool { return same(k, l) }) {
			lenders = append(lenders, l) // owners of earlier loop turns are one
		}
	}
	st.subj.lenders = lenders
}

// replaceSymbol puts v in the place of a symbol everywhere: the two were found to
// be one.
func (m *machine) replaceSymbol(st *state, id int32, v value) {
	// The implicit value of a register has to become explicit first.
	if o := m.syms.origin(id); o.kind == symRegister {
		for i := range st.frames {
			if st.frames[i].ctx != o.ctx {
				continue
			}
			f := &st.frames[i]
			if j, ok := searchReg(f.regs, refprog.Reg(o.a)); !ok {
				f.ownRegs()
				f.regs = slices.Insert(f.regs, j, regValue{refprog.Reg(o.a), v})
			}
		}
	}
	m.rewriteAll(st, func(w value) value {
		if w.kind == unknown && w.id == id {
			return v
		}
		return w
	})
	// What it is a part of has it there from now on, and so have all copies.
	if o := m.syms.origin(id); o.kind == symPart && (o.s[0] == '.' || o.s[0] == '[') {
		m.replaceSymbol(st, o.ctx, withField(symbol(o.ctx), o.s, v))
	}
}

func find(list []binding, id int32) (int, bool) {
	i := sort.Search(len(list), func(i int) bool { return list[i].id >= id })
	return i, i < len(list) && list[i].id == id
}

func put(list []binding, id int32, v value) []binding {
	i, ok := find(list, id)
	if ok {
		list[i].v = v
		return list
	}
	return slices.Insert(list, i, binding{id, v})
}

func (st *state) isShared(cell int32) bool {
	_, ok := slices.BinarySearch(st.shared, cell)
	return ok
}

func (st *state) share(cell int32) {
	if i, ok := slices.BinarySearch(st.shared, cell); !ok {
		st.shared = slices.Insert(st.shared, i, cell)
	}
}
