package refprog

import (
	"errors"
	"strings"
	"testing"
)

// everything has each kind of operation, operand, mode, flag and terminator once.
func everything() *Func {
	f := &Func{
		Key: "p.f", Params: []Reg{0, 1}, Free: []Reg{2}, Results: 2, Callback: "new_session", Synthetic: true,
		Regs: []RegInfo{{Name: "s", Type: Type{Handle: "SSL_SESSION"}}, {Name: "c"}, {Name: "&v"}},
	}
	var ops []Op
	add := func(kind Kind, name string, args ...Operand) Operand {
		f.Regs = append(f.Regs, RegInfo{})
		dst := Reg(len(f.Regs) - 1)
		ops = append(ops, Op{Kind: kind, Name: name, Dst: dst, Args: args, Stack: NoReg})
		return R(dst)
	}
	do := func(kind Kind, name string, args ...Operand) *Op {
		ops = append(ops, Op{Kind: kind, Name: name, Dst: NoReg, Args: args, Stack: NoReg})
		return &ops[len(ops)-1]
	}
	s, c, v := R(0), R(1), R(2)
	add(Copy, "", s)
	add(Opaque, "len", c)
	add(Opaque, "")
	cmp := add(Compare, "==", s, Nil())
	add(Arith, "+", Int64(1), Const("2.5"))
	add(Not, "", cmp)
	tuple := add(MakeTuple, "", s, Zero())
	add(Extract, "", tuple)
	ops[len(ops)-1].N = 1
	iface := add(MakeIface, "*p.T", s)
	add(TypeAssert, "*p.T", iface)
	ops[len(ops)-1].Flag = CommaOk
	fn := add(Closure, "p.f$1", v)
	add(Alloc, "")
	ops[len(ops)-1].N = 1
	cell := add(Alloc, "")
	f.Regs[len(f.Regs)-1].Name = "&v"
	field := add(FieldAddr, "s", c)
	element := add(IndexAddr, "", add(FieldAddr, "list", cell), Int64(0))
	add(Load, "", field)
	do(Store, "", element, s)
	do(Store, "", Global("p.G"), FuncRef("p.g"))
	add(Field, "s", c)
	add(Index, "", c, Int64(3))
	list := add(MakeContainer, "slice")
	add(SliceOf, "", cell)
	add(Append, "", list, list)
	add(MapLoad, "", list, s)
	do(MapStore, "", list, s, s)
	do(MapDelete, "", list, s)
	do(Send, "", list, s)
	add(Recv, "", list)
	add(Next, "", list)
	add(API, "SSL_SESSION_up_ref", s)
	ops[len(ops)-1].Flag = NoStatus | Blank
	do(API, "SSL_SESSION_free", s).Mode = Deferred
	add(Call, "p.g", s)
	do(Invoke, "", fn, s).Mode = Spawned
	add(Method, "Close", iface)
	add(Unknown, "fmt.Println", s)
	ops[len(ops)-1].Flag = Harmless | NonNil
	do(RunDefers, "")
	stack := add(DeferStack, "")
	on := do(Call, "p.g", s)
	on.Mode, on.Stack = Deferred, stack.Reg
	do(Escape, "conversion to uintptr", s)
	do(KeepAlive, "", s)
	f.Regs = append(f.Regs, RegInfo{Name: "i"})
	i := Reg(len(f.Regs) - 1)
	f.Blocks = []*Block{
		{Index: 0, Ops: ops, Term: Term{Kind: If, Cond: cmp, Succs: []int{1, 2}}},
		{
			Index: 1, Preds: []int{0, 1}, Phis: []Phi{{Dst: i, Args: []Operand{Int64(0), R(i)}}},
			Counted: &CountedLoop{Var: i, Init: 0, Step: 1, Trips: 3},
			Term:    Term{Kind: Choose, Succs: []int{1, 3}, Note: "select"},
		},
		{Index: 2, Preds: []int{0}, Term: Term{Kind: Jump, Succs: []int{4}}},
		{Index: 3, Preds: []int{1}, Term: Term{Kind: Return, Args: []Operand{s, Nil()}}},
		{Index: 4, Preds: []int{2}, Term: Term{Kind: Exit, Note: "os.Exit"}},
	}
	return f
}

const printed = `func p.f(s SSL_SESSION, c) captures (&v) results 2 callback new_session synthetic
0:
	%0 = s
	%1 = opaque len(c)
	%2 = opaque()
	%3 = s == nil
	%4 = 1 + 2.5
	%5 = !%3
	%6 = (s, zero)
	%7 = %6.1
	%8 = iface *p.T(s)
	%9 = %8.(*p.T)  [with ok]
	%10 = closure p.f$1 [&v]
	%11 = alloc heap
	&v#2 = alloc
	%12 = load &c.s
	store &v#2.list[0], s
	store &p.G, func p.g
	%13 = c.s
	%14 = c[3]
	%15 = make slice
	%16 = slice(&v#2)
	%17 = append(%15, %15)
	%18 = %15[s]
	%15[s] <- s
	delete(%15, s)
	send(%15, s)
	%19 = recv(%15)
	%20 = next(%15)
	%21 = raise SSL_SESSION_up_ref(s)  [status not read]  [status blank]
	defer SSL_SESSION_free(s)
	%22 = call p.g(s)
	go invoke %10(s)
	%23 = method %8.Close()
	%24 = unknown fmt.Println(s)  [not nil]  [harmless]
	rundefers()
	%25 = deferstack()
	defer call p.g(s) on %25
	escape(s) // conversion to uintptr
	keepalive(s)
	if %3 goto 1 else 2
1: from 0 1 loops 3 times (i = 0 step 1)
	i = phi(0, i)
	choose 1, 3 // select
2: from 0
	goto 4
3: from 1
	return s, nil
4: from 2
	exit // os.Exit
`

func TestPrint(t *testing.T) {
	f := everything()
	if err := Verify(f); err != nil {
		t.Fatal(err)
	}
	var sb strings.Builder
	err := Print(&sb, f, func(name string) string {
		return map[string]string{"SSL_SESSION_up_ref": "raise"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	if sb.String() != printed {
		t.Errorf("got\n%s\nwant\n%s", sb.String(), printed)
	}
	if plain := f.String(); plain != strings.Replace(printed, "raise ", "", 1) {
		t.Errorf("without effects:\n%s", plain)
	}
}

// TestPrintBroken: a program that is not well formed prints, too; that is when
// one wants to see it.
func TestPrintBroken(t *testing.T) {
	f := &Func{Key: "p.broken", Blocks: []*Block{{
		Ops:  []Op{{Kind: Load, Dst: NoReg, Stack: NoReg}, {Kind: Copy, Dst: 5, Args: []Operand{R(7)}, Stack: NoReg}, {Kind: 200, Dst: NoReg, Stack: NoReg}},
		Term: Term{Kind: If},
	}}}
	for _, want := range []string{"load ?", "%?5 = %?7", "kind200()", "if %?0 goto ? else ?"} {
		if !strings.Contains(f.String(), want) {
			t.Errorf("no %q in\n%s", want, f)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestPrintError(t *testing.T) {
	if err := Print(full{}, everything(), nil); err == nil || err.Error() != "no space" {
		t.Errorf("error %v", err)
	}
}
