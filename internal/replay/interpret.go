package replay

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session"
)

// interpret applies a contract that no operation of the runtime stands behind:
// the uses first, then what it does to its arguments, then its results.
func (r *run) interpret(c *apiCall) {
	r.begin(c.fn.Name)
	reused := false
	for i := range c.args {
		if isUse(c.fn.Param(i).Effect) {
			r.use(c.ref(r, i))
		}
	}
	for i := range c.args {
		if r.effect(c, i) {
			reused = true
		}
	}
	for i, res := range c.fn.Results {
		switch res.Ownership {
		case contract.Owned:
			c.results[i] = r.acquired(c, res)
		case contract.OwnedUnlessReuse:
			if !reused {
				c.results[i] = r.acquired(c, res)
				r.reuseInto(c, res.From, c.results[i])
			} else if c.ok {
				c.results[i] = r.pointed(c, res.From)
			}
		case contract.Borrowed:
			c.results[i] = r.borrowed(c, res.From, res.Handle)
		}
	}
	r.keepByResult(c)
}

func isUse(e contract.Effect) bool {
	switch e {
	case contract.Free, contract.Take, contract.UpRef:
		return false
	}
	return true
}

// effect applies what the call does to argument i. It reports whether a handle
// was overwritten in place.
func (r *run) effect(c *apiCall, i int) (reused bool) {
	p := c.fn.Param(i)
	if p.When == "success" && !c.ok || p.When == "failure" && c.ok {
		if p.Effect == contract.Take || p.Effect == contract.UpRef {
			r.use(c.ref(r, i))
		}
		return false
	}
	switch p.Effect {
	case contract.UpRef:
		r.upRef(c, i)
	case contract.Free:
		r.free(c.ref(r, i))
	case contract.Take:
		r.take(c, i)
	case contract.Own:
		if p.By != contract.ByResult && c.ok {
			r.own(c.ref(r, i), c.lender(r, p.By))
		}
	case contract.EndsBorrows:
		r.endBorrows(c.lender(r, i), contract.EndsBorrows)
	case contract.MayEnd:
		if c.event {
			r.endBorrows(c.lender(r, i), contract.MayEnd)
		}
	case contract.Mutate:
		r.endContents(c.ref(r, i), p.Ends)
	case contract.Reuse:
		return r.reuse(c, i)
	case contract.OutBorrowed, contract.OutOwned, contract.OutValue:
		r.out(c, i, p)
	}
	return false
}

// endBorrows ends what an owner lends, for sure or because it may.
func (r *run) endBorrows(owner *ref, how contract.Effect) {
	if owner == nil {
		return
	}
	if conn, ok := owner.body.(*session.Conn); ok {
		was := r.succeeds
		r.succeeds = true
		conn.SetSession(nil)
		r.succeeds = was
	}
	r.dropHolds(owner.h.Object())
	r.gaveUp(owner, how)
}

// gaveUp ends the borrows of what owner no longer has, but not those of what is
// shared with its successor if it is not sure that there is one.
func (r *run) gaveUp(owner *ref, how contract.Effect) {
	if how == contract.EndsBorrows {
		r.endContents(owner, nil)
		return
	}
	for name, part := range r.contents[owner] {
		if fn, ok := r.table.Lookup(name); !ok || until(fn) == contract.AnyEnd {
			r.ledger.End(part)
		}
	}
}

// until says what ends a borrow that fn gives.
func until(fn *contract.Function) contract.Until {
	for _, res := range fn.Results {
		if res.Ownership == contract.Borrowed {
			return res.Until
		}
	}
	return contract.AnyEnd
}

// upRef adds a reference if the status says so.
func (r *run) upRef(c *apiCall, i int) {
	x := c.ref(r, i)
	switch {
	case x == nil:
	case c.ok:
		x.valid().h.UpRef()
	default:
		x.valid().h.UpRefFailed()
	}
}

// take hands one reference of argument i to the callee. One that is gone is given up
// once more: the callee may free it at once.
func (r *run) take(c *apiCall, i int) {
	x := c.ref(r, i)
	if x == nil {
		return
	}
	if x.payer().h.Held() == 0 && !x.valid().h.Valid() {
		r.free(x)
		return
	}
	without := ledger.DoubleFree
	if x.h.Base() == ledger.Borrowed {
		without = ledger.BorrowedFree
	}
	x.payer().h.HandOver(c.fn.Name, without)
	x.public = true
}

// own lets owner take a reference of its own; it lends x from now on.
func (r *run) own(x, owner *ref) {
	if x == nil || owner == nil {
		return
	}
	hold := r.ledger.Hold(owner.what, x.h.Object())
	x.h.AddLender(hold)
	x.public = true
	r.holds = append(r.holds, keptBy{owner.h.Object(), hold})
}

// keepByResult applies the references that the result of the call keeps.
func (r *run) keepByResult(c *apiCall) {
	if !c.ok || len(c.results) == 0 {
		return
	}
	for i := range c.args {
		if p := c.fn.Param(i); p.Effect == contract.Own && p.By == contract.ByResult {
			if owner, ok := c.results[0].(*ref); ok {
				r.own(c.ref(r, i), owner)
			}
		}
	}
}

// acquired is a result that the caller owns one reference of, nil on failure.
func (r *run) acquired(c *apiCall, res contract.Result) value {
	if !c.ok {
		return nilValue{}
	}
	what := res.Handle
	if what == "" {
		what = c.fn.Handle
	}
	r.begin(c.fn.Name)
	x := r.newRef(what, r.ledger.Acquire(r.ledger.NewObject(what, nil, nil), ledger.Owned))
	x.fresh = res.Fresh
	return x
}

// borrowed is a result that argument from lends, nil on failure. It need not be
// a handle: a name or a certificate inside a session dies with it too.
func (r *run) borrowed(c *apiCall, from int, what string) value {
	lender := c.lender(r, from)
	if !c.ok || lender == nil {
		return nilValue{}
	}
	r.begin(c.fn.Name)
	o := r.ledger.NewObject(what, nil, nil)
	r.ledger.Hold("library", o)
	x := r.newRef(what, r.ledger.BorrowFrom(o, lender.valid().h, r.content(lender, c.fn)))
	x.source = lender
	return x
}

// content is the part of lender's inside that fn lends; nil if it stays as long as
// the lender.
func (r *run) content(lender *ref, fn *contract.Function) *ledger.Content {
	if until(fn) == contract.LenderGone {
		return nil
	}
	parts := r.contents[lender]
	if parts == nil {
		parts = make(map[string]*ledger.Content)
		r.contents[lender] = parts
	}
	name := like(fn)
	if !parts[name].Live() || parts[name] == nil {
		parts[name] = new(ledger.Content)
	}
	return parts[name]
}

// endContents ends the borrows of what is inside x that the named functions
// gave; all of them if there are no names.
func (r *run) endContents(x *ref, names []string) {
	parts := r.contents[x]
	if len(names) == 0 {
		for _, part := range parts {
			r.ledger.End(part)
		}
		return
	}
	for _, name := range names {
		r.ledger.End(parts[name])
	}
}

// reuse applies a d2i argument: a handle behind the pointer is overwritten in
// place and gives no new reference.
func (r *run) reuse(c *apiCall, i int) bool {
	x := r.behind(c, i)
	if x == nil {
		return false
	}
	r.use(x)
	r.endContents(x, nil)
	return true
}

// behind returns the handle in the variable that argument i points to, nil if
// there is none.
func (r *run) behind(c *apiCall, i int) *ref {
	v := r.pointed(c, i)
	if v == nil {
		return nil
	}
	return r.handle(v, c.fn.Handle)
}

// pointed returns what the variable that argument i points to holds.
func (r *run) pointed(c *apiCall, i int) value {
	if i < 0 || i >= len(c.args) {
		return nil
	}
	a, ok := r.target(c.args[i])
	if !ok {
		return nil
	}
	return typed(r.load(a), pointerType)
}

// reuseInto stores a new object in the variable that argument i points to: one
// reference under two names.
func (r *run) reuseInto(c *apiCall, i int, v value) {
	if !c.ok || i < 0 || i >= len(c.args) {
		return
	}
	if a, ok := r.target(c.args[i]); ok {
		r.write(a, v)
	}
}

// out applies an argument through which the callee writes.
func (r *run) out(c *apiCall, i int, p contract.Param) {
	a, ok := r.target(c.args[i])
	if !ok || !c.ok && p.When != "failure" {
		return
	}
	switch {
	case p.Effect == contract.OutOwned && p.Handle != "":
		r.write(a, r.acquired(&apiCall{ok: true, fn: c.fn}, contract.Result{Handle: p.Handle}))
	case p.Effect == contract.OutBorrowed:
		r.write(a, r.borrowed(c, p.From, p.Handle))
	default:
		r.write(a, r.fresh(""))
	}
}
