package lower

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// A block is a basic block under construction. Predecessors are known only when
// all blocks are, so phis name the block they come from.
type block struct {
	ops     []rp.Op
	phis    []phi
	term    rp.Term // Succs is filled at the end
	succs   []*block
	preds   []*block
	counted *rp.CountedLoop
	index   int
}

type phi struct {
	dst  rp.Reg
	from []*block
	args []rp.Operand
}

// body lowers one function: the outermost one with everything spliced into it.
type body struct {
	p         *pkg
	fn        *ssa.Function
	f         *rp.Func
	blocks    []*block
	cur       *block
	dead      bool // the rest of the SSA block cannot be reached
	vals      map[ssa.Value]rp.Operand
	thunks    map[*ssa.MakeClosure]bool // bodies of deferred C calls: spliced at the defer
	allocs    map[rp.Reg]allocated
	lengths   map[rp.Reg]bool // results of len and cap that depend on the value alone
	forgotten bool            // RunDefers is missing at the returns
	// contracts holds the contracts of the API operations, by name.
	contracts map[string]*contract.Function
}

// A frame is one SSA function whose blocks are being emitted: the outermost one,
// or a literal that runs where it is made.
type frame struct {
	fn      *ssa.Function
	entry   map[*ssa.BasicBlock]*block
	exit    map[*ssa.BasicBlock]*block
	returns []returned // nil slice and cont == nil: a real return
	cont    *block
	pos     token.Pos // position of C calls made by cgo's wrapper
	mode    rp.Mode   // when the C call of cgo's wrapper runs
	stack   rp.Reg    // defer stack of a deferred C call
	blank   uint64    // results of the wrapper's call that are assigned to _
	wrapper bool      // cmd/cgo made the literal
}

// allocated is what is known of the cell an Alloc makes.
type allocated struct {
	name   string
	elem   types.Type
	shared bool // captured by literals that only read it
}

type returned struct {
	from *block
	vals []rp.Operand
}

func newBody(p *pkg, fn *ssa.Function) *body {
	b := &body{
		p: p, fn: fn,
		f: &rp.Func{
			Key:       p.key(fn),
			Name:      p.personName(fn),
			Pos:       fn.Pos(),
			Results:   fn.Signature.Results().Len(),
			Synthetic: isWrapper(fn),
		},
		vals:      make(map[ssa.Value]rp.Operand),
		thunks:    make(map[*ssa.MakeClosure]bool),
		allocs:    make(map[rp.Reg]allocated),
		lengths:   make(map[rp.Reg]bool),
		contracts: make(map[string]*contract.Function),
	}
	if res := fn.Signature.Results(); res.Len() > 0 {
		b.f.Answer = kindOf(res.At(res.Len() - 1).Type())
	}
	if parent := p.visibleParent(fn); parent != nil && p.has(parent) {
		b.f.Parent = p.key(parent)
	}
	return b
}

// visible is the function whose program fn is part of: fn itself, or the one that
// it was spliced into.
func (p *pkg) visible(fn *ssa.Function) *ssa.Function {
	for p.spliced[fn] {
		fn = fn.Parent()
	}
	return fn
}

// visibleParent is the function whose program makes the literal.
func (p *pkg) visibleParent(fn *ssa.Function) *ssa.Function {
	if fn.Parent() == nil {
		return nil
	}
	return p.visible(fn.Parent())
}

// personName is how a person says it: F, Conn.Close, F$1.
func (p *pkg) personName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		key := p.key(fn)
		return p.personName(p.visibleParent(fn)) + key[strings.LastIndexByte(key, '$'):]
	}
	if recv := fn.Signature.Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		if n, ok := t.(*types.Named); ok {
			return n.Obj().Name() + "." + fn.Name()
		}
	}
	return fn.Name()
}

func (b *body) lower() {
	for _, v := range b.fn.Params {
		r := b.newReg(variableName(v.Object().Name()), b.p.typ(v.Type()))
		b.vals[v] = rp.R(r)
		b.f.Params = append(b.f.Params, r)
	}
	for _, v := range b.fn.FreeVars {
		name := variableName(v.Name())
		if name != "" && !isWrapper(b.fn) {
			name = "&" + name
		}
		r := b.newReg(name, b.p.typ(v.Type()))
		b.vals[v] = rp.R(r)
		b.f.Free = append(b.f.Free, r)
	}
	b.forgotten = needsRunDefers(b.fn)
	b.cur = b.newBlock()
	b.emitFrame(&frame{fn: b.fn})
}

// emitFrame emits all blocks of a function, starting in the current block.
func (b *body) emitFrame(fr *frame) {
	fr.entry = make(map[*ssa.BasicBlock]*block)
	fr.exit = make(map[*ssa.BasicBlock]*block)
	order := reachable(fr.fn)
	for i, sb := range order {
		if i == 0 && len(sb.Preds) == 0 {
			fr.entry[sb] = b.cur
			continue
		}
		fr.entry[sb] = b.newBlock()
		if i == 0 {
			b.jump(fr.entry[sb])
		}
	}
	for _, sb := range order {
		b.cur, b.dead = fr.entry[sb], false
		for _, instr := range sb.Instrs {
			b.instr(fr, instr)
			if b.dead {
				break
			}
		}
		if !b.dead {
			fr.exit[sb] = b.cur
		}
	}
	for _, sb := range order {
		b.emitPhis(fr, sb)
	}
}

// reachable lists the blocks that control can reach, entry first. The recover
// block has no predecessors and is left out.
func reachable(fn *ssa.Function) []*ssa.BasicBlock {
	seen := make(map[*ssa.BasicBlock]bool)
	var walk func(*ssa.BasicBlock)
	walk = func(sb *ssa.BasicBlock) {
		if !seen[sb] {
			seen[sb] = true
			for _, s := range sb.Succs {
				walk(s)
			}
		}
	}
	walk(fn.Blocks[0])
	var order []*ssa.BasicBlock
	for _, sb := range fn.Blocks {
		if seen[sb] {
			order = append(order, sb)
		}
	}
	return order
}

func (b *body) emitPhis(fr *frame, sb *ssa.BasicBlock) {
	into := fr.entry[sb]
	for _, instr := range sb.Instrs {
		v, ok := instr.(*ssa.Phi)
		if !ok {
			continue
		}
		ph := phi{dst: b.reg(v)}
		if b.f.Regs[ph.dst].Name == "" {
			b.f.Regs[ph.dst].Name = variableName(v.Comment)
		}
		for i, edge := range v.Edges {
			if from := fr.exit[sb.Preds[i]]; from != nil {
				ph.from = append(ph.from, from)
				ph.args = append(ph.args, b.val(edge))
			}
		}
		into.phis = append(into.phis, ph)
	}
}

// splice emits the blocks of a literal in place of its call and returns the
// results. The bindings of its free variables must be in b.vals.
func (b *body) splice(fr *frame) []rp.Operand {
	fr.cont = b.newBlock()
	b.emitFrame(fr)
	b.cur, b.dead = fr.cont, len(fr.returns) == 0
	switch len(fr.returns) {
	case 0:
		return nil
	case 1:
		return fr.returns[0].vals
	}
	res := fr.fn.Signature.Results()
	vals := make([]rp.Operand, res.Len())
	for i := range vals {
		ph := phi{dst: b.newReg("", b.p.typ(res.At(i).Type()))}
		for _, r := range fr.returns {
			ph.from = append(ph.from, r.from)
			ph.args = append(ph.args, r.vals[i])
		}
		fr.cont.phis = append(fr.cont.phis, ph)
		vals[i] = rp.R(ph.dst)
	}
	return vals
}

func (b *body) newBlock() *block {
	blk := &block{}
	b.blocks = append(b.blocks, blk)
	return blk
}

func (b *body) newReg(name string, t rp.Type) rp.Reg {
	b.f.Regs = append(b.f.Regs, rp.RegInfo{Name: name, Type: t})
	return rp.Reg(len(b.f.Regs) - 1)
}

// reg is the register of an SSA value that has one.
func (b *body) reg(v ssa.Value) rp.Reg {
	if o, ok := b.vals[v]; ok {
		return o.Reg
	}
	r := b.newReg("", b.p.typ(v.Type()))
	b.vals[v] = rp.R(r)
	return r
}

// val is the operand that stands for an SSA value.
func (b *body) val(v ssa.Value) rp.Operand {
	if o, ok := b.vals[v]; ok { // the parameter of a spliced literal may be any operand
		return o
	}
	switch v := v.(type) {
	case *ssa.Const:
		return constOperand(v)
	case *ssa.Global:
		return rp.Global(v.RelString(nil))
	case *ssa.Function:
		return b.funcRef(v)
	case *ssa.Builtin:
		return rp.Const(v.Name())
	}
	return rp.R(b.reg(v))
}

func (b *body) vals2(vs []ssa.Value) []rp.Operand {
	out := make([]rp.Operand, len(vs))
	for i, v := range vs {
		out[i] = b.val(v)
	}
	return out
}

// emit appends an operation to the current block.
func (b *body) emit(op rp.Op) { b.cur.ops = append(b.cur.ops, op) }

// op appends an operation whose result is a fresh register of type t.
func (b *body) op(kind rp.Kind, name string, t types.Type, pos token.Pos, args ...rp.Operand) rp.Operand {
	r := b.newReg("", b.p.typ(t))
	b.emit(rp.Op{Kind: kind, Name: name, Dst: r, Args: args, Pos: pos, Stack: rp.NoReg})
	return rp.R(r)
}

// define appends an operation whose result is the SSA value v.
func (b *body) define(v ssa.Value, kind rp.Kind, name string, args ...rp.Operand) *rp.Op {
	b.emit(rp.Op{Kind: kind, Name: name, Dst: b.reg(v), Args: args, Pos: v.Pos(), Stack: rp.NoReg})
	return &b.cur.ops[len(b.cur.ops)-1]
}

// effect appends an operation without result.
func (b *body) effect(kind rp.Kind, name string, pos token.Pos, args ...rp.Operand) {
	b.emit(rp.Op{Kind: kind, Name: name, Dst: rp.NoReg, Args: args, Pos: pos, Stack: rp.NoReg})
}

func (b *body) jump(to *block) {
	b.cur.term = rp.Term{Kind: rp.Jump}
	b.cur.succs = []*block{to}
}

// terminate ends the current block and makes what follows unreachable.
func (b *body) terminate(t rp.Term, succs ...*block) {
	b.cur.term, b.cur.succs = t, succs
}

// exit ends the current block with a call that never returns.
func (b *body) exitHere(note string, pos token.Pos) {
	b.terminate(rp.Term{Kind: rp.Exit, Note: note, Pos: pos})
	b.dead = true
}

// choose ends the current block with a choice of n fresh blocks and returns them.
func (b *body) choose(n int, note string, pos token.Pos) []*block {
	arms := make([]*block, n)
	for i := range arms {
		arms[i] = b.newBlock()
	}
	b.terminate(rp.Term{Kind: rp.Choose, Note: note, Pos: pos}, arms...)
	return arms
}
