package replay

import (
	"strings"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file judges claims that rest on what the package does with a field of a
// struct. What it does is taken for granted here, and said in the finding; what
// happens on the path is not.

// isField reports whether an address operand is that of the claimed field, or of one
// of its elements if the claim is about those.
func (r *run) isField(fn *refprog.Func, o refprog.Operand) bool {
	if o.Kind == refprog.GlobalOperand {
		return o.Name == strings.TrimSuffix(r.claim.Field, "[]")
	}
	if o.Kind != refprog.RegOperand {
		return false
	}
	d, ok := r.definition(fn, o.Reg)
	if ok && d.op != nil && d.op.Kind == refprog.IndexAddr && r.ofElements() && d.op.Args[0].Kind == refprog.RegOperand {
		d, ok = r.definition(fn, d.op.Args[0].Reg)
		if ok && d.op != nil && d.op.Kind == refprog.Load && d.op.Args[0].Kind == refprog.RegOperand {
			d, ok = r.definition(fn, d.op.Args[0].Reg)
		}
	}
	return ok && d.op != nil && d.op.Kind == refprog.FieldAddr && r.named(fn, d.op)
}

// ofElements reports whether the claim is about the elements of the field.
func (r *run) ofElements() bool { return strings.HasSuffix(r.claim.Field, "[]") }

// isContainer reports whether an address operand is that of a field with elements and
// not that of an element.
func (r *run) isContainer(fn *refprog.Func, o refprog.Operand) bool {
	if o.Kind == refprog.GlobalOperand {
		return r.ofElements()
	}
	d, ok := r.definition(fn, o.Reg)
	return ok && r.ofElements() && d.op.Kind == refprog.FieldAddr
}

// named reports whether an operation on a field is about the claimed one.
func (r *run) named(fn *refprog.Func, op *refprog.Op) bool {
	if op.Args[0].Kind != refprog.RegOperand {
		return false
	}
	typ := strings.TrimPrefix(fn.Regs[op.Args[0].Reg].Type.Name, "*")
	return typ != "" && withoutTypeArgs(typ)+"."+op.Name == strings.TrimSuffix(r.claim.Field, "[]")
}

// withoutTypeArgs cuts type arguments off: "p.T[int]" is "p.T".
func withoutTypeArgs(typ string) string {
	if i := strings.IndexByte(typ, '['); i >= 0 {
		return typ[:i]
	}
	return typ
}

// fieldOp looks at a load or store before it happens.
func (r *run) fieldOp(f *frame, op *refprog.Op, args []value) {
	switch {
	case r.claim.Rule == refprog.Borrowing && op.Kind == refprog.Load:
		r.lendField(f, op, args[0])
	case r.claim.Rule == refprog.Borrowing && op.Kind == refprog.MapLoad && r.fromField(f.fn, op.Args[0]):
		if a, ok := r.target(args[0]); ok && a.cell.given {
			held, _ := r.element(args[0], r.elementKey(args[1]))
			r.lendWhatIs(held, refprog.HandleRead(f.fn, op))
		}
		return
	case r.takes && (op.Kind == refprog.Load || op.Kind == refprog.MapLoad):
		r.takeField(f, op, args)
		return
	case r.claim.Rule == refprog.Unfreed && op.Kind == refprog.Store:
		a, ok := r.target(args[0])
		switch {
		case !ok || !r.isField(f.fn, op.Args[0]):
		case r.isContainer(f.fn, op.Args[0]) && isList(args[1]):
			r.piles = append(r.piles, a)
		default:
			r.unfreed = append(r.unfreed, a)
		}
	}
	if r.claim.Rule != refprog.Owning || r.takes || r.ownersClaimed() || op.Kind != refprog.Load && op.Kind != refprog.Store {
		return
	}
	a, ok := r.target(args[0])
	if !ok {
		return
	}
	if op.Kind == refprog.Store && r.at == r.claim.At {
		r.judgeOverwrite(f, op, a)
	}
	r.looked = append(r.looked, a)
}

// judgeOverwrite ends the run at the claimed store.
func (r *run) judgeOverwrite(f *frame, op *refprog.Op, a address) {
	switch {
	case !r.isField(f.fn, op.Args[0]):
		r.unconfirmed("the store is not to the field of the claim")
		return
	case !a.cell.given:
		r.unconfirmed("the object was made here")
		return
	case r.havocs > 0 || r.strangers:
		r.unconfirmed("a function that is not followed may have freed what the field holds")
		return
	}
	for _, b := range r.looked {
		if a.cell == b.cell && (strings.HasPrefix(a.path, b.path) || strings.HasPrefix(b.path, a.path)) {
			r.unconfirmed("the field was read or written before")
			return
		}
	}
	old, ok := r.resolve(r.load(a)).(*unknown)
	if !ok || !r.assume("!=", old, nilValue{}, r.here()) {
		r.unconfirmed("the field holds nothing")
		return
	}
	if r.isContainer(f.fn, op.Args[0]) {
		old = r.fresh("") // an element
	}
	x := r.handle(old, "")
	r.mark()
	r.free(x) // what should have been done is right
	if r.over() {
		r.result = nil
		r.unconfirmed("a free before the store would itself be wrong")
		return
	}
	r.end(result{violation: &violation{check: r.claim.Check, at: r.at, on: x, clock: r.clock, cause: -1, raw: &ledger.Violation{Kind: ledger.MissingFree}}})
}

// lendField makes a loan of what the claimed field of an object from outside
// holds.
func (r *run) lendField(f *frame, op *refprog.Op, from value) {
	a, ok := r.target(from)
	if !ok || !a.cell.given || !r.isField(f.fn, op.Args[0]) {
		return
	}
	r.lendWhatIs(r.load(a), f.fn.Regs[op.Dst].Type.Handle)
}

// lendWhatIs makes a loan of a value that is not known.
func (r *run) lendWhatIs(held value, handle string) {
	u, ok := r.resolve(held).(*unknown)
	if !ok || u.ref != nil {
		return
	}
	now := r.ledger.Now()
	u.ref = r.lentHandle(handle, false)
	u.ref.public = true
	r.ledger.Resume(now)
	r.touched(u.ref)
}

// takesField reports whether the claim is about a reference that is read from the
// claimed field, and belongs to whoever has read it once the field has it no more.
func takesField(u refprog.Universe, c *refprog.Claim) bool {
	fn := u.Func(c.Site.Func)
	if c.Rule != refprog.Owning || fn == nil || c.Site.Op < 0 || c.Site.Block >= len(fn.Blocks) || c.Site.Op >= len(fn.Blocks[c.Site.Block].Ops) {
		return false
	}
	kind := fn.Blocks[c.Site.Block].Ops[c.Site.Op].Kind
	return kind == refprog.Load || kind == refprog.MapLoad
}

// takeField makes what the field holds, or an element of it, a reference that the
// program has.
func (r *run) takeField(f *frame, op *refprog.Op, args []value) {
	if !r.isSite() {
		return
	}
	var held value
	a, ok := r.target(args[0])
	switch {
	case !ok || !a.cell.given:
	case op.Kind == refprog.MapLoad && r.fromField(f.fn, op.Args[0]):
		held, _ = r.element(args[0], r.elementKey(args[1]))
	case op.Kind == refprog.Load && r.isField(f.fn, op.Args[0]):
		held = r.load(a)
	}
	u, ok := r.resolve(held).(*unknown)
	if !ok || u.ref != nil || !r.assume("!=", u, nilValue{}, r.here()) {
		return
	}
	r.mark()
	u.ref = r.givenHandle(refprog.HandleRead(f.fn, op))
	u.ref.public = true
	r.touched(u.ref)
	if op.Kind == refprog.MapLoad {
		r.entry = &entry{on: u.ref, of: r.resolve(args[0]), key: args[1]}
	} else {
		r.store(a, u) // it is there, until something else is
	}
}

// An entry is the element of a map of which the claimed reference is.
type entry struct {
	on      *ref
	of, key value
}

// entryGone: an element of a map is deleted, or another one is stored in its place.
func (r *run) entryGone(of, key value) {
	if r.entry == nil {
		return
	}
	switch m, k := r.equal(r.resolve(of), r.entry.of), r.equal(r.resolve(key), r.resolve(r.entry.key)); {
	case m == no || k == no:
	case m == yes && k == yes:
		r.entry = nil
	default:
		r.entry.on.handed = true // nobody knows whether it is that one
	}
}
