package refprog

import (
	"strings"
	"testing"
)

// sound is a small function with a loop, which every test breaks in one place:
//
//	func f(n):
//	0: c = alloc; goto 1
//	1: i = phi(0, j); t = i < n; if t goto 2 else 3
//	2: j = i + 1; store c, j; goto 1
//	3: x = load c; return x
func sound() *Func {
	op := func(kind Kind, name string, dst Reg, args ...Operand) Op {
		return Op{Kind: kind, Name: name, Dst: dst, Args: args, Stack: NoReg}
	}
	return &Func{
		Key: "p.f", Params: []Reg{0}, Results: 1, Regs: make([]RegInfo, 6),
		Blocks: []*Block{
			{Index: 0, Ops: []Op{op(Alloc, "", 1)}, Term: Term{Kind: Jump, Succs: []int{1}}},
			{
				Index: 1, Preds: []int{0, 2},
				Phis: []Phi{{Dst: 2, Args: []Operand{Int64(0), R(4)}}},
				Ops:  []Op{op(Compare, "<", 3, R(2), R(0))},
				Term: Term{Kind: If, Cond: R(3), Succs: []int{2, 3}},
			},
			{
				Index: 2, Preds: []int{1},
				Ops:  []Op{op(Arith, "+", 4, R(2), Int64(1)), op(Store, "", NoReg, R(1), R(4))},
				Term: Term{Kind: Jump, Succs: []int{1}},
			},
			{Index: 3, Preds: []int{1}, Ops: []Op{op(Load, "", 5, R(1))}, Term: Term{Kind: Return, Args: []Operand{R(5)}}},
		},
	}
}

func TestVerifySound(t *testing.T) {
	if err := Verify(sound()); err != nil {
		t.Error(err)
	}
}

func TestVerifyFinds(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		damage     func(f *Func)
	}{
		{"no blocks", "no blocks", func(f *Func) { f.Blocks = nil }},
		{"parameter out of range", "parameter register 9 out of range", func(f *Func) { f.Params[0] = 9 }},
		{"result out of range", "register 9 out of range", func(f *Func) { f.Blocks[3].Ops[0].Dst = 9 }},
		{"assigned twice", "register 4 assigned twice", func(f *Func) { f.Blocks[3].Ops[0].Dst = 4 }},
		{"wrong index", "is at index 2", func(f *Func) { f.Blocks[2].Index = 7 }},
		{"no such successor", "successor 8 does not exist", func(f *Func) { f.Blocks[0].Term.Succs[0] = 8 }},
		{"one-way if", "terminator has 1 successors", func(f *Func) { f.Blocks[1].Term.Succs = []int{2} }},
		{"choice of nothing", "terminator has 0 successors", func(f *Func) { f.Blocks[0].Term = Term{Kind: Choose} }},
		{"predecessor missing", "predecessors [0], but branches from [0 2]", func(f *Func) { f.Blocks[1].Preds = []int{0} }},
		{"phi too short", "phi of 1 arguments, 2 predecessors", func(f *Func) { f.Blocks[1].Phis[0].Args = []Operand{Int64(0)} }},
		{"phi reads too early", "phi reads register 5", func(f *Func) { f.Blocks[1].Phis[0].Args[1] = R(5) }},
		{"read before assigned", "load reads register 4", func(f *Func) { f.Blocks[3].Ops[0].Args[0] = R(4) }},
		{"return reads", "return reads register 4", func(f *Func) { f.Blocks[3].Term.Args[0] = R(4) }},
		{"if reads", "if reads register 5", func(f *Func) { f.Blocks[1].Term.Cond = R(5) }},
		{"no such register", "register 77, which does not exist", func(f *Func) { f.Blocks[3].Ops[0].Args[0] = R(77) }},
		{"defer stack", "defer reads register 4", func(f *Func) { f.Blocks[3].Ops[0].Stack = 4 }},
		{"too many results", "returns 2 values of 1", func(f *Func) { f.Blocks[3].Term.Args = []Operand{R(5), R(5)} }},
		{"argument count", "store has 1 arguments, wants 2", func(f *Func) { f.Blocks[2].Ops[1].Args = []Operand{R(1)} }},
		{"invoke of nothing", "invoke without a value", func(f *Func) { f.Blocks[3].Ops[0] = Op{Kind: Invoke, Dst: 5, Stack: NoReg} }},
		{"call without name", "call without a name", func(f *Func) { f.Blocks[3].Ops[0] = Op{Kind: Call, Dst: 5, Stack: NoReg} }},
		{"extract of nothing", "extract of component -1", func(f *Func) {
			f.Blocks[3].Ops[0] = Op{Kind: Extract, N: -1, Dst: 5, Stack: NoReg, Args: []Operand{R(0)}}
		}},
		{"counted loop", "register 4 of a counted loop is no phi", func(f *Func) { f.Blocks[1].Counted = &CountedLoop{Var: 4} }},
		{"no kind", "operation without a kind", func(f *Func) { f.Blocks[3].Ops[0] = Op{Dst: 5, Stack: NoReg} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := sound()
			tt.damage(f)
			err := Verify(f)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
