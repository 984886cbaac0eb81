package simulate

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Limits that end the work on a site. All are counted in Stats.
const (
	maxDepth      = 6      // callees inside callees
	maxCalleeSize = 400    // operations of a callee that is followed
	maxStates     = 96     // states of one block
	maxSteps      = 60_000 // operations executed for one site
	maxBaseSteps  = 60_000
	// A site is followed through the code in which it lives, so that a function
	// whose sites all live long takes the product of both: n sessions that are freed
	// by n deferred calls take n·n.
	maxFunctionSteps = 600_000 // operations executed for all sites of a function
)

// machine simulates one function.
type machine struct {
	*Simulator
	fn      *body
	options Options
	syms    *symbols
	ctxs    *contexts

	// endless: the reporting function never returns, so that a reference it can no
	// longer name is lost where that happens.
	endless bool

	// adopted is the symbol that became the subject of an outside site.
	adopted int32

	// tracked are registers that a refuted witness said to keep apart.
	tracked map[string][]refprog.Reg

	into *projection // where a summary is made: what it is made in

	site  *site             // the site that is followed; nil in the base run
	found map[siteKey]*site // base run: every site seen
	order []*site
	outer outerOp // operation of the reporting function that is running

	// readCells are local containers of which elements were read on some path:
	// what is in them may be released there, on whatever path.
	readCells map[int32]bool

	// vague are the answers of calls that read local state which is not followed, of
	// assertions of what is known to an interface, and of computations with known operands
	// that are not done here: a path that needs one of them to go a certain way is weak.
	vague map[int32]bool

	// told are the errors that a call has made, as fmt.Errorf does.
	told map[int32]bool

	// caches are the symbols of owners that keep what they are given in a cache,
	// which may drop it by itself.
	caches map[int32]bool

	// made says where a function literal was made, by its key.
	made map[string]spot

	touched []int  // parameters whose count changes
	cases   []Case // base outside: the ways out
	// surveys: this run is one of Survey's. typed says of places which field they
	// are, heldBy of symbols which field they were read from.
	surveys  bool
	typed    map[placeKey]string
	heldBy   map[int32]string
	flags    map[int32]string                 // symbols of bools and numbers in fields -> the type
	blind    map[string]bool                  // functions with calls that are not followed
	putIn    map[int32][]*fieldUse            // symbols -> the fields they were stored in
	ranged   map[int32]bool                   // symbols of what a loop over all elements finds
	rangedAt map[placeKey]bool                // the addresses that such a loop reads
	passed   map[int32]bool                   // symbols that code that is not followed has got
	held     map[*body]map[refprog.Reg]string // see fieldContainers

	// readAt are the reads that have found references in fields that own, by symbol;
	// taken those of them that something else was stored over.
	readAt map[int32]siteKey
	readBy map[int32]value // the keys of map elements
	taken  []siteKey

	claims    []Claim
	loans     []Claim                // loans that are put into fields
	unchecked []refprog.Claim        // see Result.Unchecked
	beyond    map[refprog.OpRef]bool // calls beyond the limits: a summary was applied, each time
	steps     int
	limit     int
	gaveUp    string // the limit that was hit
	lost      string // why the site is undecided on some path
	tookBack  bool   // it is freed on some path after an iterator has passed it on
	weak      int    // claims withheld because they are weak
}

// outerOp is where the reporting function itself stands.
type outerOp struct {
	at  opRef
	pre *state // before the operation; base run only
}

// exit is one way out of a callee.
type exit struct {
	st      *state
	results []value
	summed  bool // it is a way of a summary
	skipped bool // the call was not followed after all: its results are assigned
}

// arrival is one state at the head of a block.
type arrival struct {
	key   string
	st    *state
	dirty bool
	joins int
}

// activation is the worklist of one run of a body.
type activation struct {
	b      *body
	at     [][]*arrival
	queue  []bool
	lowest int
	byPos  []int // block at each position of the reverse post-order
	exits  []exit
}

func newActivation(b *body) *activation {
	a := &activation{b: b, at: make([][]*arrival, len(b.Blocks)), queue: make([]bool, len(b.Blocks)), lowest: len(b.Blocks)}
	a.byPos = make([]int, len(b.Blocks))
	for blk, pos := range b.order {
		if pos >= 0 {
			a.byPos[pos] = blk
		}
	}
	return a
}

// run executes b from an operation on, with st's innermost frame as its
// activation, until no state changes any more. It returns the states at its
// returns, innermost frame still in place.
func (m *machine) run(b *body, starts []*state, block, op int) []exit {
	a := newActivation(b)
	for _, st := range starts {
		m.block(a, block, op, st)
	}
	for a.lowest < len(a.byPos) && m.gaveUp == "" {
		pos := a.lowest
		blk := a.byPos[pos]
		if !a.queue[blk] {
			a.lowest++
			continue
		}
		a.queue[blk] = false
		for i := 0; i < len(a.at[blk]); i++ {
			arr := a.at[blk][i]
			if !arr.dirty {
				continue
			}
			arr.dirty = false
			m.block(a, blk, 0, arr.st.clone())
		}
	}
	return a.exits
}

// arrive brings a state to the head of a block, merging it with one of the same
// property.
func (m *machine) arrive(a *activation, from, succ int, st *state) {
	to := a.b.Blocks[from].Term.Succs[succ]
	m.phis(a.b, from, succ, st)
	m.reachesHead(st, a.b, from, to)
	m.prune(st, a.b, to)
	if m.finished(st) {
		return
	}
	key := m.key(st, a.b, to)
	for _, arr := range a.at[to] {
		if arr.key == key {
			arr.joins++
			if m.join(arr.st, st, a.b, to, arr.joins > 3) && !arr.dirty {
				arr.dirty = true
				m.enqueue(a, to)
			}
			return
		}
	}
	if len(a.at[to]) >= maxStates {
		m.giveUp(fmt.Sprintf("more than %d states at one place", maxStates))
		return
	}
	a.at[to] = append(a.at[to], &arrival{key: key, st: st, dirty: true})
	m.enqueue(a, to)
}

// finished reports whether nothing more can be said of the subject: its
// references are given back and nothing in the state names it. Local cells are
// waited for, because what is read from them later matters to other paths.
func (m *machine) finished(st *state) bool {
	s := &st.subj
	if m.site == nil || m.fn.Callback != "" || !s.live || s.base != owned || !s.dead() || s.handed > 0 || len(s.kept) > 0 || s.lentTo != nil || len(st.cells) > 0 {
		return false
	}
	named := false
	st.each(func(v value) { named = named || v.hasSubject() })
	return !named
}

func (m *machine) enqueue(a *activation, blk int) {
	a.queue[blk] = true
	a.lowest = min(a.lowest, a.b.order[blk])
}

func (m *machine) giveUp(why string) {
	if m.gaveUp == "" {
		m.gaveUp = why
	}
}

// phis evaluates the phis of the successor for the edge that is taken.
func (m *machine) phis(b *body, from, succ int, st *state) {
	to := b.Blocks[from].Term.Succs[succ]
	blk := b.Blocks[to]
	if len(blk.Phis) == 0 {
		return
	}
	// An If may have both edges to one block: count the edges before this one.
	skip := 0
	for i := 0; i < succ; i++ {
		if b.Blocks[from].Term.Succs[i] == to {
			skip++
		}
	}
	edge := -1
	for i, p := range blk.Preds {
		if p == from {
			if skip == 0 {
				edge = i
				break
			}
			skip--
		}
	}
	if edge < 0 {
		m.giveUp("malformed reference program: edge without predecessor")
		return
	}
	vals := make([]value, len(blk.Phis))
	for i, phi := range blk.Phis {
		vals[i] = m.operand(st, phi.Args[edge])
	}
	for i, phi := range blk.Phis {
		m.assign(st, phi.Dst, vals[i])
	}
}

// block executes a block from operation op on.
func (m *machine) block(a *activation, blk, op int, st *state) {
	b := a.b
	states := []*state{st}
	ops := b.Blocks[blk].Ops
	for i := op; i < len(ops); i++ {
		if live := b.liveAt(blk, i); live != nil && i > op {
			states = slices.DeleteFunc(states, func(s *state) bool {
				m.forgetDead(s, live)
				return m.finished(s)
			})
		}
		var next []*state
		for _, s := range states {
			m.steps++
			if m.steps > m.limit {
				m.giveUp(fmt.Sprintf("more than %d operations", m.limit))
			}
			if m.gaveUp != "" {
				return
			}
			next = append(next, m.outerStep(b, blk, i, s)...)
		}
		grown := len(next) > len(states)
		states = next
		if len(states) == 0 {
			return
		}
		if grown {
			answer := refprog.NoReg
			if op := &b.Blocks[blk].Ops[i]; op.Mode == refprog.Now {
				answer = op.Dst
			}
			states = m.mergeList(b, blk, i, answer, states)
		}
	}
	for _, s := range states {
		m.terminator(a, blk, s)
	}
}

// outerStep is step; in the reporting function it also keeps track of where it
// stands.
func (m *machine) outerStep(b *body, blk, i int, st *state) []*state {
	if len(st.frames) > 1 {
		return m.step(b, blk, i, st)
	}
	op := &b.Blocks[blk].Ops[i]
	at := opRef{int32(blk), int32(i)}
	m.outer = outerOp{at: at}
	if m.site == nil && (op.Kind >= refprog.API || m.taking(st, op)) {
		m.outer.pre = st.clone()
	}
	out := m.step(b, blk, i, st)
	if m.site != nil && !m.site.cyclic && m.site.outer == at {
		out = slices.DeleteFunc(out, func(s *state) bool { return !s.subj.live })
	}
	return out
}

// mergeList merges states of equal property in the middle of a block. A few that differ
// in the answer of a call are kept apart to the end of the block: who asks mostly does so
// there, and an answer may be one of which more is known than what it has in common with
// the others.
func (m *machine) mergeList(b *body, blk, i int, answer refprog.Reg, states []*state) []*state {
	var out []*state
	var keys []string
	for _, s := range states {
		k := m.key(s, b, blk)
		if answer != refprog.NoReg && s.subj.live && len(states) <= maxAnswers {
			v := m.reg(s, answer)
			k += m.answers(s, append(slices.Clone(v.sub), v))
		}
		j := slices.Index(keys, k)
		if len(m.tracked) > 0 && len(out) < maxStates/4 {
			j = -1 // what is tracked may be computed from what differs here
		}
		if j >= 0 {
			m.join(out[j], s, b, -1-(blk*1000+i), false)
			continue
		}
		keys = append(keys, k)
		out = append(out, s)
	}
	if len(out) > maxStates {
		m.giveUp(fmt.Sprintf("more than %d states at one place", maxStates))
		return nil
	}
	return out
}

func (m *machine) terminator(a *activation, blk int, st *state) {
	term := &a.b.Blocks[blk].Term
	ref := refprog.OpRef{Func: a.b.Key, Block: blk, Op: len(a.b.Blocks[blk].Ops)}
	switch term.Kind {
	case refprog.Jump:
		m.arrive(a, blk, 0, st)
		if m.endless && len(st.frames) == 1 {
			m.atLoop(a.b, blk, st)
		}
	case refprog.If:
		cond := m.operand(st, term.Cond)
		m.fieldDecides(st, cond)
		if m.into != nil && m.truth(st, cond) == maybe {
			m.into.decides(st, cond)
		}
		if m.truth(st, cond) == maybe && cond.any(m.isVague) && st.weak == "" {
			st.weak = "needs a certain answer of something that is there and is not followed"
		}
		if st.weak == "" && m.truth(st, cond) == maybe && cond.any(func(v value) bool { return m.related(st, v) }) {
			st.weak = "takes two computations with the same value for independent"
		}
		for succ, want := range []bool{true, false} {
			s := st
			if succ == 0 {
				s = st.clone()
			}
			if !m.assume(s, cond, want) {
				continue
			}
			s.push(refprog.Step{Kind: refprog.EdgeStep, At: ref, Choice: succ})
			if l := a.b.ranges[blk]; l != nil {
				for _, s := range m.takeTurn(s, l, blk, succ == 0) {
					m.arrive(a, blk, succ, s)
				}
				continue
			}
			m.arrive(a, blk, succ, s)
		}
	case refprog.Choose:
		if st.weak == "" && m.selectsLocally(a.b, term, st) {
			st.weak = "needs a certain arm of a select on a local channel"
		}
		for succ := range term.Succs {
			s := st.clone()
			s.push(refprog.Step{Kind: refprog.EdgeStep, At: ref, Choice: succ})
			m.arrive(a, blk, succ, s)
		}
	case refprog.Return:
		results := m.operands(st, term.Args)
		if len(st.frames) == 1 {
			m.atReturn(st, blk, results)
			return
		}
		a.exits = append(a.exits, exit{st: st, results: results})
	case refprog.Panic:
		m.unwind(st)
	}
}

func (m *machine) isVague(v value) bool {
	if v.kind == comparison && v.s != "==" && v.s != "!=" && v.s != "&" && (v.sub[0].kind == text || v.sub[1].kind == text) {
		return true // the order of floats and strings
	}
	for id := v.id; v.kind == unknown && id != 0; {
		if m.vague[id] {
			return true
		}
		o := m.syms.origin(id)
		if o.kind != symPart {
			break
		}
		id = o.ctx
	}
	return false
}

// related reports whether the value is computed from one from which another that
// this path has decided is computed as well: one may follow from the other, which
// nobody here works out.
func (m *machine) related(st *state, v value) bool {
	if v.kind != unknown || v.id == 0 || !m.syms.isArithmetic(v.id) {
		return false
	}
	other := func(w value) bool {
		return w.kind == unknown && w.id != 0 && w.id != v.id && m.syms.isArithmetic(w.id) && m.syms.dependent(v.id, w.id)
	}
	return slices.ContainsFunc(st.facts, func(e factEntry) bool { return !e.f.trivial() && other(symbol(e.sym)) }) ||
		slices.ContainsFunc(st.preds, func(p predicate) bool { return p.a.any(other) || p.b.any(other) })
}

// selectsLocally reports whether an arm of a choice sends to or receives from a
// channel that was made here: which arm is ready is no choice then.
func (m *machine) selectsLocally(b *body, term *refprog.Term, st *state) bool {
	for _, s := range term.Succs {
		for i := range b.Blocks[s].Ops {
			op := &b.Blocks[s].Ops[i]
			if op.Kind != refprog.Send && op.Kind != refprog.Recv {
				continue
			}
			if c := m.operand(st, op.Args[0]); c.kind == address && !c.root {
				return true
			}
		}
	}
	return false
}

// unwind runs the deferred calls of a panicking path. Nothing is claimed to leak
// on it, but what is given up twice is.
func (m *machine) unwind(st *state) {
	if !st.subj.live {
		return
	}
	states := []*state{st}
	for depth := len(st.frames); depth > 0; depth-- {
		var next []*state
		for _, s := range states {
			for _, d := range m.runDefers(s) {
				d.frames = d.frames[:len(d.frames)-1]
				next = append(next, d)
			}
		}
		if len(next) == 0 || depth == 1 {
			return
		}
		states = m.mergeList(next[0].top().fn, 0, 0, refprog.NoReg, next)
	}
}
