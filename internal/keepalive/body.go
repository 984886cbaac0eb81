package keepalive

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// body is one function with its definitions and the order of its blocks.
type body struct {
	f      *refprog.Func
	defs   map[refprog.Reg]*refprog.Op
	params map[refprog.Reg]int
	free   map[refprog.Reg]int
	reach  []map[int]bool // memo of reachable
	held   map[refprog.Reg]*holders
}

// at is the place of an operation; index len(Ops) is the terminator.
type at struct{ block, index int }

func newBody(f *refprog.Func) *body {
	b := &body{
		f: f, defs: map[refprog.Reg]*refprog.Op{}, params: map[refprog.Reg]int{}, free: map[refprog.Reg]int{},
		reach: make([]map[int]bool, len(f.Blocks)), held: map[refprog.Reg]*holders{},
	}
	for i, r := range f.Params {
		b.params[r] = i
	}
	for i, r := range f.Free {
		b.free[r] = i
	}
	for _, blk := range f.Blocks {
		for i := range blk.Ops {
			if op := &blk.Ops[i]; op.Dst != refprog.NoReg {
				b.defs[op.Dst] = op
			}
		}
	}
	return b
}

// reachable is the set of blocks that control can get to from block i by at least
// one edge.
func (b *body) reachable(i int) map[int]bool {
	if b.reach[i] != nil {
		return b.reach[i]
	}
	seen := map[int]bool{}
	work := slices.Clone(b.f.Blocks[i].Term.Succs)
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[n] {
			seen[n] = true
			work = append(work, b.f.Blocks[n].Term.Succs...)
		}
	}
	b.reach[i] = seen
	return seen
}

// leads reports whether control can get from behind x to y.
func (b *body) leads(x, y at) bool {
	return x.block == y.block && x.index < y.index || b.reachable(x.block)[y.block]
}

// each calls visit for every operation.
func (b *body) each(visit func(p at, op *refprog.Op)) {
	for bi, blk := range b.f.Blocks {
		for i := range blk.Ops {
			visit(at{bi, i}, &blk.Ops[i])
		}
	}
}

func (b *body) ref(p at) refprog.OpRef {
	return refprog.OpRef{Func: b.f.Key, Block: p.block, Op: p.index}
}

// value looks through copies and interfaces to the register that first held a
// value; NoReg for anything but a register.
func (b *body) value(o refprog.Operand) refprog.Reg {
	if o = b.source(o); o.Kind == refprog.RegOperand {
		return o.Reg
	}
	return refprog.NoReg
}

// source looks through copies and interfaces to the operand that a value is.
func (b *body) source(o refprog.Operand) refprog.Operand {
	for o.Kind == refprog.RegOperand {
		op := b.defs[o.Reg]
		if op == nil || op.Kind != refprog.Copy && op.Kind != refprog.MakeIface {
			return o
		}
		o = op.Args[0]
	}
	return o
}

// A node is an object on the way to a value: the value is what lies at path in it.
type node struct {
	object refprog.Reg
	path   string // "SSL.ssl"; "" for the value itself
}

// chain lists the objects on the way to a value, the nearest first. The last one
// is where the function has the value from: a parameter, a captured variable, the
// result of a call.
func (b *body) chain(o refprog.Operand) []node {
	r := b.value(o)
	if r == refprog.NoReg {
		return nil
	}
	nodes := []node{{object: r}}
	path := ""
	for {
		op := b.defs[r]
		if op == nil {
			return nodes
		}
		switch op.Kind {
		case refprog.Load:
			a := b.value(op.Args[0])
			if d := b.defs[a]; d == nil || d.Kind != refprog.FieldAddr {
				return nodes
			}
			r = a
			continue
		case refprog.FieldAddr, refprog.Field:
			path = joined(op.Name, path)
		default:
			return nodes
		}
		if r = b.value(op.Args[0]); r == refprog.NoReg {
			return nodes
		}
		nodes = append(nodes, node{r, path})
	}
}

// root is the last node of a value's chain.
func (b *body) root(o refprog.Operand) (node, bool) {
	nodes := b.chain(o)
	if len(nodes) == 0 {
		return node{}, false
	}
	return nodes[len(nodes)-1], true
}

// cell is the variable that a register was loaded from, or NoReg.
func (b *body) cell(r refprog.Reg) refprog.Reg {
	if op := b.defs[r]; op != nil && op.Kind == refprog.Load {
		return b.value(op.Args[0])
	}
	return refprog.NoReg
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "." + b
}

// typeOf is the name of the type that a register points to, or "".
func (b *body) typeOf(r refprog.Reg) string {
	name, ok := strings.CutPrefix(b.f.Regs[r].Type.Name, "*")
	if !ok {
		return ""
	}
	return name
}
