package keepalive

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// set is a set of registers.
type set map[refprog.Reg]bool

func (s set) holds(o refprog.Operand) bool { return o.Kind == refprog.RegOperand && s[o.Reg] }

func (s set) any(os []refprog.Operand) bool { return slices.ContainsFunc(os, s.holds) }

// holders are the registers that keep an object alive while they are in use.
type holders struct {
	// strong registers lead to the object for certain: it, addresses inside it,
	// and what it was put into.
	strong set
	// weak ones are these and all that could lead back to it: what was loaded out
	// of it, and results of calls that got it.
	weak set
}

// holders finds what holds the object in register root.
func (b *body) holders(root refprog.Reg) *holders {
	if h, ok := b.held[root]; ok {
		return h
	}
	h := &holders{strong: set{root: true}, weak: set{root: true}}
	b.held[root] = h
	for n := 0; n != len(h.strong)+len(h.weak); {
		n = len(h.strong) + len(h.weak)
		b.each(func(_ at, op *refprog.Op) { b.spread(h, root, op) })
		for _, blk := range b.f.Blocks {
			for _, ph := range blk.Phis {
				h.add(ph.Dst, h.strong.any(ph.Args), h.weak.any(ph.Args))
			}
		}
	}
	return h
}

func (h *holders) add(r refprog.Reg, strong, weak bool) {
	if strong {
		h.strong[r] = true
	}
	if strong || weak {
		h.weak[r] = true
	}
}

// spread adds what one operation makes a holder.
func (b *body) spread(h *holders, root refprog.Reg, op *refprog.Op) {
	if op.Kind == refprog.Store {
		if cell, ok := b.local(op.Args[0]); ok {
			h.add(cell, h.strong.holds(op.Args[1]), h.weak.holds(op.Args[1]))
		}
		return
	}
	if op.Dst == refprog.NoReg || op.Kind == refprog.API || !b.canHold(op.Dst) {
		return
	}
	strong := false
	switch op.Kind {
	case refprog.Copy, refprog.MakeIface, refprog.TypeAssert, refprog.MakeTuple, refprog.Extract, refprog.Closure,
		refprog.FieldAddr, refprog.IndexAddr, refprog.SliceOf, refprog.Append:
		strong = h.strong.any(op.Args)
	case refprog.Load:
		cell, ok := b.local(op.Args[0])
		strong = ok && cell != root && h.strong[cell]
	}
	h.add(op.Dst, strong, h.weak.any(op.Args))
}

// canHold reports whether a register can hold a pointer into Go's memory. A
// handle points into C's.
func (b *body) canHold(r refprog.Reg) bool {
	t := b.f.Regs[r].Type
	if t.Handle != "" || strings.Contains(t.Name, "._Ctype_") {
		return false
	}
	switch t.Kind {
	case refprog.Bool, refprog.Int, refprog.Error:
		return false
	case refprog.Other:
		return b.defs[r] != nil && b.defs[r].Kind != refprog.Load
	}
	return true
}

// local returns the cell made in this function that an address lies in.
func (b *body) local(o refprog.Operand) (refprog.Reg, bool) {
	for {
		r := b.value(o)
		op := b.defs[r]
		if r == refprog.NoReg || op == nil {
			return r, false
		}
		switch op.Kind {
		case refprog.Alloc:
			return r, true
		case refprog.FieldAddr, refprog.IndexAddr, refprog.SliceOf:
			o = op.Args[0]
		default:
			return r, false
		}
	}
}

// usedAfter reports whether anything that can lead to the object is read after p.
func (b *body) usedAfter(h *holders, p at) bool {
	if b.readFrom(h, p.block, p.index+1) {
		return true
	}
	for n := range b.reachable(p.block) {
		if h.enters(b.f.Blocks[n]) || b.readFrom(h, n, 0) {
			return true
		}
	}
	return false
}

// enters reports whether a block's phis read a holder.
func (h *holders) enters(blk *refprog.Block) bool {
	return slices.ContainsFunc(blk.Phis, func(ph refprog.Phi) bool { return h.weak.any(ph.Args) })
}

func (b *body) readFrom(h *holders, block, index int) bool {
	blk := b.f.Blocks[block]
	for i := index; i < len(blk.Ops); i++ {
		if h.weak.any(blk.Ops[i].Args) {
			return true
		}
	}
	return h.weak.holds(blk.Term.Cond) && blk.Term.Kind == refprog.If || h.weak.any(blk.Term.Args)
}
