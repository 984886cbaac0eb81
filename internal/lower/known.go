package lower

import (
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// forwardStores replaces loads of captured variables that are assigned once: if
// the literals that capture one only read it, its value is known wherever the
// assignment dominates. (The assignment stays, for the literals.)
func (b *body) forwardStores() {
	type assignment struct {
		at    *block
		index int
		value rp.Operand
		many  bool
	}
	stores := make(map[rp.Reg]*assignment)
	for _, blk := range b.blocks {
		for i, op := range blk.ops {
			if op.Kind == rp.Store && op.Args[0].Kind == rp.RegOperand && b.allocs[op.Args[0].Reg].shared {
				r := op.Args[0].Reg
				if stores[r] != nil {
					stores[r].many = true
				} else {
					stores[r] = &assignment{at: blk, index: i, value: op.Args[1]}
				}
			}
		}
	}
	if len(stores) == 0 {
		return
	}
	dom := b.dominators()
	for _, blk := range b.blocks {
		for i, op := range blk.ops {
			if op.Kind != rp.Load || op.Args[0].Kind != rp.RegOperand {
				continue
			}
			a := stores[op.Args[0].Reg]
			if a == nil || a.many {
				continue
			}
			if a.at == blk && a.index < i || a.at != blk && dom.dominates(a.at, blk) {
				blk.ops[i] = rp.Op{Kind: rp.Copy, Dst: op.Dst, Args: []rp.Operand{a.value}, Pos: op.Pos, Stack: rp.NoReg}
			}
		}
	}
}

// shareLengths makes len and cap of the same slice the same value: a slice value
// never changes its length. (A map's or channel's does.)
func (b *body) shareLengths() {
	type key struct {
		name string
		of   rp.Operand
	}
	type place struct {
		at  *block
		dst rp.Reg
	}
	first := make(map[key]place)
	dom := b.dominators()
	for _, blk := range b.blocks {
		for i, op := range blk.ops {
			if op.Kind != rp.Opaque || !b.lengths[op.Dst] {
				continue
			}
			k := key{op.Name, op.Args[0]}
			p, ok := first[k]
			if !ok {
				first[k] = place{blk, op.Dst}
				continue
			}
			if p.at == blk || dom.dominates(p.at, blk) {
				blk.ops[i] = rp.Op{Kind: rp.Copy, Dst: op.Dst, Args: []rp.Operand{rp.R(p.dst)}, Pos: op.Pos, Stack: rp.NoReg}
			}
		}
	}
}

// dominance holds the immediate dominator of every block.
type dominance struct{ idom map[*block]*block }

// dominators computes dominance over b.blocks, which are in reverse postorder
// (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm).
func (b *body) dominators() dominance {
	order := make(map[*block]int, len(b.blocks))
	for i, blk := range b.blocks {
		order[blk] = i
	}
	idom := make(map[*block]*block, len(b.blocks))
	entry := b.blocks[0]
	idom[entry] = entry
	for changed := true; changed; {
		changed = false
		for _, blk := range b.blocks[1:] {
			var dom *block
			for _, pred := range blk.preds {
				switch {
				case idom[pred] == nil:
				case dom == nil:
					dom = pred
				default:
					x, y := pred, dom
					for x != y {
						for order[x] > order[y] {
							x = idom[x]
						}
						for order[y] > order[x] {
							y = idom[y]
						}
					}
					dom = x
				}
			}
			if idom[blk] != dom {
				idom[blk], changed = dom, true
			}
		}
	}
	return dominance{idom}
}

func (d dominance) dominates(a, b *block) bool {
	for {
		if a == b {
			return true
		}
		up := d.idom[b]
		if up == b || up == nil {
			return false
		}
		b = up
	}
}
