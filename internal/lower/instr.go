package lower

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// instr emits one instruction.
func (b *body) instr(fr *frame, instr ssa.Instruction) {
	switch v := instr.(type) {
	case *ssa.Phi: // emitPhis
	case *ssa.DebugRef:
		b.nameFrom(v)
	case *ssa.Jump:
		b.jump(fr.entry[v.Block().Succs[0]])
	case *ssa.If:
		b.branch(fr, v)
	case *ssa.Return:
		b.ret(fr, v)
	case *ssa.Panic:
		b.terminate(rp.Term{Kind: rp.Panic, Pos: v.Pos()})
	case *ssa.RunDefers:
		b.effect(rp.RunDefers, "", v.Pos())
	case *ssa.Store:
		b.effect(rp.Store, "", v.Pos(), b.val(v.Addr), b.val(v.Val))
	case *ssa.MapUpdate:
		b.effect(rp.MapStore, "", v.Pos(), b.val(v.Map), b.val(v.Key), b.val(v.Value))
	case *ssa.Send:
		b.effect(rp.Send, "", v.Pos(), b.val(v.Chan), b.val(v.X))
	case *ssa.Call:
		b.callInstr(fr, v)
	case *ssa.Defer:
		b.deferred(fr, v)
	case *ssa.Go:
		b.spawned(fr, v)
	case *ssa.Select:
		b.selects(v)
	case ssa.Value:
		b.value(v)
	default:
		panic(fmt.Sprintf("unknown instruction %T", instr))
	}
}

func (b *body) branch(fr *frame, v *ssa.If) {
	succs := v.Block().Succs
	pos := v.Cond.Pos()
	b.terminate(rp.Term{Kind: rp.If, Cond: b.val(v.Cond), Pos: pos}, fr.entry[succs[0]], fr.entry[succs[1]])
}

func (b *body) ret(fr *frame, v *ssa.Return) {
	vals := b.vals2(v.Results)
	if fr.cont != nil {
		fr.returns = append(fr.returns, returned{b.cur, vals})
		b.jump(fr.cont)
		return
	}
	b.runForgottenDefers(v, vals)
	b.terminate(rp.Term{Kind: rp.Return, Args: vals, Pos: v.Pos()})
}

// nameFrom gives a register the name of the first variable that holds its value.
func (b *body) nameFrom(d *ssa.DebugRef) {
	obj, ok := d.Object().(*types.Var)
	if !ok || d.IsAddr || obj.IsField() {
		return
	}
	if o, ok := b.vals[d.X]; ok && o.Kind == rp.RegOperand && b.f.Regs[o.Reg].Name == "" {
		b.f.Regs[o.Reg].Name = variableName(obj.Name())
	}
}

// variableName filters what go/ssa and cgo call things that are no variables.
func variableName(comment string) string {
	if comment == "" || comment == "_" || isGeneratedName(comment) || !token.IsIdentifier(strings.ReplaceAll(comment, "$", "")) {
		return ""
	}
	switch comment {
	case "complit", "new", "makeslice", "slicelit", "varargs", "rangeindex", "rangeiter", "typeswitch", "selectstate":
		return ""
	}
	return comment
}

// value emits the instructions that compute a value.
func (b *body) value(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Alloc:
		b.alloc(v)
	case *ssa.UnOp:
		b.unop(v)
	case *ssa.BinOp:
		b.binop(v)
	case *ssa.ChangeType:
		b.define(v, rp.Copy, "", b.val(v.X))
	case *ssa.ChangeInterface:
		b.define(v, rp.Copy, "", b.val(v.X))
	case *ssa.Convert:
		b.convert(v, v.X)
	case *ssa.MultiConvert:
		b.determined(v, "to "+typeName(v.Type()), b.val(v.X))
	case *ssa.MakeInterface:
		b.define(v, rp.MakeIface, typeName(v.X.Type()), b.val(v.X))
	case *ssa.TypeAssert:
		b.typeAssert(v)
	case *ssa.Extract:
		b.define(v, rp.Extract, "", b.val(v.Tuple)).N = v.Index
	case *ssa.MakeClosure:
		b.makeClosure(v)
	case *ssa.FieldAddr:
		b.define(v, rp.FieldAddr, fieldName(v.X.Type(), v.Field), b.val(v.X))
	case *ssa.Field:
		b.define(v, rp.Field, fieldName(v.X.Type(), v.Field), b.val(v.X))
	case *ssa.IndexAddr:
		b.define(v, rp.IndexAddr, "", b.val(v.X), b.val(v.Index))
	case *ssa.Index:
		b.index(v)
	case *ssa.Lookup:
		b.lookup(v)
	case *ssa.Slice:
		b.slice(v)
	case *ssa.SliceToArrayPointer:
		b.define(v, rp.Opaque, "array of slice", b.val(v.X))
		b.effect(rp.Escape, "conversion of a slice to an array", v.Pos(), b.val(v.X))
	case *ssa.MakeSlice:
		b.reads(v.Pos(), v.Len, v.Cap)
		b.define(v, rp.MakeContainer, "slice")
	case *ssa.MakeMap:
		b.reads(v.Pos(), v.Reserve)
		b.define(v, rp.MakeContainer, "map")
	case *ssa.MakeChan:
		b.reads(v.Pos(), v.Size)
		b.define(v, rp.MakeContainer, "chan")
	case *ssa.Range:
		b.define(v, rp.Copy, "", b.val(v.X))
	case *ssa.Next:
		b.next(v)
	default:
		panic(fmt.Sprintf("unknown value %T", v))
	}
}

func (b *body) alloc(v *ssa.Alloc) {
	op := b.define(v, rp.Alloc, "")
	if v.Heap {
		op.N = 1
	}
	name := variableName(v.Comment)
	b.allocs[op.Dst] = allocated{name: name, elem: v.Type().Underlying().(*types.Pointer).Elem(), shared: b.p.readOnlyOutside(v, b.fn)}
	if name != "" {
		b.f.Regs[op.Dst].Name = "&" + name
	}
}

func (b *body) unop(v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		if b.functionPointer(v) {
			return
		}
		if g, ok := v.X.(*ssa.Global); ok && b.p.initialFuncs[g] != nil {
			b.define(v, rp.Copy, "", b.funcRef(b.p.initialFuncs[g]))
			return
		}
		if g, ok := v.X.(*ssa.Global); ok && b.p.constants[g] != nil {
			b.define(v, rp.Copy, "", b.val(b.p.constants[g]))
			return
		}
		if b.p.isUnset(v.X) {
			b.define(v, rp.Copy, "", zero(v.Type()))
			return
		}
		op := b.define(v, rp.Load, "", b.val(v.X))
		if g, ok := v.X.(*ssa.Global); ok && b.p.isSentinel(g) {
			op.Flag |= rp.NonNil
		}
	case token.NOT:
		b.define(v, rp.Not, "", b.val(v.X))
	case token.ARROW:
		op := b.define(v, rp.Recv, "", b.val(v.X))
		if v.CommaOk {
			op.Flag |= rp.CommaOk
		}
	case token.SUB:
		if kindOf(v.Type()) == rp.Int {
			b.define(v, rp.Arith, "-", rp.Int64(0), b.val(v.X))
			return
		}
		b.determined(v, "-", b.val(v.X))
	default:
		b.determined(v, v.Op.String(), b.val(v.X))
	}
}

// determined computes something that is not followed, but that is the same
// whenever it is computed of the same values.
func (b *body) determined(v ssa.Value, name string, args ...rp.Operand) {
	b.define(v, rp.Opaque, name, args...).Flag |= rp.Determined
}

// determinedOp is determined for a value that the SSA form does not have.
func (b *body) determinedOp(name string, t types.Type, pos token.Pos, args ...rp.Operand) rp.Operand {
	r := b.op(rp.Opaque, name, t, pos, args...)
	b.cur.ops[len(b.cur.ops)-1].Flag |= rp.Determined
	return r
}

// convert keeps the identity of pointers and of integers that keep their value;
// a pointer that becomes a number is lost.
func (b *body) convert(v ssa.Value, x ssa.Value) {
	from, to := kindOf(x.Type()), kindOf(v.Type())
	switch {
	case from == rp.Pointer && to == rp.Pointer:
		b.define(v, rp.Copy, "", b.val(x))
	case from == rp.Pointer:
		b.effect(rp.Escape, "conversion to uintptr", v.Pos(), b.val(x))
		b.define(v, rp.Opaque, "uintptr", b.val(x))
	case from == rp.Int && to == rp.Int && keepsValue(x.Type(), v.Type()):
		b.define(v, rp.Copy, "", b.val(x))
	default:
		b.determined(v, "to "+typeName(v.Type()), b.val(x))
	}
}

// keepsValue reports whether converting between two integer types keeps every
// value that a count, a length or a status has: it does not narrow below 32 bits.
func keepsValue(from, to types.Type) bool {
	sizes := types.StdSizes{WordSize: 8, MaxAlign: 8}
	n, m := sizes.Sizeof(from), sizes.Sizeof(to)
	return m >= n || m >= 4
}

func (b *body) typeAssert(v *ssa.TypeAssert) {
	op := b.define(v, rp.TypeAssert, typeName(v.AssertedType), b.val(v.X))
	if v.CommaOk {
		op.Flag |= rp.CommaOk
	}
	if types.IsInterface(v.AssertedType) {
		op.Flag |= rp.ToIface
	}
}

func (b *body) index(v *ssa.Index) {
	if kindOf(v.X.Type()) == rp.Aggregate {
		b.define(v, rp.Index, "", b.val(v.X), b.val(v.Index))
		return
	}
	b.determined(v, "[]", b.val(v.X), b.val(v.Index))
}

func (b *body) lookup(v *ssa.Lookup) {
	if _, ok := v.X.Type().Underlying().(*types.Map); !ok {
		b.determined(v, "[]", b.val(v.X), b.val(v.Index))
		return
	}
	op := b.define(v, rp.MapLoad, "", b.val(v.X), b.val(v.Index))
	if v.CommaOk {
		op.Flag |= rp.CommaOk
	}
}

func (b *body) slice(v *ssa.Slice) {
	b.reads(v.Pos(), v.Low, v.High, v.Max)
	if kindOf(v.X.Type()) == rp.Other { // string
		bound := func(v ssa.Value) rp.Operand {
			if v == nil {
				return rp.Zero()
			}
			return b.val(v)
		}
		name := "[:]"
		if v.High != nil {
			name = "[::]"
		}
		b.determined(v, name, b.val(v.X), bound(v.Low), bound(v.High))
		return
	}
	name := ""
	if v.Low != nil || v.High != nil {
		name = "part" // its elements have other indices, or are fewer
	}
	b.define(v, rp.SliceOf, name, b.val(v.X))
}

func (b *body) next(v *ssa.Next) {
	if !v.IsString {
		b.define(v, rp.Next, "", b.val(v.Iter))
		return
	}
	b.reads(v.Pos(), v.Iter)
	ok := b.op(rp.Opaque, "", types.Typ[types.Bool], v.Pos())
	k := b.op(rp.Opaque, "", types.Typ[types.Int], v.Pos())
	r := b.op(rp.Opaque, "", types.Typ[types.Rune], v.Pos())
	b.define(v, rp.MakeTuple, "", ok, k, r)
}

// selects makes a choice of the arms of a select; each arm does its own send or
// receive, so that an arm not taken keeps what it would have sent.
func (b *body) selects(v *ssa.Select) {
	n := len(v.States)
	if !v.Blocking {
		n++
	}
	if n == 0 {
		b.exitHere("select without arms", v.Pos())
		return
	}
	arms, done := b.choose(n, "select", v.Pos()), b.newBlock()
	tuple := v.Type().(*types.Tuple)
	phis := make([]phi, tuple.Len())
	for i := range phis {
		phis[i].dst = b.newReg("", b.p.typ(tuple.At(i).Type()))
	}
	for i, arm := range arms {
		b.cur = arm
		for j, o := range b.selectArm(v, i, tuple) {
			phis[j].from = append(phis[j].from, arm)
			phis[j].args = append(phis[j].args, o)
		}
		b.jump(done)
	}
	b.cur = done
	done.phis = phis
	parts := make([]rp.Operand, len(phis))
	for i := range phis {
		parts[i] = rp.R(phis[i].dst)
	}
	b.define(v, rp.MakeTuple, "", parts...)
}

// selectArm does the send or receive of arm i and returns the select's results.
func (b *body) selectArm(v *ssa.Select, i int, tuple *types.Tuple) []rp.Operand {
	vals := make([]rp.Operand, tuple.Len())
	for j := range vals {
		vals[j] = zero(tuple.At(j).Type())
	}
	if i == len(v.States) {
		vals[0] = rp.Int64(-1)
		return vals
	}
	vals[0] = rp.Int64(int64(i))
	state := v.States[i]
	if state.Dir == types.SendOnly {
		b.effect(rp.Send, "", state.Pos, b.val(state.Chan), b.val(state.Send))
		return vals
	}
	at := 2
	for _, s := range v.States[:i] {
		if s.Dir == types.RecvOnly {
			at++
		}
	}
	elem := state.Chan.Type().Underlying().(*types.Chan).Elem()
	both := types.NewTuple(types.NewVar(0, nil, "", elem), types.NewVar(0, nil, "", types.Typ[types.Bool]))
	t := b.op(rp.Recv, "", both, state.Pos, b.val(state.Chan))
	b.cur.ops[len(b.cur.ops)-1].Flag |= rp.CommaOk
	vals[at] = b.extract(t, 0, elem, state.Pos)
	vals[1] = b.extract(t, 1, types.Typ[types.Bool], state.Pos)
	return vals
}

func (b *body) extract(tuple rp.Operand, n int, t types.Type, pos token.Pos) rp.Operand {
	o := b.op(rp.Extract, "", t, pos, tuple)
	b.cur.ops[len(b.cur.ops)-1].N = n
	return o
}

func fieldName(t types.Type, i int) string {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		if name := s.Field(i).Name(); name != "_" {
			return name
		}
	}
	return fmt.Sprintf("#%d", i)
}

// constOperand is the operand for a compile-time constant.
func constOperand(v *ssa.Const) rp.Operand {
	if v.Value == nil {
		return zero(v.Type())
	}
	switch v.Value.Kind() {
	case constant.Bool:
		if constant.BoolVal(v.Value) {
			return rp.Int64(1)
		}
		return rp.Int64(0)
	case constant.Int:
		if kindOf(v.Type()) == rp.Int {
			if n, exact := constant.Int64Val(v.Value); exact {
				return rp.Int64(n)
			}
		}
	}
	return rp.Const(v.Value.ExactString())
}

// zero is the zero value of a type.
func zero(t types.Type) rp.Operand {
	switch kindOf(types.Unalias(t)) {
	case rp.Bool, rp.Int:
		return rp.Int64(0)
	case rp.Aggregate, rp.Tuple:
		return rp.Zero()
	case rp.Other:
		if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
			return rp.Const(param(tp))
		}
		if bt, ok := t.Underlying().(*types.Basic); ok && bt.Info()&types.IsString != 0 {
			return rp.Const(`""`)
		}
		return rp.Const("0")
	}
	return rp.Nil()
}
