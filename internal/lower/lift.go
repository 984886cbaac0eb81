package lower

import (
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// lifter makes registers of cells whose address goes only to loads and stores,
// with one phi where two values meet. (Braun et al., Simple and Efficient
// Construction of Static Single Assignment Form, 2013; go/ssa does the same
// for variables that no wrapper of cgo captured.)
type lifter struct {
	b     *body
	cells map[rp.Reg]*cell
	last  map[*block]map[rp.Reg]rp.Operand // value of a cell at the end of a block that writes it
	first map[*block]map[rp.Reg]rp.Operand // value at the start, memo
}

type cell struct {
	name string
	typ  rp.Type
	zero rp.Operand
}

// lift reports whether it found a cell. After a variable that held the address of
// another is gone, that one may be liftable too.
func (b *body) lift() bool {
	l := &lifter{
		b:     b,
		cells: b.privateCells(),
		last:  make(map[*block]map[rp.Reg]rp.Operand),
		first: make(map[*block]map[rp.Reg]rp.Operand),
	}
	if len(l.cells) == 0 {
		return false
	}
	for _, blk := range b.blocks {
		l.last[blk] = make(map[rp.Reg]rp.Operand)
		l.first[blk] = make(map[rp.Reg]rp.Operand)
		for _, op := range blk.ops {
			if r, o, ok := l.write(op); ok {
				l.last[blk][r] = o
			}
		}
	}
	for _, blk := range b.blocks {
		l.rewrite(blk)
	}
	return true
}

// privateCells finds the cells whose address is only read and written through.
func (b *body) privateCells() map[rp.Reg]*cell {
	cells := make(map[rp.Reg]*cell)
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Kind == rp.Alloc {
				a := b.allocs[op.Dst]
				cells[op.Dst] = &cell{name: a.name, typ: b.p.typ(a.elem), zero: zero(a.elem)}
			}
		}
	}
	public := func(o rp.Operand) {
		if o.Kind == rp.RegOperand {
			delete(cells, o.Reg)
		}
	}
	for _, blk := range b.blocks {
		for _, ph := range blk.phis {
			for _, o := range ph.args {
				public(o)
			}
		}
		for _, op := range blk.ops {
			args := op.Args
			if op.Kind == rp.Load || op.Kind == rp.Store {
				args = args[1:]
			}
			for _, o := range args {
				public(o)
			}
		}
		if blk.term.Kind == rp.If {
			public(blk.term.Cond)
		}
		for _, o := range blk.term.Args {
			public(o)
		}
	}
	return cells
}

// write returns the cell that an operation writes and the value.
func (l *lifter) write(op rp.Op) (rp.Reg, rp.Operand, bool) {
	switch op.Kind {
	case rp.Alloc:
		if c := l.cells[op.Dst]; c != nil {
			return op.Dst, c.zero, true
		}
	case rp.Store:
		if o := op.Args[0]; o.Kind == rp.RegOperand && l.cells[o.Reg] != nil {
			return o.Reg, op.Args[1], true
		}
	}
	return 0, rp.Operand{}, false
}

func (l *lifter) rewrite(blk *block) {
	now := make(map[rp.Reg]rp.Operand)
	kept := blk.ops[:0]
	for _, op := range blk.ops {
		if r, o, ok := l.write(op); ok {
			now[r] = o
			l.nameValue(o, l.cells[r])
			continue
		}
		if op.Kind == rp.Load && op.Args[0].Kind == rp.RegOperand && l.cells[op.Args[0].Reg] != nil {
			r := op.Args[0].Reg
			if _, ok := now[r]; !ok {
				now[r] = l.atStart(blk, r)
			}
			op = rp.Op{Kind: rp.Copy, Dst: op.Dst, Args: []rp.Operand{now[r]}, Pos: op.Pos, Stack: rp.NoReg}
		}
		kept = append(kept, op)
	}
	blk.ops = kept
}

// nameValue names a value after the first variable it is stored in.
func (l *lifter) nameValue(o rp.Operand, c *cell) {
	if o.Kind == rp.RegOperand && c.name != "" && l.b.f.Regs[o.Reg].Name == "" {
		l.b.f.Regs[o.Reg].Name = c.name
	}
}

func (l *lifter) atEnd(blk *block, r rp.Reg) rp.Operand {
	if o, ok := l.last[blk][r]; ok {
		return o
	}
	return l.atStart(blk, r)
}

func (l *lifter) atStart(blk *block, r rp.Reg) rp.Operand {
	if o, ok := l.first[blk][r]; ok {
		return o
	}
	c := l.cells[r]
	switch len(blk.preds) {
	case 0:
		l.first[blk][r] = c.zero
	case 1:
		if blk.preds[0] == blk {
			l.first[blk][r] = c.zero
			break
		}
		o := l.atEnd(blk.preds[0], r)
		l.first[blk][r] = o
	default:
		dst := l.b.newReg(c.name, c.typ)
		l.first[blk][r] = rp.R(dst)
		ph := phi{dst: dst}
		for _, pred := range blk.preds {
			ph.from = append(ph.from, pred)
			ph.args = append(ph.args, l.atEnd(pred, r))
		}
		blk.phis = append(blk.phis, ph)
	}
	return l.first[blk][r]
}
