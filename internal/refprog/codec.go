package refprog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"go/token"
	"slices"
)

// Encode writes functions in a compact form that depends on nothing but the
// functions: equal programs give equal bytes. where says where a position is, as
// "file.go:12:3" without a folder; it may return "".
func Encode(funcs []*Func, methods map[string]string, where func(token.Pos) string) []byte {
	e := &encoder{strings: map[string]uint64{}, where: where}
	e.n(len(funcs))
	for _, f := range funcs {
		e.function(f)
	}
	keys := sortedKeys(methods)
	e.n(len(keys))
	for _, k := range keys {
		e.s(k)
		e.s(methods[k])
	}
	return e.out
}

type encoder struct {
	out     []byte
	strings map[string]uint64 // text -> 1 + number of its first use
	where   func(token.Pos) string
}

func (e *encoder) u(n uint64) { e.out = binary.AppendUvarint(e.out, n) }
func (e *encoder) i(n int64)  { e.out = binary.AppendVarint(e.out, n) }
func (e *encoder) n(n int)    { e.u(uint64(n)) }

// s writes a string: 0 and the text the first time, its number afterwards.
func (e *encoder) s(s string) {
	if k, ok := e.strings[s]; ok {
		e.u(k)
		return
	}
	e.strings[s] = uint64(len(e.strings) + 1)
	e.u(0)
	e.n(len(s))
	e.out = append(e.out, s...)
}

func (e *encoder) reg(r Reg) { e.u(uint64(r + 1)) }

func (e *encoder) regs(list []Reg) {
	e.n(len(list))
	for _, r := range list {
		e.reg(r)
	}
}

func (e *encoder) operand(o Operand) {
	e.u(uint64(o.Kind))
	switch o.Kind {
	case RegOperand:
		e.reg(o.Reg)
	case IntOperand:
		e.i(o.Int)
	case ConstOperand, GlobalOperand, FuncOperand:
		e.s(o.Name)
	}
}

func (e *encoder) operands(list []Operand) {
	e.n(len(list))
	for _, o := range list {
		e.operand(o)
	}
}

func (e *encoder) ints(list []int) {
	e.n(len(list))
	for _, n := range list {
		e.n(n)
	}
}

func (e *encoder) function(f *Func) {
	e.s(f.Key)
	e.s(f.Name)
	w := f.Where
	if f.Pos.IsValid() {
		w = e.where(f.Pos)
	}
	e.s(w)
	e.s(f.Parent)
	e.s(f.Callback)
	e.flag(f.Synthetic)
	e.regs(f.Params)
	e.regs(f.Free)
	e.n(f.Results)
	e.n(f.Size)
	e.n(len(f.Regs))
	for _, r := range f.Regs {
		e.s(r.Name)
		e.u(uint64(r.Type.Kind))
		e.s(r.Type.Handle)
	}
	e.n(len(f.Blocks))
	for _, b := range f.Blocks {
		e.block(b)
	}
}

func (e *encoder) flag(b bool) {
	if b {
		e.u(1)
	} else {
		e.u(0)
	}
}

func (e *encoder) block(b *Block) {
	e.ints(b.Preds)
	e.n(len(b.Phis))
	for _, p := range b.Phis {
		e.reg(p.Dst)
		e.operands(p.Args)
	}
	e.n(len(b.Ops))
	for i := range b.Ops {
		e.op(&b.Ops[i])
	}
	e.u(uint64(b.Term.Kind))
	e.operand(b.Term.Cond)
	e.operands(b.Term.Args)
	e.ints(b.Term.Succs)
	e.s(b.Term.Note)
	e.flag(b.Counted != nil)
	if c := b.Counted; c != nil {
		e.reg(c.Var)
		e.i(c.Init)
		e.i(c.Step)
		e.i(c.Trips)
	}
}

func (e *encoder) op(o *Op) {
	e.u(uint64(o.Kind))
	e.u(uint64(o.Mode) | uint64(o.Flag)<<2)
	e.reg(o.Dst)
	e.i(int64(o.N))
	e.s(o.Name)
	e.operands(o.Args)
	e.reg(o.Stack)
	w := o.Where
	if o.Kind != API {
		w = "" // only what a note may speak of
	} else if o.Pos.IsValid() {
		w = e.where(o.Pos)
	}
	e.s(w)
}

// Decode reads what Encode wrote. Damaged input gives an error, never a panic or
// a function that Verify would refuse.
func Decode(data []byte) (funcs []*Func, methods map[string]string, err error) {
	d := &decoder{in: data}
	defer func() {
		if r := recover(); r != nil {
			if r != errShort {
				panic(r)
			}
			funcs, methods, err = nil, nil, fmt.Errorf("refprog: damaged encoding at byte %d", len(data)-len(d.in))
		}
	}()
	for range d.count() {
		f := d.function()
		if err := Verify(f); err != nil {
			return nil, nil, err
		}
		funcs = append(funcs, f)
	}
	methods = map[string]string{}
	for range d.count() {
		k := d.s()
		methods[k] = d.s()
	}
	if len(d.in) > 0 {
		panic(errShort)
	}
	return funcs, methods, nil
}

// allFlags is every flag that an operation can have.
const allFlags = uint64(NonNil | CommaOk | Harmless | ToIface | NoStatus | Blank | Determined)

var errShort = errors.New("short")

type decoder struct {
	in      []byte
	strings []string
}

func (d *decoder) u() uint64 {
	n, k := binary.Uvarint(d.in)
	if k <= 0 {
		panic(errShort)
	}
	d.in = d.in[k:]
	return n
}

func (d *decoder) i() int64 {
	n, k := binary.Varint(d.in)
	if k <= 0 {
		panic(errShort)
	}
	d.in = d.in[k:]
	return n
}

// count reads a length. Every element takes at least a byte, so a larger one is
// damage.
func (d *decoder) count() int {
	n := d.u()
	if n > uint64(len(d.in)) {
		panic(errShort)
	}
	return int(n)
}

func (d *decoder) small() int {
	n := d.u()
	if n > 1<<30 {
		panic(errShort)
	}
	return int(n)
}

// enum reads one of the values up to last.
func (d *decoder) enum(last uint8) uint8 {
	n := d.u()
	if n > uint64(last) {
		panic(errShort)
	}
	return uint8(n)
}

func (d *decoder) s() string {
	k := d.u()
	if k > 0 {
		if k > uint64(len(d.strings)) {
			panic(errShort)
		}
		return d.strings[k-1]
	}
	n := d.count()
	s := string(d.in[:n])
	d.in = d.in[n:]
	d.strings = append(d.strings, s)
	return s
}

func (d *decoder) reg() Reg { return Reg(d.small()) - 1 }

func (d *decoder) regs() []Reg {
	list := make([]Reg, d.count())
	for i := range list {
		list[i] = d.reg()
	}
	return list
}

func (d *decoder) operand() Operand {
	o := Operand{Kind: OperandKind(d.enum(uint8(FuncOperand)))}
	switch o.Kind {
	case RegOperand:
		o.Reg = d.reg()
	case IntOperand:
		o.Int = d.i()
	case ConstOperand, GlobalOperand, FuncOperand:
		o.Name = d.s()
	}
	return o
}

func (d *decoder) operands() []Operand {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]Operand, n)
	for i := range list {
		list[i] = d.operand()
	}
	return list
}

func (d *decoder) ints() []int {
	list := make([]int, d.count())
	for i := range list {
		list[i] = d.small()
	}
	return list
}

// maxShape bounds blocks times registers of a decoded function: Verify needs
// memory for as many bits.
const maxShape = 1 << 28

func (d *decoder) function() *Func {
	f := &Func{Key: d.s(), Name: d.s(), Where: d.s(), Parent: d.s(), Callback: d.s(), Synthetic: d.u() != 0}
	f.Params, f.Free = d.regs(), d.regs()
	f.Results, f.Size = d.small(), d.small()
	f.Regs = make([]RegInfo, d.count())
	for i := range f.Regs {
		f.Regs[i] = RegInfo{Name: d.s(), Type: Type{Kind: TypeKind(d.enum(uint8(Tuple))), Handle: d.s()}}
	}
	blocks := d.count()
	if blocks*len(f.Regs) > maxShape {
		panic(errShort)
	}
	for i := range blocks {
		f.Blocks = append(f.Blocks, d.block(i))
	}
	return f
}

func (d *decoder) block(i int) *Block {
	b := &Block{Index: i, Preds: d.ints()}
	for range d.count() {
		b.Phis = append(b.Phis, Phi{Dst: d.reg(), Args: d.operands()})
	}
	for range d.count() {
		b.Ops = append(b.Ops, d.op())
	}
	b.Term = Term{Kind: TermKind(d.enum(uint8(Exit))), Cond: d.operand(), Args: d.operands(), Succs: d.ints(), Note: d.s()}
	if d.u() != 0 {
		b.Counted = &CountedLoop{Var: d.reg(), Init: d.i(), Step: d.i(), Trips: d.i()}
	}
	return b
}

func (d *decoder) op() Op {
	o := Op{Kind: Kind(d.enum(uint8(KeepAlive)))}
	m := d.u()
	o.Mode, o.Flag = Mode(m&3), Flag(m>>2&allFlags)
	if o.Mode > Spawned || m>>2 > allFlags {
		panic(errShort)
	}
	o.Dst, o.N, o.Name, o.Args = d.reg(), int(d.i()), d.s(), d.operands()
	o.Stack, o.Where = d.reg(), d.s()
	return o
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
