package lower

import (
	"slices"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// assumed makes the operations that a directive at a call asks for, one for each
// handle among its arguments. A function nobody knows no longer gets those: they
// would be lost there, and what is assumed with them.
func (b *body) assumed(call *rp.Op) []rp.Op {
	if b.p.in.Consumed == nil {
		return nil
	}
	var ops []rp.Op
	for i, a := range call.Args {
		if a.Kind != rp.RegOperand {
			continue
		}
		handle := b.f.Regs[a.Reg].Type.Handle
		if handle == "" {
			continue
		}
		f := b.p.in.Consumed(call.Pos, handle)
		if f == nil {
			continue
		}
		b.contracts[f.Name] = f
		ops = append(ops, rp.Op{Kind: rp.API, Mode: call.Mode, Dst: rp.NoReg, Name: f.Name, Args: []rp.Operand{a}, Pos: call.Pos, Stack: call.Stack})
		if call.Kind == rp.Unknown {
			call.Args = slices.Clone(call.Args)
			call.Args[i] = rp.Nil()
		}
	}
	return ops
}
