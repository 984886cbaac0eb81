package lower

import (
	"fmt"
	"slices"
	"strings"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// interp runs reference programs by the definitions of refprog, for tests. It
// knows nothing of references: API operations are the functions of package exec.
type interp struct {
	prog    *rp.Program
	globals map[string]*memory
	trace   []int
	steps   int
}

// memory is one cell: its content is a value, or parts.
type memory struct {
	value any
	parts map[string]*memory
}

type (
	aggregate map[string]any // field or element -> value; missing ones are zero
	tuple     []any
	closure_  struct {
		key      string
		captures []any
	}
	ifaceValue struct {
		typ   string
		value any
	}
	sliceValue struct{ cells []*memory }
	chanValue  struct{ queue []any }
	zeroValue  struct{}
)

type mapValue struct {
	keys   []any
	values map[any]any
}

// activation is one call in progress.
type activation struct {
	regs   []any
	defers *[]func()
}

func (c *memory) part(name string) *memory {
	if c.parts == nil {
		c.parts = make(map[string]*memory)
		if agg, ok := c.value.(aggregate); ok {
			for k, v := range agg {
				p := &memory{}
				p.store(v)
				c.parts[k] = p
			}
		}
		c.value = nil
	}
	if c.parts[name] == nil {
		c.parts[name] = &memory{value: zeroValue{}}
	}
	return c.parts[name]
}

func (c *memory) load() any {
	if c.parts == nil {
		return c.value
	}
	agg := make(aggregate)
	for k, p := range c.parts {
		agg[k] = p.load()
	}
	return agg
}

// store overwrites the content; pointers into the cell stay valid.
func (c *memory) store(v any) {
	if c.parts == nil {
		if agg, ok := v.(aggregate); ok {
			for k, x := range agg {
				c.part(k).store(x)
			}
			return
		}
		c.value = v
		return
	}
	agg, _ := v.(aggregate)
	for k, p := range c.parts {
		if x, ok := agg[k]; ok {
			p.store(x)
		} else {
			p.store(zeroValue{})
		}
	}
	for k, x := range agg {
		c.part(k).store(x)
	}
}

func number(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case zeroValue, nil:
		return 0
	}
	panic(fmt.Sprintf("%T is no number", v))
}

func (in *interp) call(key string, args, captures []any) []any {
	f := in.prog.Func(key)
	if f == nil {
		panic("no function " + key)
	}
	a := &activation{regs: make([]any, len(f.Regs)), defers: new([]func())}
	for i, r := range f.Params {
		a.regs[r] = args[i]
	}
	for i, r := range f.Free {
		a.regs[r] = captures[i]
	}
	from, at := -1, f.Blocks[0]
	for {
		if in.steps++; in.steps > 100000 {
			panic("runs for ever: " + key)
		}
		in.phis(a, at, from)
		for _, op := range at.Ops {
			in.op(a, op)
		}
		next := -1
		switch t := at.Term; t.Kind {
		case rp.Return:
			return in.operands(a, t.Args)
		case rp.Jump:
			next = t.Succs[0]
		case rp.If:
			next = t.Succs[1-min(number(in.operand(a, t.Cond)), 1)]
		case rp.Choose:
			next = in.choose(a, f, t)
		default:
			panic(fmt.Sprintf("%s: terminator %d", key, t.Kind))
		}
		from, at = at.Index, f.Blocks[next]
	}
}

// choose takes the first arm of a select that is ready.
func (in *interp) choose(a *activation, f *rp.Func, t rp.Term) int {
	for _, s := range t.Succs {
		if len(f.Blocks[s].Ops) == 0 {
			return s // the default arm is the last one
		}
		op := f.Blocks[s].Ops[0]
		c := in.operand(a, op.Args[0]).(*chanValue)
		if op.Kind == rp.Send && len(c.queue) == 0 || op.Kind == rp.Recv && len(c.queue) > 0 {
			return s
		}
	}
	panic("no arm is ready")
}

func (in *interp) phis(a *activation, b *rp.Block, from int) {
	values := make([]any, len(b.Phis))
	for i, ph := range b.Phis {
		values[i] = in.operand(a, ph.Args[slices.Index(b.Preds, from)])
	}
	for i, ph := range b.Phis {
		a.regs[ph.Dst] = values[i]
	}
}

func (in *interp) operands(a *activation, os []rp.Operand) []any {
	out := make([]any, len(os))
	for i, o := range os {
		out[i] = in.operand(a, o)
	}
	return out
}

func (in *interp) operand(a *activation, o rp.Operand) any {
	switch o.Kind {
	case rp.RegOperand:
		return a.regs[o.Reg]
	case rp.NilOperand:
		return nil
	case rp.IntOperand:
		return o.Int
	case rp.ZeroOperand:
		return zeroValue{}
	case rp.GlobalOperand:
		if in.globals[o.Name] == nil {
			in.globals[o.Name] = &memory{value: zeroValue{}}
		}
		return in.globals[o.Name]
	case rp.FuncOperand:
		return closure_{key: o.Name}
	}
	return o.Name
}

func (in *interp) op(a *activation, op rp.Op) {
	args := in.operands(a, op.Args)
	if call := in.callee(op, args); call != nil {
		in.run(a, op, call)
		return
	}
	var v any
	switch op.Kind {
	case rp.Store:
		args[0].(*memory).store(args[1])
	case rp.MapStore:
		args[0].(*mapValue).set(args[1], args[2])
	case rp.MapDelete:
		delete(args[0].(*mapValue).values, args[1])
	case rp.Send:
		c := args[0].(*chanValue)
		c.queue = append(c.queue, args[1])
	case rp.RunDefers:
		for len(*a.defers) > 0 {
			last := len(*a.defers) - 1
			f := (*a.defers)[last]
			*a.defers = (*a.defers)[:last]
			f()
		}
	default:
		v = in.value(a, op, args)
	}
	if op.Dst != rp.NoReg {
		a.regs[op.Dst] = v
	}
}

// callee is what a call operation runs, or nil for other operations.
func (in *interp) callee(op rp.Op, args []any) func() []any {
	switch op.Kind {
	case rp.API:
		return func() []any {
			n := int(number(args[0]))
			if strings.HasSuffix(op.Name, ".Hit") {
				in.trace = append(in.trace, n)
				return nil
			}
			return []any{int64((n*7 + 3) % 5)}
		}
	case rp.Call:
		return func() []any { return in.call(op.Name, args, nil) }
	case rp.Invoke:
		f := args[0].(closure_)
		return func() []any { return in.call(f.key, args[1:], f.captures) }
	case rp.Method:
		x := args[0].(ifaceValue)
		return func() []any {
			return in.call(in.prog.MethodKey(x.typ, op.Name), append([]any{x.value}, args[1:]...), nil)
		}
	}
	return nil
}

func (in *interp) run(a *activation, op rp.Op, call func() []any) {
	if op.Mode == rp.Deferred {
		stack := a.defers
		if op.Stack != rp.NoReg {
			stack = a.regs[op.Stack].(*[]func())
		}
		*stack = append(*stack, func() { call() })
		return
	}
	results := call()
	if op.Dst == rp.NoReg {
		return
	}
	if len(results) == 1 {
		a.regs[op.Dst] = results[0]
	} else {
		a.regs[op.Dst] = tuple(results)
	}
}

// value computes the operations that only have a result.
func (in *interp) value(a *activation, op rp.Op, args []any) any {
	withOk := func(v any, ok bool) any {
		if op.Flag&rp.CommaOk == 0 {
			return v
		}
		return tuple{v, truth(ok)}
	}
	switch op.Kind {
	case rp.Copy:
		return args[0]
	case rp.Opaque:
		return length(op, args[0])
	case rp.Compare:
		return truth(compare(op.Name, args[0], args[1]))
	case rp.Arith:
		return arithmetic(op.Name, number(args[0]), number(args[1]))
	case rp.Not:
		return 1 - number(args[0])
	case rp.MakeTuple:
		return tuple(args)
	case rp.Extract:
		return args[0].(tuple)[op.N]
	case rp.MakeIface:
		return ifaceValue{op.Name, args[0]}
	case rp.TypeAssert:
		x, ok := args[0].(ifaceValue)
		if op.Flag&rp.ToIface != 0 {
			return withOk(args[0], ok && in.prog.MethodKey(x.typ, "show") != "")
		}
		return withOk(x.value, ok && x.typ == op.Name)
	case rp.Closure:
		return closure_{op.Name, args}
	case rp.Alloc:
		return &memory{value: zeroValue{}}
	case rp.FieldAddr:
		return args[0].(*memory).part(op.Name)
	case rp.Load:
		return args[0].(*memory).load()
	case rp.Field:
		return component(args[0], op.Name)
	case rp.Index:
		return component(args[0], fmt.Sprint(number(args[1])))
	case rp.IndexAddr:
		if s, ok := args[0].(*sliceValue); ok {
			return s.at(number(args[1]))
		}
		return args[0].(*memory).part(fmt.Sprint(number(args[1])))
	case rp.DeferStack:
		return a.defers
	}
	return in.container(op, args, withOk)
}

func (in *interp) container(op rp.Op, args []any, withOk func(any, bool) any) any {
	switch op.Kind {
	case rp.MakeContainer:
		switch op.Name {
		case "map":
			return &mapValue{values: make(map[any]any)}
		case "chan":
			return &chanValue{}
		}
		return &sliceValue{}
	case rp.SliceOf:
		s := &sliceValue{}
		if c, ok := args[0].(*memory); ok {
			for i := 0; c.parts[fmt.Sprint(i)] != nil; i++ {
				s.cells = append(s.cells, c.parts[fmt.Sprint(i)])
			}
			return s
		}
		return args[0]
	case rp.Append:
		s := &sliceValue{}
		for _, x := range args {
			if x, ok := x.(*sliceValue); ok {
				for _, c := range x.cells {
					copied := &memory{}
					copied.store(c.load())
					s.cells = append(s.cells, copied)
				}
			}
		}
		return s
	case rp.MapLoad:
		v, ok := args[0].(*mapValue).values[args[1]]
		if !ok {
			v = zeroValue{}
		}
		return withOk(v, ok)
	case rp.Recv:
		c := args[0].(*chanValue)
		v := c.queue[0]
		c.queue = c.queue[1:]
		return withOk(v, true)
	}
	panic("cannot run " + op.Kind.String())
}

func (m *mapValue) set(k, v any) {
	m.keys = append(m.keys, k)
	m.values[k] = v
}

func (s *sliceValue) at(i int64) *memory {
	if int(i) < len(s.cells) {
		return s.cells[i]
	}
	return &memory{value: zeroValue{}} // an element that the literal did not mention
}

func component(v any, name string) any {
	if agg, ok := v.(aggregate); ok {
		if x, ok := agg[name]; ok {
			return x
		}
	}
	return zeroValue{}
}

func length(op rp.Op, v any) any {
	s, ok := v.(*sliceValue)
	if op.Name != "len" {
		panic("opaque " + op.Name)
	}
	if !ok {
		return int64(0)
	}
	return int64(len(s.cells))
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// plain makes the ways to be zero one.
func plain(v any) any {
	switch v := v.(type) {
	case nil, zeroValue:
		return int64(0)
	case *sliceValue:
		if v == nil {
			return int64(0)
		}
	case closure_:
		return v.key
	}
	return v
}

func compare(op string, x, y any) bool {
	switch op {
	case "==":
		return plain(x) == plain(y)
	case "!=":
		return plain(x) != plain(y)
	case "<":
		return number(x) < number(y)
	case "<=":
		return number(x) <= number(y)
	case ">":
		return number(x) > number(y)
	}
	return number(x) >= number(y)
}

func arithmetic(op string, x, y int64) int64 {
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "%":
		return x % y
	}
	panic("arithmetic " + op)
}
