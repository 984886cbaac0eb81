package lower

import (
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

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
		if op.Kind == rp.Invoke && op.Args[0].Kind == rp.FuncOperand && pr.b.p.keys[op.Args[0].Name] {
			op.Kind, op.Name, op.Args = rp.Call, op.Args[0].Name, op.Args[1:]
		}
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
