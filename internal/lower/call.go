package lower

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// A site is one call being lowered: what is called is decided by call, when it
// runs and where its result goes is here.
type site struct {
	instr ssa.CallInstruction
	dst   ssa.Value // nil: no result
	mode  rp.Mode
	pos   token.Pos
	stack rp.Reg
	blank uint64
}

func (b *body) callInstr(fr *frame, v *ssa.Call) {
	s := b.site(fr, v)
	if lit := runsInPlace(v); lit != nil {
		b.runLiteral(v, lit, s)
		return
	}
	b.call(fr, s, &v.Call)
}

// site works out position and results of a call.
func (b *body) site(fr *frame, v *ssa.Call) site {
	s := site{instr: v, pos: v.Pos(), stack: rp.NoReg}
	if !s.pos.IsValid() { // a loop over an iterator calls what it ranges over
		s.pos = v.Call.Value.Pos()
	}
	if syn, ok := b.p.calls[s.pos]; ok {
		s.pos, s.blank = syn.start, syn.blank
	}
	if v.Call.Signature().Results().Len() > 0 && !isVoid(v.Type()) {
		s.dst = v
	}
	return s
}

// isVoid reports whether a type is the result of a C function without one.
func isVoid(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "_Ctype_void"
}

// runLiteral splices the literal that a call runs.
func (b *body) runLiteral(v *ssa.Call, lit *ssa.Function, s site) {
	if mc := deferThunk(v); mc != nil {
		b.thunks[mc] = true
	}
	fr := &frame{fn: lit, wrapper: isCgoWrapper(lit)}
	if fr.wrapper {
		fr.pos, fr.blank = b.p.wrapperStart(lit), s.blank
	}
	b.bind(lit, v.Call.Value, v.Call.Args)
	if mc := b.thunkOf(v); mc != nil {
		b.splice(fr)
		return
	}
	vals := b.splice(fr)
	if b.dead {
		return
	}
	switch len(vals) {
	case 0:
	case 1:
		b.define(v, rp.Copy, "", vals[0])
	default:
		b.define(v, rp.MakeTuple, "", vals...)
	}
}

// bind gives the parameters and free variables of a spliced literal their values.
func (b *body) bind(lit *ssa.Function, value ssa.Value, args []ssa.Value) {
	for i, param := range lit.Params {
		b.vals[param] = b.val(args[i])
	}
	if mc, ok := value.(*ssa.MakeClosure); ok {
		for i, free := range lit.FreeVars {
			b.vals[free] = b.val(mc.Bindings[i])
		}
	}
}

// thunkOf returns the deferred wrapper that a spliced call made, or nil.
func (b *body) thunkOf(v ssa.Value) *ssa.MakeClosure {
	if call, ok := v.(*ssa.Call); ok {
		if mc := deferThunk(call); mc != nil && b.thunks[mc] {
			return mc
		}
	}
	return nil
}

func (b *body) makeClosure(v *ssa.MakeClosure) {
	if b.thunks[v] {
		return
	}
	fn := v.Fn.(*ssa.Function)
	if b.p.spliced[fn] {
		return
	}
	if !b.p.has(fn) {
		b.define(v, rp.Opaque, "function", b.vals2(v.Bindings)...).Flag |= rp.NonNil
		return
	}
	b.define(v, rp.Closure, b.p.key(fn), b.vals2(v.Bindings)...)
}

// funcRef is the operand for a function. A thunk (T.Method as a value) stands
// for the method itself where it only passes its arguments on.
func (b *body) funcRef(fn *ssa.Function) rp.Operand {
	if args := typeArgs(fn); parameterized(args) {
		return rp.FuncRef(b.p.genericName(fn, args))
	}
	if key, ok := b.p.instance(fn); ok {
		return rp.FuncRef(key)
	}
	if isWrapper(fn) && !b.p.spliced[fn] {
		if c := onlyCall(fn); c != nil && !c.IsInvoke() && len(c.Args) == len(fn.Params) {
			target, ok := c.Value.(*ssa.Function)
			for i, a := range c.Args {
				ok = ok && a == fn.Params[i]
			}
			if ok && (b.p.own[target] || b.p.known(b.p.key(target))) {
				return rp.FuncRef(b.p.key(target))
			}
		}
	}
	return rp.FuncRef(b.p.key(fn))
}

// deferred lowers a defer statement.
func (b *body) deferred(fr *frame, v *ssa.Defer) {
	s := site{instr: v, mode: rp.Deferred, pos: v.Pos(), stack: rp.NoReg}
	if v.DeferStack != nil {
		s.stack = b.reg(v.DeferStack)
	}
	b.later(fr, s, &v.Call)
}

// spawned lowers a go statement.
func (b *body) spawned(fr *frame, v *ssa.Go) {
	b.later(fr, site{instr: v, mode: rp.Spawned, pos: v.Pos(), stack: rp.NoReg}, &v.Call)
}

// later lowers a call that runs at another time. What cgo makes of a C call
// becomes one operation, with its arguments evaluated here.
func (b *body) later(fr *frame, s site, c *ssa.CallCommon) {
	if mc := b.thunkOf(c.Value); mc != nil {
		b.runWrapper(mc.Fn.(*ssa.Function), mc, nil, s)
		return
	}
	if s.mode == rp.Spawned {
		if lit := calledOnce(s.instr); lit != nil && isCgoWrapper(lit) {
			b.runWrapper(lit, c.Value, c.Args, s)
			return
		}
	}
	b.call(fr, s, c)
}

// runWrapper splices cgo's wrapper so that only the C call itself is put off.
func (b *body) runWrapper(lit *ssa.Function, value ssa.Value, args []ssa.Value, s site) {
	b.bind(lit, value, args)
	b.splice(&frame{fn: lit, wrapper: true, pos: s.pos, mode: s.mode, stack: s.stack})
}

// call decides who knows the callee.
func (b *body) call(fr *frame, s site, c *ssa.CallCommon) {
	if c.IsInvoke() {
		b.callMethod(s, c)
		return
	}
	if yield := yieldOf(c); yield != nil && !b.iteratorKnown(c.Value) {
		b.rangeOver(s, c.Value, yield)
		return
	}
	args := b.vals2(c.Args)
	switch v := c.Value.(type) {
	case *ssa.Builtin:
		b.builtin(s, v, c, args)
	case *ssa.Function:
		b.callFunction(fr, s, v, c, args)
	case *ssa.MakeClosure:
		if fn := v.Fn.(*ssa.Function); isWrapper(fn) && b.callBound(fr, s, fn, v, args) {
			return
		}
		b.emitCall(s, rp.Invoke, "", 0, append([]rp.Operand{b.val(v)}, args...))
	default:
		b.emitCall(s, rp.Invoke, "", 0, append([]rp.Operand{b.val(v)}, args...))
	}
}

// callBound calls a method value that was made for the call (f := h.Close; f()):
// the receiver was evaluated where the value was made.
func (b *body) callBound(fr *frame, s site, fn *ssa.Function, mc *ssa.MakeClosure, args []rp.Operand) bool {
	inner := onlyCall(fn)
	if inner == nil || len(mc.Bindings) != 1 {
		return false
	}
	recv := b.val(mc.Bindings[0])
	all := append([]rp.Operand{recv}, args...)
	if inner.IsInvoke() {
		b.emitCall(s, rp.Method, inner.Method.Name(), 0, all)
		return true
	}
	callee, ok := inner.Value.(*ssa.Function)
	if !ok {
		return false
	}
	b.callFunction(fr, s, callee, inner, all)
	return true
}

// onlyCall returns the call that a wrapper consists of.
func onlyCall(fn *ssa.Function) *ssa.CallCommon {
	if len(fn.Blocks) != 1 {
		return nil
	}
	var found *ssa.CallCommon
	for _, instr := range fn.Blocks[0].Instrs {
		if c, ok := instr.(*ssa.Call); ok {
			if found != nil {
				return nil
			}
			found = &c.Call
		}
	}
	return found
}

func (b *body) callMethod(s site, c *ssa.CallCommon) {
	args := append([]rp.Operand{b.val(c.Value)}, b.vals2(c.Args)...)
	name := c.Method.FullName()
	if f, ok := b.p.in.Table.Go(name); ok {
		b.emitAPI(s, f, args, false)
		return
	}
	if be, ok := b.p.in.Table.Behaviour(name); ok {
		b.callBehaviour(s, name, be, c, args)
		return
	}
	b.emitCall(s, rp.Method, c.Method.Name(), 0, args)
}

// callFunction lowers a call whose callee is known by name.
func (b *body) callFunction(fr *frame, s site, fn *ssa.Function, c *ssa.CallCommon, args []rp.Operand) {
	if isCgoCheck(fn) {
		return
	}
	switch fn.Name() {
	case "_Cgo_ptr":
		if s.dst != nil {
			b.define(s.dst, rp.Copy, "", args[0])
		}
		return
	case "_Cgo_keepalive":
		b.effect(rp.KeepAlive, "", s.pos, args...)
		return
	}
	if name, errno, ok := cFunction(fn); ok {
		if fr != nil && fr.wrapper {
			s.pos, s.mode, s.blank = fr.pos, fr.mode, fr.blank
			if s.mode != rp.Now {
				s.stack, s.dst = fr.stack, nil
			}
		}
		if s.dst != nil && kindOf(s.dst.Type()) == rp.Tuple {
			errno = true // x, err := C.f() as gopls checks it: a call of _Cfunc_f
		}
		b.callC(s, name, errno, args)
		return
	}
	name := fullName(fn)
	if f, ok := b.p.in.Table.Go(name); ok {
		b.emitAPI(s, f, args, false)
		return
	}
	if b.p.neverReturns(fn) && s.mode == rp.Now {
		b.neverReturning(s, fn, args)
		return
	}
	if list := typeArgs(fn); parameterized(list) && (home(fn) == b.p.in.SSA.Pkg || b.p.in.Template != nil && b.p.in.Template(name) != nil) {
		b.emitCall(s, rp.Call, b.p.genericName(fn, list), 0, args)
		return
	}
	key := b.p.key(fn)
	if b.p.own[fn] || b.p.known(key) {
		b.emitCall(s, rp.Call, key, 0, args)
		return
	}
	if key, ok := b.p.instance(fn); ok {
		b.emitCall(s, rp.Call, key, 0, args)
		return
	}
	if be, ok := b.p.in.Table.Behaviour(name); ok {
		b.callBehaviour(s, name, be, c, args)
		return
	}
	b.unknown(s, name, b.harmless(fn, c), args)
}

// neverReturning emits a call that ends the process, the goroutine or the test.
func (b *body) neverReturning(s site, fn *ssa.Function, args []rp.Operand) {
	if key := b.p.key(fn); b.p.own[fn] || b.p.known(key) {
		s.dst = nil
		b.emitCall(s, rp.Call, key, 0, args)
	}
	unwinds := false
	if be, ok := b.p.in.Table.Behaviour(fullName(fn)); ok {
		unwinds = be.Unwinds
	}
	b.leave(fullName(fn), unwinds, s)
}

// callC lowers a call of a C function.
func (b *body) callC(s site, name string, errno bool, args []rp.Operand) {
	f, contracted := b.p.in.Table.CShim(name, len(args))
	if contracted {
		b.emitAPI(s, f, args, errno)
		return
	}
	var flag rp.Flag
	if isCgoHelper(name) {
		flag = rp.Harmless
	}
	if !errno || s.dst == nil {
		b.emitCall(s, rp.Unknown, "C."+name, flag, args)
		return
	}
	b.withErrno(s, func(s site) { b.emitCall(s, rp.Unknown, "C."+name, flag, args) })
}

// isCgoHelper reports whether cgo itself provides the function.
func isCgoHelper(name string) bool {
	switch name {
	case "CString", "CBytes", "GoString", "GoStringN", "GoBytes", "_CMalloc", "malloc", "calloc", "free":
		return true
	}
	return false
}

// withErrno emits a C call in its two-result form: errno says nothing about
// ownership, so it is a value nobody knows.
func (b *body) withErrno(s site, call func(site)) {
	tuple := s.dst.Type().(*types.Tuple)
	result := &resultValue{Value: s.dst, typ: tuple.At(0).Type()}
	inner := s
	inner.dst = nil
	first := rp.Int64(0)
	if !isVoid(result.typ) {
		inner.dst = result
		first = rp.R(b.reg(result))
	}
	call(inner)
	errno := b.op(rp.Opaque, "errno", errorType, s.pos)
	b.define(s.dst, rp.MakeTuple, "", first, errno)
}

// resultValue is the first result of a call that has two, as a value of its own.
type resultValue struct {
	ssa.Value
	typ types.Type
}

func (r *resultValue) Type() types.Type { return r.typ }

// emitAPI emits an operation that a contract describes.
func (b *body) emitAPI(s site, f *contract.Function, args []rp.Operand, errno bool) {
	if errno && s.dst != nil {
		b.withErrno(s, func(s site) { b.emitAPI(s, f, args, false) })
		return
	}
	b.contracts[f.Name] = f
	var flag rp.Flag
	if len(f.Results) > 0 && f.Results[0].NonNil {
		flag |= rp.NonNil
	}
	if i := statusResult(f); i >= 0 && s.blank>>min(i, 63)&1 == 1 {
		flag |= rp.Blank
	}
	b.emitCall(s, rp.API, f.Name, flag, args)
	if f.NoReturn && s.mode == rp.Now {
		b.exitHere(f.Name, s.pos)
	}
}

// statusResult is the index of the result that says success or failure, or -1.
func statusResult(f *contract.Function) int {
	for i, r := range f.Results {
		if r.Ownership == contract.Status || r.Ownership == contract.ErrorResult {
			return i
		}
	}
	return -1
}

func (b *body) emitCall(s site, kind rp.Kind, name string, flag rp.Flag, args []rp.Operand) {
	dst := rp.NoReg
	if s.dst != nil {
		dst = b.reg(s.dst)
		if kind == rp.Call && s.blank&1 == 1 && kindOf(s.dst.Type()) != rp.Tuple {
			flag |= rp.Blank // unless it is read all the same, see markStatus
		}
	}
	call := rp.Op{Kind: kind, Mode: s.mode, Flag: flag, Dst: dst, Name: name, Args: args, Pos: s.pos, Stack: s.stack}
	taken := b.assumed(&call)
	if s.mode != rp.Deferred {
		b.emit(call)
	}
	b.cur.ops = append(b.cur.ops, taken...)
	if s.mode == rp.Deferred { // they run last first
		b.emit(call)
	}
}

func (b *body) unknown(s site, name string, harmless bool, args []rp.Operand) {
	var flag rp.Flag
	if harmless {
		flag = rp.Harmless
	}
	b.emitCall(s, rp.Unknown, name, flag, args)
}

// harmless reports whether a function nobody knows can do nothing to references:
// none of its arguments leads to one.
func (b *body) harmless(fn *ssa.Function, c *ssa.CallCommon) bool {
	for _, a := range c.Args {
		if mayHold(a.Type()) {
			return false
		}
	}
	return true
}
