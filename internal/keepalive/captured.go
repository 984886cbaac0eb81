package keepalive

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file is about function literals that have captured a handle, and not the
// object that it belongs to: what keeps the object alive is what is done with it
// after the literal runs, and nobody knows when that is if others have the literal.

// captured checks the use of a captured handle by the call at p.
func (c *checker) captured(b *body, p at, handle refprog.Operand, u use) (out Finding, found bool) {
	n, ok := b.root(handle)
	i, isFree := b.free[n.object]
	if !isFree {
		i, isFree = b.free[b.cell(n.object)]
	}
	if !ok || n.path != "" || !isFree || u.path != "" || c.secured(b, p, handle) {
		return out, false
	}
	parent := c.body(b.f.Parent)
	if parent == nil || c.in.Program.Func(b.f.Parent) == nil {
		return out, false
	}
	parent.each(func(q at, made *refprog.Op) {
		if found || made.Kind != refprog.Closure || made.Name != b.f.Key || i >= len(made.Args) {
			return
		}
		nodes := parent.chain(parent.held1(made.Args[i]))
		for _, n := range nodes {
			for _, field := range c.finalized(parent.typeOf(n.object)) {
				if n.path == "" || field.Path != n.path || !c.runsAlone(parent, q, made, nodes[len(nodes)-1].object) {
					continue
				}
				found = true
				out = Finding{Func: b.f, At: b.ref(p), Call: u.call, Field: field, Object: parent.name(n.object), Later: true}
				if out.Object != "" {
					out.Handle = out.Object + "." + field.Path
				}
				return
			}
		}
	})
	return out, found
}

// held1 is what a captured variable holds if it is stored to once, else the
// operand itself.
func (b *body) held1(o refprog.Operand) refprog.Operand {
	cell, ok := b.local(o)
	if !ok || b.value(o) != cell {
		return o
	}
	stored := refprog.Nil()
	count := 0
	b.each(func(_ at, op *refprog.Op) {
		if op.Kind == refprog.Store && b.value(op.Args[0]) == cell {
			stored, count = op.Args[1], count+1
		}
	})
	if count != 1 {
		return o
	}
	return stored
}

// runsAlone reports whether the literal made at p can run when nothing keeps the
// object in root alive: it has not captured the object as well, and the object is
// not used behind a place where the literal is called, or is given away.
func (c *checker) runsAlone(b *body, p at, made *refprog.Op, root refprog.Reg) bool {
	if b.holders(root).weak.any(made.Args) {
		return false
	}
	literal, found := b.holders(made.Dst).strong, false
	b.each(func(q at, op *refprog.Op) {
		if found || q == p || !literal.any(op.Args) {
			return
		}
		switch op.Kind {
		case refprog.Invoke, refprog.Call, refprog.Unknown, refprog.Method, refprog.MapStore, refprog.Send, refprog.Escape:
		case refprog.Store:
			if _, local := b.local(op.Args[0]); local {
				return
			}
		default:
			return
		}
		found = c.overtaken(b, q, op, root)
	})
	for i, blk := range b.f.Blocks {
		end := at{i, len(blk.Ops)}
		found = found || blk.Term.Kind == refprog.Return && literal.any(blk.Term.Args) &&
			!slices.ContainsFunc(blk.Term.Args, b.holders(root).weak.holds) && c.onlyHere(b, end, root)
	}
	return found
}
