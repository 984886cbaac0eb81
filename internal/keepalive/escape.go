package keepalive

import "github.com/sessionlint/sessionlint/internal/refprog"

// maxDepth bounds how deep calls are followed.
const maxDepth = 6

// escapesBefore reports whether something done with the object before p can make
// it reachable from elsewhere, or takes its finalizer away. Deferred and spawned
// calls that hold it count wherever they stand.
func (c *checker) escapesBefore(b *body, root refprog.Reg, p at) bool {
	h, found := b.holders(root), false
	b.each(func(q at, op *refprog.Op) {
		if found || q == p {
			return
		}
		if op.Mode != refprog.Now {
			found = h.weak.any(op.Args)
			return
		}
		if b.leads(q, p) {
			found = c.lets(b, h, q, op, 0) || c.disarms(b, h, op, 0)
		}
	})
	return found
}

// lets reports whether an operation can make the object reachable from outside
// the function.
func (c *checker) lets(b *body, h *holders, p at, op *refprog.Op, depth int) bool {
	switch op.Kind {
	case refprog.Store:
		_, local := b.local(op.Args[0])
		return !local && h.strong.holds(op.Args[1]) && !h.strong.holds(op.Args[0])
	case refprog.Escape:
		return h.strong.any(op.Args) && !c.registers(b, p)
	case refprog.MapStore, refprog.Send:
		return h.strong.any(op.Args[1:])
	case refprog.Unknown:
		return op.Flag&refprog.Harmless == 0 && h.strong.any(op.Args)
	case refprog.Invoke, refprog.Method:
		return h.strong.any(op.Args)
	case refprog.Call:
		for i, a := range op.Args {
			if h.strong.holds(a) && c.keeps(op.Name, i, depth+1) {
				return true
			}
		}
	}
	return false
}

// keeps reports whether a function can keep its parameter i after it returns.
func (c *checker) keeps(key string, i, depth int) bool {
	b := c.body(key)
	if b == nil || i >= len(b.f.Params) || depth > maxDepth {
		return true
	}
	h, found := b.holders(b.f.Params[i]), false
	b.each(func(p at, op *refprog.Op) {
		found = found || op.Mode == refprog.Spawned && h.strong.any(op.Args) || c.lets(b, h, p, op, depth)
	})
	return found
}

// registers reports whether the operation at p is what lower puts behind the
// registration of a finalizer: its arguments go to the collector.
func (c *checker) registers(b *body, p at) bool {
	if p.index == 0 {
		return false
	}
	_, ok := c.registration(&b.f.Blocks[p.block].Ops[p.index-1])
	return ok
}

// disarms reports whether an operation takes a finalizer away: it registers nil
// in its place, works on what a registration returned, or calls a function that
// does so.
func (c *checker) disarms(b *body, h *holders, op *refprog.Op, depth int) bool {
	if r, ok := c.registration(op); ok {
		return b.isNil(r.function) && h.weak.holds(r.object)
	}
	for i, a := range op.Args {
		if a.Kind == refprog.RegOperand && op.Kind == refprog.Unknown && c.stops[b.f.Regs[a.Reg].Type.Name] {
			return true
		}
		callee := c.body(op.Name)
		if op.Kind != refprog.Call || callee == nil || depth > maxDepth || i >= len(callee.f.Params) || !h.weak.holds(a) {
			continue
		}
		inside, found := callee.holders(callee.f.Params[i]), false
		callee.each(func(_ at, op *refprog.Op) { found = found || c.disarms(callee, inside, op, depth+1) })
		if found {
			return true
		}
	}
	return false
}

// isNil reports whether an operand is the constant nil, perhaps in an interface.
func (b *body) isNil(o refprog.Operand) bool {
	return b.source(o).Kind == refprog.NilOperand
}
