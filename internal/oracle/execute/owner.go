package execute

import (
	"cmp"
	"slices"

	"github.com/sessionlint/sessionlint/session"
)

// owner plays whoever owns what a function leaves behind.
type owner struct {
	m        *machine
	conns    []*session.Conn          // passed directly
	places   map[*session.Session]int // how many places hold it
	order    []*session.Session
	results  map[*session.Session]bool // held by a result
	outside  map[*session.Session]bool // held by a place that outlives the connections
	funcs    []any
	captured []*session.Session // by functions that were left
	seen     map[any]bool
}

// settle looks whether what was lent with a result is there, lets the connections
// go, looks whether what a function was left with is there, calls the functions that were left, frees one reference for every place
// that still holds one, and looks whether what was kept without a reference is
// still there.
func (o *owner) settle() {
	for _, s := range o.order {
		if s.Handle().Held() == 0 && o.results[s] {
			session.Lent(s)
		}
	}
	for _, c := range o.conns {
		for c.Handle().Held() > 0 {
			c.Free()
		}
	}
	slices.SortFunc(o.captured, func(a, b *session.Session) int {
		return cmp.Compare(a.Handle().Origin().Seq, b.Handle().Origin().Seq)
	})
	for _, s := range slices.Compact(o.captured) {
		if s.Handle().Held() == 0 {
			session.Lent(s)
		}
	}
	for _, f := range o.funcs {
		o.m.callValue(f, nil)
	}
	for _, s := range o.order {
		n := min(s.Handle().Held(), o.places[s])
		if n == 0 && o.outside[s] {
			session.Lent(s)
		}
		for range n {
			session.Owned(s)
		}
	}
}

// walk finds the sessions that a value leads to.
func (o *owner) walk(v any, where map[*session.Session]bool) {
	switch v := v.(type) {
	case *session.Session:
		if o.places[v] == 0 {
			o.order = append(o.order, v)
		}
		o.places[v]++
		where[v] = true
	case *cell:
		if !o.seen[v] {
			o.seen[v] = true
			o.walk(v.v, where)
		}
	case *structure:
		for _, f := range v.fields {
			o.walk(f.v, where)
		}
	case list:
		for _, c := range v {
			o.walk(c.v, where)
		}
	case *table:
		for _, k := range v.keys {
			o.walk(v.values[k], where)
		}
	case *channel:
		for _, x := range v.queue {
			o.walk(x, where)
		}
	case *closure:
		for _, at := range v.captured {
			if s, ok := at.v.(*session.Session); ok {
				o.captured = append(o.captured, s)
			}
		}
		if v.sig.Params().Len() == 0 {
			o.funcs = append(o.funcs, v)
		}
	case native:
		o.funcs = append(o.funcs, v)
	}
}
