package lower

import (
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// number writes the function's final blocks, with registers numbered in the
// order in which they are assigned.
func (b *body) number() {
	n := &numbering{old: b.f.Regs, to: make([]rp.Reg, len(b.f.Regs))}
	for i := range n.to {
		n.to[i] = rp.NoReg
	}
	n.defineAll(b.f.Params)
	n.defineAll(b.f.Free)
	b.f.Size = 0
	for i, blk := range b.blocks {
		blk.index = i
		n.assign(blk)
		b.f.Size += len(blk.ops)
	}
	for _, blk := range b.blocks {
		b.f.Blocks = append(b.f.Blocks, n.block(blk))
	}
	b.f.Regs = n.regs
}

// numbering maps registers of the body to those of the finished function.
type numbering struct {
	old  []rp.RegInfo
	to   []rp.Reg
	regs []rp.RegInfo
}

func (n *numbering) reg(r rp.Reg) rp.Reg {
	if r == rp.NoReg {
		return r
	}
	if n.to[r] == rp.NoReg {
		n.to[r] = rp.Reg(len(n.regs))
		n.regs = append(n.regs, n.old[r])
	}
	return n.to[r]
}

func (n *numbering) defineAll(rs []rp.Reg) {
	for i := range rs {
		rs[i] = n.reg(rs[i])
	}
}

func (n *numbering) assign(blk *block) {
	for _, ph := range blk.phis {
		n.reg(ph.dst)
	}
	for _, op := range blk.ops {
		n.reg(op.Dst)
	}
}

func (n *numbering) operand(o rp.Operand) rp.Operand {
	if o.Kind == rp.RegOperand {
		o.Reg = n.reg(o.Reg)
	}
	return o
}

func (n *numbering) operands(os []rp.Operand) []rp.Operand {
	if len(os) == 0 {
		return nil
	}
	out := make([]rp.Operand, len(os))
	for i, o := range os {
		out[i] = n.operand(o)
	}
	return out
}

func (n *numbering) block(blk *block) *rp.Block {
	out := &rp.Block{Index: blk.index, Term: blk.term, Counted: blk.counted}
	for _, ph := range blk.phis {
		out.Phis = append(out.Phis, rp.Phi{Dst: n.reg(ph.dst), Args: n.operands(ph.args)})
	}
	for _, op := range blk.ops {
		op.Dst, op.Args, op.Stack = n.reg(op.Dst), n.operands(op.Args), n.reg(op.Stack)
		out.Ops = append(out.Ops, op)
	}
	out.Term.Args, out.Term.Cond = n.operands(blk.term.Args), rp.Operand{}
	if blk.term.Kind == rp.If {
		out.Term.Cond = n.operand(blk.term.Cond)
	}
	for _, s := range blk.succs {
		out.Term.Succs = append(out.Term.Succs, s.index)
	}
	for _, pred := range blk.preds {
		out.Preds = append(out.Preds, pred.index)
	}
	if out.Counted != nil {
		out.Counted.Var = n.reg(out.Counted.Var)
	}
	return out
}
