package lower

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// libcall is a call of a library function that a table describes.
type libcall struct {
	site
	name string
	be   *contract.Behaviour
	c    *ssa.CallCommon
	vals []ssa.Value  // receiver first
	args []rp.Operand // the same, as operands
}

// callBehaviour lowers a call of a library function that a table describes.
func (b *body) callBehaviour(s site, name string, be *contract.Behaviour, c *ssa.CallCommon, args []rp.Operand) {
	vals := c.Args
	if c.IsInvoke() {
		vals = append([]ssa.Value{c.Value}, c.Args...)
	}
	if len(vals) != len(args) { // the receiver of a method value
		vals = nil
	}
	l := &libcall{site: s, name: name, be: be, c: c, vals: vals, args: args}
	now := s.mode == rp.Now
	switch {
	case be.NoReturn && now:
		b.leave(name, be.Unwinds, s)
	case be.KeepAlive && now:
		for i, v := range vals {
			if mi, ok := v.(*ssa.MakeInterface); ok {
				args[i] = b.val(mi.X)
			}
		}
		b.effect(rp.KeepAlive, "", s.pos, args...)
	case now && be.Cell != "" && b.cell(l):
	case len(be.Calls) > 0 && vals != nil:
		b.callsBack(l)
	case now && be.NonNilIf > 0 && s.dst != nil && be.NonNilIf <= len(args):
		b.nilIfNil(l, []ssa.Value{l.value(be.NonNilIf - 1)}, rp.Determined)
	case now && len(be.NilIfNil) > 0 && s.dst != nil && l.listed(be.NilIfNil) != nil:
		b.nilIfNil(l, l.listed(be.NilIfNil), rp.NonNil)
	case now && len(be.NilIfNil) == 1 && s.dst != nil && be.NilIfNil[0] < len(vals):
		b.nilIfNil(l, []ssa.Value{l.value(be.NilIfNil[0])}, 0) // of no elements, too
	default:
		b.libOp(l, 0)
		if now {
			b.keeps(l)
			b.returnsIf(l)
		}
	}
}

// leave ends the path in a function that never returns; deferred calls run
// first if it unwinds.
func (b *body) leave(name string, unwinds bool, s site) {
	if unwinds && b.fn.Recover != nil {
		b.effect(rp.RunDefers, "", s.pos)
	}
	b.exitHere(name, s.pos)
}

// value is argument i, or nil if it is not known as an SSA value.
func (l *libcall) value(i int) ssa.Value {
	if i < 0 || i >= len(l.vals) {
		return nil
	}
	return l.vals[i]
}

// libOp emits the operation itself.
func (b *body) libOp(l *libcall, flag rp.Flag) {
	if l.be.Harmless || len(l.be.Keeps) > 0 || len(l.be.Calls) > 0 || l.be.Returns != nil {
		flag |= rp.Harmless
	}
	if l.be.NonNil {
		flag |= rp.NonNil
	}
	b.emitCall(l.site, rp.Unknown, l.name, flag, l.args)
}

// keeps emits the hand-over of the arguments that the callee keeps, under the
// condition on the result that the table names.
func (b *body) keeps(l *libcall) {
	if len(l.be.Keeps) == 0 {
		return
	}
	var kept []rp.Operand
	for _, i := range l.be.Keeps {
		if i < len(l.args) {
			kept = append(kept, l.args[i])
		}
	}
	if l.be.KeepsWhen == "" || l.dst == nil {
		b.effect(rp.Escape, "kept by "+l.name, l.pos, kept...)
		if in := l.value(0); in != nil && kindOf(in.Type()) == rp.Pointer && !slices.Contains(l.be.Keeps, 0) {
			b.cur.ops[len(b.cur.ops)-1].N = 1
		}
		return
	}
	result := rp.R(b.reg(l.dst))
	if t, ok := l.dst.Type().(*types.Tuple); ok {
		last := t.Len() - 1
		result = b.extract(result, last, t.At(last).Type(), l.pos)
	}
	keep, done := b.newBlock(), b.newBlock()
	succs := []*block{keep, done}
	if l.be.KeepsWhen == "false" {
		succs = []*block{done, keep}
	}
	b.terminate(rp.Term{Kind: rp.If, Cond: result, Pos: l.pos}, succs...)
	b.cur = keep
	b.effect(rp.Escape, "kept by "+l.name, l.pos, kept...)
	b.jump(done)
	b.cur = done
}

// cell emits the load and the store of a variable that a call stands for. Who is faster
// nobody knows, so a compare-and-swap may go either way, as an unknown call. It
// reports false if the call is none of these.
func (b *body) cell(l *libcall) bool {
	at := len(l.args) - 1 // of what is stored
	switch l.be.Cell {
	case "load":
		if l.dst != nil {
			b.define(l.dst, rp.Load, "", l.args[0])
		}
	case "swap":
		if l.dst != nil {
			b.define(l.dst, rp.Load, "", l.args[0])
		}
		b.effect(rp.Store, "", l.pos, l.args[0], l.args[at])
	case "store":
		b.effect(rp.Store, "", l.pos, l.args[0], l.args[at])
	case "compare_and_swap":
		if l.dst == nil {
			return false
		}
		b.libOp(l, 0)
		ok, stored, changed, done := b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()
		b.terminate(rp.Term{Kind: rp.If, Cond: rp.R(b.reg(l.dst)), Pos: l.pos}, ok, done)
		b.cur = ok
		var t types.Type = types.Typ[types.UnsafePointer]
		if v := l.value(at); v != nil {
			t = v.Type()
		}
		now := b.op(rp.Load, "", t, l.pos, l.args[0])
		same := b.op(rp.Compare, "==", types.Typ[types.Bool], l.pos, now, l.args[at-1])
		b.terminate(rp.Term{Kind: rp.If, Cond: same, Pos: l.pos}, stored, changed)
		b.cur = changed // somebody else has been there, and has what it held
		b.effect(rp.Escape, "changed before "+l.name, l.pos, l.args[0], l.args[at])
		b.jump(done)
		b.cur = stored
		b.effect(rp.Store, "", l.pos, l.args[0], l.args[at])
		b.jump(done)
		b.cur = done
	}
	return true
}

// returnsIf ends the path where the callee does not come back.
func (b *body) returnsIf(l *libcall) {
	c := l.be.Returns
	if c == nil || c.Param >= len(l.args) {
		return
	}
	cond, ok := b.condition(l, c)
	if !ok {
		return
	}
	back, gone := b.newBlock(), b.newBlock()
	b.terminate(rp.Term{Kind: rp.If, Cond: cond, Pos: l.pos}, back, gone)
	b.cur = gone
	b.leave(l.name, true, l.site)
	b.cur, b.dead = back, false
}

// condition computes whether a fact about an argument holds. A pointer in an
// interface counts as the pointer.
func (b *body) condition(l *libcall, c *contract.Condition) (rp.Operand, bool) {
	v, o := l.value(c.Param), l.args[c.Param]
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v, o = mi.X, b.val(mi.X)
	}
	isBool := v != nil && kindOf(v.Type()) == rp.Bool
	switch c.Is {
	case "true":
		if isBool {
			return o, true
		}
	case "false":
		if isBool {
			return b.op(rp.Not, "", types.Typ[types.Bool], l.pos, o), true
		}
	case "nil", "non_nil":
		if v == nil || !nilable(v.Type()) {
			return o, false
		}
		op := "=="
		if c.Is == "non_nil" {
			op = "!="
		}
		return b.op(rp.Compare, op, types.Typ[types.Bool], l.pos, o, rp.Nil()), true
	}
	return o, false
}

func nilable(t types.Type) bool {
	switch kindOf(t) {
	case rp.Pointer, rp.Error, rp.Interface, rp.Function, rp.Container:
		return true
	}
	return false
}

// listed returns the arguments with the given indices; the elements of a
// variadic one where the call spells them out. Nil: not known.
func (l *libcall) listed(params []int) []ssa.Value {
	var out []ssa.Value
	for _, i := range params {
		v := l.value(i)
		if v == nil {
			return nil
		}
		sig := l.c.Signature()
		if last := len(l.vals) - 1; sig.Variadic() && i == last {
			elems, ok := variadic(v)
			if !ok {
				return nil
			}
			out = append(out, elems...)
			continue
		}
		out = append(out, v)
	}
	for _, v := range out {
		if !nilable(v.Type()) {
			return nil
		}
	}
	return out
}

// variadic returns the elements of the slice that a variadic call makes.
func variadic(v ssa.Value) ([]ssa.Value, bool) {
	sl, ok := v.(*ssa.Slice)
	if !ok {
		return nil, false
	}
	array, ok := sl.X.(*ssa.Alloc)
	if !ok || array.Comment != "varargs" {
		return nil, false
	}
	var elems []ssa.Value
	for _, instr := range refs(array) {
		addr, ok := instr.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range refs(addr) {
			if st, ok := use.(*ssa.Store); ok {
				elems = append(elems, st.Val)
			}
		}
	}
	return elems, len(elems) > 0
}

// nilIfNil emits a call whose result is nil (or false) if all of vals are nil:
//
//	if a == nil && b == nil { result = nil } else { result = unknown }
func (b *body) nilIfNil(l *libcall, vals []ssa.Value, flag rp.Flag) {
	if l.value(0) == nil && len(l.args) > 0 || kindOf(l.dst.Type()) == rp.Tuple {
		b.libOp(l, 0)
		return
	}
	none, some, done := b.newBlock(), b.newBlock(), b.newBlock()
	for i, v := range vals {
		is := b.op(rp.Compare, "==", types.Typ[types.Bool], l.pos, b.val(v), rp.Nil())
		next := none
		if i+1 < len(vals) {
			next = b.newBlock()
		}
		b.terminate(rp.Term{Kind: rp.If, Cond: is, Pos: l.pos}, next, some)
		b.cur = next
	}
	b.jump(done)
	b.cur = some
	dst := l.dst
	l.dst = &resultValue{Value: dst, typ: dst.Type()}
	b.libOp(l, flag)
	from := b.cur
	b.jump(done)
	b.cur = done
	ph := phi{dst: b.reg(dst), from: []*block{none, from}, args: []rp.Operand{zero(dst.Type()), rp.R(b.reg(l.dst))}}
	done.phis = append(done.phis, ph)
}

// callsBack emits a call that runs function arguments.
func (b *body) callsBack(l *libcall) {
	var later []rp.Operand
	collected := rp.Flag(0)
	for _, c := range l.be.Calls {
		if c.Param >= len(l.vals) {
			continue
		}
		switch {
		case c.When == "now":
			b.runsArgument(l, c)
		case b.spawns(l, c):
			// Like a go statement: what the function does, it does for sure.
			b.emit(rp.Op{Kind: rp.Invoke, Mode: rp.Spawned, Dst: rp.NoReg, Args: []rp.Operand{l.args[c.Param]}, Pos: l.pos, Stack: rp.NoReg})
		default:
			later = append(later, l.args[c.Param])
			if c.Object >= 0 && c.Object < len(l.args) {
				later = append(later, l.args[c.Object]) // it is passed to the function then
			}
			if c.When == "collected" {
				collected = rp.Harmless
			}
		}
	}
	b.libOp(l, 0)
	if l.mode == rp.Now {
		b.keeps(l)
	}
	if len(later) > 0 {
		b.effect(rp.Escape, "runs later: "+l.name, l.pos, later...)
		b.cur.ops[len(b.cur.ops)-1].Flag |= collected
	}
}

// spawns reports whether a call starts a goroutine of a function argument that has
// no parameters.
func (b *body) spawns(l *libcall, c contract.CallsArg) bool {
	sig, ok := l.vals[c.Param].Type().Underlying().(*types.Signature)
	return ok && c.When == "spawned" && c.Times == "once" && l.mode == rp.Now && sig.Params().Len() == 0
}

// runsArgument emits the calls of one function argument.
func (b *body) runsArgument(l *libcall, c contract.CallsArg) {
	v := l.vals[c.Param]
	sig, ok := v.Type().Underlying().(*types.Signature)
	if !ok {
		b.effect(rp.Escape, "called by "+l.name, l.pos, l.args[c.Param])
		return
	}
	note := l.name + " calls its argument"
	switch {
	case c.Times == "once":
		b.invokeOpaque(l.site, l.args[c.Param], sig)
	case c.Times == "many" && l.mode == rp.Now:
		b.invokeMany(l.site, l.args[c.Param], sig, note)
	case c.Param > 0 && l.mode == rp.Now:
		b.invokeFirst(l, l.args[0], l.args[c.Param], sig)
	default:
		arms, done := b.choose(2, note, l.pos), b.newBlock()
		b.cur = arms[0]
		b.invokeOpaque(l.site, l.args[c.Param], sig)
		b.jump(done)
		b.cur = arms[1]
		b.jump(done)
		b.cur = done
	}
}

// invokeFirst calls a function value if its object has called none before
// (sync.Once). Whether it has is a part of the object that only lower knows of;
// where it may have been somebody else who did, what the function captured goes
// where nobody follows it.
func (b *body) invokeFirst(l *libcall, object, f rp.Operand, sig *types.Signature) {
	ran := b.op(rp.FieldAddr, "ran", types.NewPointer(types.Typ[types.Bool]), l.pos, object)
	before := b.op(rp.Load, "", types.Typ[types.Bool], l.pos, ran)
	skip, run, done := b.newBlock(), b.newBlock(), b.newBlock()
	b.terminate(rp.Term{Kind: rp.If, Cond: before, Pos: l.pos}, skip, run)
	b.cur = run
	b.effect(rp.Store, "", l.pos, ran, rp.Int64(1))
	b.invokeOpaque(l.site, f, sig)
	b.jump(done)
	b.cur = skip
	b.effect(rp.Escape, "may have run before: "+l.name, l.pos, f)
	b.jump(done)
	b.cur = done
}

// invokeOpaque calls a function value with arguments nobody knows and returns
// its single result, if it has one.
func (b *body) invokeOpaque(s site, f rp.Operand, sig *types.Signature) (rp.Operand, bool) {
	args := []rp.Operand{f}
	for v := range sig.Params().Variables() {
		args = append(args, b.op(rp.Opaque, "argument", v.Type(), s.pos))
	}
	dst, single := rp.NoReg, false
	switch res := sig.Results(); res.Len() {
	case 0:
	case 1:
		dst, single = b.newReg("", b.p.typ(res.At(0).Type())), true
	default:
		dst = b.newReg("", b.p.typ(res))
	}
	b.emit(rp.Op{Kind: rp.Invoke, Mode: s.mode, Dst: dst, Args: args, Pos: s.pos, Stack: s.stack})
	return rp.R(dst), single
}

// invokeMany calls a function value any number of times; if it returns a bool,
// until that is false.
func (b *body) invokeMany(s site, f rp.Operand, sig *types.Signature, note string) {
	head := b.newBlock()
	b.jump(head)
	b.cur = head
	arms := b.choose(2, note, s.pos)
	run, done := arms[0], arms[1]
	b.cur = run
	more, single := b.invokeOpaque(s, f, sig)
	if single && kindOf(sig.Results().At(0).Type()) == rp.Bool {
		b.terminate(rp.Term{Kind: rp.If, Cond: more, Pos: s.pos}, head, done)
	} else {
		b.jump(head)
	}
	b.cur = done
}
