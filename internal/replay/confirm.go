package replay

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Status is the outcome of a confirmation.
type Status uint8

const (
	// Unconfirmed: following the witness does not end in the claimed violation,
	// or could not be followed.
	Unconfirmed Status = iota
	// Confirmed: it ends in exactly that violation, and without its cause it
	// does not; or it comes to where the loan is stored.
	Confirmed
	// Refuted: nothing can go the way of the witness.
	Refuted
)

func (s Status) String() string {
	switch s {
	case Confirmed:
		return "confirmed"
	case Refuted:
		return "refuted"
	}
	return "unconfirmed"
}

// A Literal is one thing that decides which way a run goes: a branch (Reg is
// NoReg), or a register with the operation that writes it (Op is -1 for a phi
// or a parameter).
type Literal struct {
	Func  string
	Block int
	Op    int
	Reg   refprog.Reg
}

// A Verdict is what became of a claim.
type Verdict struct {
	Status Status
	Reason string // one line: why not, or "" if confirmed
	// Conflict lists, for a refuted claim, the branches and registers whose
	// concrete values contradict the witness, without duplicates.
	Conflict []Literal
	// Trace is what happened on the way, in order: for a confirmed claim the
	// events of the claimed reference and the assumptions that lead there.
	Trace []Event
	// Delayed says when the object layer meets the fault: "immediately", "at a
	// cache flush", "when another holder gives it back", "not while somebody
	// else holds it"; "" if it never does (a leak).
	Delayed string
	// ByContract: a function that only a user's contract knows was interpreted.
	ByContract bool
}

// tries bounds the runs with other guesses for outcomes that the witness leaves
// open.
const tries = 64

// Confirm follows the witness of c and says whether it ends in the claimed
// violation. It never panics: a fault in here leaves the claim unconfirmed.
func Confirm(u refprog.Universe, t *contract.Table, c refprog.Claim) (v Verdict) {
	defer func() {
		if p := recover(); p != nil {
			v = Verdict{Reason: fmt.Sprintf("panic: %v", p)}
		}
	}()
	return confirm(u, t, &c, plan{})
}

func confirm(u refprog.Universe, t *contract.Table, c *refprog.Claim, p plan) Verdict {
	r := search(u, t, c, p)
	v := Verdict{Status: r.result.status, Reason: r.result.reason, ByContract: r.byContract, Trace: r.trace()}
	if v.Status == Refuted {
		v.Conflict = unique(r.result.conflict)
	}
	found := r.result.violation
	if found == nil {
		return v
	}
	if found.check != c.Check || found.at != c.At {
		v.Reason = fmt.Sprintf("the first violation is %s at %s, not %s at %s", found.check, place(found.at), c.Check, place(c.At))
		return v
	}
	if c.Beside != nil {
		if why := r.notTemporary(u, t, c); why != "" {
			v.Reason = why
			return v
		}
	}
	if why := r.withoutCause(found); why != "" {
		v.Reason = why
		return v
	}
	v.Status, v.Delayed = Confirmed, r.delayed(found)
	return v
}

func place(at refprog.OpRef) string { return fmt.Sprintf("%s:%d.%d", at.Func, at.Block, at.Op) }

// search runs the claim; where the run contradicts the witness it guesses the
// outcomes that the witness leaves open in other ways, last first. If none fits,
// every contradiction is part of the conflict.
func search(u refprog.Universe, t *contract.Table, c *refprog.Claim, p plan) *run {
	first := execute(u, t, c, p)
	r := first
	var conflict []Literal
	spent := 0
	for range tries {
		if r.result.status != Refuted {
			return r
		}
		if spent += r.clock; spent > budget {
			break // a few long runs are worth as much as many short ones
		}
		conflict = append(conflict, r.result.conflict...)
		guesses := slices.Clone(r.guesses)
		for len(guesses) > 0 && !guesses[len(guesses)-1] {
			guesses = guesses[:len(guesses)-1]
		}
		if len(guesses) == 0 {
			break
		}
		guesses[len(guesses)-1] = false
		p.guesses = guesses
		r = execute(u, t, c, p)
	}
	first.result.conflict = conflict
	return first
}

// execute runs the claim once.
func execute(u refprog.Universe, t *contract.Table, c *refprog.Claim, p plan) *run {
	r := newRun(u, t, c, p)
	fn := u.Func(c.Witness.Func)
	if fn == nil {
		r.unconfirmed("no body of %s", c.Witness.Func)
		return r
	}
	r.at = refprog.OpRef{Func: fn.Key, Block: 0, Op: -1}
	r.mark()
	f := newFrame(fn)
	f.root = true
	for _, reg := range append(slices.Clone(fn.Params), fn.Free...) {
		r.register(f, reg)
	}
	if p.watch > 0 {
		r.watched(f)
	}
	r.lend(f)
	r.body(f)
	r.ended("with the function")
	return r
}

// causes bounds how many operations a counterfactual leaves out: a borrow that
// one of them has not ended may be ended by the next.
const causes = 16

// withoutCause runs the counterfactual of a violation: without its cause it must
// not happen. A violating free is left out itself; of a violating use, what took
// the permission away. It returns what speaks against it, or "".
func (r *run) withoutCause(found *violation) string {
	p := r.plan
	p.guesses = r.guesses
	p.skip = make(map[int]bool)
	switch ledger.Kind(found.check) {
	case ledger.MissingFree:
		return "" // judgeLeak has freed it
	case ledger.CallbackRef:
		return "" // the other answer would be right
	case ledger.UseAfterFree, ledger.DanglingBorrow:
		p.skip[found.cause] = true
		if found.cause < 0 { // a borrow that is kept: nothing ends it
			return ""
		}
	default:
		p.skip[found.clock] = true
	}
	for range causes {
		v := execute(r.universe, r.table, r.claim, p).result.violation
		if v == nil || v.check != found.check || v.at != found.at || v.clock != found.clock {
			return ""
		}
		if v.cause < 0 || p.skip[v.cause] {
			break
		}
		p.skip[v.cause] = true
	}
	return "the violation is still there without its cause"
}

// delayed asks the object layer when it meets the fault.
func (r *run) delayed(found *violation) string {
	switch ledger.Kind(found.check) {
	case ledger.MissingFree, ledger.CallbackRef:
		return ""
	case ledger.UseAfterFree, ledger.DanglingBorrow:
		if found.on.h.Object().Dead() {
			return "immediately"
		}
		return "not while somebody else holds it"
	}
	if found.raw != nil && found.raw.Fault == ledger.Immediate {
		return "immediately"
	}
	if !found.on.h.Object().Dead() {
		return "not while somebody else holds it"
	}
	if r.flushFinds(found) {
		return "at a cache flush"
	}
	return "when another holder gives it back"
}

func unique(ls []Literal) []Literal {
	var out []Literal
	for _, l := range ls {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}
