package lower

import (
	"go/types"
	"slices"

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
			if returns, _ := p.ways(fn); !p.noReturn[fn] && !returns {
				p.noReturn[fn] = true
				changed = true
			}
		}
	}
	for fn := range p.noReturn {
		obj, declared := fn.Object().(*types.Func)
		if _, ends := p.ways(fn); ends && declared && obj.Exported() && !isWrapper(fn) {
			p.ending = append(p.ending, obj.Origin().FullName())
		}
	}
	slices.Sort(p.ending)
	p.ending = slices.Compact(p.ending) // instances have the name of their origin
}

// ways reports whether control can reach a return of fn, and whether it can reach
// a panic or a call that never returns. A function that recovers may return from
// any panic.
func (p *pkg) ways(fn *ssa.Function) (returns, ends bool) {
	seen := make([]bool, len(fn.Blocks))
	work := []*ssa.BasicBlock{fn.Blocks[0]}
	seen[0] = true
	for len(work) > 0 {
		sb := work[len(work)-1]
		work = work[:len(work)-1]
		if p.stops(sb) {
			ends = true
			continue
		}
		switch sb.Instrs[len(sb.Instrs)-1].(type) {
		case *ssa.Return:
			returns = true
		case *ssa.Panic:
			ends = true
		}
		for _, s := range sb.Succs {
			if !seen[s.Index] {
				seen[s.Index] = true
				work = append(work, s)
			}
		}
	}
	return returns || fn.Recover != nil, ends
}

// stops reports whether a block holds a call that never returns.
func (p *pkg) stops(sb *ssa.BasicBlock) bool {
	return slices.ContainsFunc(sb.Instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok {
			return false
		}
		callee := call.Call.StaticCallee()
		return callee != nil && p.neverReturns(callee)
	})
}
