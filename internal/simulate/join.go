package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// prune drops what the block cannot read any more.
func (m *machine) prune(st *state, b *body, block int) { m.forgetDead(st, b.live[block]) }

// forgetDead drops what nothing can read any more from where the registers in
// live are all that may still be read.
func (m *machine) forgetDead(st *state, live regSet) {
	f := st.top()
	f.defers = thinned(f.defers)
	tracked := m.tracked[f.fn.Key]
	f.regs, f.shared = without(f.regs, f.shared, func(rv regValue) bool { return !live.has(rv.reg) && !slices.Contains(tracked, rv.reg) })
	m.sweep(st)
	if len(st.facts) == 0 {
		return
	}
	used := m.usedSymbols(st)
	st.facts, st.sharedFacts = without(st.facts, st.sharedFacts, func(e factEntry) bool { return !m.nameable(st, e.sym, used, live) })
}

// nameable reports whether a value of the state, or one that may be computed
// again, is the symbol.
func (m *machine) nameable(st *state, sym int32, used map[int32]bool, live regSet) bool {
	if used[sym] {
		return true
	}
	if m.into != nil {
		if _, ok := m.pathOf(sym); ok {
			return true // the guard of a case
		}
	}
	o := m.syms.origin(sym)
	switch o.kind {
	case symPure:
		deps := m.syms.deps[sym]
		return len(deps) > 0 && !slices.ContainsFunc(deps, func(d int32) bool { return !m.nameable(st, d, used, live) })
	case symPart, symMemory:
		return m.nameable(st, o.ctx, used, live)
	case symGlobal:
		return true
	case symRegister:
		for i := range st.frames {
			fr := &st.frames[i]
			if fr.ctx != o.ctx {
				continue
			}
			if i < len(st.frames)-1 {
				return true
			}
			if _, explicit := searchReg(fr.regs, refprog.Reg(o.a)); !explicit && live.has(refprog.Reg(o.a)) {
				return true
			}
		}
	}
	return false
}

// usedSymbols collects the symbols that values of the state mention.
func (m *machine) usedSymbols(st *state) map[int32]bool {
	used := map[int32]bool{}
	var note func(v value)
	note = func(v value) {
		if v.symbolic() {
			for id := v.id; id != 0 && !used[id]; {
				used[id] = true
				o := m.syms.origin(id)
				if o.kind != symPart && o.kind != symMemory {
					break
				}
				id = o.ctx
			}
		}
		for _, s := range v.sub {
			note(s)
		}
	}
	st.each(note)
	for _, h := range st.heap {
		note(symbol(h.id))
	}
	for _, p := range st.preds {
		note(p.a)
		note(p.b)
	}
	for _, q := range st.asked {
		note(symbol(q.sym))
	}
	for _, e := range st.facts {
		for _, l := range e.f.lender {
			note(l)
		}
		if e.f.prev != 0 && used[e.sym] {
			note(symbol(e.f.prev))
		}
	}
	return used
}

// key is the property of a state: states with equal keys are merged.
func (m *machine) key(st *state, b *body, block int) string {
	var s strings.Builder
	st.subj.key(&s)
	if st.weak != "" {
		s.WriteString("weak;")
	}
	for i := range st.frames {
		f := &st.frames[i]
		fmt.Fprintf(&s, "f%d:", f.ctx)
		for _, rv := range f.regs {
			if rv.v.structural() {
				fmt.Fprintf(&s, "%d=", rv.reg)
				rv.v.key(&s)
			}
		}
		for _, d := range f.defers {
			fmt.Fprintf(&s, "!%d/%d/%d", d.ctx, d.at.block, d.at.op)
			for _, a := range d.args {
				a.key(&s)
			}
		}
	}
	for _, list := range [][]binding{st.cells, st.heap} {
		s.WriteByte('|')
		for _, c := range list {
			if c.v.structural() {
				fmt.Fprintf(&s, "%d:", c.id)
				c.v.key(&s)
			}
		}
	}
	fmt.Fprintf(&s, "|%v", st.shared)
	if len(st.turns) > 0 {
		fmt.Fprintf(&s, "|%v", st.turns)
	}
	if len(st.subj.lenders) > 0 {
		for _, l := range st.subj.lenders {
			if l.kind == unknown && st.fact(l.id).dead {
				s.WriteString("dead")
			}
		}
	}
	if c := b.Blocks[block].Counted; c != nil {
		v := m.reg(st, c.Var)
		first := v.kind == number && v.n == c.Init || v.kind == zero && c.Init == 0
		fmt.Fprintf(&s, "|first%t", first)
	}
	m.trackedKey(st, &s)
	m.entryKey(st, &s)
	return s.String()
}

// trackedKey adds the values of the registers that a refuted witness said must be
// kept apart.
func (m *machine) trackedKey(st *state, s *strings.Builder) {
	if len(m.tracked) == 0 {
		return
	}
	for _, c := range st.cells {
		if n := c.v; n.kind == number || n.kind == zero {
			fmt.Fprintf(s, "|c%d=%d", c.id, apart(n.n))
		}
	}
	for i := range st.frames {
		f := &st.frames[i]
		for _, r := range m.tracked[f.fn.Key] {
			v := symbol(m.syms.register(f.ctx, int32(r)))
			if j, ok := searchReg(f.regs, r); ok {
				v = f.regs[j].v
			}
			fmt.Fprintf(s, "|%d:%d=", f.ctx, r)
			switch t := m.truth(st, v); {
			case v.kind == number, v.kind == zero, v.kind == text:
				fmt.Fprintf(s, "%d%s", apart(v.n), v.s)
			case t != maybe:
				fmt.Fprintf(s, "%d", t)
			case v.kind == unknown && v.id != 0:
				fc := st.fact(v.id)
				fmt.Fprintf(s, "%d %t%d %t%d", fc.nilness, fc.hasLo, apart(fc.lo), fc.hasHi, apart(fc.hi))
			}
		}
	}
}

// maxApart is the largest number that is kept apart from those beyond it: what a
// loop counts may have no end.
const maxApart = 16

func apart(n int64) int64 { return max(-maxApart, min(n, maxApart)) }

// join merges src into dst, whose keys are equal. It reports whether dst changed.
func (m *machine) join(dst, src *state, b *body, block int, widen bool) bool {
	at := origin{kind: symJoin, ctx: dst.top().ctx, b: int32(block)}
	facts := map[int32]fact{} // facts of the symbols that this join makes
	changed := false
	merge := func(x, y value, where string) value {
		z := m.merge(dst, src, x, y, at, where, facts)
		if !same(x, z) {
			changed = true
		}
		return z
	}
	for i := range dst.frames {
		d, s := &dst.frames[i], &src.frames[i]
		d.regs, changed = m.joinRegs(d, s, changed, merge)
		d.shared = false
		for j := range d.defers {
			for k := range d.defers[j].args {
				x, y := d.defers[j].args[k], s.defers[j].args[k]
				if !same(x, y) {
					args := slices.Clone(d.defers[j].args)
					args[k] = merge(x, y, fmt.Sprintf("d%d.%d.%d", i, j, k))
					d.defers[j].args = args
				}
			}
		}
	}
	dst.cells, changed = joinBindings(dst.cells, src.cells, changed, "c", merge)
	dst.heap, changed = joinBindings(dst.heap, src.heap, changed, "h", merge)
	if dst.epoch != src.epoch {
		if e := m.syms.id(origin{kind: symEpoch, ctx: at.ctx, a: at.b}); e != dst.epoch {
			dst.epoch = e
			changed = true
		}
	}
	changed = m.joinFacts(dst, src, facts, widen) || changed
	for _, i := range src.asks {
		if at, ok := slices.BinarySearch(dst.asks, i); !ok {
			dst.asks, changed = slices.Insert(slices.Clone(dst.asks), at, i), true
		}
	}
	for _, t := range src.noted {
		changed = dst.note(t) || changed
	}
	preds := slices.DeleteFunc(slices.Clone(dst.preds), func(p predicate) bool {
		return !slices.ContainsFunc(src.preds, func(q predicate) bool {
			return p.op == q.op && p.val == q.val && same(p.a, q.a) && same(p.b, q.b)
		})
	})
	asked := slices.DeleteFunc(slices.Clone(dst.asked), func(p question) bool {
		return !slices.ContainsFunc(src.asked, func(q question) bool {
			return p.name == q.name && p.sym == q.sym && same(p.arg, q.arg)
		})
	})
	if len(preds) != len(dst.preds) || len(asked) != len(dst.asked) {
		dst.preds, dst.asked, changed = preds, asked, true
	}
	return changed
}

// joinRegs merges two register files; a register that one side does not list has
// its own symbol there.
func (m *machine) joinRegs(d, s *frame, changed bool, merge func(x, y value, where string) value) ([]regValue, bool) {
	out := make([]regValue, 0, max(len(d.regs), len(s.regs)))
	i, j := 0, 0
	for i < len(d.regs) || j < len(s.regs) {
		var r refprog.Reg
		switch {
		case j >= len(s.regs) || i < len(d.regs) && d.regs[i].reg <= s.regs[j].reg:
			r = d.regs[i].reg
		default:
			r = s.regs[j].reg
		}
		x, y := symbol(m.syms.register(d.ctx, int32(r))), symbol(m.syms.register(d.ctx, int32(r)))
		if i < len(d.regs) && d.regs[i].reg == r {
			x = d.regs[i].v
			i++
		}
		if j < len(s.regs) && s.regs[j].reg == r {
			y = s.regs[j].v
			j++
		}
		if !equal(x, y) {
			x = merge(x, y, fmt.Sprintf("r%d.%d", d.ctx, r))
		}
		out = append(out, regValue{r, x})
	}
	return out, changed || len(out) != len(d.regs)
}

func joinBindings(d, s []binding, changed bool, prefix string, merge func(x, y value, where string) value) ([]binding, bool) {
	out := make([]binding, 0, len(d))
	j := 0
	for _, x := range d {
		for j < len(s) && s[j].id < x.id {
			j++
		}
		if j < len(s) && s[j].id == x.id {
			out = append(out, binding{x.id, merge(x.v, s[j].v, fmt.Sprintf("%s%d", prefix, x.id))})
			continue
		}
		if x.v.structural() {
			out = append(out, x)
			continue
		}
		changed = true // known on one side only
	}
	return out, changed
}

// merge is the join of two values whose structural parts are equal.
func (m *machine) merge(dst, src *state, x, y value, at origin, where string, facts map[int32]fact) value {
	if equal(x, y) || same(x, y) && x.structural() {
		return x
	}
	if x.kind == aggregate || y.kind == aggregate {
		if z, ok := m.mergeAggregates(dst, src, x, y, at, where, facts); ok {
			return z
		}
	}
	if x.kind == y.kind && len(x.sub) == len(y.sub) && x.s == y.s && x.id == y.id && len(x.sub) > 0 && x.kind != aggregate {
		z := x
		z.sub = make([]value, len(x.sub))
		for i := range x.sub {
			z.sub[i] = m.merge(dst, src, x.sub[i], y.sub[i], at, fmt.Sprintf("%s/%d", where, i), facts)
		}
		return z
	}
	at.s = where
	id := m.syms.id(at)
	fx, fy := m.factOf(dst, x), m.factOf(src, y)
	facts[id] = fx.join(fy, false)
	return symbol(id)
}

func (m *machine) mergeAggregates(dst, src *state, x, y value, at origin, where string, facts map[int32]fact) (value, bool) {
	if x.kind != aggregate && x.kind != zero || y.kind != aggregate && y.kind != zero {
		if x.kind == aggregate && y.kind == unknown && !x.structural() || y.kind == aggregate && x.kind == unknown && !y.structural() {
			return value{}, false
		}
	}
	def := func(v value) value {
		if v.kind == aggregate {
			return v.sub[0]
		}
		return v
	}
	var names []string
	names = append(append(names, x.names...), y.names...)
	slices.Sort(names)
	names = slices.Compact(names)
	z := value{kind: aggregate, names: names, sub: make([]value, 1, len(names)+1)}
	if len(names) == 0 && (len(x.sub) > 1 || len(y.sub) > 1) { // bags
		all := []value{anonymous}
		for _, b := range []value{x, y} {
			if len(b.sub) > 1 {
				all = append(all, b.sub[1:]...)
			}
		}
		return value{kind: aggregate, sub: distinct(all)}, true
	}
	z.sub[0] = m.merge(dst, src, def(x), def(y), at, where+"/*", facts)
	for _, n := range names {
		z.sub = append(z.sub, m.merge(dst, src, m.field(x, n), m.field(y, n), at, where+n, facts))
	}
	return z, true
}

// factOf is what is known of any value, as a fact.
func (m *machine) factOf(st *state, v value) fact {
	switch v.kind {
	case unknown:
		if v.id != 0 {
			f := st.fact(v.id)
			f.prev = 0
			return f
		}
	case shifted:
		f := st.fact(v.id)
		return fact{hasLo: f.hasLo, hasHi: f.hasHi, lo: f.lo + v.n, hi: f.hi + v.n}
	case zero:
		return fact{nilness: isNil, hasLo: true, hasHi: true}
	case number:
		return fact{nilness: notNil, hasLo: true, hasHi: true, lo: v.n, hi: v.n}
	case subjectRef, interior, address, function, iface, text:
		if v.kind == address && v.root && v.s == "" {
			return st.fact(v.id)
		}
		return fact{nilness: notNil}
	case comparison, negation:
		switch m.truth(st, v) {
		case yes:
			return fact{nilness: notNil, hasLo: true, hasHi: true, lo: 1, hi: 1}
		case no:
			return fact{nilness: isNil, hasLo: true, hasHi: true}
		}
	}
	return fact{}
}

// joinFacts intersects the facts of dst and src; made holds those of the symbols
// that the join itself has introduced.
func (m *machine) joinFacts(dst, src *state, made map[int32]fact, widen bool) bool {
	out := make([]factEntry, 0, len(dst.facts)+len(made))
	for _, e := range dst.facts {
		if _, ok := made[e.sym]; ok {
			continue
		}
		g := src.fact(e.sym)
		if j := e.f.join(g, widen); !j.trivial() {
			out = append(out, factEntry{e.sym, j})
		}
	}
	for _, e := range src.facts {
		// Results of contracted calls stay known as such, whichever arm made them.
		_, isMade := made[e.sym]
		if _, ok := dst.searchFact(e.sym); !ok && !isMade && e.f.api {
			out = append(out, factEntry{e.sym, fact{api: true}})
		}
	}
	for id, f := range made {
		if i, ok := dst.searchFact(id); ok && widen {
			f = dst.facts[i].f.join(f, true)
		}
		if !f.trivial() {
			out = append(out, factEntry{id, f})
		}
	}
	slices.SortFunc(out, func(a, b factEntry) int { return int(a.sym - b.sym) })
	eq := slices.EqualFunc(dst.facts, out, func(a, b factEntry) bool { return a.sym == b.sym && a.f.same(b.f) })
	dst.facts, dst.sharedFacts = out, false
	return !eq
}
