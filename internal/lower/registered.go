package lower

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// This file finds callbacks that do not stand where they are registered. Function
// values are followed backwards from the registering argument: through variables,
// fields, captured variables, results, and the parameters of helpers, here and in
// the packages whose programs are known. Contexts are not told apart: a function
// that may get there is one that is registered.

// registrar is the search in one package.
type registrar struct {
	p        *pkg
	funcs    map[string]*rp.Func // own ones, and those of other packages that they call
	defs     map[string]map[rp.Reg][]*rp.Op
	calls    map[string][]callSite // by callee
	closures map[string][]callSite // by the function that is made a value
	stores   map[string][]callSite // by field, "T.f", or package variable
	seen     map[trace]bool
	found    map[string][]string // function key -> kinds
	at       token.Pos           // the last place in this package that the search has come by
	foundAt  map[string]token.Pos
}

// A callSite is an operation of a function.
type callSite struct {
	f  *rp.Func
	op *rp.Op
}

// A trace is a value that was asked for already.
type trace struct {
	fn   string
	reg  rp.Reg
	what string // "value", "cell", or the name of a field or variable
	kind string
}

// markRegistered adds the callbacks that helpers register to those that are
// registered where they stand.
func (p *pkg) markRegistered(prog *rp.Program) {
	r := &registrar{p: p, funcs: make(map[string]*rp.Func)}
	defer r.markMethods(prog)
	sinks := r.collect(prog)
	if len(sinks) == 0 {
		return
	}
	r.index()
	for _, s := range sinks {
		r.at = token.NoPos
		r.from(s.callSite, func() { r.value(s.f, s.op.Args[s.arg], s.kind) })
	}
	for _, f := range prog.Funcs {
		if kind := r.kindOf(f); kind != "" && p.callbacks[f.Key] == "" {
			p.callbacks[f.Key] = kind
		}
	}
}

// markMethods makes the methods callbacks whose values are registered: what is
// registered is a wrapper around them. It notes what of other packages is registered.
func (r *registrar) markMethods(prog *rp.Program) {
	for _, f := range prog.Funcs {
		kind := r.p.callbacks[f.Key]
		if kind == "" || !f.Synthetic {
			continue
		}
		eachOp(f, func(op *rp.Op) {
			if op.Kind != rp.Call {
				return
			}
			if g := prog.Func(op.Name); g == nil {
				r.register(op.Name, kind, len(f.Params)+1, r.foundAt[f.Key])
			} else if len(g.Params) == len(f.Params)+1 && r.p.callbacks[g.Key] == "" {
				r.p.callbacks[g.Key] = kind
			}
		})
	}
	for _, key := range sortedKeys(r.found) {
		if prog.Func(key) != nil || r.p.in.Func == nil {
			continue
		}
		if g := r.p.in.Func(key); g != nil {
			r.register(key, r.kindOf(g), len(g.Params), r.foundAt[key])
		}
	}
	slices.SortFunc(r.p.registered, func(a, b rp.Registration) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Key, b.Key))
	})
}

// register notes a function of another package that is registered here, and not there
// as well.
func (r *registrar) register(key, kind string, params int, at token.Pos) {
	if kind == "" || !at.IsValid() || r.p.in.Func == nil {
		return
	}
	g := r.p.in.Func(key)
	if g == nil || g.Callback != "" || len(g.Params) != params ||
		slices.ContainsFunc(r.p.registered, func(o rp.Registration) bool { return o.Key == key }) {
		return
	}
	r.p.registered = append(r.p.registered, rp.Registration{Key: key, Kind: kind, Pos: at})
}

// A sink is an argument that registers what it is; kind is "" if the function's
// own signature says of which kind.
type sink struct {
	callSite
	arg  int
	kind string
}

// maxHelpers is how many calls deep helpers of other packages are looked into.
const maxHelpers = 3

// collect gathers the functions, and the arguments that register.
func (r *registrar) collect(prog *rp.Program) []sink {
	var sinks []sink
	level := prog.Funcs
	for _, f := range level {
		r.funcs[f.Key] = f
	}
	for depth := 0; len(level) > 0; depth++ {
		var next []*rp.Func
		for _, f := range level {
			eachOp(f, func(op *rp.Op) {
				sinks = append(sinks, r.sinks(f, op)...)
				if op.Kind != rp.Call || depth == maxHelpers || r.p.in.Func == nil || r.funcs[op.Name] != nil {
					return
				}
				if g := r.p.in.Func(op.Name); g != nil {
					r.funcs[g.Key] = g
					next = append(next, g)
				}
			})
		}
		level = next
	}
	return sinks
}

func eachOp(f *rp.Func, visit func(*rp.Op)) {
	for _, blk := range f.Blocks {
		for i := range blk.Ops {
			visit(&blk.Ops[i])
		}
	}
}

// sinks lists the arguments of an operation that register a function.
func (r *registrar) sinks(f *rp.Func, op *rp.Op) (out []sink) {
	isC := strings.HasPrefix(op.Name, "C.")
	switch {
	case op.Kind == rp.API:
		fn, ok := r.p.in.Table.Lookup(op.Name)
		for i, a := range op.Args {
			if ok && (a.Kind == rp.RegOperand || a.Kind == rp.FuncOperand) && fn.Param(i).Effect == contract.Callback {
				out = append(out, sink{callSite{f, op}, i, fn.Param(i).Callback})
			}
		}
	case op.Kind == rp.Unknown && isC && len(r.p.exported) > 0:
		for i, a := range op.Args {
			if a.Kind == rp.RegOperand && f.Regs[a.Reg].Type.Kind == rp.Pointer && f.Regs[a.Reg].Type.Handle == "" {
				out = append(out, sink{callSite{f, op}, i, ""})
			}
		}
	}
	return out
}

// index notes what makes, calls and stores what.
func (r *registrar) index() {
	r.defs = make(map[string]map[rp.Reg][]*rp.Op)
	r.calls, r.closures, r.stores = make(map[string][]callSite), make(map[string][]callSite), make(map[string][]callSite)
	r.seen, r.found, r.foundAt = make(map[trace]bool), make(map[string][]string), make(map[string]token.Pos)
	for _, key := range sortedKeys(r.funcs) {
		f := r.funcs[key]
		defs := make(map[rp.Reg][]*rp.Op)
		r.defs[key] = defs
		eachOp(f, func(op *rp.Op) {
			if op.Dst != rp.NoReg {
				defs[op.Dst] = append(defs[op.Dst], op)
			}
			switch op.Kind {
			case rp.Call:
				r.calls[op.Name] = append(r.calls[op.Name], callSite{f, op})
			case rp.Closure:
				r.closures[op.Name] = append(r.closures[op.Name], callSite{f, op})
			}
		})
		eachOp(f, func(op *rp.Op) {
			if op.Kind != rp.Store {
				return
			}
			if name := r.place(f, op.Args[0]); name != "" {
				r.stores[name] = append(r.stores[name], callSite{f, op})
			}
		})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// place names the field or package variable at an address, "" if it is neither.
func (r *registrar) place(f *rp.Func, address rp.Operand) string {
	if address.Kind == rp.GlobalOperand {
		return address.Name
	}
	if address.Kind != rp.RegOperand {
		return ""
	}
	for _, op := range r.defs[f.Key][address.Reg] {
		if op.Kind == rp.FieldAddr && op.Args[0].Kind == rp.RegOperand {
			return fieldPlace(f, op)
		}
	}
	return ""
}

// fieldPlace is "T.f" for an operation that selects a field, "" if T has no name. In
// a function that came from a fact only the receiver's type is known, by its key.
func fieldPlace(f *rp.Func, op *rp.Op) string {
	r := op.Args[0].Reg
	t := strings.TrimPrefix(f.Regs[r].Type.Name, "*")
	if t == "" && len(f.Params) > 0 && f.Params[0] == r && f.Parent == "" && strings.HasPrefix(f.Key, "(") {
		t, _, _ = strings.Cut(strings.TrimLeft(f.Key, "(*"), ")")
	}
	if t == "" {
		return ""
	}
	return t + "." + op.Name
}

// value follows what an operand of f may be.
func (r *registrar) value(f *rp.Func, o rp.Operand, kind string) {
	if o.Kind == rp.FuncOperand {
		r.mark(o.Name, kind)
	}
	if o.Kind != rp.RegOperand || !r.first(trace{f.Key, o.Reg, "value", kind}) {
		return
	}
	if i := slices.Index(f.Params, o.Reg); i >= 0 {
		r.argument(r.calls[f.Key], i, kind)
	}
	if i := slices.Index(f.Free, o.Reg); i >= 0 {
		r.argument(r.closures[f.Key], i, kind)
	}
	for _, blk := range f.Blocks {
		for _, ph := range blk.Phis {
			if ph.Dst != o.Reg {
				continue
			}
			for _, a := range ph.Args {
				r.value(f, a, kind)
			}
		}
	}
	for _, op := range r.defs[f.Key][o.Reg] {
		r.defined(f, op, kind)
	}
}

// argument follows argument i of all of these operations.
func (r *registrar) argument(sites []callSite, i int, kind string) {
	for _, s := range sites {
		if i < len(s.op.Args) {
			r.from(s, func() { r.value(s.f, s.op.Args[i], kind) })
		}
	}
}

// from follows something from an operation on.
func (r *registrar) from(s callSite, follow func()) {
	before := r.at
	if s.op.Pos.IsValid() && !s.f.Synthetic {
		r.at = s.op.Pos
	}
	follow()
	r.at = before
}

// defined follows the result of an operation.
func (r *registrar) defined(f *rp.Func, op *rp.Op, kind string) {
	switch op.Kind {
	case rp.Copy, rp.MakeIface, rp.TypeAssert:
		r.value(f, op.Args[0], kind)
	case rp.Closure:
		r.mark(op.Name, kind)
	case rp.Load:
		r.cell(f, op.Args[0], kind)
	case rp.Field:
		if op.Args[0].Kind == rp.RegOperand {
			r.stored(fieldPlace(f, op), kind)
		}
	case rp.Call:
		r.result(op.Name, 0, kind)
	case rp.Extract:
		if op.Args[0].Kind != rp.RegOperand {
			return
		}
		for _, made := range r.defs[f.Key][op.Args[0].Reg] {
			switch made.Kind {
			case rp.Call:
				r.result(made.Name, op.N, kind)
			case rp.MakeTuple:
				r.value(f, made.Args[op.N], kind)
			}
		}
	}
}

// result follows what a function returns.
func (r *registrar) result(key string, i int, kind string) {
	g := r.funcs[key]
	if g == nil {
		return
	}
	for _, blk := range g.Blocks {
		if blk.Term.Kind == rp.Return && i < len(blk.Term.Args) {
			r.value(g, blk.Term.Args[i], kind)
		}
	}
}

// cell follows what may lie at an address.
func (r *registrar) cell(f *rp.Func, address rp.Operand, kind string) {
	if name := r.place(f, address); name != "" {
		r.stored(name, kind)
		return
	}
	if address.Kind != rp.RegOperand || !r.first(trace{f.Key, address.Reg, "cell", kind}) {
		return
	}
	if i := slices.Index(f.Free, address.Reg); i >= 0 {
		for _, s := range r.closures[f.Key] {
			if i < len(s.op.Args) {
				r.cell(s.f, s.op.Args[i], kind)
			}
		}
	}
	r.storedIn(f, address, kind)
}

// storedIn follows what f, and the literals that capture the variable, store at a
// local address.
func (r *registrar) storedIn(f *rp.Func, address rp.Operand, kind string) {
	eachOp(f, func(op *rp.Op) {
		switch op.Kind {
		case rp.Store:
			if op.Args[0] == address {
				r.value(f, op.Args[1], kind)
			}
		case rp.Closure:
			g := r.funcs[op.Name]
			i := slices.Index(op.Args, address)
			if g == nil || i < 0 || i >= len(g.Free) {
				return
			}
			if inner := rp.R(g.Free[i]); r.first(trace{g.Key, inner.Reg, "stored", kind}) {
				r.storedIn(g, inner, kind)
			}
		}
	})
}

// stored follows what is stored in a field, in whatever object, or in a package
// variable.
func (r *registrar) stored(name, kind string) {
	if name == "" || !r.first(trace{what: name, kind: kind}) {
		return
	}
	for _, s := range r.stores[name] {
		r.from(s, func() { r.value(s.f, s.op.Args[1], kind) })
	}
}

func (r *registrar) first(t trace) bool {
	if r.seen[t] {
		return false
	}
	r.seen[t] = true
	return true
}

// mark notes that a function is registered as one of a kind.
func (r *registrar) mark(key, kind string) {
	if kind == "" {
		kind = r.p.callbackBySignature(key)
	}
	if kind == "" {
		return
	}
	if !slices.Contains(r.found[key], kind) {
		r.found[key] = append(r.found[key], kind)
	}
	if at, ok := r.foundAt[key]; r.at.IsValid() && (!ok || r.at < at) {
		r.foundAt[key] = r.at
	}
}

// kindOf is the one kind that a function is registered as and can be; "" if it is
// none, or more than one.
func (r *registrar) kindOf(f *rp.Func) string {
	found := ""
	for _, kind := range r.p.in.Table.Callbacks() {
		if len(kind.Params) != len(f.Params) || !slices.Contains(r.found[f.Key], kind.Kind) {
			continue
		}
		if found != "" {
			return ""
		}
		found = kind.Kind
	}
	return found
}
