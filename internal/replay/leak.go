package replay

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// A walk visits everything that can be reached from some values.
type walk struct {
	r       *run
	cells   map[*cell]bool
	seen    map[any]bool
	onRef   func(*ref)
	onCell  func(*cell)
	holders map[*ref]int
}

func (r *run) newWalk() *walk {
	return &walk{r: r, cells: make(map[*cell]bool), seen: make(map[any]bool), holders: make(map[*ref]int)}
}

// value visits v. An unknown is visited as what it is, not as what it was
// assumed equal to: an alias is never a hand-over.
func (w *walk) value(v value) {
	switch v := v.(type) {
	case *ref:
		w.holders[v]++
		if w.onRef != nil {
			w.onRef(v)
		}
		w.cell(v.cell)
	case address:
		w.cell(v.cell)
	case *closure:
		w.once(v, v.captures)
	case *iface:
		w.value(v.val)
	case tuple:
		w.all(v)
	case *aggregate:
		for _, key := range v.order {
			w.value(v.parts[key])
		}
		w.value(v.base)
	case *container:
		if w.once(v, v.bag) {
			w.all(v.queue)
		}
		w.cell(v.cell)
	case *unknown:
		w.unknown(v.root())
	}
}

func (w *walk) unknown(u *unknown) {
	if u.ref != nil {
		w.value(u.ref)
	}
	w.cell(u.cell)
}

func (w *walk) once(key any, vs []value) bool {
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	w.all(vs)
	return true
}

func (w *walk) all(vs []value) {
	for _, v := range vs {
		w.value(v)
	}
}

func (w *walk) cell(c *cell) {
	if c == nil || w.cells[c] {
		return
	}
	w.cells[c] = true
	w.r.spend(1)
	if w.onCell != nil {
		w.onCell(c)
	}
	w.value(c.val)
}

// handOver gives what the values reach to code that is not followed: it may
// keep the references and, from now on, change the memory.
func (r *run) handOver(vs []value) {
	r.strangers = true
	w := r.newWalk()
	w.onRef = func(x *ref) { x.handed, x.public = true, true }
	w.onCell = r.expose
	for _, v := range vs {
		w.value(v)
		if x, ok := r.resolve(v).(*ref); ok {
			w.value(x)
		}
	}
}

func (r *run) expose(c *cell) {
	if !c.outside {
		c.outside, c.exposed = true, true
		r.outside = append(r.outside, c)
	}
}

// havoc makes everything unknown that code that is not followed can change. The
// references in it are handed over.
func (r *run) havoc() {
	w := r.newWalk()
	w.onRef = func(x *ref) { x.handed, x.public = true, true }
	w.onCell = r.expose
	for i := 0; i < len(r.outside); i++ {
		w.cell(r.outside[i])
	}
	for _, c := range r.outside {
		if _, ok := c.val.(deferStack); !ok { // no program can name that
			c.val = r.fresh("")
		}
	}
	r.havocs++
	if r.entry != nil {
		r.entry.on.handed = true
	}
	r.elementsLookedAt()
	r.written()
}

// publish makes a value that was stored where others can see it known there.
func (r *run) publish(v value) {
	w := r.newWalk()
	w.onRef = func(x *ref) { x.public = true }
	w.onCell = r.expose
	w.value(v)
}

// holders counts, for every reference, the places outside of the activation
// that hold it: the results, and the memory that others can reach.
func (r *run) holders(results []value) map[*ref]int {
	w := r.newWalk()
	r.withoutPiles(func(of map[*cell]bool) {
		for _, v := range results {
			w.value(v)
			if u, ok := v.(*unknown); ok {
				if x, ok := r.resolve(u).(*ref); ok && u.root().ref == nil {
					w.value(x)
				}
			}
		}
		for _, c := range r.outside {
			if !of[c] {
				w.cell(c)
			}
		}
	})
	r.unfreedHolders(w)
	if r.entry != nil {
		w.holders[r.entry.on]++
	}
	return w.holders
}

// lost finds the claimed reference among those that nobody holds at the return
// of the reporting function. why says what speaks against it.
func (r *run) lost(results []value) (leak *ledger.Violation, on *ref, why string) {
	holders := r.holders(results)
	why = "no reference of the claimed site is left"
	left := r.ledger.Leaks()
	if r.claim.Site.Func != r.claim.Witness.Func || r.claim.Beside != nil {
		// A callee that returns what it has retained gives a reference: to its
		// caller that is no count of somebody outside.
		left = append(left, r.ledger.Gained()...)
	}
	for _, v := range left {
		m := r.moment(v.Seq)
		if !r.fitsSite(m.at, m.step) {
			continue
		}
		x := r.byOrigin(v.Origin.Seq)
		switch {
		case x == nil:
		case r.isHanded(x):
			why = "the reference was handed to code that is not followed"
		case x.left:
			why = "the reference is left to a finalizer"
		case r.heldBy(x, holders) >= x.owed():
			why = "the reference is held by a result or by memory of others"
		default:
			return &v, x, ""
		}
	}
	return nil, nil, why
}

// owed is the number of places outside that have to hold x so that none of its
// references is lost. Who had it before it came has a reference of his own.
func (x *ref) owed() int {
	if x.h.Base() == ledger.Outside {
		return x.h.Held() - 1 + x.came
	}
	return x.h.Held()
}

func (r *run) isHanded(x *ref) bool {
	return x.handed || slices.ContainsFunc(x.same, func(y *ref) bool { return y.handed && y.h.Base() != ledger.Outside })
}

func (r *run) heldBy(x *ref, holders map[*ref]int) int {
	n := holders[x]
	for _, y := range x.same {
		if y.h.Base() != ledger.Outside {
			n += holders[y]
		}
	}
	return n
}

// returned judges the return of the reporting function.
func (r *run) returned(results []value) {
	r.gave, r.came = results, true
	if r.plan.watch != 0 {
		r.unconfirmed("it returns")
		return
	}
	if r.claim.Check == string(ledger.MissingFree) {
		if r.cursor < len(r.steps) {
			r.unconfirmed("the witness goes on: what was deferred in a call that is not followed is not known")
			return
		}
		r.settleOffers(results) // what the library takes back is no leak
		if !r.over() {
			r.judgeLeak(results)
		}
		return
	}
	r.judgeCallback(results)
	r.settleOffers(results)
	r.judgeOwners(results)
	failed := len(results) > 1 && r.reported() == no // nobody looks at what stands beside an error
	if r.at == r.claim.At && !failed {               // the caller is given something dead
		for _, v := range results {
			if i, ok := r.resolve(v).(*iface); ok {
				v = i.val
			}
			if x := r.handleLike(v); x != nil && r.concerns(x) && !x.valid().h.Valid() {
				r.mark()
				r.begin("return")
				r.use(x)
			}
		}
	}
	r.judgeKept(results)
	r.ended("at a return")
}

func (r *run) judgeLeak(results []value) {
	if r.at != r.claim.At {
		r.unconfirmed("the function returns at another place than claimed")
		return
	}
	leak, on, why := r.lost(results)
	if leak == nil {
		r.unconfirmed("%s", why)
		return
	}
	r.noteExit(on)
	before := on.h.Held()
	on.h.Free()
	if r.over() || on.h.Held() != before-1 {
		r.result = nil
		r.unconfirmed("a free before the return would itself be wrong")
		return
	}
	r.end(result{violation: &violation{check: r.claim.Check, at: r.at, on: on, clock: r.clock, cause: -1, raw: leak}})
}
