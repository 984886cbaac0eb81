package simulate

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// step executes one operation in the innermost activation of st.
func (m *machine) step(b *body, blk, i int, st *state) []*state {
	op := &b.Blocks[blk].Ops[i]
	at := opRef{int32(blk), int32(i)}
	if op.Kind >= refprog.API {
		return m.calls(b, at, op, st)
	}
	set := func(v value) []*state {
		m.assign(st, op.Dst, v)
		return []*state{st}
	}
	arg := func(i int) value { return m.operand(st, op.Args[i]) }
	opaque := func() value { return m.fresh(st, blk, op.Dst, "") }
	switch op.Kind {
	case refprog.Copy:
		return set(arg(0))
	case refprog.Opaque:
		if n, ok := m.length(st, op, arg); ok {
			return set(numberV(n))
		}
		v := opaque()
		if op.Flag&refprog.Determined != 0 {
			args := m.operands(st, op.Args)
			v = m.computed(op.Name, args, v)
			if v.id != 0 && m.settled(st, op, args) {
				m.vague[v.id] = true
			}
		}
		if op.Flag&refprog.NonNil != 0 {
			st.setFact(v.id, fact{nilness: notNil})
		}
		return set(v)
	case refprog.Compare:
		if op.Flag&refprog.Unsigned != 0 && !(m.natural(st, arg(0)) && m.natural(st, arg(1))) {
			return nil
		}
		return set(m.comparison(st, op.Name, arg(0), arg(1)))
	case refprog.Arith:
		if v, ok := m.arithmetic(st, op.Name, arg(0), arg(1)); ok {
			return set(v)
		}
		v := m.computed(op.Name, m.operands(st, op.Args), opaque())
		m.bound(st, op.Name, arg(0), arg(1), v)
		return set(v)
	case refprog.Not:
		switch v := arg(0); m.truth(st, v) {
		case yes:
			return set(zeroValue)
		case no:
			return set(numberV(1))
		default:
			return set(value{kind: negation, sub: []value{v}})
		}
	case refprog.MakeTuple:
		return set(tupleV(m.operands(st, op.Args)...))
	case refprog.Extract:
		return set(m.extract(arg(0), op.N))
	case refprog.MakeIface:
		return set(value{kind: iface, s: op.Name, sub: []value{arg(0)}, root: m.acts(st, op.Name)})
	case refprog.TypeAssert:
		return m.typeAssert(st, blk, op, arg(0))
	case refprog.Closure:
		m.made[op.Name] = spot{st.top().ctx, at}
		return set(value{kind: function, s: op.Name, sub: m.operands(st, op.Args)})
	case refprog.Alloc:
		return set(m.alloc(st, origin{kind: symRegister, ctx: st.top().ctx, a: int32(op.Dst), s: "cell"}, zeroValue))
	case refprog.FieldAddr:
		a := inside(arg(0), "."+op.Name)
		m.noteField(b, op, a)
		return set(a)
	case refprog.IndexAddr:
		name, ok := m.turnElement(st, arg(0), op.Args[1])
		if !ok {
			name = m.index(st, arg(1))
		}
		a := inside(arg(0), name)
		m.noteElement(arg(0), a)
		m.noteRanged(b, op, a)
		return set(a)
	case refprog.Load:
		if !m.touch(st, at, arg(0)) {
			return nil
		}
		v := m.load(st, arg(0))
		if v.kind == unknown && v.id == 0 {
			v = opaque()
		}
		if op.Flag&refprog.NonNil != 0 && v.kind == unknown {
			f := st.fact(v.id)
			f.nilness = notNil
			st.setFact(v.id, f)
		}
		if m.into != nil {
			m.into.noteLoaded(v, b.Regs[op.Dst].Type.Kind, op.Flag&refprog.NonNil != 0)
		}
		m.fieldLoaded(st, b, op, arg(0), v)
		if out := m.take(st, call{b: b, ctx: st.top().ctx, at: at, op: op}, v); out != nil {
			return m.assignEach(out, op, v, false)
		}
		return set(v)
	case refprog.Store:
		if !m.touch(st, at, arg(0)) {
			return nil
		}
		m.fieldStored(st, spot{st.top().ctx, at}, arg(0), arg(1))
		m.store(st, spot{st.top().ctx, at}, arg(0), arg(1))
		m.place(st, spot{st.top().ctx, at}, arg(0), arg(1))
	case refprog.Field:
		v := m.known(m.element(st, arg(0), "."+op.Name), opaque)
		m.holds(st, fieldOf(b, op), v)
		return set(v)
	case refprog.Index:
		v := m.known(m.element(st, arg(0), m.index(st, arg(1))), opaque)
		m.holds(st, m.elementsOf(arg(0)), v)
		return set(v)
	case refprog.MakeContainer:
		content := value{kind: aggregate, sub: []value{anonymous}}
		if op.Name == "map" {
			content.sub[0] = zeroValue
		}
		return set(m.alloc(st, origin{kind: symRegister, ctx: st.top().ctx, a: int32(op.Dst), s: "cell"}, content))
	case refprog.SliceOf:
		v := arg(0)
		m.sliced(st, v)
		if op.Name == "part" {
			m.removed(st, v)
			// Its elements are the old ones under other indices: they are read.
			return set(m.mapLoad(st, v, opaque))
		}
		if v.kind == zero || v.kind == address {
			return set(v)
		}
		return set(opaque())
	case refprog.Append:
		m.listed(st, b, op, at, arg(1))
		where, to := spot{st.top().ctx, at}, m.appendTo(st, op, spot{st.top().ctx, at}, arg(0), arg(1))
		if to.kind == address && !to.root {
			m.placed(st, placing{at: where, addr: inside(to, anyElement)}, m.elements(st, arg(1)))
		}
		return set(to)
	case refprog.MapLoad:
		if name, ok := m.keyed(st, arg(0), arg(1)); ok {
			v := m.known(m.load(st, inside(arg(0), name)), opaque)
			if op.Flag&refprog.CommaOk != 0 {
				there := boolV(slices.Contains(m.elements(st, arg(0)).names, name) && v.kind != zero)
				if v.kind == unknown {
					there = m.fresh(st, blk, op.Dst, "#1")
				}
				v = tupleV(v, there)
			}
			return set(v)
		}
		v := m.mapLoad(st, arg(0), opaque)
		m.holds(st, m.elementsOf(arg(0)), v)
		m.ask(st, "lookup", m.operands(st, op.Args), v)
		if out := m.take(st, call{b: b, ctx: st.top().ctx, at: at, op: op}, v); out != nil {
			return m.assignEach(out, op, v, op.Flag&refprog.CommaOk != 0)
		}
		if op.Flag&refprog.CommaOk != 0 {
			ok := m.fresh(st, blk, op.Dst, "#1")
			m.ask(st, "presence", m.operands(st, op.Args), ok)
			v = tupleV(v, ok)
		}
		return set(v)
	case refprog.MapStore:
		m.listed(st, b, op, at, arg(2))
		c, where := arg(0), spot{st.top().ctx, at}
		if c.kind != address || c.root {
			m.hand(st, where, c, arg(2))
			m.hand(st, where, c, arg(1))
			m.elementGone(st, c, arg(1))
			m.placeIn(st, where, c, arg(2))
			break
		}
		name, _ := m.keyed(st, c, arg(1))
		m.store(st, where, inside(c, name), arg(2))
		if arg(1).structural() {
			m.store(st, where, inside(c, anyElement), arg(1))
		}
	case refprog.MapDelete:
		m.elementGone(st, arg(0), arg(1))
		m.removed(st, arg(0))
		if !m.deleteKey(st, arg(0), arg(1)) && m.reaches(st, arg(0)) {
			st.subj.escape("removed from a map")
		}
	case refprog.Send:
		m.signals(st)
		where := spot{st.top().ctx, at}
		if c := arg(0); c.kind == address && !c.root && !st.isShared(c.id) {
			m.store(st, where, inside(c, anyElement), arg(1))
		} else if m.use(st, where, arg(1)) { // somebody receives it
			m.hand(st, where, c, arg(1))
		} else {
			return nil
		}
	case refprog.Recv:
		m.waited(st) // whoever sends has done what it does before
		m.waits(st)
		m.removed(st, arg(0))
		v := m.mapLoad(st, arg(0), opaque)
		if op.Flag&refprog.CommaOk != 0 {
			v = tupleV(v, m.fresh(st, blk, op.Dst, "#1"))
		}
		return set(v)
	case refprog.Next:
		if out, ok := m.nextElement(st, b, blk, op); ok {
			return out
		}
		v := m.mapLoad(st, arg(0), func() value { return m.fresh(st, blk, op.Dst, "#2") })
		m.holds(st, m.elementsOf(arg(0)), v)
		m.ranged[v.id] = true
		return set(tupleV(m.fresh(st, blk, op.Dst, "#0"), m.fresh(st, blk, op.Dst, "#1"), v))
	}
	return []*state{st}
}

// length decides len of a string that is known, and of a slice whose elements are
// listed: the arguments of a variadic call, a literal.
func (m *machine) length(st *state, op *refprog.Op, arg func(int) value) (int64, bool) {
	if op.Name != "len" || len(op.Args) != 1 {
		return 0, false
	}
	v := arg(0)
	if v.kind == zero {
		return 0, true
	}
	if v.kind == text {
		known, err := strconv.Unquote(v.s)
		return int64(len(known)), err == nil
	}
	if v.kind != address || v.root || v.s != "" {
		return 0, false
	}
	i, ok := find(st.cells, v.id)
	if !ok || st.cells[i].v.kind != aggregate || st.cells[i].v.sub[0].kind != zero {
		return 0, false
	}
	for n, name := range slices.Sorted(slices.Values(st.cells[i].v.names)) {
		if len(st.cells[i].v.names) > 9 || name != fmt.Sprintf("[%d]", n) {
			return 0, false
		}
	}
	return int64(len(st.cells[i].v.names)), true
}

// acts reports whether a method of the dynamic type that an activation calls
// counts references: then it matters which type it is.
func (m *machine) acts(st *state, typ string) bool {
	for i := range st.frames {
		for _, name := range st.frames[i].fn.calls {
			if key := m.universe.MethodKey(typ, name); key != "" && m.effectsOf(key).counts {
				return true
			}
		}
	}
	return false
}

// computed is the value of a computation that is not followed: the same for the
// same operands.
func (m *machine) computed(name string, args []value, otherwise value) value {
	if slices.ContainsFunc(args, value.structural) {
		return otherwise
	}
	if id := m.syms.computed(name, args, 0); id != 0 {
		return symbol(id)
	}
	return otherwise
}

// natural notes of an unsigned number that it is not below zero, and reports whether that
// can be. Of a sum it notes nothing, which may have wrapped around.
func (m *machine) natural(st *state, v value) bool {
	return v.kind != unknown || m.narrow(st, ">=", v, fact{hasLo: true})
}

// bound notes between what the result of an operation lies, whatever its operands.
// Overflow is left out of account.
func (m *machine) bound(st *state, op string, x, y, v value) {
	if v.kind != unknown || v.id == 0 || !st.fact(v.id).trivial() {
		return
	}
	c, constant := m.factOf(st, y).exactly()
	switch {
	case op == "&" && constant && c >= 0:
		m.settle(st, v.id, fact{hasLo: true, hasHi: true, hi: c})
	case op == "%" && constant && c > 0:
		m.settle(st, v.id, fact{hasLo: true, hasHi: true, lo: 1 - c, hi: c - 1})
	case op == "*" && equal(x, y):
		m.settle(st, v.id, fact{hasLo: true})
	}
}

// touch is a read or write of memory: that of the subject is a use of it.
func (m *machine) touch(st *state, at opRef, addr value) bool {
	if addr.kind != subjectRef && addr.kind != interior {
		return true
	}
	return m.use(st, spot{st.top().ctx, at}, addr)
}

// known gives a value without identity the one of the register it goes to.
func (m *machine) known(v value, opaque func() value) value {
	if v.kind == unknown && v.id == 0 {
		return opaque()
	}
	return v
}

func (m *machine) extract(t value, n int) value {
	switch t.kind {
	case tuple:
		if n < len(t.sub) {
			return t.sub[n]
		}
	case zero:
		return zeroValue
	case unknown:
		if t.id != 0 {
			return symbol(m.syms.part(t.id, fmt.Sprintf("#%d", n)))
		}
	}
	return anonymous
}

func (m *machine) comparison(st *state, op string, a, b value) value {
	switch m.compare(st, op, a, b) {
	case yes:
		return numberV(1)
	case no:
		return zeroValue
	}
	return value{kind: comparison, s: op, sub: []value{a, b}}
}

func (m *machine) arithmetic(st *state, op string, a, b value) (value, bool) {
	x, okx := m.factOf(st, a).exactly()
	y, oky := m.factOf(st, b).exactly()
	switch {
	case okx && oky:
	case oky && (op == "+" || op == "-"):
		if op == "-" {
			y = -y
		}
		return shift(a, y)
	case okx && op == "+":
		return shift(b, x)
	case op == "&" && (okx && x == 0 || oky && y == 0):
		return zeroValue, true
	case op == "&" && okx && x == 1 && b.isTruth():
		return b, true
	case op == "&" && oky && y == 1 && a.isTruth():
		return a, true
	case op == "&" && a.isTruth() && b.isTruth():
		return value{kind: comparison, s: op, sub: []value{a, b}}, true
	default:
		return value{}, false
	}
	switch op {
	case "+":
		return numberV(x + y), true
	case "-":
		return numberV(x - y), true
	case "*":
		return numberV(x * y), true
	case "&":
		return numberV(x & y), true
	case "|":
		return numberV(x | y), true
	case "^":
		return numberV(x ^ y), true
	case "/", "%":
		if y == 0 {
			return value{}, false
		}
		if op == "/" {
			return numberV(x / y), true
		}
		return numberV(x % y), true
	}
	return value{}, false
}

// shift is a + n for an unknown a. Overflow is left out of account.
func shift(a value, n int64) (value, bool) {
	switch {
	case n == 0:
		return a, true
	case a.kind == unknown && a.id != 0:
		return value{kind: shifted, id: a.id, n: n}, true
	case a.kind == shifted && a.n+n == 0:
		return symbol(a.id), true
	case a.kind == shifted:
		return value{kind: shifted, id: a.id, n: a.n + n}, true
	}
	return value{}, false
}

// index is the path component of an element.
func (m *machine) index(st *state, i value) string {
	if n, ok := m.factOf(st, i).exactly(); ok {
		return fmt.Sprintf("[%d]", n)
	}
	return anyElement
}

func (m *machine) typeAssert(st *state, blk int, op *refprog.Op, v value) []*state {
	commaOk := op.Flag&refprog.CommaOk != 0
	match := maybe
	out := m.fresh(st, blk, op.Dst, "")
	if commaOk {
		out = m.fresh(st, blk, op.Dst, "#0")
	}
	switch v.kind {
	case zero:
		match = no
	case iface:
		if op.Flag&refprog.ToIface != 0 {
			out = v // whether the type has the methods is not known here
		} else {
			match = triOf(v.s == op.Name)
			out = v.sub[0]
		}
	default:
		if v.any(func(v value) bool { return v.structural() }) {
			m.leak(st, v, "converted to a type that is not known")
		}
	}
	if !commaOk {
		if match == no {
			return nil // panics
		}
		m.assign(st, op.Dst, out)
		return []*state{st}
	}
	switch match {
	case yes:
		m.assign(st, op.Dst, tupleV(out, numberV(1)))
	case no:
		m.assign(st, op.Dst, tupleV(zeroValue, zeroValue))
	default:
		ok := m.fresh(st, blk, op.Dst, "#1")
		if v.kind == iface {
			m.vague[ok.id] = true // a type has the methods or has not: there is no choice
		}
		m.assign(st, op.Dst, tupleV(out, ok))
	}
	return []*state{st}
}

// appendTo models a slice as one bag of elements that all its versions share.
func (m *machine) appendTo(st *state, op *refprog.Op, where spot, to, elems value) value {
	if to.kind == unknown || to.kind == address && to.root {
		v := m.elements(st, elems)
		m.hand(st, where, to, v)
		for _, e := range v.sub {
			m.placed(st, placing{key: m.elementsOf(to), at: where, addr: anonymous}, e)
		}
		return to
	}
	if to.kind != address {
		to = m.alloc(st, origin{kind: symRegister, ctx: st.top().ctx, a: int32(op.Dst), s: "cell"}, value{kind: aggregate, sub: []value{anonymous}})
	}
	v := m.elements(st, elems)
	to.s = ""
	if v.kind == aggregate {
		for _, e := range v.sub {
			if e.structural() {
				m.store(st, where, inside(to, anyElement), e)
			}
		}
	} else {
		m.store(st, where, inside(to, anyElement), v)
	}
	// The elements are in two places now: the argument slice and the result. The
	// argument slice of a call with listed elements is never seen again.
	return to
}

// elements is what a slice with known elements holds.
func (m *machine) elements(st *state, slice value) value {
	if slice.kind == address && !slice.root {
		if i, ok := find(st.cells, slice.id); ok {
			return st.cells[i].v
		}
	}
	return slice
}

// mapLoad reads some element of a container.
func (m *machine) mapLoad(st *state, c value, opaque func() value) value {
	if c.kind == address && !c.root {
		m.readCells[c.id] = true
		if m.reaches(st, c) {
			st.subj.escape("read back from a container")
		}
	}
	if c.kind == address && !c.root {
		if i, ok := find(st.cells, c.id); ok {
			if names := st.cells[i].v; names.structural() {
				m.shareValue(st, names)
			}
		}
	}
	return opaque()
}
