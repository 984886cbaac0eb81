package lower

import (
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// finish turns the blocks into the function's final form.
func (b *body) finish() {
	b.prune()
	for b.lift() {
		b.propagate()
	}
	b.propagate()
	b.forwardStores()
	b.shareLengths()
	b.propagate()
	b.foldBranches()
	b.dropUnused()
	b.dropDeadCells()
	b.dropUnused()
	b.mergeBlocks()
	b.markStatus()
	b.markCallbacks()
	b.countLoops()
	b.number()
}

// prune drops blocks that control cannot reach and computes predecessors.
func (b *body) prune() {
	seen := make(map[*block]bool)
	var order []*block
	var walk func(*block)
	walk = func(blk *block) {
		seen[blk] = true
		// The last successor first, so that reverse postorder lists the first
		// successor next to its predecessor.
		for i := len(blk.succs) - 1; i >= 0; i-- {
			if !seen[blk.succs[i]] {
				walk(blk.succs[i])
			}
		}
		order = append(order, blk)
	}
	walk(b.blocks[0])
	b.blocks = b.blocks[:0]
	for i := len(order) - 1; i >= 0; i-- {
		order[i].preds = nil
		b.blocks = append(b.blocks, order[i])
	}
	for _, blk := range b.blocks {
		for _, s := range blk.succs {
			s.preds = append(s.preds, blk)
		}
	}
	for _, blk := range b.blocks {
		for i := range blk.phis {
			blk.phis[i].restrict(blk.preds)
		}
	}
}

// restrict keeps one argument for each predecessor, in their order.
func (ph *phi) restrict(preds []*block) {
	args := make([]rp.Operand, len(preds))
	for i, pred := range preds {
		for j, from := range ph.from {
			if from == pred {
				args[i] = ph.args[j]
			}
		}
	}
	ph.from, ph.args = append([]*block(nil), preds...), args
}

// uses counts how often each register is read.
func (b *body) uses() []int {
	n := make([]int, len(b.f.Regs))
	add := func(os []rp.Operand) {
		for _, o := range os {
			if o.Kind == rp.RegOperand {
				n[o.Reg]++
			}
		}
	}
	for _, blk := range b.blocks {
		for _, ph := range blk.phis {
			add(ph.args)
		}
		for _, op := range blk.ops {
			add(op.Args)
			if op.Stack != rp.NoReg {
				n[op.Stack]++
			}
		}
		if blk.term.Kind == rp.If {
			add([]rp.Operand{blk.term.Cond})
		}
		add(blk.term.Args)
	}
	return n
}

// dropUnused removes computations without effect that nobody reads.
func (b *body) dropUnused() {
	bases := b.bases()
	for changed := true; changed; {
		changed = false
		n := b.uses()
		for _, blk := range b.blocks {
			ops := blk.ops[:0]
			for _, op := range blk.ops {
				if op.Kind == rp.Nop || b.pure(op, bases) && (op.Dst == rp.NoReg || n[op.Dst] == 0) {
					changed = true
					continue
				}
				if op.Kind == rp.Unknown && op.Dst != rp.NoReg && n[op.Dst] == 0 {
					op.Dst = rp.NoReg
				}
				ops = append(ops, op)
			}
			blk.ops = ops
			phis := blk.phis[:0]
			for _, ph := range blk.phis {
				if n[ph.dst] == 0 {
					changed = true
					continue
				}
				phis = append(phis, ph)
			}
			blk.phis = phis
		}
	}
}

// pure reports whether an operation does nothing but compute its result. A load
// through a handle is a use of the handle.
func (b *body) pure(op rp.Op, bases map[rp.Reg]rp.Operand) bool {
	switch op.Kind {
	case rp.Copy, rp.Opaque, rp.Compare, rp.Arith, rp.Not, rp.MakeTuple, rp.Extract, rp.MakeIface, rp.TypeAssert,
		rp.Closure, rp.Alloc, rp.FieldAddr, rp.IndexAddr, rp.Field, rp.Index, rp.MakeContainer, rp.SliceOf,
		rp.Append, rp.MapLoad, rp.DeferStack:
		return true
	case rp.Unknown: // runtime.LockOSThread()
		return op.Flag&rp.Harmless != 0 && len(op.Args) == 0
	case rp.Load:
		return !b.insideHandle(op.Args[0], bases)
	}
	return false
}

// insideHandle reports whether an address is that of a handle's own memory.
func (b *body) insideHandle(o rp.Operand, bases map[rp.Reg]rp.Operand) bool {
	for o.Kind == rp.RegOperand {
		if b.f.Regs[o.Reg].Type.Handle != "" {
			return true
		}
		base, ok := bases[o.Reg]
		if !ok {
			return false
		}
		o = base
	}
	return false
}

// bases maps addresses inside cells to the address they were computed from.
func (b *body) bases() map[rp.Reg]rp.Operand {
	bases := make(map[rp.Reg]rp.Operand)
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Kind == rp.FieldAddr || op.Kind == rp.IndexAddr {
				bases[op.Dst] = op.Args[0]
			}
		}
	}
	return bases
}

// dropDeadCells removes the stores into cells that nobody reads: all that
// happens to their address is that something is stored through it.
func (b *body) dropDeadCells() {
	base := make(map[rp.Reg]rp.Reg) // address -> the cell it is in
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Kind == rp.Alloc {
				base[op.Dst] = op.Dst
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, blk := range b.blocks {
			for _, op := range blk.ops {
				if (op.Kind == rp.FieldAddr || op.Kind == rp.IndexAddr) && op.Args[0].Kind == rp.RegOperand {
					cell, ok := base[op.Args[0].Reg]
					if _, known := base[op.Dst]; ok && !known {
						base[op.Dst], changed = cell, true
					}
				}
			}
		}
	}
	read := make(map[rp.Reg]bool)
	visit := func(os []rp.Operand) {
		for _, o := range os {
			if cell, ok := base[o.Reg]; ok && o.Kind == rp.RegOperand {
				read[cell] = true
			}
		}
	}
	for _, blk := range b.blocks {
		for _, ph := range blk.phis {
			visit(ph.args)
		}
		for _, op := range blk.ops {
			switch op.Kind {
			case rp.FieldAddr, rp.IndexAddr, rp.Store:
				visit(op.Args[1:])
			default:
				visit(op.Args)
			}
		}
		visit(blk.term.Args)
	}
	for _, blk := range b.blocks {
		ops := blk.ops[:0]
		for _, op := range blk.ops {
			if op.Kind == rp.Store && op.Args[0].Kind == rp.RegOperand {
				if cell, ok := base[op.Args[0].Reg]; ok && (!read[cell] || b.zeroesNew(ops, op)) {
					continue
				}
			}
			ops = append(ops, op)
		}
		blk.ops = ops
	}
}

// zeroesNew reports whether a store writes the zero value into the cell that the
// operation before it made: new cells are zero.
func (b *body) zeroesNew(before []rp.Op, store rp.Op) bool {
	if len(before) == 0 || store.Args[1].Kind != rp.ZeroOperand {
		return false
	}
	last := before[len(before)-1]
	return last.Kind == rp.Alloc && store.Args[0].IsReg(last.Dst)
}

// mergeBlocks joins blocks that always follow each other.
func (b *body) mergeBlocks() {
	for _, blk := range b.blocks {
		if blk.preds == nil && blk != b.blocks[0] {
			continue // merged away
		}
		for len(blk.succs) == 1 && len(blk.succs[0].preds) == 1 && blk.succs[0] != blk && blk.succs[0] != b.blocks[0] && len(blk.succs[0].phis) == 0 {
			next := blk.succs[0]
			blk.ops = append(blk.ops, next.ops...)
			blk.term, blk.succs = next.term, next.succs
			for _, s := range next.succs {
				s.replacePred(next, blk)
			}
			next.ops, next.succs, next.preds = nil, nil, nil
		}
	}
	b.prune()
}

func (blk *block) replacePred(old, with *block) {
	for i := range blk.preds {
		if blk.preds[i] == old {
			blk.preds[i] = with
		}
	}
	for i := range blk.phis {
		for j := range blk.phis[i].from {
			if blk.phis[i].from[j] == old {
				blk.phis[i].from[j] = with
			}
		}
	}
}

// markStatus flags calls whose status nobody reads.
func (b *body) markStatus() {
	n := b.uses()
	read := make(map[rp.Reg]map[int]bool)
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Kind == rp.Extract && op.Args[0].Kind == rp.RegOperand {
				r := op.Args[0].Reg
				if read[r] == nil {
					read[r] = make(map[int]bool)
				}
				read[r][op.N] = true
				n[r]--
			}
		}
	}
	for _, blk := range b.blocks {
		for i := range blk.ops {
			op := &blk.ops[i]
			status := -1
			switch {
			case op.Kind == rp.API:
				status = statusResult(b.contracts[op.Name])
			case op.Kind == rp.Call && op.Dst != rp.NoReg && statusLike(b.f.Regs[op.Dst].Type.Kind):
				status = 0
			case op.Kind == rp.Call:
				op.Flag &^= rp.Blank
			}
			if status < 0 {
				continue
			}
			if op.Dst == rp.NoReg || n[op.Dst] == 0 && !read[op.Dst][status] {
				op.Flag |= rp.NoStatus
			}
			if op.Flag&rp.NoStatus == 0 {
				op.Flag &^= rp.Blank
			}
		}
	}
}

// statusLike reports whether a value can say success or failure.
func statusLike(k rp.TypeKind) bool { return k == rp.Bool || k == rp.Int || k == rp.Error }
