// Package refasm assembles reference programs that are written as text, for the
// tests of the packages that read them.
//
// In: text. Out: a refprog.Program, or an error with the line. It checks the
// text, not the program: refprog.Verify does that. No analysis is here, and the
// analyzer does not import it.
//
// A line is a function header, a block header, an operation or a terminator:
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
// Attributes stand last: !nonnil, !ok (two results), !harmless, !iface, !nostatus,
// !blank, !stack=r.
package refasm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Program reads a program.
func Program(text string) (p *refprog.Program, err error) {
	a := &assembler{program: &refprog.Program{Methods: map[string]string{}}}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			p, err = nil, e
		}
	}()
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
		if err := finish(f); err != nil {
			return nil, err
		}
	}
	return a.program, nil
}

// finish adds what follows from the text: predecessors, the number of results
// and the size.
func finish(f *refprog.Func) error {
	for _, b := range f.Blocks {
		f.Size += len(b.Ops)
		for _, s := range b.Term.Succs {
			if s < 0 || s >= len(f.Blocks) {
				return fmt.Errorf("function %s: no block %d", f.Key, s)
			}
			f.Blocks[s].Preds = append(f.Blocks[s].Preds, b.Index)
		}
		if b.Term.Kind == refprog.Return {
			f.Results = len(b.Term.Args)
		}
	}
	return nil
}

// syntaxError is a line that cannot be read.
type syntaxError struct {
	line int
	text string
}

func (e syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

type assembler struct {
	line    int
	program *refprog.Program
	fn      *refprog.Func
	names   map[string]refprog.Reg
}

func (a *assembler) fail(format string, args ...any) {
	panic(syntaxError{a.line, fmt.Sprintf(format, args...)})
}

func (a *assembler) read(line string) {
	words := strings.Fields(line)
	switch {
	case words[0] == "func":
		a.header(line)
	case words[0] == "impl": // impl type name function
		a.need(words, 4)
		a.program.Methods[words[1]+"\x00"+words[2]] = words[3]
	case words[0] == "free":
		if a.fn == nil {
			a.fail("outside of a function")
		}
		for _, w := range words[1:] {
			a.fn.Free = append(a.fn.Free, a.register(w))
		}
	case strings.HasSuffix(line, ":") && len(words) == 1:
		n, err := strconv.Atoi(strings.TrimSuffix(line, ":"))
		if a.fn == nil {
			a.fail("outside of a function")
		}
		if err != nil || n != len(a.fn.Blocks) {
			a.fail("block %s out of order", line)
		}
		a.fn.Blocks = append(a.fn.Blocks, &refprog.Block{Index: n})
	default:
		if a.fn == nil || len(a.fn.Blocks) == 0 {
			a.fail("outside of a block")
		}
		a.statement(words)
	}
}

// need fails unless there are n words.
func (a *assembler) need(words []string, n int) {
	if len(words) < n {
		a.fail("%s is not complete", words[0])
	}
}

func (a *assembler) header(line string) {
	open, shut := strings.Index(line, "("), strings.LastIndex(line, ")")
	if open < len("func") || shut < open {
		a.fail("parameters of a function stand in parentheses")
	}
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
	if !declared {
		typ = "other"
	}
	if r, ok := a.names[name]; ok {
		if declared { // a loop has named it before its text
			a.fn.Regs[r].Type = typeNamed(typ)
		}
		return r
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
		a.need(words, 2)
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
		a.need(words, 5)
		n := a.numbers(words[2:])
		b.Counted = &refprog.CountedLoop{Var: a.names[words[1]], Init: int64(n[0]), Step: int64(n[1]), Trips: int64(n[2])}
		return
	}
	if words[0] == "phi" {
		a.need(words, 2)
		b.Phis = append(b.Phis, refprog.Phi{Dst: op.Dst, Args: a.operands(words[1:])})
		return
	}
	a.operation(&op, words)
	b.Ops = append(b.Ops, op)
}

var flags = map[string]refprog.Flag{
	"!nonnil": refprog.NonNil, "!ok": refprog.CommaOk, "!harmless": refprog.Harmless,
	"!iface": refprog.ToIface, "!nostatus": refprog.NoStatus, "!blank": refprog.Blank,
}

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
	if len(words) == 0 {
		a.fail("an operation is missing")
	}
	kind, rest := words[0], words[1:]
	switch {
	case kind == "cmp" || kind == "arith":
		a.need(words, 4)
		op.Kind = refprog.Compare
		if kind == "arith" {
			op.Kind = refprog.Arith
		}
		op.Name, rest = rest[1], []string{rest[0], rest[2]}
	case kind == "extract":
		a.need(words, 3)
		op.Kind = refprog.Extract
		op.N = a.numbers(rest[1:])[0]
		rest = rest[:1]
	case named[kind] != 0:
		a.need(words, 2)
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

// Ref finds the operation of p that s names: "f 0.2" is operation 2 of block 0,
// "f 0.ret" its terminator and "f entry" the entry of f.
func Ref(p *refprog.Program, s string) (refprog.OpRef, error) {
	name, place, _ := strings.Cut(strings.TrimSpace(s), " ")
	f := p.Func(name)
	if f == nil {
		return refprog.OpRef{}, fmt.Errorf("no function %s", name)
	}
	if place == "entry" {
		return refprog.OpRef{Func: f.Key, Op: -1}, nil
	}
	block, op, _ := strings.Cut(place, ".")
	b, err := strconv.Atoi(block)
	if err != nil || b < 0 || b >= len(f.Blocks) {
		return refprog.OpRef{}, fmt.Errorf("no block %q in %s", block, name)
	}
	if op == "ret" || op == "" {
		return refprog.OpRef{Func: f.Key, Block: b, Op: len(f.Blocks[b].Ops)}, nil
	}
	n, err := strconv.Atoi(op)
	if err != nil || n < 0 || n >= len(f.Blocks[b].Ops) {
		return refprog.OpRef{}, fmt.Errorf("no operation %q in block %d of %s", op, b, name)
	}
	return refprog.OpRef{Func: f.Key, Block: b, Op: n}, nil
}
