package refprog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"go/token"
	"hash/crc32"
	"slices"

	"github.com/sessionlint/sessionlint/internal/arith"
)

// A Library is what importers learn of the functions of a package.
type Library struct {
	Funcs   []*Func
	Methods map[string]string // see Program
	// Readers are functions, by key, that only look at what they are given and
	// return nothing of it. They are not among Funcs.
	Readers []string
}

// Encode writes a library in a compact form that depends on nothing but what is in
// it: equal programs give equal bytes. where says where a position is, as
// "file.go:12:3" without a folder; it may return "".
func Encode(l Library, where func(token.Pos) string) []byte {
	x := &codec{c: arith.NewWriter(common), where: where, texts: map[string]int{}}
	x.library(&l)
	data := x.c.Bytes()
	return append(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data)), data...)
}

// Decode reads what Encode wrote. Damaged input gives an error, never a panic or
// a function that Verify would refuse.
func Decode(data []byte) (l Library, err error) {
	if len(data) < 4 || binary.BigEndian.Uint32(data) != crc32.ChecksumIEEE(data[4:]) {
		return l, errDamaged
	}
	return decode(data[4:])
}

// decode reads what stands behind the checksum.
func decode(data []byte) (l Library, err error) {
	x := &codec{c: arith.NewReader(data, common), left: maxElements}
	defer func() {
		if r := recover(); r != nil {
			if r != errDamaged {
				panic(r)
			}
			l, err = Library{}, errDamaged
		}
	}()
	x.library(&l)
	x.demand(!x.c.Exhausted())
	for _, f := range l.Funcs {
		if err := Verify(f); err != nil {
			return Library{}, err
		}
	}
	return l, nil
}

var errDamaged = errors.New("refprog: damaged encoding")

// common are words of which the texts of programs are made.
const common = "(*github.com/.Conn).Close$1 (*github.com/sessionlint/sessionlint/session.Session).Free (*github.com/sessionlint/sessionlint/session.Conn).Get0Session" +
	" (*github.com/sessionlint/sessionlint/session.Conn).Get1Session (*github.com/sessionlint/sessionlint/session.Session).UpRef C.SSL_SESSION_free SSL_SESSION_up_ref" +
	" SSL_get1_session SSL_get0_session SSL_set_session SSL_CTX_add_session SSL_CTX_free SSL_free SSL_new SSL_CTX_new C.X509_free C.EVP_PKEY_free C.BIO_free C.ERR_get_error" +
	" errors.New fmt.Errorf runtime.SetFinalizer runtime.KeepAlive (*sync.Mutex).Lock (*sync.Mutex).Unlock unsafe.Pointer Session Connection Context Handle Error conn ctx err ssl next .go"

// codec writes or reads programs: one description of the format serves both. When
// it reads, what it is given to write is not looked at.
type codec struct {
	c     *arith.Coder
	where func(token.Pos) string
	list  []string       // the texts so far
	texts map[string]int // writing: text -> its number
	left  int            // reading: elements that may still come

	file string // of the last position
	line int64

	// The function under way.
	last   Reg            // highest register defined so far
	before uint32         // the operation before
	made   map[Reg]uint32 // register -> what has made it
}

// maxElements is the number of operations, operands, blocks and registers that are
// read at most.
const maxElements = 1 << 17

// Kinds of numbers.
const (
	setCount = iota
	setText
	setDst
	setReg
	setOp
	setMode
	setInt
	setOperand
	setSucc
	setPred
	setPlace
	setType
	setFlag
)

func (x *codec) demand(ok bool) {
	if !ok {
		panic(errDamaged)
	}
}

// count codes how many elements follow.
func (x *codec) count(n int, contexts ...uint32) int {
	n = x.small(n, setCount, contexts...)
	if !x.c.Writing() {
		x.left -= n
		x.demand(x.left >= 0 && !x.c.Exhausted())
	}
	return n
}

// small codes a number that is not negative.
func (x *codec) small(n, set int, contexts ...uint32) int {
	u := x.c.Number(uint64(n), set, contexts...)
	x.demand(u <= 1<<30)
	return int(u)
}

// enum codes one of the values up to last.
func (x *codec) enum(n, last uint8, set int, contexts ...uint32) uint8 {
	u := x.c.Number(uint64(n), set, contexts...)
	x.demand(x.c.Writing() || u <= uint64(last))
	return uint8(u)
}

// text codes a text: the number of its first use, or 0 and the text itself.
func (x *codec) text(s *string, kind uint32, contexts ...uint32) {
	n := 0
	if x.c.Writing() {
		n = x.texts[*s]
	}
	contexts = append([]uint32{kind}, contexts...)
	n = x.small(n, setText, contexts...)
	if n > 0 {
		x.demand(n <= len(x.list))
		*s = x.list[n-1]
		return
	}
	*s = x.c.Text(*s, kind)
	x.list = append(x.list, *s)
	if x.c.Writing() {
		x.texts[*s] = len(x.list)
	}
}

// What texts are for.
const (
	textKey = iota + 1
	textName
	textFile
	textOp
	textReg
	textHandle
	textType
	textOther
)

// slots makes room for n elements when it reads.
func slots[T any](writing bool, list []T, n int) []T {
	if writing || n == 0 {
		return list
	}
	return make([]T, n)
}

func (x *codec) library(l *Library) {
	writing := x.c.Writing()
	l.Funcs = slots(writing, l.Funcs, x.count(len(l.Funcs)))
	for i := range l.Funcs {
		if !writing {
			l.Funcs[i] = new(Func)
		}
		x.function(l.Funcs[i])
	}
	keys := sortedKeys(l.Methods)
	keys = slots(writing, keys, x.count(len(keys)))
	if !writing {
		l.Methods = make(map[string]string, len(keys))
	}
	for _, k := range keys {
		v := l.Methods[k]
		x.text(&k, textOther)
		x.text(&v, textKey)
		if !writing {
			l.Methods[k] = v
		}
	}
	l.Readers = slots(writing, l.Readers, x.count(len(l.Readers)))
	for i := range l.Readers {
		x.text(&l.Readers[i], textKey)
	}
}

func (x *codec) function(f *Func) {
	writing := x.c.Writing()
	x.last, x.before, x.made = -1, 0, map[Reg]uint32{}
	x.text(&f.Key, textKey)
	x.derived(&f.Name, nameOf(f.Key), textName)
	x.derived(&f.Parent, parentOf(f.Key), textKey)
	x.text(&f.Callback, textOther, 1)
	f.Synthetic = x.c.Flag(f.Synthetic, setFlag, 1)
	x.place(f.Pos, &f.Where, 1)
	f.Params = x.regs(f.Params, 1)
	f.Free = x.regs(f.Free, 2)
	f.Results = x.small(f.Results, setCount, 3)

	n := x.count(len(f.Blocks), 4)
	if !writing {
		for i := range n {
			f.Blocks = append(f.Blocks, &Block{Index: i})
		}
	}
	ops := 0
	for _, b := range f.Blocks {
		x.block(b)
		ops += len(b.Ops)
	}
	preds := edges(f.Blocks)
	for i, b := range f.Blocks {
		x.heads(b, preds[i])
	}
	f.Size = int(x.c.Signed(int64(f.Size-ops), setCount, 5)) + ops
	x.registers(f)
}

// derived codes a text that mostly is the one that is expected.
func (x *codec) derived(s *string, expected string, kind uint32) {
	if x.c.Flag(*s == expected, setFlag, 2, kind) {
		*s = expected
		return
	}
	x.text(s, kind)
}

// nameOf is what a person mostly calls a function with a key.
func nameOf(key string) string {
	at := 0
	for i := range len(key) {
		if key[i] == '/' {
			at = i + 1
		}
	}
	for i := at; i < len(key); i++ {
		if key[i] == '.' {
			at = i + 1
			break
		}
	}
	var name []byte
	for i := at; i < len(key); i++ {
		if key[i] != ')' {
			name = append(name, key[i])
		}
	}
	return string(name)
}

// parentOf is the key of the function whose literal mostly has the given key.
func parentOf(key string) string {
	for i := len(key) - 1; i > 0; i-- {
		if key[i] == '$' {
			return key[:i]
		}
		if key[i] < '0' || key[i] > '9' {
			break
		}
	}
	return ""
}

// place codes a position: the lines of a function follow each other.
func (x *codec) place(pos token.Pos, text *string, kind uint32) {
	if x.c.Writing() && pos.IsValid() && x.where != nil {
		t := x.where(pos)
		text = &t
	}
	var file string
	var line, column int64
	plain := false
	if x.c.Writing() {
		file, line, column, plain = splitPlace(*text)
	}
	none := *text == ""
	switch x.c.Number(choose(none, plain), setPlace, 1, kind) {
	case 0:
		*text = ""
	case 1:
		if !x.c.Flag(file == x.file, setFlag, 3) {
			x.text(&file, textFile)
		} else {
			file = x.file
		}
		line = x.line + x.c.Signed(line-x.line, setPlace, 2, kind)
		column = int64(x.c.Number(uint64(column), setPlace, 3, kind))
		x.file, x.line = file, line
		if !x.c.Writing() {
			*text = fmt.Sprintf("%s:%d:%d", file, line, column)
		}
	default:
		s := *text
		x.text(&s, textFile)
		if !x.c.Writing() {
			*text = s
		}
	}
}

func choose(none, plain bool) uint64 {
	switch {
	case none:
		return 0
	case plain:
		return 1
	}
	return 2
}

// splitPlace takes "file.go:12:3" apart.
func splitPlace(s string) (file string, line, column int64, ok bool) {
	i := len(s)
	number := func() int64 {
		n, unit := int64(0), int64(1)
		for i--; i > 0 && s[i] >= '0' && s[i] <= '9' && unit < 1e9; i-- {
			n += int64(s[i]-'0') * unit
			unit *= 10
		}
		return n
	}
	column = number()
	if i > 0 {
		line = number()
	}
	if i < 0 {
		return "", 0, 0, false
	}
	file = s[:i]
	return file, line, column, fmt.Sprintf("%s:%d:%d", file, line, column) == s
}

// regs codes parameters: mostly one register after the other.
func (x *codec) regs(list []Reg, kind uint32) []Reg {
	if n := x.count(len(list), 6, kind); !x.c.Writing() {
		list = make([]Reg, n)
	}
	for i := range list {
		list[i] = x.dst(list[i], kind, 0)
		x.made[list[i]] = kind
	}
	return list
}

// dst codes a register that is defined: mostly the next one.
func (x *codec) dst(r Reg, contexts ...uint32) Reg {
	if x.c.Flag(r == NoReg, setFlag, append([]uint32{4}, contexts...)...) {
		return NoReg
	}
	r = Reg(x.c.Signed(int64(r-x.last-1), setDst, contexts...)) + x.last + 1
	x.demand(r >= 0 && r < 1<<30)
	x.last = max(x.last, r)
	return r
}

func (x *codec) block(b *Block) {
	writing := x.c.Writing()
	b.Phis = slots(writing, b.Phis, x.count(len(b.Phis), 7))
	for i := range b.Phis {
		b.Phis[i].Dst = x.dst(b.Phis[i].Dst, 8, 0)
		x.made[b.Phis[i].Dst] = 3
	}
	b.Ops = slots(writing, b.Ops, x.count(len(b.Ops), 9))
	for i := range b.Ops {
		x.op(&b.Ops[i])
	}
	t := &b.Term
	t.Kind = TermKind(x.enum(uint8(t.Kind), uint8(Exit), setOp, 2, arith.Hash(2, x.before)))
	kind := 1000 + uint32(t.Kind)
	x.operand(&t.Cond, kind, 0)
	t.Args = x.operands(t.Args, kind, 0)
	t.Succs = slots(writing, t.Succs, x.count(len(t.Succs), 10, kind))
	for i := range t.Succs {
		t.Succs[i] = int(x.c.Signed(int64(t.Succs[i]-b.Index), setSucc, kind, arith.Hash(kind, uint32(i)))) + b.Index
	}
	x.text(&t.Note, textOther, kind)
	counted := x.c.Flag(b.Counted != nil, setFlag, 5)
	if !counted {
		return
	}
	if !writing {
		b.Counted = new(CountedLoop)
	}
	c := b.Counted
	c.Var = Reg(x.small(int(c.Var), setReg, 11))
	c.Init, c.Step, c.Trips = x.c.Signed(c.Init, setInt, 1), x.c.Signed(c.Step, setInt, 2), x.c.Signed(c.Trips, setInt, 3)
}

// edges lists the predecessors of blocks, in the order of the blocks.
func edges(blocks []*Block) [][]int {
	preds := make([][]int, len(blocks))
	for _, b := range blocks {
		for _, s := range b.Term.Succs {
			if s >= 0 && s < len(blocks) {
				preds[s] = append(preds[s], b.Index)
			}
		}
	}
	return preds
}

// heads codes the predecessors of a block, and what its phis take from each.
func (x *codec) heads(b *Block, expected []int) {
	writing := x.c.Writing()
	if x.c.Flag(slices.Equal(b.Preds, expected), setFlag, 6, min(uint32(len(expected)), 3)) {
		b.Preds = expected
	} else {
		b.Preds = slots(writing, b.Preds, x.count(len(b.Preds), 12, uint32(len(expected))))
		for i := range b.Preds {
			context := uint32(1 << 20)
			if i < len(expected) {
				context = uint32(expected[i])
			}
			b.Preds[i] = int(x.c.Signed(int64(b.Preds[i]), setPred, context, 0))
		}
	}
	if b.Preds == nil {
		b.Preds = []int{}
	}
	for i := range b.Phis {
		x.last = b.Phis[i].Dst
		b.Phis[i].Args = x.operands(b.Phis[i].Args, 2000, uint32(len(b.Preds)))
	}
}

func (x *codec) op(o *Op) {
	o.Kind = Kind(x.enum(uint8(o.Kind), uint8(KeepAlive), setOp, 1, arith.Hash(1, x.before)))
	kind := uint32(o.Kind)
	name := o.Name
	x.text(&name, textOp, kind, arith.Hash(kind, x.before))
	o.Name = name
	at := x.textNumber(name)
	this := arith.Hash(kind, at)
	m := x.c.Number(uint64(o.Mode)|uint64(o.Flag)<<2, setMode, kind, this)
	x.demand(x.c.Writing() || Mode(m&3) <= Spawned && m>>2 <= allFlags)
	o.Mode, o.Flag = Mode(m&3), Flag(m>>2)
	o.Args = x.operands(o.Args, kind, this)
	o.Dst = x.dst(o.Dst, kind, this)
	o.N = int(x.c.Signed(int64(o.N), setInt, kind, this))
	if x.c.Flag(o.Stack == NoReg, setFlag, 7, kind) {
		o.Stack = NoReg
	} else {
		o.Stack = Reg(x.small(int(o.Stack), setReg, 13))
	}
	if o.Dst != NoReg {
		x.made[o.Dst] = arith.Hash(this, uint32(o.N))
	}
	if o.Kind == API { // only what a note may speak of
		x.place(o.Pos, &o.Where, 2)
	}
	x.before = kind + 1
	switch o.Kind {
	case API, Call, Unknown, FieldAddr:
		x.before = this
	}
}

// textNumber is a small number for a text that was coded.
func (x *codec) textNumber(s string) uint32 {
	var h uint32
	for i := range len(s) {
		h = h*31 + uint32(s[i])
	}
	return h
}

func (x *codec) operands(list []Operand, kind, this uint32) []Operand {
	list = slots(x.c.Writing(), list, x.count(len(list), arith.Hash(14, kind), arith.Hash(15, this)))
	for i := range list {
		x.operand(&list[i], arith.Hash(kind, uint32(i)), arith.Hash(this, uint32(i)))
	}
	return list
}

func (x *codec) operand(o *Operand, kind, this uint32) {
	o.Kind = OperandKind(x.enum(uint8(o.Kind), uint8(FuncOperand), setOperand, kind, this, arith.Hash(kind, x.before)))
	switch o.Kind {
	case RegOperand:
		o.Reg = x.last - Reg(x.c.Signed(int64(x.last-o.Reg), setReg, kind, this, arith.Hash(kind, x.before)))
	case IntOperand:
		o.Int = x.c.Signed(o.Int, setInt, kind, this)
	case FuncOperand:
		x.text(&o.Name, textKey, 16)
	case ConstOperand, GlobalOperand:
		x.text(&o.Name, textOther, 17)
	}
}

// allFlags is every flag that an operation can have.
const allFlags = uint64(NonNil | CommaOk | Harmless | ToIface | NoStatus | Blank | Determined | Unsigned)

// maxShape bounds blocks times registers of a decoded function: Verify needs
// memory for as many bits.
const maxShape = 1 << 28

// registers codes what is known of the registers of a function, whose operations are
// known.
func (x *codec) registers(f *Func) {
	writing := x.c.Writing()
	n := x.last + 1
	total := int(x.c.Signed(int64(len(f.Regs))-int64(n), setCount, 18)) + int(n)
	x.demand(total >= 0 && total <= maxElements)
	if !writing {
		x.left -= total
		x.demand(x.left >= 0 && len(f.Blocks)*total <= maxShape)
		f.Regs = make([]RegInfo, total)
	}
	for i := range f.Regs {
		r := &f.Regs[i]
		made := x.made[Reg(i)]
		r.Type.Kind = TypeKind(x.enum(uint8(r.Type.Kind), uint8(Tuple), setType, made, 0))
		x.text(&r.Type.Handle, textHandle, arith.Hash(uint32(r.Type.Kind), made), uint32(r.Type.Kind))
		x.text(&r.Type.Name, textType, arith.Hash(3, made), uint32(r.Type.Kind))
		x.text(&r.Name, textReg, arith.Hash(1, made), arith.Hash(2, uint32(r.Type.Kind)))
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
