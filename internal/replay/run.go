package replay

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/session"
)

// budget is the number of operations of one run, repeated iterations included;
// effort bounds what copying and searching memory costs it.
const (
	budget = 100_000
	effort = 5_000_000
)

// depth is the number of activations one run may have at a time.
const depth = 200

// A run is one execution of a reference program along a witness.
type run struct {
	universe refprog.Universe
	table    *contract.Table
	claim    *refprog.Claim
	steps    []refprog.Step
	plan     plan

	ledger     *ledger.Ledger
	world      *session.Ledger
	succeeds   bool // what the call under way is to do
	moments    []moment
	refs       []*ref
	holds      []keptBy
	contents   map[*ref]map[string]*ledger.Content
	pure       map[string]*apiCall
	symbols    map[string]*unknown
	answers    map[string]answer // of calls that only read
	globals    map[string]*cell
	outside    []*cell
	ids        int
	byContract bool
	defs       map[*refprog.Func]map[refprog.Reg]definer
	siteRefs   []*ref
	kept       []keeping
	offers     []offer
	callback   *contract.CallbackKind // what the reporting function is registered as
	root       *frame                 // the reporting function, if it is a callback
	readings   []reading              // claims of callbackref: what was read from where
	removed    bool                   // an element was taken out of a map
	placed     map[*ref]bool          // claims of callbackref: put where others can reach it
	looked     []address              // claims of Rule Owning: what was read and written
	unfreed    []address              // claims of Rule Unfreed: the field's places
	piles      []address              // and those of its lists
	owners     []putting              // claims of Rule Owning: what was put into the field
	entry      *entry                 // claims of takesField: where the reference is still
	takes      bool                   // the claim is one of takesField
	strangers  bool                   // something was given to code that is not followed

	depth       int
	panicking   bool
	cursor      int
	clock       int
	work        int
	havocs      int
	writes      int
	stores      int           // of the program itself
	notBoth     []*definition // conditions of which not both are true
	unwinding   bool          // deferred calls run because of a panic
	at          refprog.OpRef
	outcomeStep int
	guesses     []bool // of each outcome that was guessed, in order: it was the usual one
	asked       map[refprog.OpRef]int
	guessed     int

	// For a pair: what a caller may see of this run.
	unknowns []*unknown
	choices  []choice
	visible  int
	gave     []value // the results
	came     bool    // it came to a return

	conflict []Literal
	events   []Event
	result   *result
}

// An answer is what a call that only reads has returned.
type answer struct {
	at    refprog.OpRef
	value *unknown
}

// A plan is what one run does otherwise than the program: the guessed outcomes
// and, for a counterfactual, the operations left out.
type plan struct {
	guesses []bool
	skip    map[int]bool // clocks of the operations that are not executed
	watch   int          // 1 + the parameter whose count is of interest, watchSite, or 0 (pair.go)
}

// A result is how a run ended.
type result struct {
	status    Status
	reason    string
	violation *violation // nil if it came to the end of the witness without one
	conflict  []Literal
}

// A violation is what the ledger said about the claimed reference.
type violation struct {
	check string
	at    refprog.OpRef
	on    *ref
	clock int
	cause int // clock of the operation that took the permission away, or -1
	raw   *ledger.Violation
}

// A frame is one activation of a function.
type frame struct {
	fn     *refprog.Func
	regs   []value
	defers []pending
	block  int
	visits map[int]int         // block -> cursor at the step its terminator consumed last
	laps   map[int]lap         // block -> the repetitions of its loop
	ranges map[*refprog.Op]int // steps of a range over a known map
	root   bool
}

// A pending is one deferred call.
type pending struct {
	at   refprog.OpRef
	op   *refprog.Op
	args []value
}

func newRun(u refprog.Universe, t *contract.Table, c *refprog.Claim, p plan) *run {
	r := &run{
		universe: u, table: t, claim: c, steps: c.Witness.Steps, plan: p,
		contents:    make(map[*ref]map[string]*ledger.Content),
		pure:        make(map[string]*apiCall),
		symbols:     make(map[string]*unknown),
		globals:     make(map[string]*cell),
		defs:        make(map[*refprog.Func]map[refprog.Reg]definer),
		outcomeStep: -1,
	}
	r.takes = takesField(u, c)
	r.newWorld()
	return r
}

// here is the operation under way, as something that decides which way a run
// goes.
func (r *run) here() Literal {
	return Literal{Func: r.at.Func, Block: r.at.Block, Op: r.at.Op, Reg: refprog.NoReg}
}

// over reports whether the run has ended.
func (r *run) over() bool { return r.result != nil }

func (r *run) end(res result) {
	if r.result == nil {
		res.conflict = r.conflict
		r.result = &res
	}
}

func (r *run) unconfirmed(format string, args ...any) {
	r.end(result{status: Unconfirmed, reason: fmt.Sprintf(format, args...)})
}

func (r *run) refuted(format string, args ...any) {
	r.end(result{status: Refuted, reason: fmt.Sprintf(format, args...)})
}

// spend counts n pieces of work.
func (r *run) spend(n int) {
	if r.work += n; r.work > effort {
		r.unconfirmed("too much memory to follow")
	}
}

// tick counts one operation.
func (r *run) tick() {
	if r.clock++; r.clock > budget {
		r.unconfirmed("more than %d operations", budget)
	}
}

// peek returns the next step if it is of the given kind and belongs to the
// operation under way.
func (r *run) peek(kind refprog.StepKind) (refprog.Step, bool) {
	if r.cursor >= len(r.steps) {
		return refprog.Step{}, false
	}
	s := r.steps[r.cursor]
	return s, s.Kind == kind && s.At == r.at
}

// patience is how often an operation that the witness does not speak of goes well
// before it fails: a loop that lasts until there is nothing more to get ends.
const patience = 4

// guess answers a choice that the witness leaves open: yes, unless this run is
// another try or the operation has been asked often.
func (r *run) guess() bool {
	if r.asked == nil {
		r.asked = make(map[refprog.OpRef]int)
	}
	r.asked[r.at]++
	usual := r.asked[r.at] <= patience
	if r.guessed < len(r.plan.guesses) {
		usual = usual == r.plan.guesses[r.guessed]
	}
	r.guessed++
	r.guesses = append(r.guesses, r.guessed > len(r.plan.guesses) || r.plan.guesses[r.guessed-1])
	return usual
}

// violated hears of every violation; one on the claimed reference ends the run.
func (r *run) violated(v *ledger.Violation) {
	on := r.byOrigin(v.Origin.Seq)
	if on == nil || r.over() || !r.concerns(on) || v.Kind == ledger.TwoCaches || v.Kind == ledger.CallbackRef {
		return
	}
	cause := -1
	if v.Other.Seq > 0 {
		cause = r.moment(v.Other.Seq).clock
	}
	when := r.moment(v.Seq)
	r.end(result{violation: &violation{check: string(v.Kind), at: when.at, on: on, clock: when.clock, cause: cause, raw: v}})
}

// byOrigin finds the reference that an operation made.
func (r *run) byOrigin(seq int) *ref {
	for _, x := range r.refs {
		if x.h.Origin().Seq == seq {
			return x
		}
	}
	return nil
}

// concerns reports whether a violation on x is one of the claimed reference:
// of the site's own, of one assumed to be the same, or of a lender of it.
func (r *run) concerns(x *ref) bool {
	for _, site := range r.siteRefs {
		for y := site; y != nil; y = y.source {
			if x == y || slices.Contains(y.same, x) {
				return true
			}
		}
	}
	return false
}

// isFound reports whether x is the reference that the run found something wrong
// with, the claimed one if it found nothing, or assumed to be the same pointer.
func (r *run) isFound(x *ref) bool {
	refs := r.siteRefs
	if r.result != nil && r.result.violation != nil {
		refs = []*ref{r.result.violation.on}
	}
	return slices.ContainsFunc(refs, func(y *ref) bool { return x == y || slices.Contains(y.same, x) })
}

// isSite reports whether the operation under way is the one the claim names as
// its site. The step index tells the instances of an outcome in a loop apart.
func (r *run) isSite() bool { return r.fitsSite(r.at, r.outcomeStep) }

func (r *run) fitsSite(at refprog.OpRef, step int) bool {
	return at == r.claim.Site && (r.claim.SiteStep < 0 || r.claim.SiteStep == step)
}

// touched remembers x as the claimed reference.
func (r *run) touched(x *ref) {
	if x != nil && !slices.Contains(r.siteRefs, x) {
		r.siteRefs = append(r.siteRefs, x)
	}
}
