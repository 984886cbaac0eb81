package replay

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A keeping is a borrowed pointer that the claimed operation put somewhere.
type keeping struct {
	on    *ref
	clock int
	// spawned: a goroutine has it as long as it runs, which is only wrong if its
	// lender dies.
	spawned bool
	cause   int // clock of what gave up the last reference, if that was before; else -1
	by      refprog.Kind
	into    value // where it was put
}

// keeps notes which borrowed pointers are reachable from vs, if the operation
// under way is the one that is claimed to keep a borrow; or which dead ones, if
// it is claimed to keep those.
func (r *run) keeps(spawned bool, by refprog.Kind, into value, vs []value) {
	if r.at != r.claim.At {
		return
	}
	w := r.newWalk()
	switch ledger.Kind(r.claim.Check) {
	case ledger.DanglingBorrow:
		w.onRef = func(x *ref) {
			if x.h.Base() == ledger.Borrowed {
				r.kept = append(r.kept, keeping{on: x, clock: r.clock, spawned: spawned, cause: -1, by: by, into: into})
			}
		}
	case ledger.UseAfterFree:
		w.onRef = func(x *ref) {
			if !spawned && x.h.Base() != ledger.Borrowed && !x.h.Valid() {
				r.kept = append(r.kept, keeping{on: x, clock: r.clock, cause: r.moment(x.h.Lost().Seq).clock, by: by, into: into})
			}
		}
	default:
		return
	}
	for _, v := range vs {
		w.value(r.resolve(v))
	}
}

// keepsOp is keeps for the operations that put a value somewhere.
func (r *run) keepsOp(op *refprog.Op, args []value) {
	switch op.Kind {
	case refprog.Store:
		r.letGo(func(k keeping) bool { return k.by == op.Kind && r.resolve(k.into) == r.resolve(args[0]) })
		r.keeps(false, op.Kind, args[0], args[1:])
	case refprog.MapStore, refprog.Send:
		r.keeps(false, op.Kind, args[0], args[1:])
	case refprog.Closure, refprog.Append, refprog.MakeIface, refprog.Escape:
		r.keeps(false, op.Kind, nil, args)
	case refprog.Recv: // this element or another
		r.letGo(func(k keeping) bool { return k.by == refprog.Send && r.sameContainer(k.into, args[0]) })
	case refprog.MapDelete: // of this map or another, of this entry or another
		r.letGo(func(k keeping) bool { return k.by == refprog.MapStore })
	case refprog.SliceOf:
		if op.Name == "part" {
			r.letGo(func(k keeping) bool { return k.by == refprog.Append })
		}
	}
}

// sameContainer reports whether two values are one map for sure.
func (r *run) sameContainer(a, b value) bool {
	if a == nil || b == nil {
		return false
	}
	switch x := r.resolve(a).(type) {
	case *unknown, *container:
		return x == r.resolve(b)
	}
	return false
}

// letGo forgets what was kept where something else is now.
func (r *run) letGo(gone func(keeping) bool) { r.kept = slices.DeleteFunc(r.kept, gone) }

// judgeKept finds the claimed borrow among those that are still kept, without a
// reference, at the end.
func (r *run) judgeKept(results []value) {
	if r.over() || len(r.kept) == 0 {
		return
	}
	holders := r.holders(results)
	for _, k := range r.kept {
		x := k.on
		wrong := holders[x] > 0 || x.handed
		if k.spawned {
			wrong = !x.h.Valid()
		}
		if wrong && x.held() == 0 && r.concerns(x) {
			r.end(result{violation: &violation{check: r.claim.Check, at: r.claim.At, on: x, clock: k.clock, cause: k.cause}})
			return
		}
	}
}

// ended ends a run that came to the end of its witness.
func (r *run) ended(format string, args ...any) {
	r.settleOffers(nil)
	r.judgeKept(nil)
	r.unconfirmed("the witness ends "+format+" without the claimed violation", args...)
}

// An offer is a reference that a callback may keep by what it returns.
type offer struct {
	on     *ref
	refuse func()
}

// settleOffers takes back what was offered to a callback that did not return
// that it keeps it. Results that are not known say nothing.
func (r *run) settleOffers(results []value) {
	offers := r.offers
	r.offers = nil
	if len(results) > 0 && r.known(results[0]) != no {
		return
	}
	for _, o := range offers {
		o.refuse()
	}
}

// lend makes the parameters of a callback what the library lends or offers.
func (r *run) lend(f *frame) {
	kind, ok := r.table.CallbackKind(f.fn.Callback)
	if f.fn.Callback == "" || !ok {
		return
	}
	r.callback, r.root = kind, f
	r.prepareOut()
	for i, p := range kind.Params {
		at, ok := f.fn.Handed(i, len(kind.Params))
		if !ok || p.Handle == "" || p.Given != "lent" && p.Given != "offered" {
			continue
		}
		x := r.lentHandle(p.Handle, p.Given == "offered")
		r.set(f, f.fn.Params[at], x)
		x.public = true
		if n := len(r.offers); n > 0 && p.Given == "offered" {
			r.offers[n-1].on = x
		}
		if r.isSite() {
			r.touched(x)
		}
	}
}
