package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// body is a function with what the simulation needs to know of its shape.
type body struct {
	*refprog.Func
	order  []int    // position of each block in reverse post-order; -1 if unreachable
	cyclic []bool   // the block lies on a cycle
	calls  []string // names of the methods that it calls through interfaces
	ranges map[int]*rangeLoop
	live   []regSet   // registers that are read at or after the block's phis
	within [][]regSet // of long blocks: the same at each operation that stride divides, but the first
}

type regSet []uint64

func newRegSet(n int) regSet            { return make(regSet, (n+63)/64) }
func (s regSet) has(r refprog.Reg) bool { return s[r/64]&(1<<(r%64)) != 0 }
func (s regSet) add(r refprog.Reg)      { s[r/64] |= 1 << (r % 64) }
func (s regSet) remove(r refprog.Reg)   { s[r/64] &^= 1 << (r % 64) }
func (s regSet) addAll(t regSet) (grew bool) {
	for i := range s {
		if n := s[i] | t[i]; n != s[i] {
			s[i], grew = n, true
		}
	}
	return grew
}

func newBody(f *refprog.Func) *body {
	b := &body{Func: f}
	b.postOrder()
	b.cycles()
	b.liveness()
	b.rangeLoops()
	for _, blk := range b.Blocks {
		for i := range blk.Ops {
			if op := &blk.Ops[i]; op.Kind == refprog.Method && !slices.Contains(b.calls, op.Name) {
				b.calls = append(b.calls, op.Name)
			}
		}
	}
	return b
}

func (b *body) postOrder() {
	n := len(b.Blocks)
	b.order = make([]int, n)
	state := make([]int8, n)
	next := make([]int, n)
	var post []int
	stack := []int{0}
	state[0] = 1
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		succs := b.Blocks[i].Term.Succs
		if next[i] < len(succs) {
			// The last successor first, so that the first one (the true arm) ends
			// up earliest in reverse post-order.
			s := succs[len(succs)-1-next[i]]
			next[i]++
			if state[s] == 0 {
				state[s] = 1
				stack = append(stack, s)
			}
			continue
		}
		stack = stack[:len(stack)-1]
		post = append(post, i)
	}
	for i := range b.order {
		b.order[i] = -1
	}
	for i, blk := range post {
		b.order[blk] = len(post) - 1 - i
	}
}

// cycles marks the blocks of non-trivial strongly connected components (Tarjan),
// without recursion: functions of many thousand blocks occur.
func (b *body) cycles() {
	n := len(b.Blocks)
	b.cyclic = make([]bool, n)
	index := make([]int, n)
	low := make([]int, n)
	on := make([]bool, n)
	next := make([]int, n)
	count := 0
	var stack, call []int
	for root := range b.Blocks {
		if index[root] != 0 {
			continue
		}
		call = append(call, root)
		for len(call) > 0 {
			v := call[len(call)-1]
			if index[v] == 0 {
				count++
				index[v], low[v] = count, count
				stack = append(stack, v)
				on[v] = true
			}
			succs := b.Blocks[v].Term.Succs
			if next[v] < len(succs) {
				w := succs[next[v]]
				next[v]++
				if index[w] == 0 {
					call = append(call, w)
				} else if on[w] {
					low[v] = min(low[v], index[w])
				}
				if w == v {
					b.cyclic[v] = true
				}
				continue
			}
			call = call[:len(call)-1]
			if len(call) > 0 {
				p := call[len(call)-1]
				low[p] = min(low[p], low[v])
			}
			if low[v] != index[v] {
				continue
			}
			size := 0
			for i := len(stack) - 1; ; i-- {
				size++
				if stack[i] == v {
					break
				}
			}
			for _, w := range stack[len(stack)-size:] {
				on[w] = false
				if size > 1 {
					b.cyclic[w] = true
				}
			}
			stack = stack[:len(stack)-size]
		}
	}
}

// liveness computes for each block the registers whose value on entry (after the
// phis) may still be read.
func (b *body) liveness() {
	n := len(b.Regs)
	b.live = make([]regSet, len(b.Blocks))
	for i := range b.live {
		b.live[i] = newRegSet(n)
	}
	work := make([]int, 0, len(b.Blocks))
	queued := make([]bool, len(b.Blocks))
	for i := range b.Blocks {
		work = append(work, i)
		queued[i] = true
	}
	set, scratch := newRegSet(n), newRegSet(n)
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		queued[i] = false
		blk := b.Blocks[i]
		b.liveAtEnd(blk, set, scratch)
		for j := len(blk.Ops) - 1; j >= 0; j-- {
			set.before(&blk.Ops[j])
		}
		if b.live[i].addAll(set) {
			for _, p := range blk.Preds {
				if !queued[p] {
					queued[p] = true
					work = append(work, p)
				}
			}
		}
	}
	b.liveWithin(set, scratch)
}

// liveAtEnd fills set with the registers that are read by a block's terminator or
// after it.
func (b *body) liveAtEnd(blk *refprog.Block, set, scratch regSet) {
	clear(set)
	for _, s := range blk.Term.Succs {
		succ := b.Blocks[s]
		copy(scratch, b.live[s])
		for _, phi := range succ.Phis {
			scratch.remove(phi.Dst)
		}
		set.addAll(scratch)
		for _, phi := range succ.Phis {
			set.addOperands(phi.Args)
		}
	}
	if blk.Term.Kind == refprog.If {
		set.addOperand(blk.Term.Cond)
	}
	set.addOperands(blk.Term.Args)
}

// before turns the registers that are read after an operation into those that are
// read at it or after it.
func (s regSet) before(op *refprog.Op) {
	if op.Dst != refprog.NoReg {
		s.remove(op.Dst)
	}
	s.addOperands(op.Args)
	if op.Mode == refprog.Deferred && op.Stack != refprog.NoReg {
		s.add(op.Stack)
	}
}

func (s regSet) addOperand(o refprog.Operand) {
	if o.Kind == refprog.RegOperand {
		s.add(o.Reg)
	}
}

func (s regSet) addOperands(list []refprog.Operand) {
	for _, o := range list {
		s.addOperand(o)
	}
}

// stride is the number of operations of a block after which a state drops what is
// dead. At every block it does so anyway; generated code has blocks of thousands.
const stride = 64

func (b *body) liveWithin(set, scratch regSet) {
	b.within = make([][]regSet, len(b.Blocks))
	for i, blk := range b.Blocks {
		if len(blk.Ops) <= stride {
			continue
		}
		b.liveAtEnd(blk, set, scratch)
		at := make([]regSet, (len(blk.Ops)-1)/stride+1)
		for j := len(blk.Ops) - 1; j > 0; j-- {
			set.before(&blk.Ops[j])
			if j%stride == 0 {
				at[j/stride] = slices.Clone(set)
			}
		}
		b.within[i] = at
	}
}

// liveAt returns the registers that are read at or after an operation, or nil
// where that is not worth knowing.
func (b *body) liveAt(block, op int) regSet {
	if op%stride != 0 || b.within[block] == nil {
		return nil
	}
	return b.within[block][op/stride]
}
