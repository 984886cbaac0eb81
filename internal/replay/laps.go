package replay

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// manyLaps is how often an iteration is repeated before the rest of a counted
// loop is taken in one step.
const manyLaps = 1000

// idleLaps is how often an iteration is repeated that changes nothing of what
// the condition is computed from.
const idleLaps = 16

// vagueLaps is how often one is repeated whose condition compares with something
// unknown: what each repetition assumes of it may be what has the loop go on.
const vagueLaps = 256

// A lap is what is known of the repetitions of one loop in one activation.
type lap struct {
	count  int
	calls  int // the ledger's operations at the last repetition
	writes int // the stores at the last repetition

	inputs string // what the condition was computed from, the last time
	idle   int    // repetitions in a row in which that was the same
	vague  int    // repetitions in which something of it was unknown
}

// repeat goes back to the last iteration of a loop that the condition of b does
// not leave yet: its steps are followed once more. It reports false if there is
// no such iteration.
func (r *run) repeat(f *frame, b *refprog.Block, known truth) (edge int, ok bool) {
	last, ok := f.visits[b.Index]
	if !ok || truthOf(r.steps[last].Choice == 0) != known || r.idle(f, b) {
		return 0, false
	}
	r.cursor = last + 1
	return r.steps[last].Choice, true
}

// idle reports whether repeating has not changed the condition of b for long, so
// that more of it will not: the witness leaves by another way than it came.
func (r *run) idle(f *frame, b *refprog.Block) bool {
	inputs := r.inputs(f, b.Term.Cond, 8)
	l := f.laps[b.Index]
	if l.inputs != inputs {
		l.inputs, l.idle = inputs, 0
	}
	l.idle++
	if r.isVague(f, b.Term.Cond) {
		l.vague++
	}
	f.laps[b.Index] = l
	return l.idle > idleLaps || l.vague > vagueLaps
}

// isVague reports whether a comparison has an operand that is not known.
func (r *run) isVague(f *frame, o refprog.Operand) bool {
	if o.Kind != refprog.RegOperand {
		return false
	}
	d, ok := r.definition(f.fn, o.Reg)
	return ok && d.op != nil && d.op.Kind == refprog.Compare && slices.ContainsFunc(d.op.Args, func(a refprog.Operand) bool {
		_, unknown := r.resolve(r.operand(f, a)).(*unknown)
		return unknown
	})
}

// inputs is a text that is the same only if what an operand was computed from is.
func (r *run) inputs(f *frame, o refprog.Operand, depth int) string {
	if o.Kind != refprog.RegOperand || depth == 0 {
		return ""
	}
	out := " " + r.identity(f.regs[o.Reg])
	if d, ok := r.definition(f.fn, o.Reg); ok && d.op != nil {
		for _, a := range d.op.Args {
			out += r.inputs(f, a, depth-1)
		}
	}
	return out
}

// finishLoop takes the remaining iterations of a counted loop in one step, after
// many of them in which nothing but its own counter moved. It reports whether
// the loop is over now. Other values that the loop computes are unknown
// afterwards.
func (r *run) finishLoop(f *frame, b *refprog.Block) bool {
	if f.laps == nil {
		f.laps = make(map[int]lap)
	}
	old := f.laps[b.Index]
	now := old
	now.count, now.calls, now.writes = old.count+1, r.ledger.Now().Seq, r.writes
	f.laps[b.Index] = now
	if b.Counted == nil || now.count < manyLaps || old.calls != now.calls || old.writes != now.writes || !quiet(b) {
		return false
	}
	for _, phi := range b.Phis {
		r.set(f, phi.Dst, r.freshOf(f.fn.Regs[phi.Dst].Name, f.fn.Regs[phi.Dst].Type))
	}
	r.set(f, b.Counted.Var, intValue(b.Counted.Init+b.Counted.Step*b.Counted.Trips))
	at := r.at
	for i := range b.Ops {
		r.at.Op = i
		r.operation(f, &b.Ops[i])
	}
	r.at = at
	return !r.over()
}

// quiet reports whether a block only computes.
func quiet(b *refprog.Block) bool {
	for i := range b.Ops {
		if b.Ops[i].Kind >= refprog.Alloc {
			return false
		}
	}
	return true
}
