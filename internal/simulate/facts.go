package simulate

import (
	"slices"
	"sort"
)

// fact is what is known of one unknown value on the current path.
type fact struct {
	nilness int8 // 0 unknown, 1 nil (or zero, or false), 2 not nil
	hasLo   bool
	hasHi   bool
	lo, hi  int64
	not     []int64 // values it is not, sorted
	prev    int32   // the symbol of the same question asked before, or 0

	// The rest is about handles that are not the subject.
	handle bool    // its count is known
	held   int8    // references this activation holds
	dead   bool    // its last known reference was given up
	fresh  bool    // made after every other value of this state
	api    bool    // result of a contracted call: acquired or borrowed, not from outside
	lent   bool    // result of a call that lends it, on every path
	lender []value // who lent it
}

type factEntry struct {
	sym int32
	f   fact
}

const (
	isNil  = 1
	notNil = 2
)

func (st *state) fact(sym int32) fact {
	if i, ok := st.searchFact(sym); ok {
		return st.facts[i].f
	}
	return fact{}
}

func (st *state) searchFact(sym int32) (int, bool) {
	i := sort.Search(len(st.facts), func(i int) bool { return st.facts[i].sym >= sym })
	return i, i < len(st.facts) && st.facts[i].sym == sym
}

func (st *state) setFact(sym int32, f fact) {
	if sym == 0 {
		return
	}
	st.ownFacts()
	i, ok := st.searchFact(sym)
	if ok {
		st.facts[i].f = f
		return
	}
	st.facts = slices.Insert(st.facts, i, factEntry{sym, f})
}

func (f fact) trivial() bool {
	return f.nilness == 0 && !f.hasLo && !f.hasHi && len(f.not) == 0 && !f.handle && !f.dead && !f.fresh && !f.api && !f.lent && f.prev == 0 && len(f.lender) == 0
}

func (f fact) same(g fact) bool {
	return f.nilness == g.nilness && f.hasLo == g.hasLo && f.hasHi == g.hasHi && f.lo == g.lo && f.hi == g.hi &&
		slices.Equal(f.not, g.not) && f.prev == g.prev && f.handle == g.handle && f.held == g.held &&
		f.dead == g.dead && f.fresh == g.fresh && f.api == g.api && f.lent == g.lent && slices.EqualFunc(f.lender, g.lender, same)
}

// exactly returns the only integer the fact leaves, if there is one.
func (f fact) exactly() (int64, bool) {
	if f.nilness == isNil {
		return 0, true
	}
	if f.hasLo && f.hasHi && f.lo == f.hi {
		return f.lo, true
	}
	return 0, false
}

// join keeps what holds in both. With widen, a bound that moved is dropped.
func (f fact) join(g fact, widen bool) fact {
	f, g = f.counted(g), g.counted(f)
	out := fact{held: f.held}
	if f.nilness == g.nilness {
		out.nilness = f.nilness
	}
	if f.hasLo && g.hasLo {
		switch {
		case f.lo <= g.lo:
			out.hasLo, out.lo = true, f.lo
		case !widen:
			out.hasLo, out.lo = true, g.lo
		}
	}
	if f.hasHi && g.hasHi {
		switch {
		case f.hi >= g.hi:
			out.hasHi, out.hi = true, f.hi
		case !widen:
			out.hasHi, out.hi = true, g.hi
		}
	}
	for _, n := range f.not {
		if slices.Contains(g.not, n) {
			out.not = append(out.not, n)
		}
	}
	if f.prev == g.prev {
		out.prev = f.prev
	}
	out.handle = f.handle && g.handle && f.held == g.held && f.dead == g.dead
	out.dead = f.dead && g.dead
	out.fresh = f.fresh && g.fresh
	out.api = f.api || g.api
	out.lent = f.lent && g.lent
	if slices.EqualFunc(f.lender, g.lender, same) {
		out.lender = f.lender
	}
	return out
}

// counted is f with the count it has where it meets g: nil has every count, since a
// free of it changes nothing; a handle from outside has the one reference that
// giving it up would take.
func (f fact) counted(g fact) fact {
	switch {
	case f.handle || !g.handle:
	case f.nilness == isNil:
		f.handle, f.held, f.dead, f.fresh, f.lender = true, g.held, g.dead, g.fresh, g.lender
	case !f.api && !f.dead:
		f.handle, f.held = true, 1
	}
	return f
}

// predicate is a decided condition between two values that are not constants.
type predicate struct {
	op   string
	a, b value
	val  bool
}

// tri is a truth value.
type tri int8

const (
	maybe tri = iota
	yes
	no
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return maybe
}
