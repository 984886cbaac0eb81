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

// propagate replaces registers that only repeat another operand: copies, phis of
// one value, and components of tuples that were made here.
func (b *body) propagate() {
	pr := &propagator{b: b, subst: make(map[rp.Reg]rp.Operand), tuples: make(map[rp.Reg][]rp.Operand)}
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			switch op.Kind {
			case rp.Copy:
				pr.replace(op.Dst, op.Args[0])
			case rp.MakeTuple:
				pr.tuples[op.Dst] = op.Args
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, blk := range b.blocks {
			for _, op := range blk.ops {
				changed = pr.extract(op) || pr.fold(op) || changed
			}
			for _, ph := range blk.phis {
				changed = pr.trivial(ph) || changed
			}
		}
	}
	for _, blk := range b.blocks {
		pr.rewrite(blk)
	}
}

type propagator struct {
	b      *body
	subst  map[rp.Reg]rp.Operand
	tuples map[rp.Reg][]rp.Operand
}

func (pr *propagator) resolve(o rp.Operand) rp.Operand {
	for o.Kind == rp.RegOperand {
		next, ok := pr.subst[o.Reg]
		if !ok {
			return o
		}
		o = next
	}
	return o
}

// replace records that dst is the same value as o. What is known of dst by name
// and type goes to o's register.
func (pr *propagator) replace(dst rp.Reg, o rp.Operand) {
	o = pr.resolve(o)
	if o.IsReg(dst) {
		return
	}
	pr.subst[dst] = o
	if o.Kind != rp.RegOperand {
		return
	}
	from, to := pr.b.f.Regs[dst], &pr.b.f.Regs[o.Reg]
	if to.Name == "" {
		to.Name = from.Name
	}
	if to.Type.Handle == "" && to.Type.Kind == rp.Pointer {
		to.Type.Handle = from.Type.Handle
	}
}

func (pr *propagator) extract(op rp.Op) bool {
	if op.Kind != rp.Extract || op.Dst == rp.NoReg {
		return false
	}
	if _, done := pr.subst[op.Dst]; done {
		return false
	}
	t := pr.resolve(op.Args[0])
	if t.Kind != rp.RegOperand {
		return false
	}
	parts, ok := pr.tuples[t.Reg]
	if !ok {
		return false
	}
	pr.replace(op.Dst, parts[op.N])
	return true
}

// fold computes a comparison of two constants.
func (pr *propagator) fold(op rp.Op) bool {
	if op.Kind != rp.Compare {
		return false
	}
	if _, done := pr.subst[op.Dst]; done {
		return false
	}
	x, y := pr.resolve(op.Args[0]), pr.resolve(op.Args[1])
	if x.Kind == rp.NilOperand && y.Kind == rp.NilOperand {
		x, y = rp.Int64(0), rp.Int64(0)
	}
	if x.Kind != rp.IntOperand || y.Kind != rp.IntOperand {
		return false
	}
	truth := int64(0)
	switch {
	case op.Name == "==" && x.Int == y.Int, op.Name == "!=" && x.Int != y.Int,
		op.Name == "<" && x.Int < y.Int, op.Name == "<=" && x.Int <= y.Int,
		op.Name == ">" && x.Int > y.Int, op.Name == ">=" && x.Int >= y.Int:
		truth = 1
	}
	pr.replace(op.Dst, rp.Int64(truth))
	return true
}

// foldBranches makes jumps of branches that can go only one way.
func (b *body) foldBranches() {
	for again := true; again; {
		again = false
		for _, blk := range b.blocks {
			if blk.term.Kind != rp.If || blk.term.Cond.Kind != rp.IntOperand {
				continue
			}
			to := blk.succs[1]
			if blk.term.Cond.Int != 0 {
				to = blk.succs[0]
			}
			blk.term, blk.succs = rp.Term{Kind: rp.Jump}, []*block{to}
			again = true
		}
		if again {
			b.prune()
			b.propagate()
		}
	}
}

// trivial replaces a phi all of whose arguments are the same or the phi itself.
func (pr *propagator) trivial(ph phi) bool {
	if _, done := pr.subst[ph.dst]; done {
		return false
	}
	var same rp.Operand
	found := false
	for _, a := range ph.args {
		a = pr.resolve(a)
		if a.IsReg(ph.dst) {
			continue
		}
		if found && a != same {
			return false
		}
		same, found = a, true
	}
	if !found {
		return false
	}
	pr.replace(ph.dst, same)
	return true
}

func (pr *propagator) rewrite(blk *block) {
	ops := blk.ops[:0]
	for _, op := range blk.ops {
		if _, gone := pr.subst[op.Dst]; gone && op.Dst != rp.NoReg {
			continue
		}
		op.Args = pr.all(op.Args)
		if op.Stack != rp.NoReg {
			op.Stack = pr.resolve(rp.R(op.Stack)).Reg
		}
		ops = append(ops, op)
	}
	blk.ops = ops
	phis := blk.phis[:0]
	for _, ph := range blk.phis {
		if _, gone := pr.subst[ph.dst]; gone {
			continue
		}
		ph.args = pr.all(ph.args)
		phis = append(phis, ph)
	}
	blk.phis = phis
	if blk.term.Kind == rp.If {
		blk.term.Cond = pr.resolve(blk.term.Cond)
	}
	blk.term.Args = pr.all(blk.term.Args)
}

func (pr *propagator) all(args []rp.Operand) []rp.Operand {
	if len(args) == 0 {
		return args
	}
	out := make([]rp.Operand, len(args))
	for i, a := range args {
		out[i] = pr.resolve(a)
	}
	return out
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

// markStatus flags API calls whose status nobody reads.
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
			if op.Kind != rp.API {
				continue
			}
			status := statusResult(b.contracts[op.Name])
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

// number gives blocks and registers their final numbers.
func (b *body) number() {
	old := b.f.Regs
	b.f.Regs = nil
	to := make([]rp.Reg, len(old))
	for i := range to {
		to[i] = rp.NoReg
	}
	def := func(r rp.Reg) rp.Reg {
		if r == rp.NoReg {
			return r
		}
		if to[r] == rp.NoReg {
			to[r] = rp.Reg(len(b.f.Regs))
			b.f.Regs = append(b.f.Regs, old[r])
		}
		return to[r]
	}
	use := func(os []rp.Operand) {
		for i := range os {
			if os[i].Kind == rp.RegOperand {
				os[i].Reg = def(os[i].Reg)
			}
		}
	}
	for i := range b.f.Params {
		b.f.Params[i] = def(b.f.Params[i])
	}
	for i := range b.f.Free {
		b.f.Free[i] = def(b.f.Free[i])
	}
	for i, blk := range b.blocks {
		blk.index = i
	}
	b.f.Size = 0
	for _, blk := range b.blocks {
		out := &rp.Block{Index: blk.index, Counted: blk.counted}
		for i := range blk.ops {
			blk.ops[i].Args = append([]rp.Operand(nil), blk.ops[i].Args...)
		}
		for _, ph := range blk.phis {
			out.Phis = append(out.Phis, rp.Phi{Dst: def(ph.dst), Args: ph.args})
		}
		for _, op := range blk.ops {
			op.Dst = def(op.Dst)
			out.Ops = append(out.Ops, op)
		}
		b.f.Size += len(out.Ops)
		b.f.Blocks = append(b.f.Blocks, out)
	}
	for i, blk := range b.blocks {
		out := b.f.Blocks[i]
		for _, ph := range out.Phis {
			use(ph.Args)
		}
		for j := range out.Ops {
			use(out.Ops[j].Args)
			if out.Ops[j].Stack != rp.NoReg {
				out.Ops[j].Stack = def(out.Ops[j].Stack)
			}
		}
		out.Term = blk.term
		out.Term.Args = append([]rp.Operand(nil), blk.term.Args...)
		use(out.Term.Args)
		if out.Term.Kind == rp.If {
			c := []rp.Operand{out.Term.Cond}
			use(c)
			out.Term.Cond = c[0]
		} else {
			out.Term.Cond = rp.Operand{}
		}
		out.Term.Succs = nil
		for _, s := range blk.succs {
			out.Term.Succs = append(out.Term.Succs, s.index)
		}
		for _, pred := range blk.preds {
			out.Preds = append(out.Preds, pred.index)
		}
		if out.Counted != nil {
			out.Counted.Var = def(out.Counted.Var)
		}
	}
}
