package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file follows loops over all elements of a container made here. Which turn
// has the element that holds the subject nobody knows: at the head of each turn
// one state says this one and another says not this one. A loop that comes to its
// end has had it (no zero-trip case).

// rangeLoop is a loop that has every element of a container once.
type rangeLoop struct {
	over  refprog.Operand // the container
	index refprog.Reg     // register of the index, or NoReg for a map
	next  opRef           // the operation that steps, for a map
	in    []bool          // the blocks of the loop, the head included
}

// turn is where a state stands in one rangeLoop.
type turn struct {
	ctx, head int32
	cell      int32 // the container, if it held the subject when the loop began; 0 if not, -1 if not looked at yet
	seen      bool  // the subject's turn has come
	now       bool  // this is it
	begun     bool  // a map that has elements has had its first turn
}

const (
	thisElement  = "[#]" // path component of the element that holds the subject
	otherElement = "[~]" // of one that does not
)

// rangeLoops finds the loops over all elements, by head.
func (b *body) rangeLoops() {
	b.ranges = make(map[int]*rangeLoop)
	defs := make(map[refprog.Reg]*refprog.Op)
	for _, blk := range b.Blocks {
		for i := range blk.Ops {
			if r := blk.Ops[i].Dst; r != refprog.NoReg {
				defs[r] = &blk.Ops[i]
			}
		}
	}
	def := func(o refprog.Operand, kind refprog.Kind) *refprog.Op {
		if o.Kind != refprog.RegOperand || defs[o.Reg] == nil || defs[o.Reg].Kind != kind {
			return nil
		}
		return defs[o.Reg]
	}
	for _, blk := range b.Blocks {
		if blk.Term.Kind != refprog.If || !b.cyclic[blk.Index] || blk.Term.Succs[0] == blk.Term.Succs[1] {
			continue
		}
		l := &rangeLoop{index: refprog.NoReg}
		if ok := def(blk.Term.Cond, refprog.Extract); ok != nil && ok.N == 0 {
			step := def(ok.Args[0], refprog.Next)
			for i := range blk.Ops {
				if &blk.Ops[i] == step {
					l.over, l.next = step.Args[0], opRef{int32(blk.Index), int32(i)}
				}
			}
			if step == nil || l.over.Kind != refprog.RegOperand {
				continue
			}
		} else if cmp := def(blk.Term.Cond, refprog.Compare); cmp != nil && cmp.Name == "<" {
			n := def(cmp.Args[1], refprog.Opaque)
			if n == nil || n.Name != "len" || len(n.Args) != 1 || !b.countsUp(blk, cmp.Args[0], def) {
				continue
			}
			l.over, l.index = n.Args[0], cmp.Args[0].Reg
		} else {
			continue
		}
		l.in = b.loop(blk.Index)
		if l.in[blk.Term.Succs[0]] && !l.in[blk.Term.Succs[1]] {
			b.ranges[blk.Index] = l
		}
	}
}

// countsUp reports whether x takes the values 0, 1, 2, ... at the head of a loop:
// a phi that starts at 0 and is raised on every way back, or one that starts at
// -1 and is raised here.
func (b *body) countsUp(head *refprog.Block, x refprog.Operand, def func(refprog.Operand, refprog.Kind) *refprog.Op) bool {
	if x.Kind != refprog.RegOperand {
		return false
	}
	raised := func(o refprog.Operand, by refprog.Reg) bool {
		add := def(o, refprog.Arith)
		return add != nil && add.Name == "+" && add.Args[0].IsReg(by) && add.Args[1].Kind == refprog.IntOperand && add.Args[1].Int == 1
	}
	for _, phi := range head.Phis {
		first := int64(0)
		if phi.Dst != x.Reg {
			if !raised(x, phi.Dst) {
				continue
			}
			first = -1
		}
		in := b.loop(head.Index)
		ok := true
		for i, a := range phi.Args {
			switch {
			case !in[head.Preds[i]]:
				ok = ok && a.Kind == refprog.IntOperand && a.Int == first
			case first == 0:
				ok = ok && raised(a, phi.Dst)
			default:
				ok = ok && a == x
			}
		}
		return ok
	}
	return false
}

// loop marks the blocks of the natural loop with the given head: those that reach
// it again without passing it.
func (b *body) loop(head int) []bool {
	in := make([]bool, len(b.Blocks))
	in[head] = true
	var work []int
	for _, p := range b.Blocks[head].Preds {
		if b.order[p] >= b.order[head] { // a way back
			work = append(work, p)
		}
	}
	for len(work) > 0 {
		blk := work[len(work)-1]
		work = work[:len(work)-1]
		if in[blk] {
			continue
		}
		in[blk] = true
		work = append(work, b.Blocks[blk].Preds...)
	}
	return in
}

// turnOf finds the entry of a loop of the innermost activation.
func (st *state) turnOf(head int) *turn {
	for i := range st.turns {
		if t := &st.turns[i]; t.ctx == st.top().ctx && t.head == int32(head) {
			return t
		}
	}
	return nil
}

// reachesHead keeps track of the loops where a block is entered.
func (m *machine) reachesHead(st *state, b *body, from, to int) {
	ctx := st.top().ctx
	st.turns = slices.DeleteFunc(st.turns, func(t turn) bool { return t.ctx == ctx && !b.ranges[int(t.head)].in[to] })
	l := b.ranges[to]
	if l == nil {
		return
	}
	t := st.turnOf(to)
	switch {
	case t == nil:
		if !l.in[from] {
			st.turns = append(slices.Clone(st.turns), turn{ctx: ctx, head: int32(to), cell: -1})
		}
	case l.in[from]:
		t.now = false
	default:
		*t = turn{ctx: ctx, head: int32(to), cell: -1}
	}
}

// begin looks whether the container of a loop holds the subject.
func (m *machine) begin(st *state, l *rangeLoop, t *turn) {
	if t.cell != -1 {
		return
	}
	t.cell = 0
	c := m.operand(st, l.over)
	if c.kind != address || c.root || c.s != "" || st.isShared(c.id) || st.subj.escaped != "" {
		return
	}
	if _, ok := m.slot(st, c.id); ok {
		t.cell = c.id
	}
}

// slot finds the one element of a local container through which the subject is
// reached, and gives it a path component of its own.
func (m *machine) slot(st *state, cell int32) (string, bool) {
	i, ok := find(st.cells, cell)
	if !ok || st.cells[i].v.kind != aggregate {
		return "", false
	}
	v := st.cells[i].v
	name := ""
	for j, n := range v.names {
		if !m.reachesDirect(st, v.sub[j+1]) {
			continue
		}
		if n[0] != '[' || name != "" {
			return "", false
		}
		name = n
	}
	if name != anyElement {
		return name, name != ""
	}
	bag := m.field(v, anyElement)
	if len(bag.names) > 0 {
		return "", false
	}
	var mine value
	rest := value{kind: aggregate, sub: []value{anonymous}}
	n := 0
	for _, e := range bag.sub {
		if m.reachesDirect(st, e) {
			mine = e
			n++
		} else if e.structural() {
			rest.sub = append(rest.sub, e)
		}
	}
	if n != 1 {
		return "", false
	}
	st.cells[i].v = withField(withField(v, anyElement, rest), thisElement, mine)
	return thisElement, true
}

// exact reports whether the turn's element follows from the index: its container
// lists its elements.
func (m *machine) exact(st *state, l *rangeLoop, t *turn) (now, ok bool) {
	name, found := m.slot(st, t.cell)
	if !found || name == thisElement || l.index == refprog.NoReg {
		return false, false
	}
	n, known := m.factOf(st, m.reg(st, l.index)).exactly()
	return name == fmt.Sprintf("[%d]", n), known
}

// takeTurn is the head of a loop going on, or ending (more is false). It returns
// the states that do; a loop does not end before it has had the subject.
func (m *machine) takeTurn(st *state, l *rangeLoop, head int, more bool) []*state {
	t := st.turnOf(head)
	if t == nil || l.index == refprog.NoReg {
		return []*state{st}
	}
	m.begin(st, l, t)
	switch {
	case t.cell == 0:
		return []*state{st}
	case !more:
		if !t.seen {
			return nil
		}
		return []*state{st}
	case t.seen:
		t.now = false
		return []*state{st}
	}
	if now, ok := m.exact(st, l, t); ok {
		t.now, t.seen = now, now
		return []*state{st}
	}
	other := st.clone()
	t.now, t.seen = true, true
	return []*state{st, other}
}

// nextElement is one step of a loop over a map. ok is false if it is not followed.
func (m *machine) nextElement(st *state, b *body, blk int, op *refprog.Op) (out []*state, ok bool) {
	l, t := b.ranges[blk], st.turnOf(blk)
	if l == nil || t == nil || &b.Blocks[blk].Ops[l.next.op] != op {
		return nil, false
	}
	m.begin(st, l, t)
	if t.cell == 0 && (t.begun || !m.filled(st, m.operand(st, l.over))) {
		return nil, false
	}
	t.begun = true
	if t.cell == 0 {
		v := m.mapLoad(st, m.operand(st, l.over), func() value { return m.fresh(st, blk, op.Dst, "#2") })
		m.assign(st, op.Dst, tupleV(numberV(1), m.fresh(st, blk, op.Dst, "#1"), v))
		return []*state{st}, true
	}
	key := m.fresh(st, blk, op.Dst, "#1")
	if t.seen {
		t.now = false
		m.assign(st, op.Dst, tupleV(m.fresh(st, blk, op.Dst, "#0"), key, m.fresh(st, blk, op.Dst, "#2")))
		return []*state{st}, true
	}
	name, found := m.slot(st, t.cell)
	if !found {
		return nil, false
	}
	other := st.clone()
	m.assign(other, op.Dst, tupleV(numberV(1), key, m.fresh(other, blk, op.Dst, "#2")))
	t.now, t.seen = true, true
	m.assign(st, op.Dst, tupleV(numberV(1), key, m.load(st, value{kind: address, id: t.cell, s: name})))
	return []*state{st, other}, true
}

// filled reports whether a local container lists an element that is there.
func (m *machine) filled(st *state, c value) bool {
	if c.kind != address || c.root || c.s != "" || st.isShared(c.id) {
		return false
	}
	i, ok := find(st.cells, c.id)
	if !ok || st.cells[i].v.kind != aggregate {
		return false
	}
	for j, n := range st.cells[i].v.names {
		if e := st.cells[i].v.sub[j+1]; n[0] == '[' && n != anyElement && e.kind != zero {
			return true
		}
	}
	return false
}

// turnElement is the path component of an element that a loop has now.
func (m *machine) turnElement(st *state, base value, index refprog.Operand) (string, bool) {
	if base.kind != address || base.root || base.s != "" || index.Kind != refprog.RegOperand {
		return "", false
	}
	f := st.top()
	if !st.subj.live && m.loopsOver(st, index.Reg) {
		return otherElement, true
	}
	for i := len(st.turns) - 1; i >= 0; i-- {
		t := &st.turns[i]
		if t.ctx != f.ctx || t.cell != base.id || f.fn.ranges[int(t.head)].index != index.Reg {
			continue
		}
		if !t.now {
			return otherElement, true
		}
		if name, ok := m.slot(st, t.cell); ok {
			return name, true
		}
		return otherElement, true // it is empty now
	}
	return "", false
}

// loopsOver reports whether a register is the index of a loop over all elements,
// outside of goroutines: those run at a time nobody knows.
func (m *machine) loopsOver(st *state, index refprog.Reg) bool {
	for ctx := st.top().ctx; ctx > 0; {
		if m.ctxs.list[ctx].goes {
			return false
		}
		ctx = m.ctxs.list[ctx].parent
	}
	for _, l := range st.top().fn.ranges {
		if l.index == index {
			return true
		}
	}
	return false
}

// keyed is the path component of a map's element under a constant key, for a map
// all of whose keys are.
func (m *machine) keyed(st *state, c, key value) (string, bool) {
	name := ""
	if n, ok := m.factOf(st, key).exactly(); ok && key.kind != text {
		name = fmt.Sprintf("[%d]", n)
	} else if key.kind == text {
		name = "[=" + pathSafe.Replace(key.s) + "]"
	}
	if name == "" || c.kind != address || c.root || c.s != "" || st.isShared(c.id) {
		return anyElement, false
	}
	i, ok := find(st.cells, c.id)
	if !ok || st.cells[i].v.kind != aggregate && st.cells[i].v.kind != zero {
		return anyElement, false
	}
	for _, n := range st.cells[i].v.names {
		if n == anyElement || n == thisElement || n == otherElement {
			return anyElement, false
		}
	}
	return name, true
}

// pathSafe keeps what separates components out of a key. Keys that it makes equal
// are taken to be one, which is an element more that is overwritten, not lost:
// so it makes no two equal.
var pathSafe = strings.NewReplacer("]", "%5d", "[", "%5b", ".", "%2e", "%", "%25")

// deleteKey removes an element of a local map, if it is known which.
func (m *machine) deleteKey(st *state, c, key value) bool {
	if name, ok := m.keyed(st, c, key); ok {
		st.cells = put(st.cells, c.id, withField(m.elements(st, c), name, zeroValue))
		return true
	}
	if c.kind != address || c.root {
		return false
	}
	f := st.top()
	for i := range st.turns {
		t := &st.turns[i]
		if t.ctx != f.ctx || t.cell != c.id || key.kind != unknown || key.id == 0 {
			continue
		}
		l := f.fn.ranges[int(t.head)]
		if l.index != refprog.NoReg {
			continue
		}
		dst := f.fn.Blocks[l.next.block].Ops[l.next.op].Dst
		if key.id != m.syms.part(m.syms.register(f.ctx, int32(dst)), "#1") {
			continue
		}
		if name, ok := m.slot(st, t.cell); ok && t.now {
			st.cells = put(st.cells, c.id, withField(m.elements(st, c), name, zeroValue))
		}
		return true
	}
	return false
}
