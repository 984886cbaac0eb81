package lower

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// cFunction is the C name of a function that cmd/cgo made, or that gopls left as
// it was written (a function of package "C"). errno reports the form with two
// results.
func cFunction(fn *ssa.Function) (name string, errno, ok bool) {
	if name, ok := strings.CutPrefix(fn.Name(), "_Cfunc_"); ok {
		return name, false, true
	}
	if name, ok := strings.CutPrefix(fn.Name(), "_C2func_"); ok {
		return name, true, true
	}
	if name, ok := strings.CutPrefix(fn.Name(), "_Cmacro_"); ok {
		return name, false, true
	}
	if obj := fn.Object(); obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "C" {
		return obj.Name(), false, true
	}
	return "", false, false
}

// isGeneratedName reports whether cgo's rewriting invented a variable.
func isGeneratedName(name string) bool {
	return strings.HasPrefix(name, "_cgo") || strings.HasPrefix(name, "_C")
}

// isCgoCheck reports whether a function of cmd/cgo only checks its argument at
// run time.
func isCgoCheck(fn *ssa.Function) bool {
	return strings.HasPrefix(fn.Name(), "_cgoCheck") || fn.Name() == "_Cgo_no_callback" || fn.Name() == "_Cgo_use"
}

// isCgoWrapper reports whether a literal is the wrapper that cmd/cgo puts around
// a C call: it checks its pointers and calls the C function.
func isCgoWrapper(fn *ssa.Function) bool {
	if fn.Parent() == nil {
		return false
	}
	check, call := false, false
	for _, sb := range fn.Blocks {
		for _, instr := range sb.Instrs {
			c, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			callee, ok := c.Call.Value.(*ssa.Function)
			if !ok {
				continue
			}
			if isCgoCheck(callee) {
				check = true
			} else if _, _, ok := cFunction(callee); ok {
				call = true
			}
		}
	}
	return check && call
}

// refs lists the instructions that use a value, without debug information.
func refs(v ssa.Value) []ssa.Instruction {
	all := v.Referrers()
	if all == nil {
		return nil
	}
	var out []ssa.Instruction
	for _, instr := range *all {
		if _, ok := instr.(*ssa.DebugRef); !ok {
			out = append(out, instr)
		}
	}
	return out
}

// literalOf is the function literal that a value is, with its MakeClosure if it
// captures anything.
func literalOf(v ssa.Value) (*ssa.Function, *ssa.MakeClosure) {
	switch v := v.(type) {
	case *ssa.Function:
		if v.Parent() != nil {
			return v, nil
		}
	case *ssa.MakeClosure:
		if fn, ok := v.Fn.(*ssa.Function); ok && fn.Parent() != nil {
			return fn, v
		}
	}
	return nil, nil
}

// calledOnce returns the literal that a call runs, if the literal is made for
// this call alone, else nil.
func calledOnce(call ssa.CallInstruction) *ssa.Function {
	fn, mc := literalOf(call.Common().Value)
	if fn == nil || fn.Blocks == nil {
		return nil
	}
	var users []ssa.Instruction
	if mc != nil {
		users = refs(mc)
	} else {
		users = refs(fn)
	}
	if len(users) != 1 || users[0] != call.(ssa.Instruction) {
		return nil
	}
	return fn
}

// runsInPlace returns the literal that is spliced into the caller: it runs where
// it is made, once, and has no defers of its own.
func runsInPlace(call *ssa.Call) *ssa.Function {
	fn := calledOnce(call)
	if fn == nil || fn.Recover != nil {
		return nil
	}
	for _, sb := range fn.Blocks {
		for _, instr := range sb.Instrs {
			switch instr := instr.(type) {
			case *ssa.Defer, *ssa.RunDefers:
				return nil
			case *ssa.Call:
				if b, ok := instr.Call.Value.(*ssa.Builtin); ok && (b.Name() == "recover" || b.Name() == "ssa:deferstack") {
					return nil
				}
			}
		}
	}
	return fn
}

// deferThunk recognises defer of a C call: a literal that evaluates the
// arguments is called at the defer and returns the literal that is deferred.
// It returns that one's MakeClosure.
func deferThunk(call *ssa.Call) *ssa.MakeClosure {
	fn := runsInPlace(call)
	if fn == nil || len(fn.Blocks) == 0 {
		return nil
	}
	users := refs(call)
	if len(users) != 1 {
		return nil
	}
	switch u := users[0].(type) {
	case *ssa.Defer:
		if u.Call.Value != call {
			return nil
		}
	case *ssa.Go:
		if u.Call.Value != call {
			return nil
		}
	default:
		return nil
	}
	var found *ssa.MakeClosure
	for _, sb := range fn.Blocks {
		ret, ok := sb.Instrs[len(sb.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		mc, ok := ret.Results[0].(*ssa.MakeClosure)
		if !ok || found != nil || len(refs(mc)) != 1 {
			return nil
		}
		found = mc
	}
	if found == nil || !isCgoWrapper(found.Fn.(*ssa.Function)) {
		return nil
	}
	return found
}

// markSpliced finds the literals that become part of their callers.
func (p *pkg) markSpliced(fns map[*ssa.Function]bool) {
	for fn := range fns {
		for _, sb := range fn.Blocks {
			for _, instr := range sb.Instrs {
				switch c := instr.(type) {
				case *ssa.Call:
					if lit := runsInPlace(c); lit != nil {
						p.spliced[lit] = true
						if mc := deferThunk(c); mc != nil {
							p.spliced[mc.Fn.(*ssa.Function)] = true
						}
					}
				case *ssa.Go:
					if lit := calledOnce(c); lit != nil && isCgoWrapper(lit) {
						p.spliced[lit] = true
					}
				}
			}
		}
	}
}

// functionPointer lowers C.name as a value: a load of the variable in which
// cmd/cgo keeps the address of the C function.
func (b *body) functionPointer(load *ssa.UnOp) bool {
	g, ok := load.X.(*ssa.Global)
	if !ok {
		return false
	}
	name, ok := strings.CutPrefix(g.Name(), "_Cfpvar_fp_")
	if !ok {
		return false
	}
	if fn, ok := b.p.exported[name]; ok && b.p.own[fn] {
		b.define(load, rp.Copy, "", rp.FuncRef(b.p.key(fn)))
	} else {
		b.define(load, rp.Opaque, "C."+name).Flag |= rp.NonNil
	}
	return true
}
