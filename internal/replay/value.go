package replay

import (
	"strconv"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A value is what a register or a cell holds: nilValue, zeroValue, intValue,
// constValue, *unknown, *ref, address, *closure, *iface, *aggregate, tuple,
// *container or deferStack.
type value any

type (
	nilValue   struct{} // nil pointer, interface, function, slice, map or channel
	zeroValue  struct{} // zero value of a type that is not known yet
	intValue   int64    // integers and booleans
	constValue string   // any other constant, by its printed form
	tuple      []value
)

// A cell is one variable or allocation. Structs and arrays are kept whole, as
// aggregates; an address says where inside.
type cell struct {
	id   int
	val  value
	born int // the run's clock at its creation
	// outside: somebody who is not followed can reach it, so that whatever is
	// in it is handed over and any unknown call may change it.
	outside bool
	exposed bool // it was made here, and could be reached only later
	of      *ref // the object whose fields it holds, if the C struct is complete
	given   bool // it is what a pointer from outside points to
}

// An address points into a cell.
type address struct {
	cell *cell
	path string // "", ".f", ".f[2]"; an element of a map or slice is "[key]"
}

// A closure is a function value.
type closure struct {
	key      string
	captures []value
}

// An iface is a non-nil interface value.
type iface struct {
	typ string
	val value
}

// An aggregate is a struct, an array or the contents of a container. It is
// immutable: a store makes a new one.
type aggregate struct {
	base  value            // what every part is that is not in parts: zeroValue or *unknown
	parts map[string]value // ".f" or "[key]"
	order []string         // keys of parts, in the order of their first store
	// hazy: an element was stored under a key nobody knows; only the element
	// under the key last is certain.
	hazy bool
	last string
}

// A container is a slice, map or channel made here.
type container struct {
	id    int
	kind  string // "slice", "map", "chan"
	cell  *cell  // its elements
	size  int    // number of elements of a slice, -1 if unknown
	queue []value
	bag   []value // values that are in it somewhere
	drop  map[string]bool
}

// A deferStack is the stack of deferred calls of one activation.
type deferStack struct{ frame *frame }

// part reads one component of a value.
func (r *run) part(v value, key string) value {
	switch v := r.resolve(v).(type) {
	case zeroValue:
		return v
	case *unknown:
		return r.component(v, key)
	case *aggregate:
		if v.hazy && key != v.last && key[0] == '[' {
			return r.fresh("")
		}
		if p, ok := v.parts[key]; ok {
			return p
		}
		if v.base == nil {
			return zeroValue{}
		}
		return r.part(v.base, key)
	}
	return r.fresh("")
}

// with returns v with one component replaced.
func (r *run) with(v value, key string, to value) value {
	old, ok := r.resolve(v).(*aggregate)
	if !ok {
		old = &aggregate{base: v}
	}
	next := &aggregate{base: old.base, parts: make(map[string]value, len(old.parts)+1), hazy: old.hazy, last: key}
	r.spend(len(old.parts))
	next.order = append(next.order, old.order...)
	for k, p := range old.parts {
		next.parts[k] = p
	}
	if _, ok := next.parts[key]; !ok {
		next.order = append(next.order, key)
	}
	next.parts[key] = to
	if key[0] == '[' && !exactKey(key) {
		next.hazy = true
	}
	return next
}

// exactKey reports whether an element key is a constant, so that another
// constant key is another element.
func exactKey(key string) bool { return len(key) < 2 || key[1] != '?' }

// elementKey is the path component of an element under index or key v.
func (r *run) elementKey(v value) string {
	switch v := r.resolve(v).(type) {
	case intValue:
		return "[" + strconv.FormatInt(int64(v), 10) + "]"
	case constValue:
		return "[=" + escapePath(string(v)) + "]"
	case *unknown:
		return "[?" + strconv.Itoa(v.id) + "]"
	case *ref:
		return "[?r" + strconv.Itoa(v.id) + "]"
	case *iface:
		return r.elementKey(v.val)
	}
	r.ids++
	return "[?x" + strconv.Itoa(r.ids) + "]"
}

// escapePath keeps path separators out of a component.
func escapePath(s string) string { return strconv.QuoteToASCII(pathSafe.Replace(s)) }

// splitPath cuts the first component off a path.
func splitPath(path string) (first, rest string) {
	for i := 1; i < len(path); i++ {
		if path[i] == '.' && path[0] == '.' || path[i] == '[' {
			return path[:i], path[i:]
		}
		if path[i] == ']' {
			return path[:i+1], path[i+1:]
		}
	}
	return path, ""
}

// load reads what an address points to.
func (r *run) load(a address) value {
	v := a.cell.val
	for path := a.path; path != ""; {
		var key string
		key, path = splitPath(path)
		v = r.part(v, key)
	}
	return v
}

// store writes through an address.
func (r *run) store(a address, v value) {
	a.cell.val = r.replace(a.cell.val, a.path, v)
}

func (r *run) replace(old value, path string, v value) value {
	if path == "" {
		return v
	}
	key, rest := splitPath(path)
	if rest == "" {
		return r.with(old, key, v)
	}
	return r.with(old, key, r.replace(r.part(old, key), rest, v))
}

// typed turns the untyped zero value into the one of its type.
func typed(v value, t refprog.Type) value {
	if _, ok := v.(zeroValue); !ok {
		return v
	}
	switch t.Kind {
	case refprog.Bool, refprog.Int:
		return intValue(0)
	case refprog.Pointer, refprog.Error, refprog.Interface, refprog.Function, refprog.Container:
		return nilValue{}
	case refprog.Aggregate, refprog.Tuple, refprog.Other:
		if t.Handle != "" {
			return nilValue{}
		}
	}
	return v
}

// newCell makes a cell.
func (r *run) newCell(v value, outside bool) *cell {
	r.ids++
	c := &cell{id: r.ids, val: v, born: r.clock, outside: outside}
	if outside {
		r.outside = append(r.outside, c)
	}
	return c
}

// global returns the cell of a package variable.
func (r *run) global(name string) *cell {
	c, ok := r.globals[name]
	if !ok {
		c = r.newCell(r.fresh(lastName(name)), true)
		c.given = true
		r.globals[name] = c
	}
	return c
}

// pointee returns the cell that an unknown pointer points to.
func (r *run) pointee(u *unknown) *cell {
	u = u.root()
	if u.cell == nil {
		u.cell = r.newCell(r.component(u, "*"), true)
		u.cell.given = true
	}
	return u.cell
}

// target returns the address that a pointer value holds; false if it is nil or
// no pointer.
func (r *run) target(v value) (address, bool) {
	switch v := r.resolve(v).(type) {
	case address:
		return v, true
	case *unknown:
		return address{cell: r.pointee(v)}, true
	case *container:
		return address{cell: v.cell}, true
	case *ref:
		if v.cell == nil {
			v.cell = r.newCell(r.fresh(""), true)
			v.cell.of = v
		}
		return address{cell: v.cell}, true
	case *iface:
		return r.target(v.val)
	}
	return address{}, false
}
