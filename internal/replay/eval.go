package replay

import (
	"strconv"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

var pointerType = refprog.Type{Kind: refprog.Pointer}

// operand evaluates what an operation reads.
func (r *run) operand(f *frame, o refprog.Operand) value {
	switch o.Kind {
	case refprog.RegOperand:
		return r.register(f, o.Reg)
	case refprog.NilOperand:
		return nilValue{}
	case refprog.IntOperand:
		return intValue(o.Int)
	case refprog.ConstOperand:
		return constValue(o.Name)
	case refprog.GlobalOperand:
		return address{cell: r.global(o.Name)}
	case refprog.FuncOperand:
		return &closure{key: o.Name}
	}
	return zeroValue{}
}

// register reads a register; one that no operation has written is unknown.
func (r *run) register(f *frame, reg refprog.Reg) value {
	if f.regs[reg] == nil {
		f.regs[reg] = r.freshOf(f.fn.Regs[reg].Name, f.fn.Regs[reg].Type)
	}
	return f.regs[reg]
}

func (r *run) operands(f *frame, os []refprog.Operand) []value {
	out := make([]value, len(os))
	for i, o := range os {
		out[i] = r.operand(f, o)
	}
	return out
}

// set writes a register.
func (r *run) set(f *frame, reg refprog.Reg, v value) {
	if reg == refprog.NoReg || r.over() {
		return
	}
	if v == nil {
		v = r.freshOf(f.fn.Regs[reg].Name, f.fn.Regs[reg].Type)
	}
	v = typed(v, f.fn.Regs[reg].Type)
	if u, ok := r.resolve(v).(*unknown); ok {
		if u.name == "" {
			u.name = f.fn.Regs[reg].Name
		}
		u.isError = u.isError || f.fn.Regs[reg].Type.Kind == refprog.Error
		if f.fn.Regs[reg].Type.Kind == refprog.Bool {
			u.lo, u.hi = max(u.lo, 0), min(u.hi, 1)
		}
	}
	f.regs[reg] = v
}

// operation executes one operation of a block.
func (r *run) operation(f *frame, op *refprog.Op) {
	if r.tick(); r.over() {
		return
	}
	r.outcomeStep = -1
	if op.Kind >= refprog.API && op.Kind <= refprog.Unknown {
		r.callOp(f, op)
		return
	}
	args := r.operands(f, op.Args)
	r.fieldOp(f, op, args)
	if r.over() {
		return
	}
	r.keepsOp(op, args)
	r.notePlaced(op, args)
	if r.putOp(f, op, args) {
		return
	}
	switch op.Kind {
	case refprog.RunDefers:
		r.runDefers(f)
	case refprog.DeferStack:
		r.set(f, op.Dst, deferStack{f})
	case refprog.Escape:
		if op.Flag&refprog.Harmless == 0 {
			r.handOver(args)
		} else {
			w := r.newWalk()
			w.onRef = func(x *ref) { x.left = true }
			w.all(args)
		}
	case refprog.Nop, refprog.KeepAlive:
	default:
		if op.Kind >= refprog.Alloc {
			r.memory(f, op, args)
			return
		}
		r.set(f, op.Dst, r.compute(f, op, args))
	}
}

// compute evaluates the operations that touch no memory.
func (r *run) compute(f *frame, op *refprog.Op, args []value) value {
	switch op.Kind {
	case refprog.Copy:
		return args[0]
	case refprog.Opaque:
		switch {
		case (op.Name == "len" || op.Name == "cap") && len(args) == 1:
			return r.length(op.Name, args[0])
		case op.Name == "recover" && !r.unwinding:
			return nilValue{}
		}
		if op.Flag&refprog.Determined != 0 {
			return r.symbol(op.Name, tuple(args), nilValue{})
		}
		u := r.fresh("")
		u.nonNil = op.Flag&refprog.NonNil != 0
		return u
	case refprog.Compare:
		if op.Flag&refprog.Unsigned != 0 {
			r.natural(args)
		}
		return r.comparison(op.Name, args[0], args[1])
	case refprog.Arith:
		return r.arith(op.Name, args[0], args[1])
	case refprog.Not:
		return r.negation(args[0])
	case refprog.MakeTuple:
		return tuple(args)
	case refprog.Extract:
		return r.extract(args[0], op.N)
	case refprog.MakeIface:
		return &iface{typ: op.Name, val: args[0]}
	case refprog.TypeAssert:
		return r.typeAssert(op, args[0])
	case refprog.Closure:
		return &closure{key: op.Name, captures: args}
	}
	r.unconfirmed("operation kind %d is not known", op.Kind)
	return nil
}

// natural notes of unsigned numbers that they are not below zero; of a sum it does not,
// which may have wrapped around.
func (r *run) natural(args []value) {
	for _, v := range args {
		if u, ok := r.resolve(v).(*unknown); ok && u.sum == nil {
			u.lo = max(u.lo, 0)
		}
	}
}

func (r *run) comparison(op string, x, y value) value {
	switch r.compare(op, x, y) {
	case yes:
		return intValue(1)
	case no:
		return intValue(0)
	}
	if op == "!=" {
		return r.negation(r.comparison("==", x, y))
	}
	v := r.symbol(op, x, y)
	if u, ok := v.(*unknown); ok && u.def == nil {
		u.lo, u.hi = 0, 1
		u.def = &definition{op: op, x: x, y: y}
	}
	return v
}

func (r *run) negation(x value) value {
	switch v := r.resolve(x).(type) {
	case intValue:
		return intValue(1 - min(v, 1))
	case zeroValue:
		return intValue(1)
	}
	v := r.symbol("!", x, nilValue{})
	if u, ok := v.(*unknown); ok && u.def == nil {
		u.lo, u.hi = 0, 1
		u.def = &definition{op: "!", x: x}
	}
	return v
}

func (r *run) arith(op string, x, y value) value {
	x, y = r.resolve(x), r.resolve(y)
	if _, ok := x.(zeroValue); ok {
		x = intValue(0)
	}
	a, ok1 := x.(intValue)
	b, ok2 := y.(intValue)
	if ok1 && ok2 {
		if n, ok := arithmetic(op, int64(a), int64(b)); ok {
			return intValue(n)
		}
		return r.fresh("")
	}
	if op == "&" && (ok1 || ok2) {
		other, c := x, b
		if ok1 {
			other, c = y, a
		}
		u, ok := other.(*unknown)
		switch {
		case c == 0:
			return intValue(0)
		case c == 1 && ok && u.isTruth():
			return u
		}
	}
	if (op == "+" || op == "-") && (ok1 || ok2) {
		if op == "+" && ok1 {
			x, y, b = y, x, a
		}
		if u, ok := x.(*unknown); ok {
			if op == "-" {
				b = -b
			}
			return r.plus(u, int64(b))
		}
	}
	v := r.symbol(op, x, y)
	if u, ok := v.(*unknown); ok {
		u.between(op, y, r.equal(x, y) == yes)
		a, ok1 := x.(*unknown)
		b, ok2 := y.(*unknown)
		if op == "&" && ok1 && ok2 && a.isTruth() && b.isTruth() && u.def == nil {
			u.lo, u.hi = 0, 1
			u.def = &definition{op: op, x: x, y: y}
		}
	}
	return v
}

// isTruth reports whether an unknown is a condition.
func (u *unknown) isTruth() bool { return u.lo >= 0 && u.hi <= 1 }

// plus is a number and a constant.
func (r *run) plus(u *unknown, add int64) value {
	if u.sum != nil {
		u, add = u.sum.of.root(), u.sum.add+add
	}
	if add == 0 {
		return u
	}
	v := r.symbol("+", u, intValue(add))
	if s, ok := v.(*unknown); ok && s.sum == nil {
		s.sum = &sum{u, add}
	}
	return v
}

// between notes what the result of an operation is at least and at most. Overflow
// is left out of account.
func (u *unknown) between(op string, y value, square bool) {
	c, constant := y.(intValue)
	switch {
	case op == "&" && constant && c >= 0:
		u.lo, u.hi = max(u.lo, 0), min(u.hi, int64(c))
	case op == "%" && constant && c > 0:
		u.lo, u.hi = max(u.lo, 1-int64(c)), min(u.hi, int64(c)-1)
	case op == "*" && square:
		u.lo = max(u.lo, 0)
	}
}

func arithmetic(op string, a, b int64) (int64, bool) {
	switch op {
	case "+":
		return a + b, true
	case "-":
		return a - b, true
	case "*":
		return a * b, true
	case "&":
		return a & b, true
	case "|":
		return a | b, true
	case "^":
		return a ^ b, true
	case "&^":
		return a &^ b, true
	case "/", "%":
		if b == 0 {
			return 0, false
		}
		if op == "/" {
			return a / b, true
		}
		return a % b, true
	case "<<", ">>":
		if b < 0 {
			return 0, false
		}
		if op == "<<" {
			return a << uint64(b), true
		}
		return a >> uint64(b), true
	}
	return 0, false
}

func (r *run) extract(v value, n int) value {
	switch v := r.resolve(v).(type) {
	case tuple:
		if n < len(v) {
			return v[n]
		}
	case *unknown:
		return r.component(v, "."+strconv.Itoa(n))
	}
	return r.fresh("")
}

// typeAssert takes a value out of an interface.
func (r *run) typeAssert(op *refprog.Op, v value) value {
	v = r.resolve(v)
	commaOk := op.Flag&refprog.CommaOk != 0
	var out, ok value
	switch v := v.(type) {
	case *iface:
		switch {
		case op.Flag&refprog.ToIface != 0:
			out, ok = v, r.symbol("implements "+op.Name, constValue(v.typ), nilValue{})
		case v.typ == op.Name:
			out, ok = v.val, intValue(1)
		default:
			out, ok = zeroValue{}, intValue(0)
		}
	case nilValue, zeroValue:
		out, ok = zeroValue{}, intValue(0)
	case *unknown:
		if op.Flag&refprog.ToIface != 0 {
			out = v
		} else {
			out = r.component(v, ".("+op.Name+")")
		}
		ok = r.symbol("is "+op.Name, v, nilValue{})
	default:
		out, ok = r.fresh(""), r.fresh("ok")
	}
	if u, isUnknown := ok.(*unknown); isUnknown {
		u.lo, u.hi = 0, 1
	}
	if commaOk {
		return tuple{out, ok}
	}
	if ok == intValue(0) {
		r.unconfirmed("a type assertion to %s panics", op.Name)
	}
	return out
}
