package lower

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// neverReturns reports whether a call of fn never comes back.
func (p *pkg) neverReturns(fn *ssa.Function) bool {
	if p.noReturn[fn] {
		return true
	}
	if b, ok := p.in.Table.Behaviour(fullName(fn)); ok && b.NoReturn {
		return true
	}
	if obj, ok := fn.Object().(*types.Func); ok && p.in.NoReturn != nil && obj.Pkg() != p.in.SSA.Pkg {
		return p.in.NoReturn(obj)
	}
	return false
}

// findNoReturn finds the functions of this package all of whose paths end in a
// call that never returns, a panic or an endless loop.
func (p *pkg) findNoReturn() {
	for changed := true; changed; {
		changed = false
		for fn := range p.own {
			if !p.noReturn[fn] && !p.canReturn(fn) {
				p.noReturn[fn] = true
				changed = true
			}
		}
	}
}

// canReturn reports whether control can reach a return of fn. A function that
// recovers may return from any panic.
func (p *pkg) canReturn(fn *ssa.Function) bool {
	if fn.Recover != nil {
		return true
	}
	seen := make(map[*ssa.BasicBlock]bool)
	var walk func(*ssa.BasicBlock) bool
	walk = func(sb *ssa.BasicBlock) bool {
		if seen[sb] {
			return false
		}
		seen[sb] = true
		for _, instr := range sb.Instrs {
			switch instr := instr.(type) {
			case *ssa.Return:
				return true
			case *ssa.Call:
				if callee := instr.Call.StaticCallee(); callee != nil && p.neverReturns(callee) {
					return false
				}
			}
		}
		for _, s := range sb.Succs {
			if walk(s) {
				return true
			}
		}
		return false
	}
	return walk(fn.Blocks[0])
}
