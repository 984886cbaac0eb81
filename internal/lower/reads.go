package lower

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// findCollected notes whether the package has functions called when an object is
// collected. Then reads count that change no reference: they keep objects alive.
func (p *pkg) findCollected() {
	p.readsCount = p.in.Finalized
	for _, fn := range p.everything {
		for _, sb := range fn.Blocks {
			for _, instr := range sb.Instrs {
				for _, v := range p.operands(instr) {
					if callee, ok := (*v).(*ssa.Function); ok {
						p.readsCount = p.readsCount || p.awaitsCollection(callee)
					}
				}
			}
		}
	}
}

// awaitsCollection reports whether a library function calls its argument when
// an object is collected.
func (p *pkg) awaitsCollection(fn *ssa.Function) bool {
	if home(fn) == p.in.SSA.Pkg {
		return false
	}
	be, ok := p.in.Table.Behaviour(fullName(fn))
	if !ok {
		return false
	}
	for _, c := range be.Calls {
		if c.When == "collected" {
			return true
		}
	}
	return false
}

// reads keeps the reads of values that no other operation mentions, where they
// count: the size of a slice that is made, a channel that is closed.
func (b *body) reads(pos token.Pos, vals ...ssa.Value) {
	if !b.p.readsCount {
		return
	}
	for _, v := range vals {
		if v == nil {
			continue
		}
		if o := b.val(v); o.Kind == rp.RegOperand {
			b.effect(rp.KeepAlive, "", pos, o)
		}
	}
}
