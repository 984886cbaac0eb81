package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/summary"
)

// This file turns the states at a function's returns into cases of its summary: what
// they say in terms of places that a caller can name. What cannot be said makes the case
// opaque.

// projection collects the cases of one function.
type projection struct {
	m       *machine
	sum     *summary.Summary
	apart   bool // keep ways apart by what they know of what was passed
	unread  bool // see focus
	counted []summary.Path
	kept    []int
	types   map[int32]refprog.TypeKind // of what was read
	answers map[int32]int              // of calls, by the parameter whose state they tell
	solid   map[int32]bool             // what was read is known not to be nil without having been asked

	// Of the way that is looked at:
	st      *state
	cells   []int32 // the new memory, by number
	objects []summary.Value
	fails   string // why it cannot be said
}

func newProjection(m *machine, f focus) *projection {
	return &projection{
		m: m, unread: f.unread, sum: &summary.Summary{Func: f.fn, On: f.on},
		types: map[int32]refprog.TypeKind{}, solid: map[int32]bool{}, answers: map[int32]int{},
	}
}

// maxValueDepth is how deep a value is looked into.
const maxValueDepth = 5

// maxPathSteps is how long a path's steps may be.
const maxPathSteps = 64

// pathOf is the place at which a symbol was on entry.
func (m *machine) pathOf(id int32) (summary.Path, bool) {
	o := m.syms.origin(id)
	switch o.kind {
	case symRegister:
		if o.ctx != 0 || o.s != "" {
			break
		}
		name := func(r refprog.Reg) string { return strings.TrimPrefix(m.fn.Regs[r].Name, "&") }
		if i := slices.Index(m.fn.Params, refprog.Reg(o.a)); i >= 0 {
			return summary.Path{Root: summary.Param, Index: i, Name: name(m.fn.Params[i])}, true
		}
		if i := slices.Index(m.fn.Free, refprog.Reg(o.a)); i >= 0 {
			return summary.Path{Root: summary.Captured, Index: i, Name: name(m.fn.Free[i])}, true
		}
	case symGlobal:
		return summary.Path{Root: summary.Global, Name: o.s}, strings.Contains(o.s, ".")
	case symPart:
		if p, ok := m.pathOf(o.ctx); ok && (o.s[0] == '.' || o.s[0] == '[') && len(p.Steps) < maxPathSteps {
			p.Steps += o.s
			return p, true
		}
	case symMemory:
		if p, ok := m.pathOf(o.ctx); ok && o.a == 0 && len(p.Steps) < maxPathSteps {
			p.Steps += "*" + o.s
			return p, true
		}
	}
	return summary.Path{}, false
}

// typeOf is the type of a symbol, as far as it is known.
func (p *projection) typeOf(id int32) refprog.TypeKind {
	if o := p.m.syms.origin(id); o.kind == symRegister && o.ctx == 0 {
		return p.m.fn.Regs[o.a].Type.Kind
	}
	return p.types[id]
}

// noteLoaded notes what a read says of what is there.
func (p *projection) noteLoaded(v value, kind refprog.TypeKind, solid bool) {
	if v.kind == unknown && v.id != 0 {
		p.types[v.id] = kind
		p.solid[v.id] = solid
	}
}

// noteAnswer notes a call that answers by the state of what was passed, such as a
// counter. What the caller has made is in one state, though nobody here follows it.
func (p *projection) noteAnswer(v value, args []value) {
	if len(args) == 0 {
		return
	}
	if i, ok := p.passed(args[0]); ok {
		p.answers[v.id] = i
	}
}

// passed is the number of the parameter, or captured variable, that leads to a value.
func (p *projection) passed(v value) (int, bool) {
	if !v.symbolic() {
		return 0, false
	}
	path, ok := p.m.pathOf(p.m.rootOf(v.id))
	if !ok || path.Root == summary.Global {
		return 0, false
	}
	if path.Root == summary.Captured {
		return path.Index + len(p.m.fn.Params), true
	}
	return path.Index, true
}

// asks notes that the way needs a certain state of what v points to.
func (p *projection) asks(st *state, v value) {
	if i, ok := p.passed(v); ok {
		if at, found := slices.BinarySearch(st.asks, i); !found {
			st.asks = slices.Insert(slices.Clone(st.asks), at, i)
		}
	}
}

// decides notes what a branch asks.
func (p *projection) decides(st *state, cond value) {
	cond.any(func(v value) bool {
		i, ok := p.answers[v.id]
		if at, found := slices.BinarySearch(st.asks, i); v.symbolic() && ok && !found {
			st.asks = slices.Insert(slices.Clone(st.asks), at, i)
		}
		return false
	})
}

// noteCounted notes, in the base run, a place from outside whose count is changed.
func (p *projection) noteCounted(id int32) {
	if path, ok := p.m.pathOf(id); ok && p.m.site == nil {
		if !slices.Contains(p.counted, path) {
			p.counted = append(p.counted, path)
		}
	}
}

// noteShown notes what was put where others find it.
func (p *projection) noteShown(st *state, v value) {
	note := func(v value) bool {
		if i, ok := p.passed(v); ok {
			if at, found := slices.BinarySearch(p.kept, i); !found {
				p.kept = slices.Insert(p.kept, at, i)
			}
		}
		return false
	}
	v.any(note)
	for _, c := range p.m.reachCells(st, v) {
		if i, ok := find(st.cells, c); ok {
			st.cells[i].v.any(note)
		}
	}
}

// exit makes a case of a state at a return; two if a result is a condition that is
// open.
func (p *projection) exit(st *state, blk int, results []value) {
	m := p.m
	for i, v := range results {
		if !v.isTruth() || m.truth(st, v) != maybe || m.site == nil {
			continue
		}
		for _, want := range []bool{true, false} {
			s, said := st.clone(), slices.Clone(results)
			if said[i] = boolV(want); m.assume(s, v, want) {
				p.exit(s, blk, said)
			}
		}
		return
	}
	p.st, p.cells, p.objects, p.fails = st, nil, nil, ""
	s := &st.subj
	if m.site == nil || !s.live && p.sum.On.Root != summary.Nothing {
		return
	}
	made := m.site.kind != siteParam
	c := summary.Case{Balanced: s.gaveUp && !s.consumed && len(s.tokens) == 0}
	for _, r := range results {
		c.Results = append(c.Results, p.value(r, 0))
	}
	c.Posts = p.posts(made)
	c.Objects = p.objects
	c.Effects = p.effects(made)
	way := summary.Way{
		At:      m.ref(spot{at: opRef{int32(blk), int32(len(m.fn.Blocks[blk].Ops))}}),
		Witness: st.trail.steps(),
	}
	way.Guard, way.Lost = p.guard()
	way.Asks = st.asks
	if s.used != nil {
		way.Used = &summary.Place{Chain: m.chain(s.used.spot), Step: s.used.step}
	}
	if s.consumed {
		way.Taken = &summary.Place{Chain: m.chain(s.consumer), Step: s.taken}
	}
	for i, t := range s.tokens {
		if !made || i > 0 {
			way.Added = append(way.Added, summary.Place{Chain: m.chain(spot{t.ctx, t.at}), Step: t.step})
		}
	}
	if made {
		way.Made = p.acquisition()
	}
	if why := p.unknown(made); why != "" {
		p.fails = why
	}
	switch {
	case p.fails != "" && made, made && !p.leaves(c):
		return // what the function does not give away is its own
	case p.fails != "":
		c = summary.Case{Opaque: p.fails}
		way.Made, way.Used, way.Taken, way.Added = nil, nil, nil, nil
	}
	c.Ways = []summary.Way{way}
	c.Sorted()
	p.sum.Add(c)
}

// unknown is why nothing more is known of the subject's count, or "".
func (p *projection) unknown(made bool) string {
	s, m := &p.st.subj, p.m
	switch {
	case s.escaped != "":
		return s.escaped
	case p.st.weak != "":
		return p.st.weak
	case s.racing || s.lentTo != nil:
		return "used by a goroutine"
	case s.yielded:
		return "passed to the body of a loop"
	case s.finalized:
		return "left to a finalizer"
	case s.put || s.handed > 0 || s.piled > 0 || len(s.inside) > 0:
		return "given to a container"
	case len(s.kept) > 0 || s.entry != nil || s.field != "":
		return "kept in a field"
	case s.lost || s.offered:
		return "its owner is gone"
	case len(s.tokens) > maxHeld-1:
		return "more references than are counted"
	case !made && len(s.lenders) > 0:
		return "kept by an owner"
	}
	for _, c := range p.st.shared {
		if i, ok := find(p.st.cells, c); ok && p.st.cells[i].v.hasSubject() {
			return "kept where an unknown function can reach it"
		}
	}
	for _, h := range p.st.heap {
		if _, ok := m.pathOf(h.id); !ok && m.reachesDirect(p.st, h.v) {
			return "kept where no caller can name it"
		}
	}
	return ""
}

// leaves reports whether the caller gets what was acquired.
func (p *projection) leaves(c summary.Case) bool {
	s := &p.st.subj
	if s.base == owned && len(s.tokens) == 0 || s.base == outside {
		return false
	}
	has := func(v summary.Value) bool { return contains(v, summary.Subject) }
	return slices.ContainsFunc(c.Results, has) || slices.ContainsFunc(c.Objects, has) ||
		slices.ContainsFunc(c.Posts, func(q summary.Post) bool { return has(q.Value) })
}

func contains(v summary.Value, k summary.ValueKind) bool {
	return v.Kind == k || slices.ContainsFunc(v.Parts, func(p summary.Value) bool { return contains(p, k) })
}

func (p *projection) acquisition() *summary.Acquisition {
	m, s := p.m, &p.st.subj
	a := &summary.Acquisition{
		Place:  summary.Place{Chain: m.chain(m.site.spot), Step: -1},
		Handle: m.site.handle, Fresh: s.fresh, Until: m.site.until, LentBy: m.site.lentBy,
	}
	switch {
	case s.base == borrowed:
		a.Base = summary.Borrowed
		if len(s.lenders) != 1 {
			p.fails = "lent by several"
			return a
		}
		if a.Lender = p.value(s.lenders[0], 0); a.Lender.Kind != summary.Entry {
			p.fails = "lent by an owner that no caller can name"
		}
	case len(s.lenders) > 0:
		p.fails = "kept by an owner"
	}
	if len(s.tokens) > 0 {
		if t := s.tokens[0]; s.base == owned {
			if (spot{t.ctx, t.at}) != m.site.spot {
				p.fails = "another reference is left"
			}
			a.Place.Step = t.step
		}
	}
	return a
}

// effects are the changes of counts, of the subject and of what else was passed.
func (p *projection) effects(made bool) []summary.Effect {
	var out []summary.Effect
	s := &p.st.subj
	net := s.held()
	if s.consumed {
		net--
	}
	if s.live && !made && net != 0 {
		out = append(out, summary.Effect{Path: p.sum.On, Net: net})
	}
	for _, e := range p.st.facts {
		path, ok := p.m.pathOf(e.sym)
		if !ok || e.f.api || !e.f.handle && !e.f.dead {
			continue
		}
		if net := int(e.f.held) - 1; e.f.dead || !e.f.handle {
			out = append(out, summary.Effect{Path: path, Net: -1})
		} else if net != 0 {
			out = append(out, summary.Effect{Path: path, Net: net})
		}
	}
	return out
}

// guard is what the way has assumed of what was passed.
func (p *projection) guard() (out []summary.Literal, lost bool) {
	m := p.m
	for _, e := range p.st.facts {
		path, ok := m.pathOf(e.sym)
		if !ok {
			lost = lost || m.syms.origin(e.sym).kind == symPure && !e.f.trivial() && m.rests(e.sym)
			continue
		}
		lit := func(op string, n int64) {
			out = append(out, summary.Literal{Path: path, Op: op, N: n, Kind: p.typeOf(e.sym)})
		}
		beside := func(n int64) bool { return e.f.hasLo && n < e.f.lo || e.f.hasHi && n > e.f.hi }
		n, exact := e.f.exactly()
		switch {
		case e.f.nilness == isNil:
			lit("zero", 0)
			continue
		case exact:
			lit("==", n)
			continue
		case e.f.nilness == notNil && !beside(0) && !p.solid[e.sym] && !p.leadsTo(path):
			lit("not zero", 0)
		}
		if e.f.hasLo {
			lit(">=", e.f.lo)
		}
		if e.f.hasHi {
			lit("<=", e.f.hi)
		}
		for _, n := range e.f.not {
			if n != 0 && !beside(n) {
				lit("!=", n)
			}
		}
	}
	lost = lost || slices.ContainsFunc(p.st.preds, func(q predicate) bool {
		entry := func(v value) bool { return v.symbolic() && m.rests(v.id) }
		return q.a.any(entry) || q.b.any(entry)
	})
	return out, lost
}

// leadsTo reports whether the focus is behind the pointer at a path.
func (p *projection) leadsTo(path summary.Path) bool {
	on := p.sum.On
	on.Steps = path.Steps
	return path == on && strings.HasPrefix(p.sum.On.Steps, path.Steps+"*")
}

// rests reports whether a symbol is, or is computed from, something that was passed.
func (m *machine) rests(id int32) bool {
	if _, ok := m.pathOf(m.rootOf(id)); ok {
		return true
	}
	return slices.ContainsFunc(m.syms.deps[id], m.rests)
}

// posts says what is at the places that were written, as far as it matters.
func (p *projection) posts(made bool) []summary.Post {
	var out []summary.Post
	m := p.m
	known := !strings.Contains(p.sum.On.Steps, "*") // what is at the focus
	for _, h := range p.st.heap {
		root, ok := m.pathOf(h.id)
		if !ok {
			continue
		}
		root.Steps += "*"
		var visit func(v value, path summary.Path)
		visit = func(v value, path summary.Path) {
			if v.kind == aggregate && len(v.names) > 0 && path != p.sum.On {
				if slices.Contains(v.names, anyElement) { // which of them it is now is not known
					if v.hasSubject() || strings.HasPrefix(p.sum.On.Steps, path.Steps) {
						p.fails = "among elements"
					}
					return
				}
				if v.sub[0].kind != unknown {
					visit(v.sub[0], summary.Path{Root: summary.Acquired})
				}
				for i, n := range v.names {
					at := path
					at.Steps += n
					if len(at.Steps) > maxPathSteps {
						p.fails = "among elements"
						return
					}
					visit(v.sub[i+1], at)
				}
				return
			}
			if v.kind == unknown && v.id != 0 {
				if at, ok := m.pathOf(v.id); ok && at == path {
					return // as it was
				}
			}
			now := p.value(v, 0)
			mine := path == p.sum.On
			known = known || mine
			switch {
			case mine && now.Kind == summary.Subject:
			case path.Root == summary.Acquired:
				if v.hasSubject() {
					p.fails = "copied"
				}
			case mine, now.Kind == summary.Nil, now.Kind == summary.Number, now.Kind == summary.Text:
				out = append(out, summary.Post{Path: path, Value: now})
			case now.Kind == summary.Subject && made:
				out = append(out, summary.Post{Path: path, Value: now})
			case m.reachesDirect(p.st, v):
				p.fails = "kept in something that was passed"
			}
		}
		visit(h.v, root)
	}
	if !known {
		out = append(out, summary.Post{Path: p.sum.On})
	}
	return out
}

// value says a value in terms of what a caller can name.
func (p *projection) value(v value, depth int) summary.Value {
	m := p.m
	if depth > maxValueDepth {
		if m.reachesDirect(p.st, v) {
			p.fails = "too deep in what is returned"
		}
		return summary.Value{}
	}
	parts := func(list []value) []summary.Value {
		var out []summary.Value
		for _, s := range list {
			out = append(out, p.value(s, depth+1))
		}
		return out
	}
	switch v.kind {
	case subjectRef:
		return summary.Value{Kind: summary.Subject}
	case zero:
		return summary.Value{Kind: summary.Nil}
	case number:
		return summary.Value{Kind: summary.Number, N: v.n}
	case text:
		return summary.Value{Kind: summary.Text, Name: v.s}
	case unknown:
		return p.symbolValue(v)
	case address:
		if v.root {
			if at, ok := m.pathOf(v.id); ok && len(at.Steps)+len(v.s) < maxPathSteps {
				at.Steps += "*" + v.s
				return summary.Value{Kind: summary.Address, Path: at}
			}
			return summary.Value{NotNil: v.s != ""}
		}
		return p.object(v, depth)
	case function:
		return summary.Value{Kind: summary.Function, Name: v.s, Parts: parts(v.sub)}
	case iface:
		return summary.Value{Kind: summary.Interface, Name: v.s, Parts: parts(v.sub)}
	case aggregate:
		if len(v.names) > 0 || len(v.sub) == 1 {
			return summary.Value{Kind: summary.Aggregate, Names: slices.Clone(v.names), Parts: parts(v.sub)}
		}
	case comparison, negation:
		switch m.truth(p.st, v) {
		case yes:
			return summary.Value{Kind: summary.Number, N: 1}
		case no:
			return summary.Value{Kind: summary.Nil}
		}
		return summary.Value{}
	}
	if m.reachesDirect(p.st, v) {
		p.fails = "in a result that is not described"
	}
	return summary.Value{}
}

// symbolValue says an unknown value.
func (p *projection) symbolValue(v value) summary.Value {
	if v.id == 0 {
		return summary.Value{}
	}
	f := p.st.fact(v.id)
	if n, ok := f.exactly(); ok {
		if n == 0 {
			return summary.Value{Kind: summary.Nil}
		}
		return summary.Value{Kind: summary.Number, N: n}
	}
	if path, ok := p.m.pathOf(v.id); ok {
		return summary.Value{Kind: summary.Entry, Path: path}
	}
	out := summary.Value{NotNil: f.nilness == notNil}
	switch before := p.st.fact(f.prev); {
	case p.m.isVague(v):
		out.Taken = summary.Settled
	case p.m.told[v.id]:
		out.Taken = summary.Made
	case f.prev == 0:
	case before.nilness == isNil:
		out.Taken = summary.LikelyNil
	case before.nilness == notNil:
		out.Taken = summary.LikelySome
	default:
		out.Taken = summary.Settled // as what was asked before
	}
	if f.api && f.handle && !f.dead {
		out.Owned, out.Fresh, out.Lent = !f.lent && f.held == 1, !f.lent && f.fresh, f.lent
	}
	return out
}

// object says the address of new memory, whose contents are said once.
func (p *projection) object(v value, depth int) summary.Value {
	if v.s != "" {
		if p.m.reachesDirect(p.st, v) {
			p.fails = "inside something that is returned"
		}
		return summary.Value{NotNil: true}
	}
	if i := slices.Index(p.cells, v.id); i >= 0 {
		return summary.Value{Kind: summary.Object, N: int64(i)}
	}
	i, ok := find(p.st.cells, v.id)
	if !ok {
		return summary.Value{NotNil: true}
	}
	content := p.st.cells[i].v
	if p.st.isShared(v.id) || content.kind == aggregate && (len(content.names) == 0 && len(content.sub) > 1 || slices.Contains(content.names, anyElement)) {
		if p.m.reachesDirect(p.st, v) {
			p.fails = "in a container that is returned"
		}
		return summary.Value{NotNil: true}
	}
	n := len(p.cells)
	p.cells = append(p.cells, v.id)
	p.objects = append(p.objects, summary.Value{})
	p.objects[n] = p.value(content, depth+1)
	return summary.Value{Kind: summary.Object, N: int64(n)}
}

// finish closes the summary.
func (p *projection) finish() *summary.Summary {
	p.sum.Kept = p.kept
	return p.sum
}
