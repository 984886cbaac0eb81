package lower

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// isSentinel reports whether a package variable is an error that is never nil.
func (p *pkg) isSentinel(g *ssa.Global) bool {
	elem := g.Type().(*types.Pointer).Elem()
	if !types.Identical(elem, errorType) {
		return false
	}
	if g.Pkg != p.in.SSA {
		return true
	}
	return p.sentinels[g]
}

// findSentinels finds the variables of this package that are set once, by the
// package initialiser, and whose address goes nowhere: errors that are not nil,
// functions (unexported: other packages set hooks), and booleans, numbers and
// strings (unexported, too), with or without an initial value.
func (p *pkg) findSentinels() {
	stores := make(map[*ssa.Global]int)
	good := make(map[*ssa.Global]bool)
	var scan func(fn *ssa.Function, init bool)
	scan = func(fn *ssa.Function, init bool) {
		for _, sb := range fn.Blocks {
			for _, instr := range sb.Instrs {
				p.scanGlobals(instr, init, stores, good)
			}
		}
		for _, anon := range fn.AnonFuncs {
			scan(anon, false)
		}
	}
	for _, fn := range p.everything {
		scan(fn, false)
	}
	if init := p.in.SSA.Func("init"); init != nil {
		scan(init, true)
	}
	for g := range good {
		p.sentinels[g] = stores[g] == 1
	}
	p.keepConstants(stores)
	for g, fn := range p.initialFuncs {
		if stores[g] != 1 || token.IsExported(g.Name()) || !p.own[fn] {
			delete(p.initialFuncs, g)
		}
	}
}

// keepConstants leaves the unexported booleans, numbers and strings that nobody assigns
// after their initial value, if they have one. Of a pointer or a function that nobody
// sets it is not believed: files that are left out here, for tests or for other systems,
// set such variables.
func (p *pkg) keepConstants(stores map[*ssa.Global]int) {
	open := p.hasAssembly()
	for _, m := range p.in.SSA.Members {
		g, ok := m.(*ssa.Global)
		if !ok {
			continue
		}
		fixed := !open && !token.IsExported(g.Name()) && !p.preset[g.Name()]
		basic, ok := g.Type().(*types.Pointer).Elem().Underlying().(*types.Basic)
		fixed = fixed && ok && basic.Info()&(types.IsBoolean|types.IsInteger|types.IsString) != 0
		if !fixed || stores[g] != 1 {
			delete(p.constants, g)
		}
		if fixed && stores[g] == 0 {
			p.unset[g] = true
		}
	}
}

func (p *pkg) scanGlobals(instr ssa.Instruction, init bool, stores map[*ssa.Global]int, good map[*ssa.Global]bool) {
	if st, ok := instr.(*ssa.Store); ok {
		if g, ok := st.Addr.(*ssa.Global); ok {
			stores[g]++
			if init && p.nonNilValue(st.Val) {
				good[g] = true
			}
			if fn, ok := st.Val.(*ssa.Function); ok && init {
				p.initialFuncs[g] = fn
			}
			if c, ok := st.Val.(*ssa.Const); ok && init {
				p.constants[g] = c
			}
		}
	}
	for _, op := range p.operands(instr) {
		g, ok := (*op).(*ssa.Global)
		if !ok {
			continue
		}
		if !p.onlyRead(instr, g, func(st *ssa.Store) bool { return st.Addr == g }) {
			stores[g] += 2 // a part is set, or the address goes somewhere
		}
	}
}

// nonNilValue reports whether an initial value cannot be nil.
func (p *pkg) nonNilValue(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return true
	case *ssa.ChangeInterface:
		return p.nonNilValue(v.X)
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil {
			b, ok := p.in.Table.Behaviour(fullName(fn))
			return ok && b.NonNil
		}
	}
	return false
}
