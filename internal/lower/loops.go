package lower

import (
	"go/token"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// countLoops marks the headers of loops that run a constant number of times:
//
//	header: i = phi(init, i+step); if i OP bound goto body else done
func (b *body) countLoops() {
	defs := make(map[rp.Reg]rp.Op)
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Dst != rp.NoReg {
				defs[op.Dst] = op
			}
		}
	}
	for _, blk := range b.blocks {
		if blk.term.Kind != rp.If || blk.term.Cond.Kind != rp.RegOperand || len(blk.preds) != 2 {
			continue
		}
		cmp := defs[blk.term.Cond.Reg]
		if cmp.Kind != rp.Compare || cmp.Args[1].Kind != rp.IntOperand || cmp.Args[0].Kind != rp.RegOperand {
			continue
		}
		for _, ph := range blk.phis {
			if init, step, next, ok := induction(ph, defs); ok {
				b.count(blk, ph.dst, next, init, step, cmp, defs)
			}
		}
	}
}

// induction recognises phi(constant, phi + constant) in either order; next is
// the register of the sum.
func induction(ph phi, defs map[rp.Reg]rp.Op) (init, step int64, next rp.Reg, ok bool) {
	if len(ph.args) != 2 {
		return 0, 0, rp.NoReg, false
	}
	for i, a := range ph.args {
		sum := ph.args[1-i]
		if a.Kind != rp.IntOperand || sum.Kind != rp.RegOperand {
			continue
		}
		add := defs[sum.Reg]
		if add.Kind != rp.Arith || add.Args[1].Kind != rp.IntOperand || !add.Args[0].IsReg(ph.dst) {
			continue
		}
		switch add.Name {
		case token.ADD.String():
			return a.Int, add.Args[1].Int, sum.Reg, true
		case token.SUB.String():
			return a.Int, -add.Args[1].Int, sum.Reg, true
		}
	}
	return 0, 0, rp.NoReg, false
}

// count sets the annotation if the comparison is of the induction variable, and
// the loop stays in its then-branch.
func (b *body) count(blk *block, v, next rp.Reg, init, step int64, cmp rp.Op, defs map[rp.Reg]rp.Op) {
	// range over an array or a number adds before it compares.
	first := init
	if add, ok := defs[cmp.Args[0].Reg]; ok && add.Kind == rp.Arith && add.Args[0].IsReg(v) && next == cmp.Args[0].Reg {
		first += step
	} else if !cmp.Args[0].IsReg(v) {
		return
	}
	if step == 0 {
		return
	}
	trips, ok := tripCount(first, step, cmp.Args[1].Int, cmp.Name)
	if ok && b.reaches(blk.succs[0], blk) && !b.reaches(blk.succs[1], blk) {
		blk.counted = &rp.CountedLoop{Var: v, Init: init, Step: step, Trips: trips}
	}
}

// reaches reports whether control can go from one block to another.
func (b *body) reaches(from, to *block) bool {
	seen := make(map[*block]bool)
	var walk func(*block) bool
	walk = func(blk *block) bool {
		if blk == to {
			return true
		}
		if seen[blk] {
			return false
		}
		seen[blk] = true
		for _, s := range blk.succs {
			if walk(s) {
				return true
			}
		}
		return false
	}
	return walk(from)
}

func tripCount(init, step, bound int64, op string) (int64, bool) {
	switch {
	case op == "<" && step > 0:
		return max(0, (bound-init+step-1)/step), true
	case op == "<=" && step > 0:
		return max(0, (bound-init+step)/step), true
	case op == ">" && step < 0:
		return max(0, (init-bound-step-1)/-step), true
	case op == ">=" && step < 0:
		return max(0, (init-bound-step)/-step), true
	case op == "!=" && (bound-init)%step == 0 && (bound-init)/step >= 0:
		return (bound - init) / step, true
	}
	return 0, false
}
