package replay

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file judges claims that a reference was put into more places that free what
// they hold than there are references left at the end. That the claimed field is such
// a place is taken for granted, and said in the finding.

// A putting is what an operation has put into the claimed field, or among its
// elements.
type putting struct {
	on    *ref
	into  address // of an element that is not followed: a cell that is nil
	at    refprog.OpRef
	clock int
}

// ownersClaimed reports whether the claim is one of those.
func (r *run) ownersClaimed() bool {
	return r.claim.Rule == refprog.Owning && r.claim.Check == string(ledger.DoubleFree)
}

// loanClaimed reports whether the claim is that a loan is put into the field.
func (r *run) loanClaimed() bool { return r.claim.Check == refprog.LoanStored }

// judgeLoan ends the run if the claimed operation puts the claimed reference into the
// field, and it is a loan.
func (r *run) judgeLoan(x *ref) {
	if r.at == r.claim.At && slices.Contains(r.siteRefs, x) && x.h.Base() == ledger.Borrowed && x.h.Held() == 0 && x.h.Valid() {
		r.end(result{status: Confirmed})
	}
}

// putOp notes what an operation puts into the field. It reports whether the operation
// is left out.
func (r *run) putOp(f *frame, op *refprog.Op, args []value) bool {
	if !r.ownersClaimed() && !r.loanClaimed() {
		return false
	}
	note := func(v value, into address) {
		x, ok := r.resolve(v).(*ref)
		switch {
		case !ok:
		case r.loanClaimed():
			r.judgeLoan(x)
		default:
			r.owners = append(r.owners, putting{on: x, into: into, at: r.at, clock: r.clock})
		}
	}
	out := r.plan.skip[r.clock]
	switch op.Kind {
	case refprog.Store:
		a, ok := r.target(args[0])
		switch {
		case !ok || !r.isField(f.fn, op.Args[0]):
			return out
		case r.isContainer(f.fn, op.Args[0]):
			if _, none := r.resolve(args[1]).(nilValue); none {
				r.elementsLookedAt() // whatever they were, it has none now
			}
			return out
		case r.ofElements():
			a = address{}
		}
		if !out {
			note(args[1], a)
		}
		return out
	case refprog.MapStore:
		if r.fromField(f.fn, op.Args[0]) && !out {
			note(args[2], address{})
		}
		return out
	case refprog.Append:
		if r.fromField(f.fn, op.Args[0]) && !out {
			w := r.newWalk()
			w.onRef = func(x *ref) { note(x, address{}) }
			w.value(r.resolve(args[1]))
		}
		if out {
			r.set(f, op.Dst, args[0])
		}
		return out
	case refprog.MapDelete, refprog.MapLoad, refprog.Next, refprog.Index, refprog.SliceOf, refprog.Recv:
		r.elementsLookedAt()
	}
	return false
}

// elementsLookedAt: an element of the field may have been taken out, or freed.
func (r *run) elementsLookedAt() {
	r.owners = slices.DeleteFunc(r.owners, func(p putting) bool { return p.into.cell == nil })
}

// fromField reports whether an operand is what the claimed field held.
func (r *run) fromField(fn *refprog.Func, o refprog.Operand) bool {
	if o.Kind != refprog.RegOperand {
		return false
	}
	d, ok := r.definition(fn, o.Reg)
	switch {
	case !ok || d.op == nil || !r.ofElements():
		return false
	case d.op.Kind == refprog.Field:
		return r.named(fn, d.op)
	}
	return d.op.Kind == refprog.Load && r.isField(fn, d.op.Args[0])
}

// takenFrom: what is read out of the field may be freed for it.
func (r *run) takenFrom(f *frame, op *refprog.Op, from value) {
	if !r.ownersClaimed() || !r.isField(f.fn, op.Args[0]) || r.isContainer(f.fn, op.Args[0]) {
		return
	}
	a, _ := r.target(from)
	r.owners = slices.DeleteFunc(r.owners, func(p putting) bool { return p.into.cell == nil || p.into == a })
}

// judgeOwners compares, at the return, the references with the places.
func (r *run) judgeOwners(results []value) {
	if r.over() || !r.ownersClaimed() || len(r.owners) == 0 {
		return
	}
	w := r.newWalk()
	w.all(results)
	for _, c := range r.outside {
		w.cell(c)
	}
	needs := make(map[*ref][]putting)
	var order []*ref
	for i, p := range r.owners {
		again := slices.ContainsFunc(r.owners[i+1:], func(q putting) bool { return p.into.cell != nil && p.into == q.into })
		there := p.into.cell == nil || w.cells[p.into.cell] && r.resolve(r.load(p.into)) == value(p.on)
		if again || !there {
			continue
		}
		if needs[p.on] == nil {
			order = append(order, p.on)
		}
		needs[p.on] = append(needs[p.on], p)
	}
	for _, x := range order {
		if r.isHanded(x) || !r.concerns(x) || x.h.Base() == ledger.Outside || len(needs[x]) <= x.held() {
			continue
		}
		clock := -1
		for _, m := range r.moments {
			if m.at == r.claim.At {
				clock = m.clock
			}
		}
		for _, p := range needs[x] {
			if p.at == r.claim.At {
				clock = p.clock
			}
		}
		if clock >= 0 {
			r.end(result{violation: &violation{check: r.claim.Check, at: r.claim.At, on: x, clock: clock, cause: -1}})
			return
		}
	}
}
