package replay

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A Pair is two ways through one function that are said to change the count of
// one of its parameters differently although no caller can tell them apart.
type Pair struct {
	Param      int
	Less, More refprog.Witness
}

// A PairVerdict is what became of a Pair.
type PairVerdict struct {
	Status Status
	Reason string
	// Spent is where the way that ends with less gave up the reference.
	Spent *Event
}

// ConfirmPair runs both ways and compares everything that a caller can see:
// what the parameters must have been, the results, and what was written outside.
// Two things are taken to be hidden from a caller: whether a contracted call
// that changes something succeeded, and which error a call of unknown code gave
// that does something. An answer of code that only reads the caller can get, too.
func ConfirmPair(u refprog.Universe, t *contract.Table, p Pair) (v PairVerdict) {
	defer func() {
		if e := recover(); e != nil {
			v = PairVerdict{Reason: fmt.Sprintf("panic: %v", e)}
		}
	}()
	entry := refprog.OpRef{Func: p.Less.Func, Op: -1}
	less := through(u, t, refprog.Claim{Witness: p.Less, Site: entry}, p.Param+1)
	more := through(u, t, refprog.Claim{Witness: p.More, Site: entry}, p.Param+1)
	for _, w := range []*way{less, more} {
		if w.why != "" {
			return PairVerdict{Reason: w.why}
		}
	}
	if less.change >= min(0, more.change) {
		v.Reason = "the count does not change as claimed"
		return v
	}
	parting := 0
	for parting < min(len(p.Less.Steps), len(p.More.Steps)) && p.Less.Steps[parting] == p.More.Steps[parting] {
		parting++
	}
	if why := tell(less, more, parting); why != "" {
		v.Reason = why
		return v
	}
	for _, e := range slices.Backward(less.run.events) {
		if e.on == less.on && e.Kind == Counted {
			v.Spent = &e
			v.Status = Confirmed
			break
		}
	}
	return v
}

// A way is one run from entry to return that nothing goes wrong on.
type way struct {
	run     *run
	on      *ref
	change  int
	results []value
	why     string // it is none
}

// through follows a witness to the return it ends at, with an eye on a reference.
func through(u refprog.Universe, t *contract.Table, c refprog.Claim, watch int) *way {
	c.At = refprog.OpRef{Op: -2}
	r := search(u, t, &c, plan{watch: watch})
	out := &way{run: r}
	switch {
	case r.result.violation != nil:
		out.why = "a way is wrong by itself"
	case !r.came:
		out.why = r.result.reason
	case len(r.siteRefs) != 1:
		out.why = "the reference is not one"
	default:
		out.results, out.on = r.gave, r.siteRefs[0]
		out.change = out.on.h.Held() - 1
		if out.on.handed || len(out.on.same) > 0 {
			out.why = "somebody else may count"
		}
	}
	return out
}

// notTemporary follows the way on which the reference is given back, and says what
// speaks against taking that for proof that it is meant to be; or "".
func (r *run) notTemporary(u refprog.Universe, t *contract.Table, c *refprog.Claim) string {
	beside := *c
	beside.Witness, beside.SiteStep = *c.Beside, -1
	w := through(u, t, beside, watchSite)
	if w.why != "" {
		return "the other way: " + w.why
	}
	counted := 0
	for _, e := range w.run.events {
		if e.on == w.on && e.Kind == Counted {
			counted++
		}
	}
	if w.change != 0 || counted < 2 && !(r.reported() == no && (w.run.reported() == no || r.failedToAdd(c))) {
		return "the reference is not given back on the other way"
	}
	return r.wrongWayRound(w.run)
}

// failedToAdd reports whether the reference could not be added on the other way, and the
// function says by an error whether it has failed: then it does so the wrong way round.
func (r *run) failedToAdd(c *refprog.Claim) bool {
	return r.universe.Func(c.Witness.Func).Answer == refprog.Error && slices.ContainsFunc(c.Beside.Steps, func(s refprog.Step) bool {
		return s.Kind == refprog.OutcomeStep && s.At == c.Site && s.Choice == 0
	})
}

// reported is whether the results say that the function has succeeded; those of a
// callback say something else.
func (r *run) reported() truth {
	if len(r.gave) == 0 || r.universe.Func(r.claim.Witness.Func).Callback != "" {
		return maybe
	}
	switch v := r.resolve(r.gave[len(r.gave)-1]); r.universe.Func(r.claim.Witness.Func).Answer {
	case refprog.Error:
		return r.equal(v, nilValue{})
	case refprog.Bool:
		return r.known(v)
	case refprog.Pointer:
		return r.equal(v, nilValue{}).not()
	case refprog.Int: // C's way: what is negative is an error
		return r.compare(">=", v, intValue(0))
	}
	return maybe
}

// wrongWayRound: the way that gives the reference back returns the same as the one
// that keeps it, or succeeds where that one fails. Otherwise the results say who
// has it.
func (r *run) wrongWayRound(back *run) string {
	if len(r.gave) == 0 {
		return ""
	}
	n := len(r.gave) - 1
	answer := r.universe.Func(r.claim.Witness.Func).Answer
	a, b := r.reported(), back.reported()
	if a == no && b == yes {
		return ""
	}
	for i := range r.gave {
		x, y := r.resolve(r.gave[i]), back.resolve(back.gave[i])
		if constantsEqual(x, y) || i == n && answer == refprog.Error && a == no && b == no {
			continue
		}
		return "the results say whether there is a reference"
	}
	return ""
}

// watchSite watches the reference of the claimed site.
const watchSite = -1

// watched makes the parameter under watch a reference that the caller has.
func (r *run) watched(f *frame) {
	reg := f.fn.Params[r.plan.watch-1]
	u, ok := r.register(f, reg).(*unknown)
	if !ok {
		r.unconfirmed("parameter %d has a value", r.plan.watch-1)
		return
	}
	u.nonNil = true
	r.touched(r.handle(u, f.fn.Regs[reg].Type.Handle))
}

// A choice is one thing that was open, that a caller may know, and that was
// decided.
type choice struct {
	cursor int
	on     *unknown // nil: not a value
	pair   bool     // two things were compared neither of which is a constant
}

// chose notes a branch on a value that was open.
func (r *run) chose(v value) {
	u, ok := v.(*unknown)
	if !ok || r.concealed(u) {
		return
	}
	c := choice{cursor: r.cursor, on: u}
	for u.def != nil && u.def.op == "!" {
		inner, ok := u.def.x.(*unknown)
		if !ok {
			break
		}
		u, c.on = inner, inner
	}
	if d := u.def; d != nil {
		x, y := r.resolve(d.x), r.resolve(d.y)
		_, c.pair = x.(*unknown)
		if of, ok := x.(*unknown); ok {
			switch y.(type) {
			case nilValue, intValue: // what is assumed is a fact of x
				c.on, c.pair = of, false
			case *unknown:
			default:
				c.pair = false
			}
		}
	}
	r.choices = append(r.choices, c)
}

// chosen notes a choice that is not a value: the arm of a select, or how a call
// went that asks something.
func (r *run) chosen() { r.choices = append(r.choices, choice{cursor: r.cursor}) }

// seen notes that something was done that a caller can see.
func (r *run) seen() { r.visible = r.cursor }

// showsTo notes a call of unknown code that is given something of a caller's: it
// may write there.
func (r *run) showsTo(op *refprog.Op, args []value) {
	if op.Kind == refprog.Invoke {
		args = args[1:]
	}
	if op.Flag&refprog.Harmless == 0 && len(args) > 0 {
		r.seen()
		return
	}
	for _, v := range args {
		switch v := r.resolve(v).(type) {
		case address:
			if v.cell.outside {
				r.seen()
			}
		case *unknown:
			if !v.given {
				r.seen()
			}
		}
	}
}

// asks reports whether the outcome of a contracted call is an answer that its
// caller could get as well, rather than luck: is there a session?
func asks(f *contract.Function) bool {
	if f.Pure {
		return true
	}
	for _, res := range f.Results {
		if res.Ownership == contract.Borrowed || res.Ownership == contract.Owned && !res.Fresh {
			return true
		}
	}
	return false
}

// concealed reports whether v is an error that unknown code gave, or whether
// there is one: no caller can know that.
func (r *run) concealed(u *unknown) bool {
	if u.given && u.isError && !u.read {
		return true
	}
	if u.def == nil {
		return false
	}
	x, ok := u.def.x.(*unknown)
	if !ok || !r.concealed(x) {
		return false
	}
	_, open := u.def.y.(*unknown)
	return !open
}

// tell says how a caller can tell two ways apart that part at a step, or "".
func tell(a, b *way, parting int) string {
	n := min(len(a.run.guesses), len(b.run.guesses))
	if !slices.Equal(a.run.guesses[:n], b.run.guesses[:n]) {
		return "they part at an outcome that the witnesses leave open"
	}
	// What is known before they part is the same unknown in both. Of what is read
	// later nobody knows whether it is the same.
	after := func(w *way) (news, pairs bool) {
		for _, c := range w.run.choices {
			if c.cursor >= parting {
				news = news || c.on == nil || c.on.step > parting
				pairs = pairs || c.pair
			}
		}
		return news, pairs
	}
	newsA, pairsA := after(a)
	newsB, pairsB := after(b)
	switch {
	case a.run.visible > parting || b.run.visible > parting:
		return "something is written that a caller can see"
	case newsA && newsB || pairsA || pairsB:
		return "they look at what a caller may know"
	}
	for i, u := range a.run.unknowns {
		if i >= len(b.run.unknowns) || u.step > parting || b.run.unknowns[i].step > parting {
			break
		}
		if !a.run.concealed(u) && !b.run.concealed(b.run.unknowns[i]) && apart(a.run.resolve(u), b.run.resolve(b.run.unknowns[i])) {
			return "a caller knows what they depend on"
		}
	}
	for i := range a.results {
		if !a.run.alike(a.results[i], b.run, b.results[i], parting) {
			return "the results differ"
		}
	}
	return ""
}

// apart reports whether one value cannot be what two runs assume of it.
func apart(x, y value) bool {
	u, ok1 := x.(*unknown)
	w, ok2 := y.(*unknown)
	switch {
	case ok1 && ok2:
		return u.hi < w.lo || w.hi < u.lo
	case ok1:
		return u.excludes(y)
	case ok2:
		return w.excludes(x)
	}
	if _, ok := x.(*ref); ok { // one handle, in two runs
		_, ok = y.(*ref)
		return !ok
	}
	return !constantsEqual(x, y)
}

// excludes reports whether a value is none that u can be.
func (u *unknown) excludes(v value) bool {
	switch v := v.(type) {
	case nilValue, zeroValue:
		return u.nonNil
	case intValue:
		return int64(v) < u.lo || int64(v) > u.hi || slices.Contains(u.notInt, int64(v))
	case constValue:
		return slices.Contains(u.notConst, v)
	}
	return true
}

func constantsEqual(x, y value) bool {
	switch x.(type) {
	case nilValue, zeroValue, intValue, constValue:
		return x == y
	}
	return false
}

// alike reports whether a caller cannot tell a result of one run from that of
// another: equal constants, the same unknown, two errors of unknown code.
func (r *run) alike(x value, other *run, y value, parting int) bool {
	x, y = r.resolve(x), other.resolve(y)
	u, ok1 := x.(*unknown)
	w, ok2 := y.(*unknown)
	if ok1 && ok2 {
		return u.given && w.given && u.isError && w.isError && u.nonNil && w.nonNil || u.id == w.id && u.step <= parting
	}
	return !ok1 && !ok2 && constantsEqual(x, y)
}
