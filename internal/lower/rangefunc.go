package lower

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// isYield reports whether go/ssa made the function from the body of a
// range-over-func loop.
func isYield(fn *ssa.Function) bool { return fn.Synthetic == "range-over-func yield" }

// yieldOf returns the loop body among the arguments of a call of an iterator.
func yieldOf(c *ssa.CallCommon) ssa.Value {
	if len(c.Args) != 1 {
		return nil
	}
	if fn, _ := literalOf(c.Args[0]); fn != nil && isYield(fn) {
		return c.Args[0]
	}
	return nil
}

// iteratorKnown reports whether the body of an iterator may be known: it is
// declared here or was made by a function that is.
func (b *body) iteratorKnown(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Function:
		return b.p.own[v] || b.p.known(b.p.key(v))
	case *ssa.MakeClosure:
		return b.p.own[v.Fn.(*ssa.Function)]
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil {
			return b.p.own[fn] || b.p.known(b.p.key(fn))
		}
	case *ssa.ChangeType:
		return b.iteratorKnown(v.X)
	}
	return false
}

// rangeOver lowers a loop over an iterator nobody knows: its body runs any number
// of times, with arguments nobody knows, until it returns false.
func (b *body) rangeOver(s site, iterator, yield ssa.Value) {
	sig := yield.Type().Underlying().(*types.Signature)
	b.invokeMany(s, b.val(yield), sig, "the iterator runs the loop body")
	b.reads(s.pos, iterator)
}

// needsRunDefers reports whether deferred calls of loop bodies would be
// forgotten: go/ssa leaves out the function's own RunDefers if only the bodies
// of range-over-func loops defer.
func needsRunDefers(fn *ssa.Function) bool {
	stack := false
	for _, sb := range fn.Blocks {
		for _, instr := range sb.Instrs {
			switch instr := instr.(type) {
			case *ssa.RunDefers:
				return false
			case *ssa.Call:
				if bi, ok := instr.Call.Value.(*ssa.Builtin); ok && bi.Name() == "ssa:deferstack" {
					stack = true
				}
			}
		}
	}
	return stack
}

// runForgottenDefers emits what go/ssa left out. Named results are read again
// afterwards, because deferred literals may have changed them.
func (b *body) runForgottenDefers(v *ssa.Return, vals []rp.Operand) {
	if !b.forgotten {
		return
	}
	b.effect(rp.RunDefers, "", v.Pos())
	results := b.fn.Signature.Results()
	for i, result := range v.Results {
		load, ok := result.(*ssa.UnOp)
		if ok && load.Op == token.MUL && results.At(i).Name() != "" {
			vals[i] = b.op(rp.Load, "", load.Type(), v.Pos(), b.val(load.X))
		}
	}
}
