package replay

import "github.com/sessionlint/sessionlint/internal/refprog"

// This file judges claims of Rule Unfreed: what the claimed field holds, or its
// elements, nobody frees.

// isList reports whether a value is a slice or a map that was made here.
func isList(v value) bool {
	_, ok := v.(*container)
	return ok
}

// putInField notes that something is put in the map that the claimed field holds.
func (r *run) putInField(f *frame, op *refprog.Op, at address) {
	if r.claim.Rule == refprog.Unfreed && r.ofElements() && r.fromField(f.fn, op.Args[0]) {
		r.unfreed = append(r.unfreed, at)
	}
}

// unfreedHolders takes the places in the claimed field out of the holders that a
// walk has found: nobody frees what is there.
func (r *run) unfreedHolders(w *walk) {
	done := make(map[address]bool)
	for _, a := range r.unfreed {
		if x, ok := r.resolve(r.load(a)).(*ref); ok && w.cells[a.cell] && !done[a] {
			done[a] = true
			w.holders[x]--
		}
	}
}

// withoutPiles runs look as if the claimed field held no lists, and tells it which
// cells belong to them: made here, and seen by others only through them.
func (r *run) withoutPiles(look func(of map[*cell]bool)) {
	inside := r.newWalk()
	for _, a := range r.piles {
		if isList(r.load(a)) {
			inside.value(r.load(a))
		}
	}
	of := make(map[*cell]bool)
	for c := range inside.cells {
		if c.exposed {
			of[c] = true
		}
	}
	for _, a := range r.piles {
		before := a.cell.val
		r.store(a, nilValue{})
		defer func() { a.cell.val = before }()
	}
	look(of)
}
