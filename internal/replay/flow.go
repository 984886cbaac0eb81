package replay

import "github.com/sessionlint/sessionlint/internal/refprog"

func newFrame(fn *refprog.Func) *frame {
	return &frame{fn: fn, regs: make([]value, len(fn.Regs)), visits: make(map[int]int)}
}

// body executes an activation to its end and returns its results. r.panicking
// says afterwards that it did not return.
func (r *run) body(f *frame) []value {
	if len(f.fn.Blocks) == 0 {
		r.unconfirmed("%s has no body", f.fn.Key)
		return nil
	}
	for {
		b := f.fn.Blocks[f.block]
		for i := range b.Ops {
			r.at = refprog.OpRef{Func: f.fn.Key, Block: b.Index, Op: i}
			r.operation(f, &b.Ops[i])
			if r.over() {
				return nil
			}
			if r.panicking {
				r.runDefers(f)
				return nil
			}
		}
		r.at = refprog.OpRef{Func: f.fn.Key, Block: b.Index, Op: len(b.Ops)}
		if b.Term.Kind >= refprog.Return {
			return r.leave(f, b)
		}
		edge, ok := r.edge(f, b)
		if !ok {
			return nil
		}
		r.follow(f, b, edge)
	}
}

// leave executes a terminator that ends the activation.
func (r *run) leave(f *frame, b *refprog.Block) []value {
	switch b.Term.Kind {
	case refprog.Return:
		results := r.operands(f, b.Term.Args)
		if f.root {
			r.outcomeStep = -1
			r.returned(results)
		}
		return results
	case refprog.Panic:
		r.panicking = true
		r.runDefers(f)
	default:
		r.ended("at a call that does not return")
	}
	return nil
}

// follow enters the block behind edge and evaluates its phis, all at once.
func (r *run) follow(f *frame, from *refprog.Block, edge int) {
	to := f.fn.Blocks[from.Term.Succs[edge]]
	pred := predIndex(from, to, edge)
	values := make([]value, len(to.Phis))
	for i, phi := range to.Phis {
		if pred < 0 || pred >= len(phi.Args) {
			r.unconfirmed("block %d of %s has no phi argument for its edge", to.Index, f.fn.Key)
			return
		}
		values[i] = r.operand(f, phi.Args[pred])
	}
	for i, phi := range to.Phis {
		r.set(f, phi.Dst, values[i])
	}
	f.block = to.Index
	r.tick()
}

// predIndex finds which entry of to.Preds the edge is: among equal ones they
// are in the order of the successors.
func predIndex(from, to *refprog.Block, edge int) int {
	nth := 0
	for _, s := range from.Term.Succs[:edge] {
		if s == to.Index {
			nth++
		}
	}
	for i, p := range to.Preds {
		if p != from.Index {
			continue
		}
		if nth == 0 {
			return i
		}
		nth--
	}
	return -1
}

// edge decides where a block goes on. ok is false if the run has ended.
func (r *run) edge(f *frame, b *refprog.Block) (edge int, ok bool) {
	if r.over() {
		return 0, false
	}
	if b.Term.Kind == refprog.Jump {
		if r.judgeEndless(f, b) {
			return 0, false
		}
		return 0, true
	}
	if r.cursor >= len(r.steps) {
		r.ended("at a branch of %s", f.fn.Name)
		return 0, false
	}
	s := r.steps[r.cursor]
	if s.Kind != refprog.EdgeStep || s.At.Func != f.fn.Key || s.At.Block != b.Index || s.Choice < 0 || s.Choice >= len(b.Term.Succs) {
		r.unconfirmed("step %d of the witness is not about the branch of block %d of %s", r.cursor, b.Index, f.fn.Key)
		return 0, false
	}
	if b.Term.Kind == refprog.Choose {
		r.chosen()
		r.cursor++
		return s.Choice, true
	}
	return r.decideEdge(f, b, s)
}

// decideEdge takes the witness's side of a condition, if that can be. Where a
// loop is to be left that still runs, its last iteration is repeated; but not to
// make a call go another way.
func (r *run) decideEdge(f *frame, b *refprog.Block, s refprog.Step) (int, bool) {
	cond := r.operand(f, b.Term.Cond)
	known := r.known(cond)
	want := truthOf(s.Choice == 0)
	if known != maybe && known != want && !r.decisive(f.fn, b.Term.Cond, 8) {
		if r.finishLoop(f, b) {
			cond = r.operand(f, b.Term.Cond)
			known = r.known(cond)
		}
		if known != want {
			if edge, ok := r.repeat(f, b, known); ok {
				return edge, true
			}
		}
	}
	if known == maybe {
		r.chose(cond)
	}
	why := Literal{Func: f.fn.Key, Block: b.Index, Op: len(b.Ops), Reg: refprog.NoReg}
	if !r.decide(cond, s.Choice == 0, why) {
		r.blameBranch(f, b, why)
		r.refuted("the branch at block %d of %s goes the other way", b.Index, f.fn.Key)
		return 0, false
	}
	f.visits[b.Index] = r.cursor
	r.cursor++
	r.noteBranch(f, b, s.Choice == 0, known == maybe)
	return s.Choice, true
}

// blameBranch adds a branch, the registers it depends on, and the branches behind
// what is assumed of those, to the conflict.
func (r *run) blameBranch(f *frame, b *refprog.Block, why Literal) {
	r.conflict = append(r.conflict, why)
	if b.Term.Cond.Kind != refprog.RegOperand {
		return
	}
	n := len(r.conflict)
	r.blameRegister(f.fn, b.Term.Cond.Reg, 8)
	for _, l := range r.conflict[n:] {
		r.blame(f.regs[l.Reg])
	}
}

// blameRegister adds a register and those it was computed from.
func (r *run) blameRegister(fn *refprog.Func, reg refprog.Reg, depth int) {
	d, ok := r.definition(fn, reg)
	l := Literal{Func: fn.Key, Block: d.block, Op: d.index, Reg: reg}
	for _, old := range r.conflict {
		if old == l {
			return
		}
	}
	r.conflict = append(r.conflict, l)
	if !ok || d.op == nil || depth == 0 {
		return
	}
	switch d.op.Kind {
	case refprog.Copy, refprog.Compare, refprog.Arith, refprog.Not, refprog.Extract, refprog.MakeIface:
		for _, a := range d.op.Args {
			if a.Kind == refprog.RegOperand {
				r.blameRegister(fn, a.Reg, depth-1)
			}
		}
	}
}

// A definer is where a register is written: an operation, or a phi (op nil).
type definer struct {
	op    *refprog.Op
	block int
	index int // of the operation; -1 for a phi or a parameter
}

// definition finds the first operation that writes a register.
func (r *run) definition(fn *refprog.Func, reg refprog.Reg) (definer, bool) {
	defs, ok := r.defs[fn]
	if !ok {
		defs = make(map[refprog.Reg]definer)
		for _, b := range fn.Blocks {
			for _, phi := range b.Phis {
				defs[phi.Dst] = definer{block: b.Index, index: -1}
			}
			for i := range b.Ops {
				if _, ok := defs[b.Ops[i].Dst]; !ok {
					defs[b.Ops[i].Dst] = definer{op: &b.Ops[i], block: b.Index, index: i}
				}
			}
		}
		r.defs[fn] = defs
	}
	d, ok := defs[reg]
	if !ok {
		d.index = -1
	}
	return d, ok
}
