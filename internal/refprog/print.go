package refprog

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An Effects says in one word what an API operation does ("acquire", "free",
// "up_ref"), or "" for nothing worth saying. Print puts it before the name.
type Effects func(name string) string

// Print writes a function as text. effects may be nil.
func Print(w io.Writer, f *Func, effects Effects) error {
	inline := places(f)
	p := &printer{f: f, names: registerNames(f, inline), effects: effects, places: inline}
	p.header()
	for _, b := range f.Blocks {
		p.block(b)
	}
	_, err := io.WriteString(w, p.sb.String())
	return err
}

// String is the printed form without effects.
func (f *Func) String() string {
	var sb strings.Builder
	_ = Print(&sb, f, nil) // a strings.Builder does not fail
	return sb.String()
}

type printer struct {
	f       *Func
	names   []string
	effects Effects
	places  map[Reg]Op // addresses that are printed where they are used
	sb      strings.Builder
}

// places finds the addresses inside cells that no phi needs: `load c.s` reads
// better than an address of its own.
func places(f *Func) map[Reg]Op {
	found := make(map[Reg]Op)
	for _, b := range f.Blocks {
		for _, op := range b.Ops {
			if op.Kind == FieldAddr || op.Kind == IndexAddr {
				found[op.Dst] = op
			}
		}
	}
	for _, b := range f.Blocks {
		for _, ph := range b.Phis {
			for _, a := range ph.Args {
				if a.Kind == RegOperand {
					delete(found, a.Reg)
				}
			}
		}
	}
	return found
}

// registerNames gives every register a name of its own: that of its variable,
// with a number from the second one of the same name on, or %n.
func registerNames(f *Func, inline map[Reg]Op) []string {
	names := make([]string, len(f.Regs))
	seen := make(map[string]int)
	n := 0
	for i, r := range f.Regs {
		if _, never := inline[Reg(i)]; never {
			continue
		}
		if r.Name == "" {
			names[i] = "%" + strconv.Itoa(n)
			n++
			continue
		}
		seen[r.Name]++
		names[i] = r.Name
		if k := seen[r.Name]; k > 1 {
			names[i] = r.Name + "#" + strconv.Itoa(k)
		}
	}
	return names
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(&p.sb, format, args...) }

func (p *printer) header() {
	f := p.f
	p.printf("func %s(%s)", f.Key, p.regs(f.Params))
	if len(f.Free) > 0 {
		p.printf(" captures (%s)", p.regs(f.Free))
	}
	if f.Results > 0 {
		p.printf(" results %d", f.Results)
	}
	if f.Callback != "" {
		p.printf(" callback %s", f.Callback)
	}
	if f.Synthetic {
		p.printf(" synthetic")
	}
	p.printf("\n")
}

// regs prints registers with the handles they hold.
func (p *printer) regs(rs []Reg) string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = p.names[r]
		if h := p.f.Regs[r].Type.Handle; h != "" {
			parts[i] += " " + h
		}
	}
	return strings.Join(parts, ", ")
}

func (p *printer) block(b *Block) {
	p.printf("%d:", b.Index)
	if len(b.Preds) > 0 {
		p.printf(" from")
		for _, pred := range b.Preds {
			p.printf(" %d", pred)
		}
	}
	if c := b.Counted; c != nil {
		p.printf(" loops %d times (%s = %d step %d)", c.Trips, p.names[c.Var], c.Init, c.Step)
	}
	p.printf("\n")
	for _, ph := range b.Phis {
		p.printf("\t%s = phi(%s)\n", p.names[ph.Dst], p.list(ph.Args))
	}
	for _, op := range b.Ops {
		if _, inline := p.places[op.Dst]; inline && op.Dst != NoReg {
			continue
		}
		p.printf("\t%s\n", p.op(op))
	}
	p.printf("\t%s\n", p.term(b.Term))
}

func (p *printer) operand(o Operand) string {
	switch o.Kind {
	case RegOperand:
		if int(o.Reg) >= len(p.names) || o.Reg < 0 {
			return fmt.Sprintf("%%?%d", o.Reg)
		}
		if op, inline := p.places[o.Reg]; inline {
			return "&" + p.place(op)
		}
		return p.names[o.Reg]
	case NilOperand:
		return "nil"
	case IntOperand:
		return strconv.FormatInt(o.Int, 10)
	case ZeroOperand:
		return "zero"
	case GlobalOperand:
		return "&" + o.Name
	case FuncOperand:
		return "func " + o.Name
	}
	return o.Name
}

// place prints the field or element that an address is the address of.
func (p *printer) place(op Op) string {
	base := strings.TrimPrefix(p.operand(op.Args[0]), "&")
	if op.Kind == FieldAddr {
		return base + "." + op.Name
	}
	return base + "[" + p.operand(op.Args[1]) + "]"
}

func (p *printer) list(os []Operand) string {
	parts := make([]string, len(os))
	for i, o := range os {
		parts[i] = p.operand(o)
	}
	return strings.Join(parts, ", ")
}

// op prints one operation: "dst = " and what it computes.
func (p *printer) op(op Op) string {
	text := p.text(op)
	switch op.Mode {
	case Deferred:
		text = "defer " + text
	case Spawned:
		text = "go " + text
	}
	if op.Dst != NoReg {
		text = p.operand(R(op.Dst)) + " = " + text
	}
	if op.Stack != NoReg {
		text += " on " + p.operand(R(op.Stack))
	}
	return text + flags(op.Flag)
}

func flags(f Flag) string {
	text := ""
	for _, e := range []struct {
		flag Flag
		word string
	}{{NonNil, "not nil"}, {CommaOk, "with ok"}, {Harmless, "harmless"}, {NoStatus, "status not read"}, {Blank, "status blank"}, {Determined, "determined"}, {Unsigned, "unsigned"}} {
		if f&e.flag != 0 {
			text += "  [" + e.word + "]"
		}
	}
	return text
}

func (p *printer) text(op Op) string {
	arg := func(i int) string {
		if i >= len(op.Args) {
			return "?"
		}
		return p.operand(op.Args[i])
	}
	rest := func(i int) string {
		if i >= len(op.Args) {
			return ""
		}
		return p.list(op.Args[i:])
	}
	switch op.Kind {
	case Copy:
		return arg(0)
	case Opaque:
		return call(strings.TrimSpace("opaque "+op.Name), rest(0))
	case Compare, Arith:
		return arg(0) + " " + op.Name + " " + arg(1)
	case Not:
		return "!" + arg(0)
	case MakeTuple:
		return "(" + rest(0) + ")"
	case Extract:
		return arg(0) + "." + strconv.Itoa(op.N)
	case MakeIface:
		return "iface " + op.Name + "(" + arg(0) + ")"
	case TypeAssert:
		return arg(0) + ".(" + op.Name + ")"
	case Closure:
		return "closure " + op.Name + " [" + rest(0) + "]"
	case Alloc:
		if op.N == 1 {
			return "alloc heap"
		}
		return "alloc"
	case FieldAddr, IndexAddr:
		return "&" + p.place(op)
	case Load:
		return "load " + arg(0)
	case Store:
		return "store " + arg(0) + ", " + arg(1)
	case Field:
		return arg(0) + "." + op.Name
	case Index, MapLoad:
		return arg(0) + "[" + arg(1) + "]"
	case MakeContainer:
		return "make " + op.Name
	case MapStore:
		return arg(0) + "[" + arg(1) + "] <- " + arg(2)
	case API:
		name := op.Name
		if p.effects != nil {
			if word := p.effects(name); word != "" {
				name = word + " " + name
			}
		}
		return call(name, rest(0))
	case Call:
		return call("call "+op.Name, rest(0))
	case Invoke:
		return call("invoke "+arg(0), rest(1))
	case Method:
		return call("method "+arg(0)+"."+op.Name, rest(1))
	case Unknown:
		return call("unknown "+op.Name, rest(0))
	case Escape:
		return call("escape", rest(0)) + " // " + op.Name
	}
	return call(op.Kind.String(), rest(0))
}

func call(name, args string) string { return name + "(" + args + ")" }

// String is the word for an operation in printed programs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind" + strconv.Itoa(int(k))
}

var kindNames = [...]string{
	Nop: "nop", Copy: "copy", Opaque: "opaque", Compare: "compare", Arith: "arith", Not: "not",
	MakeTuple: "tuple", Extract: "extract", MakeIface: "iface", TypeAssert: "assert", Closure: "closure",
	Alloc: "alloc", FieldAddr: "fieldaddr", IndexAddr: "indexaddr", Load: "load", Store: "store",
	Field: "field", Index: "index", MakeContainer: "make", SliceOf: "slice", Append: "append",
	MapLoad: "mapload", MapStore: "mapstore", MapDelete: "delete", Send: "send", Recv: "recv", Next: "next",
	API: "api", Call: "call", Invoke: "invoke", Method: "method", Unknown: "unknown",
	RunDefers: "rundefers", DeferStack: "deferstack", Escape: "escape", KeepAlive: "keepalive",
}

func (p *printer) term(t Term) string {
	succ := func(i int) string {
		if i >= len(t.Succs) {
			return "?"
		}
		return strconv.Itoa(t.Succs[i])
	}
	note := ""
	if t.Note != "" {
		note = " // " + t.Note
	}
	switch t.Kind {
	case Jump:
		return "goto " + succ(0)
	case If:
		return "if " + p.operand(t.Cond) + " goto " + succ(0) + " else " + succ(1)
	case Choose:
		parts := make([]string, len(t.Succs))
		for i, s := range t.Succs {
			parts[i] = strconv.Itoa(s)
		}
		return "choose " + strings.Join(parts, ", ") + note
	case Return:
		if len(t.Args) == 0 {
			return "return"
		}
		return "return " + p.list(t.Args)
	case Panic:
		return "panic"
	case Exit:
		return "exit" + note
	}
	return "term" + strconv.Itoa(int(t.Kind))
}
