package lower

import (
	"slices"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// assumed makes the operations that a directive at a call asks for, one for each
// handle among its arguments. The callee no longer gets those, but nothing, or if it
// has a body a handle that nobody knows: what it does to them is what is assumed, and
// with a function nobody knows they would be lost.
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
		call.Args = slices.Clone(call.Args)
		switch call.Kind {
		case rp.Unknown:
			call.Args[i] = rp.Nil()
		case rp.Call, rp.Invoke, rp.Method:
			other := b.newReg("", b.f.Regs[a.Reg].Type)
			b.emit(rp.Op{Kind: rp.Opaque, Name: "handle", Dst: other, Pos: call.Pos, Stack: rp.NoReg})
			call.Args[i] = rp.R(other)
		}
	}
	return ops
}
