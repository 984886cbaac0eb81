package lower

import (
	"go/constant"
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
// strings (unexported, too).
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

// keepConstants leaves the unexported variables of a basic type that nobody
// assigns after their initial value; without one that is zero.
func (p *pkg) keepConstants(stores map[*ssa.Global]int) {
	for _, m := range p.in.SSA.Members {
		g, ok := m.(*ssa.Global)
		if !ok {
			continue
		}
		elem := g.Type().(*types.Pointer).Elem()
		basic, ok := elem.Underlying().(*types.Basic)
		fixed := ok && basic.Info()&(types.IsBoolean|types.IsInteger|types.IsString) != 0 && !token.IsExported(g.Name())
		switch {
		case !fixed || stores[g] > 1 || stores[g] == 1 && p.constants[g] == nil:
			delete(p.constants, g)
		case stores[g] == 0:
			p.constants[g] = ssa.NewConst(zeroConstant(basic), elem)
		}
	}
}

func zeroConstant(t *types.Basic) constant.Value {
	switch {
	case t.Info()&types.IsBoolean != 0:
		return constant.MakeBool(false)
	case t.Info()&types.IsString != 0:
		return constant.MakeString("")
	}
	return constant.MakeInt64(0)
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
		switch instr := instr.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if instr.Addr != g {
				stores[g] += 2
			}
		default:
			stores[g] += 2 // the address goes somewhere
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
