package keepalive

import (
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A loan is what a call lends: from which argument, and from which handle in it.
type loan struct {
	arg  int
	path string
	by   string // the function that lends
}

// Lent lists the uses of what C has lent from a handle, at which the object that
// frees the handle can be collected already. Whether it has been nobody can see, and
// such a pointer is often used at once; so they are for those who ask.
func Lent(in Input) []Finding {
	c := newChecker(in)
	if len(c.own) == 0 && in.Imported == nil {
		return nil
	}
	c.findCallers()
	var out []Finding
	for _, f := range in.Program.Funcs {
		if f.Synthetic {
			continue
		}
		b := c.body(f.Key)
		b.each(func(p at, op *refprog.Op) {
			if op.Mode != refprog.Now || op.Dst == refprog.NoReg {
				return
			}
			if l, ok := c.lends(op, 0); ok {
				if finding, ok := c.usedDead(b, p, op, l); ok {
					out = append(out, finding)
				}
			}
		})
	}
	return out
}

// lends reports whether the result of a call is lent from one of its arguments.
func (c *checker) lends(op *refprog.Op, depth int) (loan, bool) {
	switch op.Kind {
	case refprog.API:
		fn, ok := c.in.Contracts.Lookup(op.Name)
		if ok && len(fn.Results) == 1 && fn.Results[0].Ownership == contract.Borrowed {
			return loan{arg: fn.Results[0].From, by: strings.TrimPrefix(op.Name, "C.")}, true
		}
	case refprog.Call:
		b := c.body(op.Name)
		if b == nil || depth > maxDepth || c.in.Program.Func(op.Name) == nil {
			return loan{}, false
		}
		return c.returnsLent(b, depth+1)
	}
	return loan{}, false
}

// returnsLent reports whether every return of a function that gives anything gives
// what one and the same parameter lends.
func (c *checker) returnsLent(b *body, depth int) (out loan, ok bool) {
	for _, blk := range b.f.Blocks {
		if blk.Term.Kind != refprog.Return || len(blk.Term.Args) != 1 {
			continue
		}
		if b.source(blk.Term.Args[0]).Kind == refprog.NilOperand {
			continue
		}
		made := b.defs[b.value(blk.Term.Args[0])]
		if made == nil || ok && depth > maxDepth {
			return loan{}, false
		}
		l, lent := c.lends(made, depth)
		if !lent || l.arg >= len(made.Args) {
			return loan{}, false
		}
		n, found := b.root(made.Args[l.arg])
		i, isParam := b.params[n.object]
		l.arg, l.path = i, joined(n.path, l.path)
		if !found || !isParam || ok && l != out {
			return loan{}, false
		}
		out, ok = l, true
	}
	return out, ok
}

// usedDead finds a use of the loan made by op at p, behind which nothing keeps the
// lending object alive.
func (c *checker) usedDead(b *body, p at, op *refprog.Op, l loan) (out Finding, ok bool) {
	if l.arg >= len(op.Args) {
		return out, false
	}
	nodes := b.chain(op.Args[l.arg])
	for _, n := range nodes {
		for _, field := range c.finalized(b.typeOf(n.object)) {
			if field.Path != joined(n.path, l.path) {
				continue
			}
			root := nodes[len(nodes)-1].object
			q, found := c.firstUse(b, p, op.Dst, root)
			if !found {
				continue
			}
			at := &b.f.Blocks[q.block].Ops[q.index]
			out = Finding{Func: b.f, At: b.ref(q), Call: strings.TrimPrefix(at.Name, "C."), Field: field, Object: b.name(n.object), LentBy: l.by}
			if out.Object != "" {
				out.Handle = out.Object + "." + field.Path
			}
			return out, true
		}
	}
	return out, false
}

// firstUse finds a call behind p that gets the borrowed pointer while the object in
// root can be dead. A pointer that is given a reference of its own, or goes anywhere
// else, is not followed.
func (c *checker) firstUse(b *body, p at, lent, root refprog.Reg) (out at, found bool) {
	own := false
	b.each(func(q at, op *refprog.Op) {
		if q == p || !b.leads(p, q) || own {
			return
		}
		for i, a := range op.Args {
			if b.value(a) != lent {
				continue
			}
			switch op.Kind {
			case refprog.API:
				fn, _ := c.in.Contracts.Lookup(op.Name)
				effect := contract.Use
				if fn != nil {
					effect = fn.Param(i).Effect
				}
				own = own || effect == contract.UpRef || effect == contract.Free || effect == contract.Take
			case refprog.Compare, refprog.Copy, refprog.MakeIface:
				continue
			case refprog.Unknown:
				if _, isC := strings.CutPrefix(op.Name, "C."); !isC {
					own = own || op.Flag&refprog.Harmless == 0
					continue
				}
			default:
				own = true
			}
			if !found && !own && op.Mode == refprog.Now && c.onlyHere(b, q, root) && b.gone(b.holders(root), p, q) {
				out, found = q, true
			}
		}
	})
	return out, found && !own
}

// gone reports whether nothing on any way from p to q reads a holder of the object.
func (b *body) gone(h *holders, p, q at) bool {
	alive := false
	b.each(func(x at, op *refprog.Op) {
		if x != p && b.leads(p, x) && (x == q || b.leads(x, q)) && h.weak.any(op.Args) {
			alive = true
		}
	})
	return !alive
}
