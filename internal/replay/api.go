package replay

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// An apiCall is one call of a function that a contract describes.
type apiCall struct {
	op      *refprog.Op
	fn      *contract.Function
	frame   *frame
	args    []value
	ok      bool // it succeeds, or returns non-nil
	event   bool // what it may do to what its arguments lend, it does
	results []value
	place   Literal
	same    *apiCall // an earlier call with the same answer
}

// api runs the contracted call op on args.
func (r *run) api(f *frame, op *refprog.Op, args []value) value {
	fn, known := r.table.Lookup(op.Name)
	if !known {
		r.unconfirmed("no contract for %s", op.Name)
		return nil
	}
	c := &apiCall{op: op, fn: fn, frame: f, args: args, place: r.here()}
	c.place.Reg = op.Dst
	c.ok = r.outcome(c)
	if _, ok := r.peek(refprog.EventStep); ok {
		c.event = true
		r.cursor++
	}
	if !r.remember(c) {
		return nil
	}
	r.mark()
	c.results = r.blank(c)
	if !r.plan.skip[r.clock] {
		r.perform(c)
	}
	return c.value()
}

// perform applies what the call does to references, and writes it down.
func (r *run) perform(c *apiCall) {
	r.succeeds = c.ok
	known := len(r.refs)
	before := r.balance(c)
	if operation := operations(like(c.fn)); operation != nil && r.meansIt(c.fn) {
		operation(r, c)
	} else {
		r.byContract = r.byContract || c.fn.ByUser
		r.interpret(c)
	}
	r.sweep()
	r.findSite(c, known)
	r.noteCall(c, known, before)
}

// meansIt reports whether a contract says what the operation it is like does: a
// user may say something else.
func (r *run) meansIt(fn *contract.Function) bool {
	if !fn.ByUser {
		return true
	}
	model, ok := r.table.Lookup(fn.Like)
	return ok && !model.ByUser && slices.EqualFunc(fn.Params, model.Params, sameParam) && slices.Equal(fn.Results, model.Results)
}

func sameParam(a, b contract.Param) bool {
	return a.Effect == b.Effect && a.Handle == b.Handle && a.From == b.From && a.By == b.By && a.When == b.When
}

// findSite remembers the claimed reference if this call is the site: what it
// made, else what it counted.
func (r *run) findSite(c *apiCall, known int) {
	if !r.isSite() {
		return
	}
	made := false
	for _, x := range r.refs[known:] {
		if x.h.Base() != ledger.Outside {
			r.touched(x)
			made = true
		}
	}
	for i := range c.args {
		switch c.fn.Param(i).Effect {
		case contract.UpRef, contract.Free, contract.Take, contract.Own:
			if !made {
				r.touched(c.ref(r, i))
			}
		}
	}
}

// remember holds a pure call against earlier ones with equal arguments, and
// forgets those when anything else is called. It reports false if the run has
// ended.
func (r *run) remember(c *apiCall) bool {
	key := r.pureKey(c)
	if key == "" {
		r.written()
		return !r.over()
	}
	old, ok := r.pure[key]
	if !ok {
		r.pure[key] = c
		return !r.over()
	}
	if old.ok != c.ok {
		r.conflict = append(r.conflict, old.place, c.place)
		r.refuted("%s has no side effect and went the other way before", c.fn.Name)
		return false
	}
	c.same = old
	return true
}

// like names the operation that a contract stands for.
func like(fn *contract.Function) string {
	if fn.Like != "" {
		return fn.Like
	}
	return fn.Name
}

// value is the result as the destination register takes it.
func (c *apiCall) value() value {
	if len(c.results) == 1 && !(c.op.Dst != refprog.NoReg && c.frame.fn.Regs[c.op.Dst].Type.Kind == refprog.Tuple) {
		return c.results[0]
	}
	return tuple(c.results)
}

// pureKey identifies a call of a pure function by its arguments, "" if it is
// not pure.
func (r *run) pureKey(c *apiCall) string {
	if !c.fn.Pure {
		return ""
	}
	key := like(c.fn)
	for _, a := range c.args {
		key += " " + r.identity(a)
	}
	return key
}

// outcome decides whether a call succeeds: as the witness says or, if it says
// nothing, by a default that another try may turn around.
func (r *run) outcome(c *apiCall) bool {
	r.outcomeStep = -1
	if asks(c.fn) {
		r.chosen()
	}
	if s, ok := r.peek(refprog.OutcomeStep); ok {
		r.outcomeStep = r.cursor
		r.cursor++
		if s.Choice == 0 && !c.fn.MayFail() {
			r.conflict = append(r.conflict, c.place)
			r.refuted("%s cannot fail", c.fn.Name)
		}
		return s.Choice != 0
	}
	return !c.fn.MayFail() || r.guess()
}

// blank fills in the results that carry no handle, and nil for those that do.
func (r *run) blank(c *apiCall) []value {
	out := make([]value, len(c.fn.Results))
	if c.same != nil {
		copy(out, c.same.results)
	}
	for i, res := range c.fn.Results {
		if _, isRef := out[i].(*ref); out[i] != nil && !isRef {
			continue
		}
		switch res.Ownership {
		case contract.Status:
			out[i] = r.status(c.fn.Success, c.ok)
		case contract.ErrorResult:
			out[i] = r.status(contract.NilErr, c.ok)
		case contract.Owned, contract.Borrowed, contract.OwnedUnlessReuse:
			out[i] = nilValue{}
		case contract.Static:
			u := r.fresh(c.fn.Name)
			u.nonNil = true
			out[i] = u
		default:
			u := r.fresh(c.fn.Name)
			u.nonNil = res.NonNil
			out[i] = u
		}
	}
	return out
}

// status is a status result that means success or failure.
func (r *run) status(s contract.Success, ok bool) value {
	other := func() value {
		u := r.fresh("status")
		u.notInt = []int64{0}
		return u
	}
	switch s {
	case contract.Zero:
		if ok {
			return intValue(0)
		}
		return other()
	case contract.NonZero:
		if ok {
			return other()
		}
		return intValue(0)
	case contract.NilErr:
		if ok {
			return nilValue{}
		}
		u := r.fresh("err")
		u.nonNil = true
		return u
	}
	if ok {
		return intValue(1)
	}
	return intValue(0)
}

// what names the handle that argument i is, "" if it is none.
func (c *apiCall) what(i int) string {
	p := c.fn.Param(i)
	switch p.Effect {
	case contract.Reuse, contract.OutBorrowed, contract.OutOwned, contract.OutValue, contract.Callback:
		return "" // a pointer to a handle, or a function
	}
	if p.Handle != "" {
		return p.Handle
	}
	if i < len(c.op.Args) && c.op.Args[i].Kind == refprog.RegOperand {
		if h := c.frame.fn.Regs[c.op.Args[i].Reg].Type.Handle; h != "" {
			return h
		}
	}
	switch p.Effect {
	case contract.UpRef, contract.Free, contract.Take, contract.Own:
		return c.fn.Handle
	}
	return ""
}

// ref returns argument i as a handle; nil if it is nil or none.
func (c *apiCall) ref(r *run, i int) *ref {
	if i < 0 || i >= len(c.args) {
		return nil
	}
	what := c.what(i)
	if what == "" {
		x, _ := r.resolve(c.args[i]).(*ref)
		return x
	}
	return r.handle(c.args[i], what)
}

// lender returns argument i as an owner that lends, whatever its type.
func (c *apiCall) lender(r *run, i int) *ref {
	if x := c.ref(r, i); x != nil || i < 0 || i >= len(c.args) {
		return x
	}
	return r.handle(c.args[i], "")
}
