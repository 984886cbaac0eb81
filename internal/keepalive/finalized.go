package keepalive

import (
	"cmp"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A Field is a handle in an object that the garbage collector frees. It is what
// importers learn of a package, so it is plain data.
type Field struct {
	Type string // full name of the object's type: "path.Conn"
	Path string // where the handle lies in it: "ssl", "SSL.ssl"
	By   string // who frees it: "finalizer" or "cleanup"
	Stop string // full name of the type that the registration returns, or ""
	// At is the registration; the zero value in what comes from an import.
	At refprog.OpRef
}

// registered is one call that registers a function for an object's end.
type registered struct {
	object   refprog.Operand
	function refprog.Operand
	passed   refprog.Operand // what the function is called with, if that is not the object
	cleanup  bool
}

// registration reads a call of a function of which the contracts say that it has
// another one called when an object is collected.
func (c *checker) registration(op *refprog.Op) (registered, bool) {
	if op.Kind != refprog.Unknown {
		return registered{}, false
	}
	be, ok := c.in.Contracts.Behaviour(op.Name)
	if !ok {
		return registered{}, false
	}
	for _, call := range be.Calls {
		if call.When != "collected" || call.Of < 0 || max(call.Of, call.Param, call.Object) >= len(op.Args) {
			continue
		}
		r := registered{object: op.Args[call.Of], function: op.Args[call.Param], cleanup: call.Object != call.Of}
		if r.cleanup && call.Object >= 0 {
			r.passed = op.Args[call.Object]
		}
		return r, true
	}
	return registered{}, false
}

// Fields lists the handles of the program that a finalizer or a cleanup frees,
// by type and path.
func Fields(in Input) []Field { return newChecker(in).own }

func (c *checker) findFields() []Field {
	var out []Field
	for _, f := range c.in.Program.Funcs {
		if !c.anyRegistration(f) {
			continue
		}
		b := c.body(f.Key)
		b.each(func(p at, op *refprog.Op) {
			r, ok := c.registration(op)
			if !ok {
				return
			}
			if op.Dst != refprog.NoReg && f.Regs[op.Dst].Type.Name != "" {
				c.stops[f.Regs[op.Dst].Type.Name] = true
			}
			out = append(out, c.fieldsOf(b, p, op, r)...)
		})
	}
	slices.SortStableFunc(out, func(a, b Field) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(out, func(a, b Field) bool { return a.Type == b.Type && a.Path == b.Path })
}

func (c *checker) anyRegistration(f *refprog.Func) bool {
	for _, blk := range f.Blocks {
		for i := range blk.Ops {
			if _, ok := c.registration(&blk.Ops[i]); ok {
				return true
			}
		}
	}
	return false
}

// fieldsOf lists what one registration frees in its object.
func (c *checker) fieldsOf(b *body, p at, op *refprog.Op, r registered) []Field {
	object, fn := b.value(r.object), b.source(r.function)
	if object == refprog.NoReg || b.typeOf(object) == "" {
		return nil
	}
	var captures []refprog.Operand
	key := fn.Name
	if fn.Kind == refprog.RegOperand {
		made := b.defs[fn.Reg]
		if made == nil || made.Kind != refprog.Closure {
			return nil
		}
		key, captures = made.Name, made.Args
	} else if fn.Kind != refprog.FuncOperand {
		return nil
	}
	c.finalizers[key] = true
	if c.letsGo(b, object) {
		return nil // what made the object also gave it to somebody who can keep it alive
	}
	template := Field{Type: b.typeOf(object), By: "finalizer", At: b.ref(p)}
	if r.cleanup {
		template.By = "cleanup"
	}
	if op.Dst != refprog.NoReg {
		template.Stop = b.f.Regs[op.Dst].Type.Name
	}
	var out []Field
	for _, freed := range c.frees(key, 0) {
		for _, path := range b.pathsTo(object, r, captures, freed) {
			template.Path = path
			out = append(out, template)
		}
	}
	return out
}

// pathsTo lists where in the object what a finalizer frees lies.
func (b *body) pathsTo(object refprog.Reg, r registered, captures []refprog.Operand, f freed) []string {
	var out []string
	switch {
	case f.captured && f.index < len(captures):
		for _, path := range b.storedAt(object, captures[f.index]) {
			out = append(out, joined(path, f.path))
		}
	case !f.captured && f.index == 0 && !r.cleanup:
		out = append(out, f.path)
	case !f.captured && f.index == 0:
		for _, path := range b.storedAt(object, r.passed) {
			out = append(out, joined(path, f.path))
		}
	}
	return slices.DeleteFunc(out, func(path string) bool { return path == "" })
}

// storedAt lists the fields of the object that hold the same value as o, or as
// the variable whose address o is.
func (b *body) storedAt(object refprog.Reg, o refprog.Operand) []string {
	var out []string
	for _, n := range b.chain(o) {
		if n.object == object && n.path != "" {
			out = append(out, n.path)
		}
	}
	same := set{b.value(o): true}
	b.each(func(_ at, op *refprog.Op) {
		if op.Kind == refprog.Store && b.value(op.Args[0]) == b.value(o) {
			same[b.value(op.Args[1])] = true
		}
	})
	delete(same, refprog.NoReg)
	b.each(func(_ at, op *refprog.Op) {
		if op.Kind != refprog.Store {
			return
		}
		v := b.value(op.Args[1])
		if !same[v] && (b.cell(v) == refprog.NoReg || b.cell(v) != b.value(o)) {
			return
		}
		address := b.value(op.Args[0])
		if d := b.defs[address]; d == nil || d.Kind != refprog.FieldAddr {
			return
		}
		for _, n := range b.chain(op.Args[0]) {
			if n.object == object {
				out = append(out, n.path)
			}
		}
	})
	return out
}

// freed is something that a function frees: what lies at path in a parameter or
// in a captured variable.
type freed struct {
	index    int
	captured bool
	path     string
}

// frees lists what a function frees of what it is given.
func (c *checker) frees(key string, depth int) []freed {
	if fn, ok := c.in.Contracts.Lookup(key); ok && frees(fn, 0) {
		return []freed{{}}
	}
	b := c.body(key)
	if b == nil || depth > maxDepth {
		return nil
	}
	var out []freed
	b.each(func(_ at, op *refprog.Op) {
		switch op.Kind {
		case refprog.API:
			fn, ok := c.in.Contracts.Lookup(op.Name)
			for i, a := range op.Args {
				if ok && frees(fn, i) {
					out = append(out, b.given(a, "")...)
				}
			}
		case refprog.Call:
			for _, f := range c.frees(op.Name, depth+1) {
				if !f.captured && f.index < len(op.Args) {
					out = append(out, b.given(op.Args[f.index], f.path)...)
				}
			}
		}
	})
	return out
}

func frees(fn *contract.Function, i int) bool { return fn.Param(i).Effect == contract.Free }

// given says which of a function's inputs path in o is part of.
func (b *body) given(o refprog.Operand, path string) []freed {
	n, ok := b.root(o)
	if !ok {
		return nil
	}
	path = joined(n.path, path)
	if i, ok := b.params[n.object]; ok {
		return []freed{{index: i, path: path}}
	}
	cell := n.object
	if c := b.cell(cell); c != refprog.NoReg {
		cell = c
	}
	if i, ok := b.free[cell]; ok {
		return []freed{{index: i, captured: true, path: path}}
	}
	return nil
}
