package keepalive

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Contracts is what the check asks of the contract tables; *contract.Table is one.
type Contracts interface {
	Lookup(name string) (*contract.Function, bool)
	Behaviour(name string) (*contract.Behaviour, bool)
}

// Input is one package.
type Input struct {
	Program   *refprog.Program
	Universe  refprog.Universe // Program together with the functions of imports
	Contracts Contracts
	// Imported lists the finalized fields of a type of another package. Nil: none.
	Imported func(typ string) []Field
}

// A Finding is a call whose handle can be freed while it runs.
type Finding struct {
	Func   *refprog.Func // where it is
	At     refprog.OpRef // the call
	Object string        // the object as the source names it: "c", "c.ctx"; "" if it has no name
	Handle string        // the handle likewise: "c.SSL.ssl"
	Call   string        // what is called: a C name, or the full name of a contracted Go function
	Field  Field         // what frees it
	Later  bool          // the call runs when the function returns, or in a goroutine
	LentBy string        // Lent: the function that has lent what the call gets
}

// Find lists the calls of the program that the collector can overtake, in the
// order of the program.
func Find(in Input) []Finding {
	c := newChecker(in)
	if len(c.own) == 0 && in.Imported == nil {
		return nil
	}
	c.findCallers()
	var out []Finding
	for _, f := range in.Program.Funcs {
		if f.Synthetic {
			continue
		}
		b := c.body(f.Key)
		b.each(func(p at, op *refprog.Op) {
			if finding, ok := c.call(b, p, op); ok {
				out = append(out, finding)
			}
		})
	}
	return out
}

// checker is the check of one package.
type checker struct {
	in         Input
	bodies     map[string]*body
	own        []Field
	fields     map[string][]Field // by type
	stops      map[string]bool    // types that registrations return
	finalizers map[string]bool    // keys of functions that run at an object's end
	exposed    map[param]bool
	callers    map[string][]caller
	uses       map[param][]use
}

// param is a parameter of a function; caller is a call of one.
type param struct {
	key   string
	index int
}

type caller struct {
	b *body
	p at
}

func newChecker(in Input) *checker {
	c := &checker{
		in: in, bodies: map[string]*body{}, fields: map[string][]Field{}, stops: map[string]bool{},
		finalizers: map[string]bool{}, exposed: map[param]bool{}, callers: map[string][]caller{},
		uses: map[param][]use{},
	}
	c.own = c.findFields()
	for _, f := range c.own {
		c.fields[f.Type] = append(c.fields[f.Type], f)
	}
	return c
}

// findCallers notes who calls what.
func (c *checker) findCallers() {
	for _, f := range c.in.Program.Funcs {
		b := c.body(f.Key)
		b.each(func(p at, op *refprog.Op) {
			if op.Kind == refprog.Call && op.Mode == refprog.Now {
				c.callers[op.Name] = append(c.callers[op.Name], caller{b, p})
			}
		})
	}
}

// body returns a function of the universe, or nil.
func (c *checker) body(key string) *body {
	b, ok := c.bodies[key]
	if !ok {
		if f := c.in.Universe.Func(key); f != nil {
			b = newBody(f)
		}
		c.bodies[key] = b
	}
	return b
}

// finalized lists the finalized fields of a type.
func (c *checker) finalized(typ string) []Field {
	fields, ok := c.fields[typ]
	if !ok && c.in.Imported != nil && typ != "" {
		fields = c.in.Imported(typ)
		c.fields[typ] = fields
		for _, f := range fields {
			if f.Stop != "" {
				c.stops[f.Stop] = true
			}
		}
	}
	return fields
}

// call checks one call that gets a handle, or an object inside the one that is
// finalized. A call that frees the handle, or takes it over, is a matter of counts.
func (c *checker) call(b *body, p at, op *refprog.Op) (Finding, bool) {
	for i, a := range op.Args {
		nodes := b.chain(a)
		for _, u := range c.usesOf(op, i, 0) {
			if u.ends {
				return Finding{}, false
			}
			if finding, ok := c.captured(b, p, a, u); ok {
				return finding, true
			}
			for _, n := range nodes {
				for _, field := range c.finalized(b.typeOf(n.object)) {
					path := joined(n.path, u.path)
					if path == "" || n.path == "" || field.Path != path || c.secured(b, p, a) || !c.overtaken(b, p, op, nodes[len(nodes)-1].object) {
						continue
					}
					out := Finding{Func: b.f, At: b.ref(p), Call: u.call, Field: field, Object: b.name(n.object), Later: op.Mode != refprog.Now}
					if out.Object != "" {
						out.Handle = out.Object + "." + field.Path
					}
					return out, true
				}
			}
		}
	}
	return Finding{}, false
}

// secured reports whether, between the read of a handle and the call at p, the
// handle may have got a reference of its own, or have been taken out of the object.
func (c *checker) secured(b *body, p at, handle refprog.Operand) bool {
	r := b.value(handle)
	if r == refprog.NoReg {
		return false
	}
	from, _ := b.root(handle)
	var read at
	b.each(func(q at, op *refprog.Op) {
		if op.Dst == r {
			read = q
		}
	})
	found := false
	b.each(func(q at, op *refprog.Op) {
		if found || !b.leads(read, q) || !b.leads(q, p) {
			return
		}
		if op.Kind == refprog.Store {
			to, ok := b.root(op.Args[0])
			found = ok && to == from
			return
		}
		for i, a := range op.Args {
			found = found || b.value(a) == r && c.retains(op, i, 0)
		}
	})
	return found
}

// retains reports whether a call may add a reference to its argument i.
func (c *checker) retains(op *refprog.Op, i, depth int) bool {
	switch op.Kind {
	case refprog.API:
		fn, ok := c.in.Contracts.Lookup(op.Name)
		return ok && fn.Param(i).Effect == contract.UpRef
	case refprog.Call:
		b := c.body(op.Name)
		if b == nil || depth > maxDepth || i >= len(b.f.Params) {
			return false
		}
		found := false
		b.each(func(_ at, inner *refprog.Op) {
			for j, a := range inner.Args {
				found = found || b.value(a) == b.f.Params[i] && c.retains(inner, j, depth+1)
			}
		})
		return found
	}
	return false
}

// A use is what a call does to the handle at path in one of its arguments: it has
// C work on it, or frees it.
type use struct {
	path string
	call string // the C function, or the contracted Go function
	ends bool   // it frees the handle or takes it over
}

// usesOf lists what a call does to the handles in its argument i, in C or in a
// function that passes them on to C.
func (c *checker) usesOf(op *refprog.Op, i, depth int) []use {
	if op.Kind == refprog.Call {
		return c.usesIn(op.Name, i, depth+1)
	}
	name, isC := strings.CutPrefix(op.Name, "C.")
	if op.Kind != refprog.API && (op.Kind != refprog.Unknown || !isC) {
		return nil
	}
	fn, _ := c.in.Contracts.Lookup(op.Name)
	ends := false
	for j := range op.Args {
		ends = ends || fn != nil && (fn.Param(j).Effect == contract.Free || fn.Param(j).Effect == contract.Take)
	}
	return []use{{call: name, ends: ends}}
}

// usesIn is usesOf for a parameter of a function. What the function does to it
// behind an ending is part of that.
func (c *checker) usesIn(key string, i, depth int) []use {
	b := c.body(key)
	if b == nil || depth > maxDepth || i >= len(b.f.Params) {
		return nil
	}
	k := param{key, i}
	if known, ok := c.uses[k]; ok {
		return known
	}
	c.uses[k] = nil // recursive functions
	var out []use
	b.each(func(_ at, op *refprog.Op) {
		for j, a := range op.Args {
			n, ok := b.root(a)
			if !ok || n.object != b.f.Params[i] || op.Kind < refprog.API {
				continue
			}
			for _, u := range c.usesOf(op, j, depth) {
				u.path = joined(n.path, u.path)
				out = append(out, u)
			}
		}
	})
	slices.SortStableFunc(out, func(x, y use) int { // endings first
		switch {
		case x.ends == y.ends:
			return 0
		case x.ends:
			return -1
		}
		return 1
	})
	c.uses[k] = out
	return out
}

// name is how the source writes the object in a register.
func (b *body) name(r refprog.Reg) string {
	n, ok := b.root(refprog.R(r))
	if !ok || n.path != "" && b.f.Regs[n.object].Name == "" {
		return ""
	}
	return joined(b.f.Regs[n.object].Name, n.path)
}

// overtaken reports whether the object in root can be collected while the call at
// p runs: there, when the function returns if it is deferred, or any time later if
// it is spawned.
func (c *checker) overtaken(b *body, p at, op *refprog.Op, root refprog.Reg) bool {
	h := b.holders(root)
	if h.strong.any(op.Args) { // a call keeps its arguments, cgo's at least
		return false
	}
	if op.Mode != refprog.Deferred {
		return c.onlyHere(b, p, root)
	}
	found := false
	b.each(func(q at, run *refprog.Op) {
		found = found || run.Kind == refprog.RunDefers && b.leads(p, q) && c.onlyHere(b, q, root)
	})
	return found
}

// onlyHere reports whether, behind the operation at p, nothing that can be seen
// keeps the object in root alive.
func (c *checker) onlyHere(b *body, p at, root refprog.Reg) bool {
	if b.usedAfter(b.holders(root), p) || c.escapesBefore(b, root, p) {
		return false
	}
	if i, ok := b.params[root]; ok {
		return c.isExposed(b.f, i)
	}
	return c.isFresh(b, root, 0)
}
