package replay

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file judges what a callback answers about the references that it was
// offered, or gives away.

// A reading is a value that was read, and from where.
type reading struct {
	from address
	v    value
}

func (r *run) claimsCallback() bool { return r.claim.Check == string(ledger.CallbackRef) }

// noteReading remembers a read of memory that others can reach.
func (r *run) noteReading(from address, v value) {
	if r.claimsCallback() && from.cell.outside {
		r.readings = append(r.readings, reading{from, v})
	}
}

// notePlaced remembers which references an operation puts where others can reach
// them, other than through an out parameter.
func (r *run) notePlaced(op *refprog.Op, args []value) {
	if !r.claimsCallback() {
		return
	}
	switch op.Kind {
	case refprog.Store, refprog.MapStore:
		a, ok := r.target(args[0])
		if ok && (!a.cell.outside || r.isOut(a)) {
			return
		}
	case refprog.Send, refprog.Append:
	default:
		return
	}
	w := r.newWalk()
	w.onRef = func(x *ref) {
		if r.placed == nil {
			r.placed = make(map[*ref]bool)
		}
		r.placed[x] = true
	}
	for _, v := range args[1:] {
		w.value(r.resolve(v))
	}
}

// prepareOut writes what the library has put where the callback's parameters
// point: 1 in the copy flag, nil in what it is to fill in.
func (r *run) prepareOut() {
	for i, p := range r.callback.Params {
		a, ok := r.outParam(i)
		switch {
		case !ok:
		case p.Given == "copy_flag":
			r.store(a, intValue(1))
		case p.Given == "out":
			r.store(a, nilValue{})
		}
	}
}

// outParam is where parameter i of the callback points; false if nothing is
// expected there.
func (r *run) outParam(i int) (address, bool) {
	p := r.callback.Params[i]
	at, ok := r.root.fn.Handed(i, len(r.callback.Params))
	if !ok || p.Given != "out" && p.Given != "copy_flag" {
		return address{}, false
	}
	return r.target(r.register(r.root, r.root.fn.Params[at]))
}

func (r *run) isOut(a address) bool {
	for i := range r.callback.Params {
		if b, ok := r.outParam(i); ok && a.cell == b.cell {
			return true
		}
	}
	return false
}

// judgeCallback decides a claim that the callback's answer at this return is
// wrong.
func (r *run) judgeCallback(results []value) {
	if !r.claimsCallback() || r.callback == nil || r.over() {
		return
	}
	if r.at != r.claim.At {
		r.unconfirmed("the callback returns at another place than claimed")
		return
	}
	for _, o := range r.offers {
		if o.on != nil && r.wrongOffer(o.on, results) {
			r.answersWrong(o.on)
			return
		}
	}
	if x := r.wrongOut(results); x != nil {
		r.answersWrong(x)
		return
	}
	r.unconfirmed("the callback's answer agrees with its references")
}

func (r *run) answersWrong(x *ref) {
	r.end(result{violation: &violation{check: r.claim.Check, at: r.at, on: x, clock: r.clock, cause: -1}})
}

// wrongOffer compares the answer about what was offered with the references that
// the callback has and the places that hold them.
func (r *run) wrongOffer(x *ref, results []value) bool {
	if len(results) == 0 {
		return false
	}
	held, places := x.held(), r.heldBy(x, r.holders(results))
	switch r.known(results[0]) {
	case yes:
		return !r.isHanded(x) && held > places
	case no:
		return held == 0 || (held == 1 && r.isHanded(x)) || places > held-1
	}
	return false
}

// wrongOut finds the reference that the callback gives the library without one
// of its own, or that the library is given and does not take.
func (r *run) wrongOut(results []value) *ref {
	out, taken := r.given(results)
	if out == nil || taken == maybe {
		return nil
	}
	seen := r.resolve(out)
	x := r.handle(out, r.callback.Gives())
	if x == nil {
		return nil
	}
	if taken == yes {
		return r.bare(x, seen, results)
	}
	if r.acquiredOf(x) > 0 && !r.isHanded(x) && r.others(x, results) < r.acquiredOf(x) {
		return x
	}
	return nil
}

// bare returns x if the library takes a reference of it that nobody has added.
func (r *run) bare(x *ref, seen value, results []value) *ref {
	own := r.acquiredOf(x)
	switch {
	case r.isHanded(x) && own > 0:
		return nil
	case x.h.Base() == ledger.Outside && own == 0:
		if x.h.Held() > 0 && r.stillThere(x, seen) {
			return x
		}
	case own == 0, x.h.Base() == ledger.Owned && own == 1 && r.others(x, results) > 0:
		return x
	}
	return nil
}

// acquiredOf is the number of references that the callback itself has added.
func (r *run) acquiredOf(x *ref) int {
	n := x.held()
	if x.h.Base() == ledger.Outside && x.h.Held() > 0 {
		n--
	}
	return n
}

// others counts the places of x besides the one that the library sees. Of what
// came from outside only those count that the callback has filled.
func (r *run) others(x *ref, results []value) int {
	if x.h.Base() == ledger.Outside {
		if r.placed[x] {
			return x.held()
		}
		return 0
	}
	return r.heldBy(x, r.holders(results)) - 1
}

// stillThere reports whether x was read from memory that holds it still: a
// reference that was taken out may be given away.
func (r *run) stillThere(x *ref, seen value) bool {
	if r.removed {
		return false
	}
	is := func(v value) bool { v = r.resolve(v); return v == seen || v == value(x) || refOf(v) == x }
	for _, d := range r.readings {
		if is(d.v) && !r.isOut(d.from) && is(r.load(d.from)) {
			return true
		}
	}
	return false
}

func refOf(v value) *ref {
	switch v := v.(type) {
	case *ref:
		return v
	case *unknown:
		return v.ref
	}
	return nil
}

// given is what the library gets, and whether it takes a reference with it; nil
// if it gets nothing.
func (r *run) given(results []value) (out value, taken truth) {
	taken = yes
	see := func(p contract.CallbackParam, v value) {
		switch p.Given {
		case "out":
			out = v
			if p.When == "success" {
				taken = maybe
				if len(results) > 0 {
					taken = r.known(results[len(results)-1])
				}
			}
		case "copy_flag":
			taken = r.known(v).not()
		}
	}
	for i, p := range r.callback.Params {
		if a, ok := r.outParam(i); ok {
			see(p, r.load(a))
		}
	}
	for i, p := range r.callback.Results {
		if i < len(results) {
			see(p, results[i])
		}
	}
	return out, taken
}
