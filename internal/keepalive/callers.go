package keepalive

import (
	"go/token"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// isExposed reports whether a function is called so that nothing but the call
// keeps parameter i alive: it is exported, or one of the calls here is the last
// use of what it passes.
func (c *checker) isExposed(f *refprog.Func, i int) bool {
	if f.Parent != "" || c.finalizers[f.Key] || c.in.Program.Func(f.Key) == nil {
		return false
	}
	if exported(f.Key) {
		return true
	}
	k := param{f.Key, i}
	if known, ok := c.exposed[k]; ok {
		return known
	}
	c.exposed[k] = false // recursive functions
	for _, call := range c.callers[f.Key] {
		args := call.b.f.Blocks[call.p.block].Ops[call.p.index].Args
		if i >= len(args) {
			continue
		}
		if n, ok := call.b.root(args[i]); ok && c.onlyHere(call.b, call.p, n.object) {
			c.exposed[k] = true
			break
		}
	}
	return c.exposed[k]
}

// isFresh reports whether an object was made by the function, or by one that it
// called, with a finalizer, and is known to nobody else.
func (c *checker) isFresh(b *body, r refprog.Reg, depth int) bool {
	op, index := b.defs[r], 0
	if op != nil && op.Kind == refprog.Extract {
		index = op.N
		op = b.defs[b.value(op.Args[0])]
	}
	if op == nil || depth > maxDepth {
		return false
	}
	switch op.Kind {
	case refprog.Alloc:
		return c.armed(b, r, depth)
	case refprog.Call:
		return c.returnsFresh(op.Name, index, depth+1)
	}
	return false
}

// returnsFresh reports whether a result of a function is a new object, or nil.
func (c *checker) returnsFresh(key string, index, depth int) bool {
	b := c.body(key)
	if b == nil {
		return false
	}
	fresh := false
	for _, blk := range b.f.Blocks {
		if blk.Term.Kind != refprog.Return || index >= len(blk.Term.Args) {
			continue
		}
		o := b.source(blk.Term.Args[index])
		if o.Kind == refprog.NilOperand {
			continue
		}
		if o.Kind != refprog.RegOperand || !c.isFresh(b, o.Reg, depth) || c.letsGo(b, o.Reg) {
			return false
		}
		fresh = true
	}
	return fresh
}

// letsGo reports whether a function makes an object reachable otherwise than by
// returning it. To give it to the collector is not to let it go.
func (c *checker) letsGo(b *body, r refprog.Reg) bool {
	h, found := b.holders(r), false
	b.each(func(p at, op *refprog.Op) {
		found = found || op.Mode != refprog.Now && h.strong.any(op.Args) || c.lets(b, h, p, op, 0)
	})
	return found
}

// armed reports whether a function registers a finalizer or a cleanup for the
// object in r, itself or through a call.
func (c *checker) armed(b *body, r refprog.Reg, depth int) bool {
	found := false
	b.each(func(_ at, op *refprog.Op) {
		if reg, ok := c.registration(op); ok {
			found = found || b.value(reg.object) == r && !b.isNil(reg.function)
			return
		}
		if found || op.Kind != refprog.Call || op.Mode != refprog.Now || depth > maxDepth {
			return
		}
		for i, a := range op.Args {
			if callee := c.body(op.Name); b.value(a) == r && callee != nil && i < len(callee.f.Params) {
				found = found || c.armed(callee, callee.f.Params[i], depth+1)
			}
		}
	})
	return found
}

// exported reports whether the last name of a function key is exported.
func exported(key string) bool {
	if i := strings.IndexByte(key, '['); i >= 0 && strings.HasSuffix(key, "]") {
		key = key[:i] // type arguments have names of their own
	}
	return token.IsExported(key[strings.LastIndexByte(key, '.')+1:])
}
