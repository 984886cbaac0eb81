package replay

import (
	"slices"
	"strconv"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// callOp executes a call operation: now, or by putting it off.
func (r *run) callOp(f *frame, op *refprog.Op) {
	args := r.operands(f, op.Args)
	switch op.Mode {
	case refprog.Deferred:
		if op.Kind == refprog.Unknown {
			r.passes(args)
		}
		to := f
		if op.Stack != refprog.NoReg {
			if s, ok := r.resolve(r.register(f, op.Stack)).(deferStack); ok {
				to = s.frame
			}
		}
		to.defers = append(to.defers, pending{at: r.at, op: op, args: args})
	case refprog.Spawned:
		r.spawn(f, op, args)
	default:
		at := r.at
		v := r.call(f, op, args)
		r.at = at
		if !r.panicking {
			r.set(f, op.Dst, v)
		}
	}
}

// runDefers runs what an activation has deferred, last first.
func (r *run) runDefers(f *frame) {
	at, panicking, unwinding := r.at, r.panicking, r.unwinding
	for len(f.defers) > 0 && !r.over() {
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[:len(f.defers)-1]
		r.at, r.panicking, r.unwinding = d.at, false, panicking
		r.outcomeStep = -1
		r.tick()
		r.call(f, d.op, d.args)
		panicking = panicking || r.panicking
	}
	r.at, r.panicking, r.unwinding = at, panicking, unwinding
}

// spawn executes a go statement. A contracted call runs at once; a body runs if
// the witness says so; everything else keeps what it is given.
func (r *run) spawn(f *frame, op *refprog.Op, args []value) {
	r.seen()
	r.keeps(true, refprog.Call, nil, args)
	if op.Kind == refprog.API {
		r.call(f, op, args)
		return
	}
	if _, ok := r.peek(refprog.EnterStep); ok {
		at := r.at
		r.call(f, op, args)
		r.at = at
		return
	}
	if _, ok := r.peek(refprog.SkipStep); ok {
		r.cursor++
	}
	r.passes(args)
	r.handOver(args)
}

// call executes one call now and returns its result. f is the activation that
// calls, or whose deferred call it is.
func (r *run) call(f *frame, op *refprog.Op, args []value) value {
	switch op.Kind {
	case refprog.API:
		return r.api(f, op, args)
	case refprog.Unknown:
		return r.unknownCall(f, op, args)
	case refprog.Method:
		// A method that only a contract describes, of a type that is known.
		if i, ok := r.resolve(args[0]).(*iface); ok && r.universe.MethodKey(i.typ, op.Name) == "" {
			if name := contract.Method(i.typ, op.Name); r.hasContract(name) {
				like := *op
				like.Kind, like.Name = refprog.API, name
				return r.api(f, &like, append([]value{i.val}, args[1:]...))
			}
		}
	}
	if r.cursor >= len(r.steps) {
		r.unconfirmed("the witness ends before the call of %s", calleeName(op))
		return nil
	}
	s := r.steps[r.cursor]
	if s.At != r.at || s.Kind != refprog.EnterStep && s.Kind != refprog.SkipStep {
		r.unconfirmed("the witness does not say whether %s is followed", calleeName(op))
		return nil
	}
	r.cursor++
	if s.Kind == refprog.SkipStep {
		if r.isYield(f, op, args) {
			return r.yield(f, op, args)
		}
		return r.unknownCall(f, op, args)
	}
	return r.enter(f, op, args, s.Name)
}

func (r *run) hasContract(name string) bool {
	_, ok := r.table.Lookup(name)
	return ok
}

func calleeName(op *refprog.Op) string {
	if op.Name != "" {
		return op.Name
	}
	return "a function value"
}

// enter executes the body of the named function, if that is what is called.
func (r *run) enter(f *frame, op *refprog.Op, args []value, name string) value {
	key, params, captures := r.callee(op, args)
	if key != name {
		if key == "" {
			key = "a function nobody knows"
		}
		r.unconfirmed("the witness enters %s, called is %s", name, key)
		return nil
	}
	fn := r.universe.Func(key)
	switch {
	case fn == nil:
		r.unconfirmed("no body of %s", key)
		return nil
	case len(fn.Params) != len(params) || len(fn.Free) != len(captures):
		r.unconfirmed("%s is called with the wrong number of arguments", key)
		return nil
	case r.depth >= depth:
		r.unconfirmed("more than %d calls deep", depth)
		return nil
	}
	callee := newFrame(fn)
	for i, v := range params {
		r.set(callee, fn.Params[i], v)
	}
	for i, v := range captures {
		r.set(callee, fn.Free[i], v)
	}
	r.depth++
	results := r.body(callee)
	r.depth--
	switch {
	case r.over() || r.panicking || len(results) == 0:
		return tuple{}
	case len(results) == 1:
		return results[0]
	}
	return tuple(results)
}

// callee resolves what a call operation calls: its key ("" if nobody knows),
// the arguments for its parameters and its captured variables.
func (r *run) callee(op *refprog.Op, args []value) (key string, params, captures []value) {
	switch op.Kind {
	case refprog.Call:
		return op.Name, args, nil
	case refprog.Invoke:
		if c, ok := r.resolve(args[0]).(*closure); ok {
			return c.key, args[1:], c.captures
		}
	case refprog.Method:
		if i, ok := r.resolve(args[0]).(*iface); ok {
			params = append([]value{i.val}, args[1:]...)
			return r.universe.MethodKey(i.typ, op.Name), params, nil
		}
	}
	return "", nil, nil
}

// unknownCall is a call of a function that is not followed: no effect on counts
// is assumed, what it is given it may keep and change.
func (r *run) unknownCall(f *frame, op *refprog.Op, args []value) value {
	if r.plan.skip[r.clock] {
		return nil
	}
	r.passes(args)
	r.showsTo(op, args)
	r.letGo(func(k keeping) bool { // it may take out again what is in a container that it gets
		return slices.ContainsFunc(args, func(v value) bool { return k.by == refprog.MapStore && r.sameContainer(k.into, v) })
	})
	if op.Flag&refprog.Harmless == 0 {
		r.handOver(args)
		r.havoc()
	}
	if op.Dst == refprog.NoReg {
		return nil
	}
	u := r.freshOf(f.fn.Regs[op.Dst].Name, f.fn.Regs[op.Dst].Type)
	if op.Flag&refprog.Harmless != 0 {
		// What only reads has the same answer as long as nothing is written; but a
		// loop that asks again has a reason to.
		key := op.Name + " " + r.identity(tuple(args)) + " " + strconv.Itoa(r.havocs) + " " + strconv.Itoa(r.stores)
		if old, ok := r.answers[key]; ok && old.at != r.at {
			return old.value
		}
		if r.answers == nil {
			r.answers = make(map[string]answer)
		}
		r.answers[key] = answer{r.at, u}
	}
	u.nonNil, u.given, u.read = op.Flag&refprog.NonNil != 0, true, op.Flag&refprog.Harmless != 0
	return u
}

// isYield reports whether an invocation is the one that an iterator makes for
// each element: of the only parameter of a literal that returns nothing, for a
// bool.
func (r *run) isYield(f *frame, op *refprog.Op, args []value) bool {
	fn := f.fn
	if op.Kind != refprog.Invoke || fn.Parent == "" || len(fn.Params) != 1 || fn.Results != 0 {
		return false
	}
	if op.Dst != refprog.NoReg && fn.Regs[op.Dst].Type.Kind != refprog.Bool {
		return false
	}
	u, ok := r.resolve(args[0]).(*unknown)
	return ok && u == r.resolve(r.register(f, fn.Params[0]))
}

// yield runs the body of a loop over an iterator, which nobody knows: it is lent
// the handles for the call, and may change everything else.
func (r *run) yield(f *frame, op *refprog.Op, args []value) value {
	r.passes(args)
	for _, v := range args {
		if r.handleLike(v) == nil {
			r.handOver([]value{v})
		}
	}
	r.havoc()
	if op.Dst == refprog.NoReg {
		return nil
	}
	return r.freshOf(f.fn.Regs[op.Dst].Name, f.fn.Regs[op.Dst].Type)
}

// handleLike returns the reference that a value is, if it is one already.
func (r *run) handleLike(v value) *ref {
	switch v := r.resolve(v).(type) {
	case *ref:
		return v
	case *unknown:
		return v.ref
	}
	return nil
}

// passes uses every handle that is passed to a call, directly or as an element
// of a slice of arguments.
func (r *run) passes(args []value) {
	r.mark()
	r.begin("pass")
	for _, v := range args {
		switch v := r.resolve(v).(type) {
		case *ref:
			r.use(v)
		case *iface:
			r.passes([]value{v.val})
		case *unknown:
			r.use(v.ref)
		case *container:
			for _, e := range r.elements(v) {
				if _, nested := r.resolve(e).(*container); !nested {
					r.passes([]value{e})
				}
			}
		}
	}
}
