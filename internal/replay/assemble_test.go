package replay

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// assemble reads reference programs written as text. A line is a function
// header, a block header, an operation or a terminator:
//
//	func f(ssl:SSL, n:int) callback=new_session
//	free cell:ptr
//	0:
//	  s:SSL_SESSION = api SSL_get1_session ssl
//	  defer api SSL_SESSION_free s
//	  c:bool = cmp s == nil
//	  if c 1 2
//	1:
//	  i:int = phi 0 j
//	  ret nil
//
// Operands are registers, nil, zero, integers, "text" constants, @globals and
// &functions. Types are bool, int, err, iface, func, agg, list, tuple, ptr,
// other, the name of a handle, or that of a struct with a * before it.
func assemble(t testing.TB, text string) *refprog.Program {
	t.Helper()
	a := &assembler{t: t, program: &refprog.Program{Methods: map[string]string{}}}
	for n, line := range strings.Split(text, "\n") {
		a.line = n + 1
		if i := strings.Index(line, "#"); i >= 0 {
			line = line[:i]
		}
		if line = strings.TrimSpace(line); line != "" {
			a.read(line)
		}
	}
	for _, f := range a.program.Funcs {
		for _, b := range f.Blocks {
			for _, s := range b.Term.Succs {
				f.Blocks[s].Preds = append(f.Blocks[s].Preds, b.Index)
			}
		}
	}
	return a.program
}

type assembler struct {
	t       testing.TB
	line    int
	program *refprog.Program
	fn      *refprog.Func
	names   map[string]refprog.Reg
}

func (a *assembler) fail(format string, args ...any) {
	a.t.Helper()
	a.t.Fatalf("line %d: %s", a.line, fmt.Sprintf(format, args...))
}

func (a *assembler) read(line string) {
	words := strings.Fields(line)
	switch {
	case words[0] == "func":
		a.header(line)
	case words[0] == "impl": // impl type name function
		a.program.Methods[words[1]+"\x00"+words[2]] = words[3]
	case words[0] == "free":
		for _, w := range words[1:] {
			a.fn.Free = append(a.fn.Free, a.register(w))
		}
	case strings.HasSuffix(line, ":") && len(words) == 1:
		n, err := strconv.Atoi(strings.TrimSuffix(line, ":"))
		if err != nil || n != len(a.fn.Blocks) {
			a.fail("block %s out of order", line)
		}
		a.fn.Blocks = append(a.fn.Blocks, &refprog.Block{Index: n})
	default:
		a.statement(words)
	}
}

func (a *assembler) header(line string) {
	open, shut := strings.Index(line, "("), strings.Index(line, ")")
	name := strings.TrimSpace(line[len("func"):open])
	a.fn = &refprog.Func{Key: name, Name: name}
	a.names = map[string]refprog.Reg{}
	for _, p := range strings.Split(line[open+1:shut], ",") {
		if p = strings.TrimSpace(p); p != "" {
			a.fn.Params = append(a.fn.Params, a.register(p))
		}
	}
	if _, kind, ok := strings.Cut(line[shut:], "callback="); ok {
		a.fn.Callback = strings.TrimSpace(kind)
	}
	if parent, _, ok := strings.Cut(name, "$"); ok {
		a.fn.Parent = parent
	}
	a.program.Funcs = append(a.program.Funcs, a.fn)
}

// register declares name:type, or finds name.
func (a *assembler) register(word string) refprog.Reg {
	name, typ, declared := strings.Cut(word, ":")
	if r, ok := a.names[name]; ok {
		return r
	}
	if !declared {
		typ = "other"
	}
	r := refprog.Reg(len(a.fn.Regs))
	shown := name
	if strings.HasPrefix(name, "_") {
		shown = ""
	}
	a.fn.Regs = append(a.fn.Regs, refprog.RegInfo{Name: shown, Type: typeNamed(typ)})
	a.names[name] = r
	return r
}

func typeNamed(s string) refprog.Type {
	kinds := map[string]refprog.TypeKind{
		"bool": refprog.Bool, "int": refprog.Int, "err": refprog.Error, "iface": refprog.Interface,
		"func": refprog.Function, "agg": refprog.Aggregate, "list": refprog.Container,
		"tuple": refprog.Tuple, "ptr": refprog.Pointer, "other": refprog.Other,
	}
	if k, ok := kinds[s]; ok {
		return refprog.Type{Kind: k}
	}
	if strings.HasPrefix(s, "*") {
		return refprog.Type{Kind: refprog.Pointer, Name: s}
	}
	return refprog.Type{Kind: refprog.Pointer, Handle: s}
}

func (a *assembler) operand(word string) refprog.Operand {
	switch {
	case word == "nil":
		return refprog.Nil()
	case word == "zero":
		return refprog.Zero()
	case word[0] == '@':
		return refprog.Global(word[1:])
	case word[0] == '&':
		return refprog.FuncRef(word[1:])
	case word[0] == '"':
		return refprog.Const(word)
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return refprog.Int64(n)
	}
	r, ok := a.names[word]
	if !ok { // a loop may name a register before its text
		r = a.register(word)
	}
	return refprog.R(r)
}

func (a *assembler) operands(words []string) []refprog.Operand {
	var out []refprog.Operand
	for _, w := range words {
		out = append(out, a.operand(w))
	}
	return out
}

func (a *assembler) numbers(words []string) []int {
	var out []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			a.fail("%s is no block", w)
		}
		out = append(out, n)
	}
	return out
}

func (a *assembler) statement(words []string) {
	b := a.fn.Blocks[len(a.fn.Blocks)-1]
	switch words[0] {
	case "jump":
		b.Term = refprog.Term{Kind: refprog.Jump, Succs: a.numbers(words[1:])}
		return
	case "if":
		b.Term = refprog.Term{Kind: refprog.If, Cond: a.operand(words[1]), Succs: a.numbers(words[2:])}
		return
	case "choose":
		b.Term = refprog.Term{Kind: refprog.Choose, Succs: a.numbers(words[1:])}
		return
	case "ret":
		b.Term = refprog.Term{Kind: refprog.Return, Args: a.operands(words[1:])}
		return
	case "panic":
		b.Term = refprog.Term{Kind: refprog.Panic}
		return
	case "exit":
		b.Term = refprog.Term{Kind: refprog.Exit}
		return
	}
	op := refprog.Op{Dst: refprog.NoReg, Stack: refprog.NoReg}
	if len(words) > 2 && words[1] == "=" {
		op.Dst = a.register(words[0])
		words = words[2:]
	}
	if words[0] == "counted" { // counted i init step trips, behind the phis
		n := a.numbers(words[2:])
		b.Counted = &refprog.CountedLoop{Var: a.names[words[1]], Init: int64(n[0]), Step: int64(n[1]), Trips: int64(n[2])}
		return
	}
	if words[0] == "phi" {
		b.Phis = append(b.Phis, refprog.Phi{Dst: op.Dst, Args: a.operands(words[1:])})
		return
	}
	a.operation(&op, words)
	b.Ops = append(b.Ops, op)
}

var flags = map[string]refprog.Flag{"!nonnil": refprog.NonNil, "!ok": refprog.CommaOk, "!harmless": refprog.Harmless, "!iface": refprog.ToIface}

// operations whose second word is a name.
var named = map[string]refprog.Kind{
	"api": refprog.API, "call": refprog.Call, "method": refprog.Method, "unknown": refprog.Unknown,
	"closure": refprog.Closure, "iface": refprog.MakeIface, "assert": refprog.TypeAssert,
	"builtin": refprog.Opaque, "fieldaddr": refprog.FieldAddr, "field": refprog.Field, "make": refprog.MakeContainer, "escape": refprog.Escape,
}

var plain = map[string]refprog.Kind{
	"copy": refprog.Copy, "opaque": refprog.Opaque, "not": refprog.Not, "tuple": refprog.MakeTuple,
	"alloc": refprog.Alloc, "indexaddr": refprog.IndexAddr, "load": refprog.Load, "store": refprog.Store,
	"index": refprog.Index, "slice": refprog.SliceOf, "append": refprog.Append, "mapload": refprog.MapLoad,
	"mapstore": refprog.MapStore, "mapdelete": refprog.MapDelete, "send": refprog.Send, "recv": refprog.Recv,
	"next": refprog.Next, "invoke": refprog.Invoke, "rundefers": refprog.RunDefers,
	"deferstack": refprog.DeferStack, "keepalive": refprog.KeepAlive, "nop": refprog.Nop,
}

func (a *assembler) operation(op *refprog.Op, words []string) {
	switch words[0] {
	case "defer":
		op.Mode = refprog.Deferred
		words = words[1:]
	case "go":
		op.Mode = refprog.Spawned
		words = words[1:]
	}
	for len(words) > 1 && strings.HasPrefix(words[len(words)-1], "!") {
		last := words[len(words)-1]
		if stack, ok := strings.CutPrefix(last, "!stack="); ok {
			op.Stack = a.names[stack]
		} else {
			op.Flag |= flags[last]
		}
		words = words[:len(words)-1]
	}
	kind, rest := words[0], words[1:]
	switch {
	case kind == "cmp" || kind == "arith":
		op.Kind = refprog.Compare
		if kind == "arith" {
			op.Kind = refprog.Arith
		}
		op.Name, rest = rest[1], []string{rest[0], rest[2]}
	case kind == "extract":
		op.Kind = refprog.Extract
		op.N = a.numbers(rest[1:])[0]
		rest = rest[:1]
	case named[kind] != 0:
		op.Kind, op.Name, rest = named[kind], rest[0], rest[1:]
	default:
		k, ok := plain[kind]
		if !ok {
			a.fail("no operation %s", kind)
		}
		op.Kind = k
	}
	op.Args = a.operands(rest)
}

// ref reads "f 0.2", "f 0.ret" (the terminator) or "f entry".
func ref_(t testing.TB, p *refprog.Program, s string) refprog.OpRef {
	t.Helper()
	words := strings.Fields(s)
	f := p.Func(words[0])
	if f == nil {
		t.Fatalf("no function %s", words[0])
	}
	if words[1] == "entry" {
		return refprog.OpRef{Func: f.Key, Block: 0, Op: -1}
	}
	block, op, _ := strings.Cut(words[1], ".")
	b, err := strconv.Atoi(block)
	if err != nil {
		t.Fatalf("bad reference %q", s)
	}
	if op == "ret" || op == "" {
		return refprog.OpRef{Func: f.Key, Block: b, Op: len(f.Blocks[b].Ops)}
	}
	n, err := strconv.Atoi(op)
	if err != nil || n >= len(f.Blocks[b].Ops) {
		t.Fatalf("bad reference %q", s)
	}
	return refprog.OpRef{Func: f.Key, Block: b, Op: n}
}

// steps reads a witness: "out f 0.0 1; edge f 0 1; enter f 0.1 g; skip f 0.1".
func steps(t testing.TB, p *refprog.Program, text string) []refprog.Step {
	t.Helper()
	var out []refprog.Step
	for _, part := range strings.Split(text, ";") {
		w := strings.Fields(part)
		if len(w) == 0 {
			continue
		}
		s := refprog.Step{}
		switch w[0] {
		case "edge":
			s.Kind = refprog.EdgeStep
			s.At = ref_(t, p, w[1]+" "+w[2]+".ret")
			s.Choice, _ = strconv.Atoi(w[3])
		case "out":
			s.Kind = refprog.OutcomeStep
			s.At = ref_(t, p, w[1]+" "+w[2])
			s.Choice, _ = strconv.Atoi(w[3])
		case "enter":
			s.Kind = refprog.EnterStep
			s.At = ref_(t, p, w[1]+" "+w[2])
			s.Name = w[3]
		case "event":
			s.Kind = refprog.EventStep
			s.At = ref_(t, p, w[1]+" "+w[2])
			s.Choice = 1
		case "skip":
			s.Kind = refprog.SkipStep
			s.At = ref_(t, p, w[1]+" "+w[2])
		default:
			t.Fatalf("bad step %q", part)
		}
		out = append(out, s)
	}
	return out
}
