package replay

import (
	"slices"
	"sort"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A ref is one way by which the program came to a counted object: what a copy
// of the pointer carries along. Its permissions are the ledger handle's.
type ref struct {
	id    int
	what  string // contract name of the handle
	h     *ledger.Handle
	born  int
	fresh bool // a new object, different from every value that existed before
	// handed: somebody who is not followed may hold what the program owned
	// through it.
	handed bool
	public bool // the pointer is known outside, its reference perhaps not
	source *ref // the lender, for borrows
	// came is the number of places outside that held it when it came.
	came int
	left bool // a finalizer or cleanup can reach it

	same, apart []*ref // assumed equal, assumed different
	cell        *cell  // its fields, if the C struct is complete
	body        any    // the runtime's own value, for operations called by name
}

// A moment is one operation of the run; it covers the ledger's operations from
// its number to that of the next moment.
type moment struct {
	from  int
	at    refprog.OpRef
	step  int // index of the outcome step it consumed, or -1
	clock int
}

// mark opens a moment: what the ledger hears from now on belongs to the
// operation under way.
func (r *run) mark() {
	m := moment{from: r.ledger.Now().Seq + 1, at: r.at, step: r.outcomeStep, clock: r.clock}
	if n := len(r.moments); n > 0 && r.moments[n-1].from == m.from {
		r.moments[n-1] = m
		return
	}
	r.moments = append(r.moments, m)
}

// moment finds the operation of the run that a ledger's operation belongs to.
func (r *run) moment(seq int) moment {
	i := sort.Search(len(r.moments), func(i int) bool { return r.moments[i].from > seq })
	if i == 0 {
		return moment{step: -1, clock: -1}
	}
	return r.moments[i-1]
}

// begin opens an operation in the ledger.
func (r *run) begin(name string) { r.ledger.Begin(name, ledger.Place{Func: r.at.Func}) }

// newRef enters a handle into the run.
func (r *run) newRef(what string, h *ledger.Handle) *ref {
	r.ids++
	x := &ref{id: r.ids, what: what, h: h, born: r.clock}
	r.refs = append(r.refs, x)
	return x
}

// handle returns the reference that a value is; nil if it is nil or not a
// handle. An unknown becomes one that came from outside.
func (r *run) handle(v value, what string) *ref {
	switch v := r.resolve(v).(type) {
	case *ref:
		return v
	case *iface:
		return r.handle(v.val, what)
	case *unknown:
		if v.ref == nil {
			v.ref = r.arrive(what)
			v.ref.born = v.born
			v.ref.public = true
			v.ref.came = r.holders(nil)[v.ref]
		}
		return v.ref
	}
	return nil
}

// arrive makes a reference that came from outside.
func (r *run) arrive(what string) *ref {
	now := r.ledger.Now()
	defer r.ledger.Resume(now)
	body, h := r.outsideHandle(what)
	x := r.newRef(what, h)
	x.body = body
	return x
}

// A keptBy is a reference that an owner keeps by a contract.
type keptBy struct {
	owner *ledger.Object
	hold  *ledger.Hold
}

// dropHolds ends what an owner keeps.
func (r *run) dropHolds(owner *ledger.Object) {
	var rest []keptBy
	dropped := r.holds
	r.holds = nil
	for _, k := range dropped {
		if k.owner == owner {
			k.hold.Drop()
		} else {
			rest = append(rest, k)
		}
	}
	r.holds = append(rest, r.holds...)
}

// sweep ends what owners keep that have died.
func (r *run) sweep() {
	for i := 0; i < len(r.holds); i++ {
		if r.holds[i].owner.Dead() {
			r.dropHolds(r.holds[i].owner)
			i = -1
		}
	}
}

// hidden reports whether nobody outside can have the pointer.
func (x *ref) hidden() bool { return !x.public && !x.handed }

// held returns the number of references the program has through x and what is
// assumed to be the same pointer.
func (x *ref) held() int {
	n := x.h.Held()
	for _, other := range x.same {
		if other.h.Base() != ledger.Outside {
			n += other.h.Held()
		}
	}
	return n
}

// payer returns the handle of x's class that a free spends a reference of.
func (x *ref) payer() *ref {
	if x.h.Held() > 0 {
		return x
	}
	for _, other := range x.same {
		if other.h.Held() > 0 {
			return other
		}
	}
	return x
}

// valid returns a handle of x's class that may be used, or x.
func (x *ref) valid() *ref {
	if x.h.Valid() {
		return x
	}
	for _, other := range x.same {
		if other.h.Valid() {
			return other
		}
	}
	return x
}

// sameObject answers whether two handles are the same pointer.
func (r *run) sameObject(a, b *ref) truth {
	switch {
	case a == b || slices.Contains(a.same, b):
		return yes
	case slices.Contains(a.apart, b):
		return no
	case a.h.Object() == b.h.Object():
		return yes
	case a.what != b.what && a.what != "" && b.what != "":
		return no
	case a.fresh && a.born >= b.born, b.fresh && b.born >= a.born:
		return no
	case a.fresh && a.hidden(), b.fresh && b.hidden():
		return no
	}
	return maybe
}

// unify makes two handles the same pointer: an alias, never a hand-over.
func (r *run) unify(x, y value) {
	a, ok1 := x.(*ref)
	b, ok2 := y.(*ref)
	if !ok1 || !ok2 || a == b {
		return
	}
	class := append([]*ref{a, b}, append(slices.Clone(a.same), b.same...)...)
	for _, x := range class {
		for _, y := range class {
			if x != y && !slices.Contains(x.same, y) {
				x.same = append(x.same, y)
			}
		}
	}
}

// separate makes two handles different pointers.
func (r *run) separate(x, y value) {
	a, ok1 := x.(*ref)
	b, ok2 := y.(*ref)
	if ok1 && ok2 {
		a.apart = append(a.apart, b)
		b.apart = append(b.apart, a)
	}
}

// use notes that the program uses a handle.
func (r *run) use(x *ref) {
	if x != nil {
		x.valid().h.Use()
	}
}
