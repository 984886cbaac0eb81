package refprog

import "fmt"

// Verify checks that a function is well formed: block and successor indices,
// predecessors, phi arity, argument counts, and registers that are assigned once
// (but for promoted variables) before they are used. The error names the block.
func Verify(f *Func) error {
	v := &verifier{f: f, defined: make([]int, len(f.Regs))}
	if len(f.Blocks) == 0 {
		return fmt.Errorf("%s: no blocks", f.Key)
	}
	if err := v.registers(); err != nil {
		return err
	}
	if err := v.shape(); err != nil {
		return err
	}
	return v.order()
}

type verifier struct {
	f       *Func
	defined []int
}

func (v *verifier) errorf(b *Block, format string, args ...any) error {
	return fmt.Errorf("%s: block %d: %s", v.f.Key, b.Index, fmt.Sprintf(format, args...))
}

// registers checks that every register is in range and defined once.
func (v *verifier) registers() error {
	for _, rs := range [][]Reg{v.f.Params, v.f.Free} {
		for _, r := range rs {
			if r < 0 || int(r) >= len(v.f.Regs) {
				return fmt.Errorf("%s: parameter register %d out of range", v.f.Key, r)
			}
			v.defined[r]++
		}
	}
	for _, b := range v.f.Blocks {
		for _, ph := range b.Phis {
			if err := v.define(b, ph.Dst); err != nil {
				return err
			}
		}
		for _, op := range b.Ops {
			if op.Dst == NoReg {
				continue
			}
			if err := v.define(b, op.Dst); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifier) define(b *Block, r Reg) error {
	if r < 0 || int(r) >= len(v.f.Regs) {
		return v.errorf(b, "register %d out of range", r)
	}
	v.defined[r]++
	if v.defined[r] > 1 {
		return v.errorf(b, "register %d assigned twice", r)
	}
	return nil
}

// shape checks indices and counts.
func (v *verifier) shape() error {
	preds := make([][]int, len(v.f.Blocks))
	for i, b := range v.f.Blocks {
		if b.Index != i {
			return v.errorf(b, "is at index %d", i)
		}
		if want := successors(b.Term); want >= 0 && len(b.Term.Succs) != want {
			return v.errorf(b, "terminator has %d successors", len(b.Term.Succs))
		}
		for _, s := range b.Term.Succs {
			if s < 0 || s >= len(v.f.Blocks) {
				return v.errorf(b, "successor %d does not exist", s)
			}
			preds[s] = append(preds[s], i)
		}
		if err := v.counted(b); err != nil {
			return err
		}
		for _, op := range b.Ops {
			if err := v.arity(b, op); err != nil {
				return err
			}
		}
		if b.Term.Kind == Return && len(b.Term.Args) != v.f.Results {
			return v.errorf(b, "returns %d values of %d", len(b.Term.Args), v.f.Results)
		}
	}
	for i, b := range v.f.Blocks {
		if fmt.Sprint(sortedInts(preds[i])) != fmt.Sprint(sortedInts(b.Preds)) {
			return v.errorf(b, "predecessors %v, but branches from %v", b.Preds, preds[i])
		}
		for _, ph := range b.Phis {
			if len(ph.Args) != len(b.Preds) {
				return v.errorf(b, "phi of %d arguments, %d predecessors", len(ph.Args), len(b.Preds))
			}
		}
	}
	return nil
}

func sortedInts(in []int) []int {
	out := append([]int(nil), in...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// successors is how many a terminator has; -1 if any number above zero.
func successors(t Term) int {
	switch t.Kind {
	case Jump:
		return 1
	case If:
		return 2
	case Choose:
		if len(t.Succs) == 0 {
			return 1
		}
		return -1
	}
	return 0
}

// argCount says how many arguments an operation has; calls and the like take any
// number.
func argCount(k Kind) (n int, fixed bool) {
	switch k {
	case Alloc, MakeContainer, RunDefers, DeferStack:
		return 0, true
	case Copy, Not, Extract, MakeIface, TypeAssert, FieldAddr, Load, Field, SliceOf, Recv, Next:
		return 1, true
	case Compare, Arith, IndexAddr, Store, Index, Append, MapLoad, MapDelete, Send:
		return 2, true
	case MapStore:
		return 3, true
	}
	return 0, false
}

func (v *verifier) arity(b *Block, op Op) error {
	if want, fixed := argCount(op.Kind); fixed && len(op.Args) != want {
		return v.errorf(b, "%s has %d arguments, wants %d", op.Kind, len(op.Args), want)
	}
	switch op.Kind {
	case Invoke, Method:
		if len(op.Args) == 0 {
			return v.errorf(b, "%s without a value to call", op.Kind)
		}
	case API, Call, Closure, Field, FieldAddr, Compare, Arith:
		if op.Name == "" {
			return v.errorf(b, "%s without a name", op.Kind)
		}
	case Extract:
		if op.N < 0 {
			return v.errorf(b, "extract of component %d", op.N)
		}
	case Nop:
		return v.errorf(b, "operation without a kind")
	}
	return nil
}

// counted checks that the variable of a counted loop is a phi of its header.
func (v *verifier) counted(b *Block) error {
	if b.Counted == nil {
		return nil
	}
	for _, ph := range b.Phis {
		if ph.Dst == b.Counted.Var {
			return nil
		}
	}
	return v.errorf(b, "register %d of a counted loop is no phi", b.Counted.Var)
}

// order checks that on every path a register is assigned before it is read: the
// registers assigned on all paths to a block are those assigned at the end of
// every predecessor.
func (v *verifier) order() error {
	n := len(v.f.Blocks)
	out := make([]bits, n)
	entry := newBits(len(v.f.Regs))
	for _, rs := range [][]Reg{v.f.Params, v.f.Free} {
		for _, r := range rs {
			entry.set(r)
		}
	}
	for changed := true; changed; {
		changed = false
		for i, b := range v.f.Blocks {
			in := v.intersect(b, out, entry)
			if in == nil {
				continue
			}
			for _, ph := range b.Phis {
				in.set(ph.Dst)
			}
			for _, op := range b.Ops {
				if op.Dst != NoReg {
					in.set(op.Dst)
				}
			}
			if out[i] == nil || !out[i].equal(in) {
				out[i], changed = in, true
			}
		}
	}
	for _, b := range v.f.Blocks {
		if in := v.intersect(b, out, entry); in != nil {
			if err := v.reads(b, in, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// intersect is the set assigned on entry to b, or nil if b is not reached yet.
func (v *verifier) intersect(b *Block, out []bits, entry bits) bits {
	if b.Index == 0 {
		return entry.clone()
	}
	var in bits
	for _, p := range b.Preds {
		if out[p] == nil {
			continue
		}
		if in == nil {
			in = out[p].clone()
		} else {
			in.and(out[p])
		}
	}
	return in
}

func (v *verifier) reads(b *Block, in bits, out []bits) error {
	check := func(what string, have bits, os ...Operand) error {
		for _, o := range os {
			if o.Kind != RegOperand {
				continue
			}
			if o.Reg < 0 || int(o.Reg) >= len(v.f.Regs) {
				return v.errorf(b, "%s reads register %d, which does not exist", what, o.Reg)
			}
			if !have.has(o.Reg) {
				return v.errorf(b, "%s reads register %d before it is assigned", what, o.Reg)
			}
		}
		return nil
	}
	for _, ph := range b.Phis {
		for i, a := range ph.Args {
			if have := out[b.Preds[i]]; have != nil {
				if err := check("phi", have, a); err != nil {
					return err
				}
			}
		}
	}
	for _, ph := range b.Phis {
		in.set(ph.Dst)
	}
	for _, op := range b.Ops {
		if err := check(op.Kind.String(), in, op.Args...); err != nil {
			return err
		}
		if op.Stack != NoReg {
			if err := check("defer", in, R(op.Stack)); err != nil {
				return err
			}
		}
		if op.Dst != NoReg {
			in.set(op.Dst)
		}
	}
	if b.Term.Kind == If {
		if err := check("if", in, b.Term.Cond); err != nil {
			return err
		}
	}
	return check("return", in, b.Term.Args...)
}

// bits is a set of registers.
type bits []uint64

func newBits(n int) bits      { return make(bits, (n+63)/64+1) }
func (s bits) set(r Reg)      { s[r/64] |= 1 << (r % 64) }
func (s bits) has(r Reg) bool { return s[r/64]>>(r%64)&1 == 1 }
func (s bits) clone() bits    { return append(bits(nil), s...) }
func (s bits) and(t bits) {
	for i := range s {
		s[i] &= t[i]
	}
}
func (s bits) equal(t bits) bool {
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}
