package simulate

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/summary"
)

// A Simulator simulates the functions of one package. It keeps what does not
// depend on which function is looked at.
type Simulator struct {
	universe refprog.Universe
	table    *contract.Table
	bodies   map[string]*body
	effects  map[string]*effects
	takers   map[string]bool      // see takesOut
	fields   map[string]*fieldUse // by field key; see fields.go
	hidden   map[string]bool      // ".name" of methods that are called through interfaces

	summaries summaries
	// summariseAll has every call go by the summary of the callee, for tests.
	summariseAll bool
}

// New makes a Simulator.
func New(u refprog.Universe, t *contract.Table) *Simulator {
	return &Simulator{universe: u, table: t, bodies: map[string]*body{}, effects: map[string]*effects{}, takers: map[string]bool{}, fields: map[string]*fieldUse{},
		summaries: summaries{done: map[focus]*summary.Summary{}, members: map[focus]ringMember{}, reach: map[string]map[string]bool{}}}
}

// OnlyReads reports whether a function and what it calls neither change who holds
// references nor write memory or call somebody unknown.
func (s *Simulator) OnlyReads(key string) bool {
	e := s.effectsOf(key)
	return !e.counts && !e.writes
}

// Matters reports whether simulating a function can lead to a claim: it, or what
// it calls, changes who holds references, or it is a callback. What it calls
// through interfaces is not listed anywhere, so making one and calling one counts.
func (s *Simulator) Matters(key string) bool {
	f := s.universe.Func(key)
	if f == nil {
		return false
	}
	e := s.effectsOf(key)
	return f.Callback != "" || e.counts || e.boxes && e.dispatches || s.overwrites(f) || e.fields && s.takesOut(key)
}

// effects is what a function and everything it calls may do, whatever the
// arguments.
type effects struct {
	counts bool // it gives, lends or takes references
	boxes  bool // it makes interface values
	// dispatches: it calls methods through interfaces.
	dispatches bool
	writes     bool // it writes memory that it was not the first to make, or calls somebody unknown
	fields     bool // it reads or writes a handle in a field of a struct
	size       int  // operations, its own and those of what it calls, up to sizeCap
	// solid lists the results that are never nil, by index.
	solid []bool
	done  bool
}

// sizeCap is where effects.size stops counting.
const sizeCap = 1000

func (s *Simulator) body(key string) *body {
	if b, ok := s.bodies[key]; ok {
		return b
	}
	var b *body
	if f := s.universe.Func(key); f != nil && len(f.Blocks) > 0 {
		b = newBody(f)
	}
	s.bodies[key] = b
	return b
}

// Counts reports whether the function, or one that it calls, gives, lends or
// takes references.
func (s *Simulator) Counts(key string) bool { return s.effectsOf(key).counts }

// effectsOf computes effects over the static calls. A cycle is resolved by a
// second pass over what the first one found: effects only grow.
func (s *Simulator) effectsOf(key string) *effects {
	if e, ok := s.effects[key]; ok && e.done {
		return e
	}
	// Collect everything reachable, then propagate until nothing changes.
	var order []string
	seen := map[string]bool{}
	var visit func(key string)
	visit = func(key string) {
		if seen[key] {
			return
		}
		seen[key] = true
		if e, ok := s.effects[key]; !ok || !e.done {
			for _, c := range s.callees(key) {
				visit(c)
			}
			order = append(order, key)
		}
	}
	visit(key)
	for _, k := range order {
		s.effects[k] = s.ownEffects(k)
	}
	for changed := true; changed; {
		changed = false
		for _, k := range order {
			e := s.effects[k]
			before := *e
			for _, c := range s.callees(k) {
				if d := s.effects[c]; d != nil {
					e.counts = e.counts || d.counts
					e.writes = e.writes || d.writes
					e.boxes = e.boxes || d.boxes
					e.dispatches = e.dispatches || d.dispatches
					e.fields = e.fields || d.fields
				}
			}
			changed = changed || e.counts != before.counts || e.writes != before.writes ||
				e.boxes != before.boxes || e.dispatches != before.dispatches || e.fields != before.fields
		}
	}
	for _, k := range order {
		s.effects[k].done = true
		s.effects[k].size = s.sizeOf(k, map[string]bool{})
	}
	return s.effects[key]
}

// callees lists the functions that a function names.
func (s *Simulator) callees(key string) []string {
	f := s.universe.Func(key)
	if f == nil {
		return nil
	}
	var out []string
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind == refprog.Call || op.Kind == refprog.Closure {
				out = append(out, op.Name)
			}
			for _, a := range op.Args {
				if a.Kind == refprog.FuncOperand {
					out = append(out, a.Name)
				}
			}
		}
	}
	return out
}

// ownEffects is what a function does itself.
func (s *Simulator) ownEffects(key string) *effects {
	f := s.universe.Func(key)
	e := &effects{}
	if f == nil {
		e.writes = true
		return e
	}
	e.solid = solidResults(f)
	e.fields = s.usesFields(f)
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			e.boxes = e.boxes || op.Kind == refprog.MakeIface
			e.dispatches = e.dispatches || op.Kind == refprog.Method
			switch op.Kind {
			case refprog.API:
				e.counts = e.counts || s.counts(op.Name)
			case refprog.Store, refprog.MapStore, refprog.MapDelete, refprog.Send, refprog.Append, refprog.Escape, refprog.Method, refprog.Invoke:
				e.writes = true
			case refprog.Unknown:
				e.writes = e.writes || op.Flag&refprog.Harmless == 0
			}
		}
	}
	return e
}

// sizeOf adds up the sizes of a function and of what it calls; a recursive one
// has no size.
func (s *Simulator) sizeOf(key string, active map[string]bool) int {
	f := s.universe.Func(key)
	if f == nil {
		return 1
	}
	if active[key] {
		return sizeCap
	}
	if e := s.effects[key]; e != nil && e.size > 0 {
		return e.size
	}
	active[key] = true
	defer delete(active, key)
	n := f.Size + len(f.Blocks)
	for _, c := range s.callees(key) {
		if n += s.sizeOf(c, active); n >= sizeCap {
			return sizeCap
		}
	}
	return n
}

// solidResults finds the results of which every return makes the value.
func solidResults(f *refprog.Func) []bool {
	made := map[refprog.Reg]bool{}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; op.Kind {
			case refprog.Closure, refprog.Alloc, refprog.MakeIface, refprog.MakeContainer, refprog.FieldAddr:
				made[op.Dst] = true
			default:
				if op.Flag&refprog.NonNil != 0 && op.Dst != refprog.NoReg {
					made[op.Dst] = true
				}
			}
		}
	}
	solid := make([]bool, f.Results)
	for i := range solid {
		solid[i] = true
	}
	returns := false
	for _, b := range f.Blocks {
		if b.Term.Kind != refprog.Return || len(b.Term.Args) != f.Results {
			continue
		}
		returns = true
		for i, a := range b.Term.Args {
			solid[i] = solid[i] && (a.Kind == refprog.FuncOperand || a.Kind == refprog.RegOperand && made[a.Reg])
		}
	}
	if !returns {
		return nil
	}
	return solid
}

// counts reports whether a contracted function changes who holds references.
func (s *Simulator) counts(name string) bool {
	f, ok := s.table.Lookup(name)
	if !ok {
		return true
	}
	for _, r := range f.Results {
		switch r.Ownership {
		case contract.Owned, contract.OwnedUnlessReuse:
			if h, ok := s.table.Handle(r.Handle); ok && !h.OwnerOnly {
				return true
			}
		case contract.Borrowed:
			return true
		}
	}
	for i := range f.Params {
		switch f.Param(i).Effect {
		case contract.Free, contract.UpRef, contract.Take, contract.Own, contract.EndsBorrows, contract.Reuse, contract.OutOwned, contract.OutBorrowed, contract.Unknown:
			return true
		}
	}
	return false
}
