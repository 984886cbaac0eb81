package keepalive

import (
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

// call checks one call that gets a handle. A call that frees the handle, or takes
// it over, is a matter of counts.
func (c *checker) call(b *body, p at, op *refprog.Op) (Finding, bool) {
	name, isC := strings.CutPrefix(op.Name, "C.")
	if op.Mode != refprog.Now || op.Kind != refprog.API && (op.Kind != refprog.Unknown || !isC) {
		return Finding{}, false
	}
	fn, _ := c.in.Contracts.Lookup(op.Name)
	for i, a := range op.Args {
		if fn != nil && (fn.Param(i).Effect == contract.Free || fn.Param(i).Effect == contract.Take) {
			return Finding{}, false
		}
		nodes := b.chain(a)
		for _, n := range nodes {
			for _, field := range c.finalized(b.typeOf(n.object)) {
				if n.path == "" || field.Path != n.path || !c.overtaken(b, p, op, nodes[len(nodes)-1].object) {
					continue
				}
				out := Finding{Func: b.f, At: b.ref(p), Call: name, Field: field, Object: b.name(n.object)}
				if out.Object != "" {
					out.Handle = out.Object + "." + field.Path
				}
				return out, true
			}
		}
	}
	return Finding{}, false
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
// p runs.
func (c *checker) overtaken(b *body, p at, op *refprog.Op, root refprog.Reg) bool {
	h := b.holders(root)
	if h.strong.any(op.Args) { // cgo keeps its arguments
		return false
	}
	return c.onlyHere(b, p, root)
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
