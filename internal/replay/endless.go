package replay

import (
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A function that never returns loses a reference where its loop starts again
// and nothing that is read from there on names it; what it has deferred never runs. judgeEndless judges a leak
// claimed at such a jump. It reports whether the run has ended.
func (r *run) judgeEndless(f *frame, b *refprog.Block) bool {
	at := refprog.OpRef{Func: f.fn.Key, Block: b.Index, Op: len(b.Ops)}
	if !f.root || r.claim.Check != string(ledger.MissingFree) || r.claim.At != at || r.cursor < len(r.steps) {
		return false
	}
	for _, other := range f.fn.Blocks {
		if other.Term.Kind == refprog.Return {
			return false // it is judged at the return
		}
	}
	var named []value
	for reg := range f.fn.Regs {
		if f.regs[reg] != nil && readAgain(f.fn, b.Term.Succs[0], refprog.Reg(reg)) {
			named = append(named, f.regs[reg])
		}
	}
	r.at = at
	r.judgeLeak(named)
	return true
}

// readAgain reports whether some path from the head of a block reads a register
// before it is written.
func readAgain(fn *refprog.Func, start int, reg refprog.Reg) bool {
	seen := make([]bool, len(fn.Blocks))
	work := []int{start}
	for len(work) > 0 {
		b := fn.Blocks[work[len(work)-1]]
		work = work[:len(work)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		read, written := reads(b, reg)
		if read {
			return true
		}
		if written {
			continue
		}
		for _, s := range b.Term.Succs {
			for _, phi := range fn.Blocks[s].Phis {
				for i, p := range fn.Blocks[s].Preds {
					if p == b.Index && phi.Args[i].IsReg(reg) {
						return true
					}
				}
			}
			work = append(work, s)
		}
	}
	return false
}

// reads reports whether a block reads a register before it writes it, and
// whether it writes it. Its phis were evaluated on the way in.
func reads(b *refprog.Block, reg refprog.Reg) (read, written bool) {
	for _, op := range b.Ops {
		for _, a := range op.Args {
			if a.IsReg(reg) {
				return true, false
			}
		}
		if op.Dst == reg {
			return false, true
		}
	}
	if b.Term.Kind == refprog.If && b.Term.Cond.IsReg(reg) {
		return true, false
	}
	for _, a := range b.Term.Args {
		if a.IsReg(reg) {
			return true, false
		}
	}
	return false, false
}
