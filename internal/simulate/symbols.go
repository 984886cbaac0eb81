package simulate

import (
	"slices"
	"strconv"
	"strings"
)

// Symbols name unknown values. The same origin always gives the same symbol, so
// that two runs, and two paths of one run, speak of the same thing.

// symbolKind says where an unknown value came from.
type symbolKind uint8

const (
	symRegister symbolKind = iota // defined by a register of an activation
	symPart                       // a field or element of another symbol's value
	symMemory                     // what lies in memory at a symbol, since an epoch
	symGlobal                     // address of a package variable
	symJoin                       // made where paths meet
	symPure                       // result of a pure call, or of a computation
	symEpoch                      // not a value: a point since which unknown memory has not been written
)

// origin is the identity of a symbol.
type origin struct {
	kind symbolKind
	ctx  int32  // context, or parent symbol
	a, b int32  // register; block and operation; epoch
	s    string // path or name
}

// symbols interns origins.
type symbols struct {
	ids  map[origin]int32
	list []origin          // list[id-1]
	deps map[int32][]int32 // of a symPure: the symbols it was computed from
}

func newSymbols() *symbols { return &symbols{ids: map[origin]int32{}, deps: map[int32][]int32{}} }

func (s *symbols) id(o origin) int32 {
	if id, ok := s.ids[o]; ok {
		return id
	}
	s.list = append(s.list, o)
	id := int32(len(s.list))
	s.ids[o] = id
	return id
}

func (s *symbols) origin(id int32) origin { return s.list[id-1] }

func (s *symbols) register(ctx int32, reg int32) int32 {
	return s.id(origin{kind: symRegister, ctx: ctx, a: reg})
}

func (s *symbols) part(of int32, name string) int32 {
	return s.id(origin{kind: symPart, ctx: of, s: name})
}

func (s *symbols) memory(at int32, path string, epoch int32) int32 {
	return s.id(origin{kind: symMemory, ctx: at, a: epoch, s: path})
}

func (s *symbols) global(name string) int32 {
	return s.id(origin{kind: symGlobal, s: name})
}

// computed is the value that name gives for args: the same symbol for the same
// arguments, or 0 if one of them has no identity. since is an epoch, or 0 if the
// value depends on no memory.
func (s *symbols) computed(name string, args []value, since int32) int32 {
	var key strings.Builder
	var deps []int32
	key.WriteString(name)
	lost := false
	for _, a := range args {
		key.WriteByte(' ')
		key.WriteString(a.String())
		a.any(func(v value) bool {
			lost = lost || v.kind == unknown && v.id == 0
			if v.symbolic() && !slices.Contains(deps, v.id) {
				deps = append(deps, v.id)
			}
			return false
		})
	}
	if lost {
		return 0
	}
	id := s.id(origin{kind: symPure, a: since, s: key.String()})
	s.deps[id] = deps
	return id
}

// isArithmetic reports whether a symbol is a number, or the order of two, that is
// computed in a way that is not followed.
func (s *symbols) isArithmetic(id int32) bool {
	o := s.origin(id)
	if o.kind != symPure || o.a != 0 {
		return false
	}
	op, _, _ := strings.Cut(o.s, " ")
	switch op {
	case "*", "/", "%", "&", "|", "^", "&^", "<<", ">>", "<":
		return true
	}
	return false
}

// dependent reports whether two computed symbols are computed from one. Different
// bits of it do not depend on each other.
func (s *symbols) dependent(a, b int32) bool {
	if x, ok := s.mask(a); ok {
		if y, ok := s.mask(b); ok && x&y == 0 {
			return false
		}
	}
	return slices.ContainsFunc(s.deps[a], func(d int32) bool { return slices.Contains(s.deps[b], d) })
}

// mask is the constant with which a computed symbol has been masked.
func (s *symbols) mask(id int32) (int64, bool) {
	words := strings.Fields(s.origin(id).s)
	if len(words) != 3 || words[0] != "&" {
		return 0, false
	}
	for _, w := range words[1:] {
		if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			return n, true
		}
	}
	return 0, false
}

// within reports whether symbol id was reached or computed from symbol root.
func (s *symbols) within(id, root int32) bool {
	for id != 0 {
		if id == root {
			return true
		}
		o := s.origin(id)
		if o.kind == symPure {
			return slices.ContainsFunc(s.deps[id], func(d int32) bool { return s.within(d, root) })
		}
		if o.kind != symPart && o.kind != symMemory {
			return false
		}
		id = o.ctx
	}
	return false
}

// context is one activation: which operation of which activation called it.
type context struct {
	parent int32 // index of the calling context; -1 for the reporting function
	call   opRef // the calling operation in the parent
	fn     string
	depth  int
	cyclic bool // the calling operation, or one above it, lies on a cycle
	goes   bool // it is the body of a goroutine
	summed bool // it is not executed
	known  bool // a summary has told of it
}

// opRef is a compact refprog.OpRef without its function.
type opRef struct{ block, op int32 }

type contextKey struct {
	parent int32
	call   opRef
	fn     string
}

// contexts interns activations.
type contexts struct {
	ids  map[contextKey]int32
	list []context
}

func newContexts(fn string) *contexts {
	return &contexts{
		ids:  map[contextKey]int32{{parent: -1, fn: fn}: 0},
		list: []context{{parent: -1, fn: fn}},
	}
}

func (c *contexts) enter(parent int32, call opRef, fn string, cyclic bool) int32 {
	k := contextKey{parent, call, fn}
	if id, ok := c.ids[k]; ok {
		return id
	}
	up := c.list[parent]
	c.list = append(c.list, context{
		parent: parent, call: call, fn: fn,
		depth: up.depth + 1, cyclic: up.cyclic || cyclic,
	})
	id := int32(len(c.list) - 1)
	c.ids[k] = id
	return id
}

// encloses reports whether an activation is another one, or one of its callers.
func (c *contexts) encloses(outer, inner int32) bool {
	for ; inner >= 0; inner = c.list[inner].parent {
		if inner == outer {
			return true
		}
	}
	return false
}

// active counts the activations of fn in ctx and above it.
func (c *contexts) active(ctx int32, fn string) int {
	n := 0
	for ctx >= 0 {
		if c.list[ctx].fn == fn {
			n++
		}
		ctx = c.list[ctx].parent
	}
	return n
}
