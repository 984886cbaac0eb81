package replay

import (
	"maps"
	"slices"
	"strconv"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// An unknown is a value that nobody here has computed: a parameter, the result
// of an unknown call, what was in memory before the run. It has an identity, and
// everything that the witness assumes about it is kept with it.
//
// Unknowns that were assumed equal form one class; its facts are at the root.
type unknown struct {
	id   int
	name string // for people, "" if it has none
	born int
	def  *definition // what it was computed from, if it is a condition
	sum  *sum        // what it was computed from, if it is a number plus a constant

	step    int  // the length of the trail when it was made
	given   bool // it is what a call of unknown code returned, or a part of that
	read    bool // that code only reads
	isError bool // a register of type error has held it

	up *unknown // towards the root; nil at a root
	facts

	parts map[string]*unknown // components, by field, element or tuple index
	cell  *cell               // what it points to
	// changing: it is a map, whose length changes with what is stored in it.
	changing bool
	ref      *ref // the handle it is
}

// A definition says how an unknown truth value came about.
type definition struct {
	op   string // comparison, "!" of x, or "&" of two conditions
	x, y value
}

// A sum says that a number is another one and a constant. Overflow is left out of
// account.
type sum struct {
	of  *unknown // not a sum itself
	add int64
}

// facts is what is assumed of one class of unknowns.
type facts struct {
	bound    value // the one value it has, if that is known
	nonNil   bool
	lo, hi   int64
	notInt   []int64
	notConst []constValue
	notEqual []value
	because  []Literal // the branches that assumed it
}

const (
	minInt = -1 << 63
	maxInt = 1<<63 - 1
)

func (u *unknown) root() *unknown {
	for u.up != nil {
		u = u.up
	}
	return u
}

// fresh makes an unknown with a new identity.
func (r *run) fresh(name string) *unknown {
	r.ids++
	u := &unknown{id: r.ids, name: name, born: r.clock, step: r.cursor, facts: facts{lo: minInt, hi: maxInt}}
	if r.plan.watch > 0 {
		r.unknowns = append(r.unknowns, u)
	}
	return u
}

// freshOf makes an unknown of a known type.
func (r *run) freshOf(name string, t refprog.Type) *unknown {
	u := r.fresh(name)
	if t.Kind == refprog.Bool {
		u.lo, u.hi = 0, 1
	}
	return u
}

// component returns the component of u under key; asking twice gives the same
// identity.
func (r *run) component(u *unknown, key string) *unknown {
	u = u.root()
	if c, ok := u.parts[key]; ok {
		return c
	}
	c := r.fresh("")
	c.born, c.given, c.read = u.born, u.given, u.read
	if u.parts == nil {
		u.parts = make(map[string]*unknown)
	}
	u.parts[key] = c
	return c
}

// resolve replaces an unknown whose value has become known by that value, and
// any other unknown by the root of its class.
func (r *run) resolve(v value) value {
	for {
		u, ok := v.(*unknown)
		if !ok {
			return v
		}
		u = u.root()
		if u.bound == nil {
			if u.lo == u.hi {
				return intValue(u.lo)
			}
			if u.sum != nil {
				if n, ok := r.resolve(u.sum.of).(intValue); ok {
					return n + intValue(u.sum.add)
				}
			}
			return u
		}
		v = u.bound
	}
}

// symbol returns the unknown truth value op(x, y); asking twice for the same
// operands gives the same identity.
func (r *run) symbol(op string, x, y value) value {
	key := op + " " + r.identity(x) + " " + r.identity(y)
	if u, ok := r.symbols[key]; ok {
		return u
	}
	u := r.fresh("")
	r.symbols[key] = u
	return u
}

// identity is a text that two values share if they are the same for sure.
func (r *run) identity(v value) string {
	switch v := r.resolve(v).(type) {
	case nilValue:
		return "nil"
	case zeroValue:
		return "zero"
	case intValue:
		return strconv.FormatInt(int64(v), 10)
	case constValue:
		return strconv.Quote(string(v))
	case *unknown:
		return "u" + strconv.Itoa(v.id)
	case *ref:
		return "r" + strconv.Itoa(v.id)
	case address:
		return "a" + strconv.Itoa(v.cell.id) + v.path
	case *container:
		return "c" + strconv.Itoa(v.id)
	case *iface:
		return "i" + v.typ + "(" + r.identity(v.val) + ")"
	case *closure:
		if len(v.captures) == 0 {
			return "f" + v.key
		}
	case *aggregate:
		out := "{"
		if v.base != nil {
			out += r.identity(v.base)
		}
		for _, key := range slices.Sorted(maps.Keys(v.parts)) {
			out += key + r.identity(v.parts[key])
		}
		return out + "}"
	case tuple:
		out := "("
		for _, e := range v {
			out += r.identity(e) + ","
		}
		return out + ")"
	}
	r.ids++
	return "x" + strconv.Itoa(r.ids)
}

// addCauses remembers the branch under way, and what it already rests on.
func (f *facts) addCauses(more ...Literal) {
	for _, l := range more {
		if !slices.Contains(f.because, l) {
			f.because = append(f.because, l)
		}
	}
}
