package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/summary"
)

// This file applies summaries to calls that are not executed in place. Each way of each
// case whose guard the state allows gives a state of its own, with the way's steps in its
// trail, so that replay walks through the callee all the same.

// application is one call to which a summary is applied.
type application struct {
	m       *machine
	c       call
	callee  *body
	args    []value // then the captures
	params  int     // of args
	ctx     int32   // the callee's
	focal   value   // what the summary is of, in the caller
	on      summary.Path
	sum     *summary.Summary
	st      *state
	objects []value
	unknown int // results without a name so far
}

// bySummary applies what is known of a callee. It returns false if that is nothing, or,
// where all is wanted, if what it acquires is not known.
func (m *machine) bySummary(st *state, c call, callee *body, key string, args, captures []value, all bool) ([]exit, bool) {
	if c.op.Mode == refprog.Spawned || m.surveys || m.ctxs.list[c.ctx].goes || loopBody(callee.Func) {
		return nil, false
	}
	passed := slices.Concat(args, captures)
	if slices.ContainsFunc(passed, func(v value) bool { return v.kind == function && m.body(v.s) != nil && loopBody(m.body(v.s).Func) }) {
		return nil, false
	}
	a := &application{m: m, c: c, callee: callee, args: passed, params: len(args), focal: anonymous}
	a.ctx = m.ctxs.enter(c.ctx, c.at, key, c.b.cyclic[c.at.block])
	m.ctxs.list[a.ctx].summed = true
	if !st.subj.live && m.effectsOf(key).counts {
		out, ok := a.acquire(st)
		if ok || all && !a.sum.Whole() {
			return out, ok
		}
	}
	a.on = summary.Path{Root: summary.Nothing}
	if st.subj.live && !a.locate(st) {
		return nil, false
	}
	out, ok := a.all(st)
	m.ctxs.list[a.ctx].known = m.ctxs.list[a.ctx].known || ok
	return out, ok
}

func (a *application) summary() *summary.Summary {
	return a.m.summaryOf(focus{a.callee.Key, a.on, refprog.PassesStatus(a.callee.Func) && a.m.unread(a.c)})
}

// all applies every case of the summary.
func (a *application) all(st *state) ([]exit, bool) {
	a.sum = a.summary()
	if a.sum.Widened != "" {
		return nil, false
	}
	var out []exit
	skip := false
	for i := range a.sum.Cases {
		k := &a.sum.Cases[i]
		fits := 0
		for j := range k.Ways {
			s := st.clone()
			if !a.assume(s, k.Ways[j].Guard) {
				continue
			}
			fits++
			if k.Opaque != "" {
				skip = true
				break
			}
			if results, ok := a.apply(s, k, &k.Ways[j]); ok {
				out = append(out, exit{st: s, results: results, summed: true})
			}
		}
		// What it comes to where none of the ways that are remembered fits is not known.
		_, lost := k.Guard()
		skip = skip || fits == 0 && lost && (k.Lost || len(k.Ways) > 1)
	}
	if skip {
		for _, s := range a.m.skipKnown(st.clone(), a.c, a.callee, a.args) {
			out = append(out, exit{st: s, skipped: true})
		}
	}
	return out, true
}

// assume makes a guard true and reports whether that can be.
func (a *application) assume(st *state, guard []summary.Literal) bool {
	for _, l := range guard {
		v := a.valueAt(st, l.Path)
		if v.kind == unknown && v.id == 0 {
			continue
		}
		ok := true
		switch l.Op {
		case "zero":
			ok = a.m.assume(st, value{kind: comparison, s: "==", sub: []value{v, zeroValue}}, true)
		case "not zero":
			ok = a.m.assume(st, value{kind: comparison, s: "==", sub: []value{v, zeroValue}}, false)
		default:
			ok = a.m.assume(st, value{kind: comparison, s: l.Op, sub: []value{v, numberV(l.N)}}, true)
		}
		if !ok {
			return false
		}
	}
	return true
}

// spotOf is a place inside the callee, as one of the caller's activations.
func (a *application) spotOf(p *summary.Place) spot {
	m, ctx := a.m, a.ctx
	last := len(p.Chain) - 1
	for i, r := range p.Chain[:last] {
		b := m.body(r.Func)
		ctx = m.ctxs.enter(ctx, opRef{int32(r.Block), int32(r.Op)}, p.Chain[i+1].Func, b.cyclic[r.Block])
		m.ctxs.list[ctx].summed, m.ctxs.list[ctx].known = true, true
	}
	return spot{ctx, opRef{int32(p.Chain[last].Block), int32(p.Chain[last].Op)}}
}

// acquire is a call while nothing is followed: it may give what is to be followed. It
// returns false if the call goes on as any other.
func (a *application) acquire(st *state) ([]exit, bool) {
	m := a.m
	a.on, a.focal = summary.Path{Root: summary.Acquired}, subjectV
	a.sum = a.summary()
	defer func() { a.focal = anonymous }()
	if !a.sum.Whole() {
		m.noteBeyond(a.c, false)
	}
	var out []exit
	found := false
	for i := range a.sum.Cases {
		k := &a.sum.Cases[i]
		for j := range k.Ways {
			w := &k.Ways[j]
			where := a.spotOf(&w.Made.Place)
			if m.site == nil {
				b := m.body(m.ctxs.list[where.ctx].fn)
				m.noteSite(call{b: b, ctx: where.ctx, at: where.at}, siteResult, 0, w.Made.Handle)
				continue
			}
			if m.site.kind != siteResult || m.site.spot != where {
				continue
			}
			found = true
			s := st.clone()
			if !a.assume(s, w.Guard) {
				continue
			}
			if results, ok := a.apply(s, k, w); ok {
				out = append(out, exit{st: s, results: results, summed: true})
			}
		}
	}
	if !found {
		return nil, false
	}
	if m.site.cyclic { // another turn's
		a.on, a.focal = summary.Path{Root: summary.Nothing}, anonymous
		more, ok := a.all(st)
		if !ok {
			for _, s := range m.skipKnown(st.clone(), a.c, a.callee, a.args) {
				more = append(more, exit{st: s, skipped: true})
			}
		}
		out = append(out, more...)
	}
	return out, true
}

// facts notes what is known of an unknown value.
func (a *application) facts(st *state, v value, r summary.Value) {
	if v.kind != unknown || v.id == 0 {
		return
	}
	f := st.fact(v.id)
	if r.NotNil {
		f.nilness = notNil
	}
	switch r.Taken {
	case summary.Settled:
		a.m.vague[v.id] = true
	case summary.Made:
		a.m.told[v.id] = true
	case summary.LikelyNil, summary.LikelySome:
		f.prev = a.m.syms.part(v.id, "#taken")
		before := fact{nilness: isNil}
		if r.Taken == summary.LikelySome {
			before.nilness = notNil
		}
		st.setFact(f.prev, before)
	}
	if r.Owned || r.Lent {
		f.api, f.handle, f.lent = true, true, r.Lent
	}
	if r.Owned {
		f.held, f.fresh = 1, r.Fresh
	}
	if !f.trivial() {
		st.setFact(v.id, f)
	}
}

// apply does what a way does. It returns the results, or false if the path ends in a
// violation.
func (a *application) apply(st *state, k *summary.Case, w *summary.Way) ([]value, bool) {
	m := a.m
	a.st, a.objects, a.unknown = st, nil, 0
	followed := a.focal.kind == subjectRef
	if a.callee.Where == "" && a.c.b.Where != "" && followed && w.Made == nil {
		st.subj.shown = true
	}
	// The arguments wait where those of deferred calls do: what is made here may take the
	// name of something of an earlier loop turn, which is renamed wherever it is.
	top := st.top()
	top.defers = append(slices.Clip(top.defers), deferred{args: append(slices.Clone(a.args), a.focal)})
	var base value
	if a.c.op.Mode == refprog.Now && a.c.op.Dst != refprog.NoReg {
		base = m.fresh(st, int(a.c.at.block), a.c.op.Dst, "")
	}
	for n := range k.Objects {
		a.objects = append(a.objects, m.alloc(st, origin{kind: symRegister, ctx: top.ctx, a: int32(a.c.op.Dst), b: int32(a.c.at.block)*1000 + int32(a.c.at.op), s: fmt.Sprintf("cell%d", n)}, anonymous))
	}
	last := len(top.defers) - 1
	waited := top.defers[last].args
	top.defers = top.defers[:last]
	args, focal := a.args, a.focal
	defer func() { a.args, a.focal = args, focal }()
	a.args, a.focal = waited[:len(args)], waited[len(args)]
	// All that is said in terms of the entry is read before anything changes.
	var results, contents, posts, effects []value
	var homes []value
	for i, r := range k.Results {
		part := base
		if len(k.Results) > 1 && base.id != 0 {
			part = m.fresh(st, int(a.c.at.block), a.c.op.Dst, fmt.Sprintf("#%d", i))
		}
		results = append(results, a.value(r, part))
	}
	for _, o := range k.Objects {
		contents = append(contents, a.value(o, anonymous))
	}
	after := k.Posts
	if strings.Contains(a.on.Steps, "*") && !slices.ContainsFunc(after, func(p summary.Post) bool { return p.Path == a.on }) {
		after = append(slices.Clip(after), summary.Post{Path: a.on, Value: summary.Value{Kind: summary.Subject}})
	}
	for _, p := range after {
		home, ok := a.addressOf(st, p.Path)
		if !ok {
			home = anonymous
		}
		homes, posts = append(homes, home), append(posts, a.value(p.Value, a.nameless(base)))
	}
	for _, e := range k.Effects {
		effects = append(effects, a.valueAt(st, e.Path))
	}
	var lender value
	if w.Made != nil && w.Made.Base == summary.Borrowed {
		lender = a.value(w.Made.Lender, anonymous)
	}

	for _, i := range w.Asks {
		if v := a.args[i]; v.kind == address && !v.root && st.weak == "" {
			st.weak = "needs a certain answer of something that is there and is not followed"
		}
		if m.into != nil {
			m.into.asks(st, a.args[i])
		}
	}
	st.push(refprog.Step{Kind: refprog.EnterStep, At: a.c.ref(), Choice: 1, Name: a.callee.Key})
	start, done := st.trail.n, 0
	steps := func(n int) {
		for ; done < n; done++ {
			st.push(w.Witness[done])
		}
	}
	if followed && st.subj.dead() && w.Used != nil {
		steps(w.Used.Step)
		if !m.use(st, a.spotOf(w.Used), subjectV) {
			return nil, false
		}
	}
	if w.Taken != nil && followed {
		steps(w.Taken.Step)
		if !m.releaseSubject(st, a.spotOf(w.Taken)) {
			return nil, false
		}
	}
	steps(len(w.Witness))
	a.changes(k, effects, followed)
	a.written(after, homes)
	for i, o := range a.objects {
		if j, ok := find(st.cells, o.id); ok {
			st.cells[j].v = contents[i]
		}
	}
	if w.Made != nil {
		a.becomes(w, lender, start)
	}
	if followed {
		for _, p := range w.Added {
			step := -1
			if p.Step >= 0 {
				step = start + p.Step
			}
			if len(st.subj.tokens) >= maxHeld {
				st.subj.escape("more references than are counted")
				break
			}
			where := a.spotOf(&p)
			st.subj.tokens = append(slices.Clone(st.subj.tokens), tokenRef{ctx: where.ctx, at: where.at, step: step})
		}
		st.subj.gaveUp = st.subj.gaveUp || k.Balanced
	}
	for i, home := range homes {
		a.put(home, posts[i], after[i].Path == a.on)
	}
	return results, true
}

// changes applies the effects on what is not followed.
func (a *application) changes(k *summary.Case, values []value, followed bool) {
	m, st := a.m, a.st
	for i, e := range k.Effects {
		v := values[i]
		if v.kind != unknown || v.id == 0 || followed && e.Path == a.on {
			continue
		}
		if m.into != nil {
			m.into.noteCounted(v.id)
		}
		for n := e.Net; n < 0; n++ {
			m.release(st, a.c, v)
		}
		if e.Net > 0 {
			f := st.fact(v.id)
			if !f.handle && !f.api {
				f.handle, f.held = true, 1
			}
			f.held += int8(e.Net)
			st.setFact(v.id, f)
		}
	}
}

// written makes unknown what the callee may have written. The subject's own place is
// cleared first: its post-state is known.
func (a *application) written(posts []summary.Post, homes []value) {
	m, st := a.m, a.st
	m.anythingTouched(st)
	if !m.effectsOf(a.callee.Key).writes {
		return
	}
	m.mayUnkeep(st, a.callee)
	for i, home := range homes {
		if home.kind != address {
			continue
		}
		if posts[i].Path != a.on && m.heldAt(st, home).hasSubject() {
			st.subj.escape("stored over by " + a.callee.Name)
		}
		a.overwrite(home, anonymous)
	}
	fresh := map[int32]bool{}
	for _, o := range a.objects {
		fresh[o.id] = true
	}
	for i, v := range a.args {
		kept := slices.Contains(a.sum.Kept, i)
		for _, cell := range m.reachCells(st, v) {
			j, ok := find(st.cells, cell)
			if !ok || fresh[cell] {
				continue
			}
			if st.cells[j].v.hasSubject() {
				st.subj.pass(a.callee.Name)
			}
			st.cells[j].v = anonymous
			m.readCells[cell] = true
			if kept {
				st.share(cell)
			}
		}
		if kept && m.reaches(st, v) {
			st.subj.pass(a.callee.Name)
		}
	}
	m.havoc(st, m.syms.id(origin{kind: symEpoch, ctx: st.top().ctx, a: a.c.at.block, b: a.c.at.op}))
}

// overwrite puts v at an address, which is no store of the program.
func (a *application) overwrite(addr, v value) {
	m, st := a.m, a.st
	if !addr.root {
		if i, ok := find(st.cells, addr.id); ok {
			st.cells[i].v = m.write(st.cells[i].v, addr.s, v)
		}
		return
	}
	old := value{kind: aggregate, sub: []value{anonymous}}
	if i, ok := find(st.heap, addr.id); ok {
		old = st.heap[i].v
	}
	st.heap = put(st.heap, addr.id, m.write(old, addr.s, v))
}

// put applies a post-state.
func (a *application) put(home, v value, own bool) {
	if home.kind != address {
		if v.hasSubject() {
			a.st.subj.escape("stored at an address that is not known")
		}
		return
	}
	if own && v.kind == subjectRef {
		a.overwrite(home, v) // it is where it was
		return
	}
	a.m.store(a.st, a.c.spot(), home, v)
}

// becomes makes the subject what the callee has acquired.
func (a *application) becomes(w *summary.Way, lender value, start int) {
	made := w.Made
	where := a.spotOf(&made.Place)
	a.st.subj = subject{live: true, fresh: made.Fresh}
	if made.Base == summary.Borrowed {
		a.m.site.until, a.m.site.lentBy = made.Until, made.LentBy
		a.st.subj.base, a.st.subj.lenders = borrowed, []value{lender}
		if lender.kind != unknown && lender.kind != address || lender.kind == unknown && lender.id == 0 {
			a.st.subj.lenders = []value{symbol(a.m.syms.global("an owner that is not known"))}
		}
		return
	}
	step := -1
	if made.Place.Step >= 0 {
		step = start + made.Place.Step
	}
	a.st.subj.tokens = []tokenRef{{ctx: where.ctx, at: where.at, step: step}}
}

// nameless is a symbol for one more unknown value.
func (a *application) nameless(base value) value {
	if base.kind != unknown || base.id == 0 {
		return anonymous
	}
	a.unknown++
	return symbol(a.m.syms.part(base.id, fmt.Sprintf("#?%d", a.unknown)))
}

// value is a value of the callee's in the caller; otherwise is what stands for one that
// is not known.
func (a *application) value(v summary.Value, otherwise value) value {
	m := a.m
	switch v.Kind {
	case summary.Nil:
		return zeroValue
	case summary.Number:
		return numberV(v.N)
	case summary.Text:
		return value{kind: text, s: v.Name}
	case summary.Subject:
		return a.focal
	case summary.Entry:
		return a.valueAt(a.st, v.Path)
	case summary.Address:
		if addr, ok := a.addressOf(a.st, v.Path); ok {
			return addr
		}
	case summary.Object:
		return a.objects[v.N]
	case summary.Function:
		return value{kind: function, s: v.Name, sub: a.values(v.Parts, otherwise)}
	case summary.Interface:
		return value{kind: iface, s: v.Name, sub: a.values(v.Parts, otherwise), root: m.acts(a.st, v.Name)}
	case summary.Aggregate:
		return value{kind: aggregate, names: v.Names, sub: a.values(v.Parts, otherwise)}
	}
	a.facts(a.st, otherwise, v)
	return otherwise
}

func (a *application) values(list []summary.Value, base value) []value {
	out := make([]value, len(list))
	for i, v := range list {
		out[i] = a.value(v, a.nameless(base))
	}
	return out
}
