package lower

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// builtin lowers a call of a builtin function.
func (b *body) builtin(s site, v *ssa.Builtin, c *ssa.CallCommon, args []rp.Operand) {
	name := v.Name()
	switch name {
	case "append":
		if s.dst != nil && len(args) == 2 && kindOf(c.Args[1].Type()) == rp.Container {
			b.define(s.dst, rp.Append, "", args...).Pos = s.pos
			return
		}
		if s.dst != nil {
			b.define(s.dst, rp.SliceOf, "", args[0])
		}
	case "copy":
		b.reads(s.pos, c.Args...)
		if mayHold(c.Args[1].Type()) {
			b.effect(rp.Escape, "copy between slices", s.pos, args[1])
			b.overwritten(s, c.Args[0].Type(), args[0])
		}
		b.opaqueResult(s, "copy", args)
	case "delete":
		if s.mode == rp.Now {
			b.effect(rp.MapDelete, "", s.pos, args...)
			return
		}
		b.emitCall(s, rp.Unknown, "delete", 0, args)
	case "ssa:wrapnilchk":
		b.define(s.dst, rp.Copy, "", args[0])
	case "ssa:deferstack":
		b.define(s.dst, rp.DeferStack, "")
	case "clear":
		b.reads(s.pos, c.Args...)
		if mayHold(c.Args[0].Type()) {
			b.effect(rp.Escape, "clear", s.pos, args[0])
		}
	case "Add", "Slice", "SliceData", "String", "StringData": // package unsafe
		if mayHold(c.Args[0].Type()) {
			b.effect(rp.Escape, "unsafe."+name, s.pos, args[0])
		}
		b.opaqueResult(s, name, args)
	case "len", "cap":
		b.opaqueResult(s, name, args)
		if _, slice := c.Args[0].Type().Underlying().(*types.Slice); s.dst != nil && (slice || kindOf(c.Args[0].Type()) == rp.Other) {
			b.lengths[b.reg(s.dst)] = true
			if s.mode == rp.Now {
				b.cur.ops[len(b.cur.ops)-1].Flag |= rp.Determined
			}
		}
	case "close", "print", "println":
		b.reads(s.pos, c.Args...)
		b.opaqueResult(s, name, args)
	default: // recover, min, max, complex, real, imag
		b.opaqueResult(s, name, args)
	}
}

func (b *body) opaqueResult(s site, name string, args []rp.Operand) {
	if s.dst != nil && s.mode == rp.Now {
		b.define(s.dst, rp.Opaque, name, args...)
	}
}

// overwritten stores something that nobody knows in an element of a slice that nobody
// knows.
func (b *body) overwritten(s site, list types.Type, to rp.Operand) {
	l, ok := list.Underlying().(*types.Slice)
	if !ok || s.mode != rp.Now {
		return
	}
	i := b.op(rp.Opaque, "index", types.Typ[types.Int], s.pos)
	at := b.op(rp.IndexAddr, "", types.NewPointer(l.Elem()), s.pos, to, i)
	b.effect(rp.Store, "", s.pos, at, b.op(rp.Opaque, "element", l.Elem(), s.pos))
}
