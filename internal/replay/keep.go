package replay

import (
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A keeping is a borrowed pointer that was stored where it outlives the
// activation.
type keeping struct {
	at    refprog.OpRef
	on    *ref
	clock int
	// spawned: it is kept as long as a goroutine runs, which is only wrong if its
	// lender dies.
	spawned bool
}

// keeps notes that v was put where others hold it, if that is outside.
func (r *run) keeps(outside bool, v value) { r.keepsFor(outside, false, v) }

func (r *run) keepsFor(outside, spawned bool, v value) {
	if !outside || r.claim.Check != string(ledger.DanglingBorrow) {
		return
	}
	w := r.newWalk()
	w.onRef = func(x *ref) {
		if x.h.Base() == ledger.Borrowed {
			r.stores = append(r.stores, keeping{at: r.at, on: x, clock: r.clock, spawned: spawned})
		}
	}
	w.value(r.resolve(v))
}

// judgeKept finds the claimed store among those of borrowed pointers that are
// still kept, without a reference, at the end.
func (r *run) judgeKept() {
	if r.over() {
		return
	}
	holders := r.holders(nil)
	for _, k := range r.stores {
		kept := k.on.held() == 0 && (holders[k.on] > 0 || k.on.handed)
		if k.spawned && k.on.h.Valid() {
			continue
		}
		if kept && k.at == r.claim.At && r.concerns(k.on) {
			r.end(result{violation: &violation{check: r.claim.Check, at: k.at, on: k.on, clock: k.clock, cause: -1}})
			return
		}
	}
}

// ended ends a run that came to the end of its witness.
func (r *run) ended(format string, args ...any) {
	r.settleOffers(nil)
	r.judgeKept()
	r.unconfirmed("the witness ends "+format+" without the claimed violation", args...)
}

// An offer is a reference that a callback may keep by what it returns.
type offer struct{ refuse func() }

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
	for i, p := range kind.Params {
		if i >= len(f.fn.Params) || p.Handle == "" || p.Given != "lent" && p.Given != "offered" {
			continue
		}
		x := r.lentHandle(p.Handle, p.Given == "offered")
		r.set(f, f.fn.Params[i], x)
		x.public = true
		if r.isSite() {
			r.touched(x)
		}
	}
}
