package execute

import (
	"cmp"
	"go/types"
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
	named    map[*session.Session][]string // the places of the package among those
	only     []*session.Session            // that nobody owns but such places
	captured []*session.Session            // by functions that were left
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
		o.m.completes(func() { o.m.callValue(f, nil) })
	}
	o.left()
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

// walk finds the sessions that a value leads to; place is where it is, if only the
// package can reach that.
func (o *owner) walk(v any, where map[*session.Session]bool, place string) {
	inside := elements
	if place == "" {
		inside = ""
	}
	switch v := v.(type) {
	case *session.Session:
		if o.places[v] == 0 {
			o.order = append(o.order, v)
		}
		o.places[v]++
		if place != "" {
			o.named[v] = append(o.named[v], place)
		}
		where[v] = true
	case *cell:
		if !o.seen[v] {
			o.seen[v] = true
			o.walk(v.v, where, place)
		}
	case *structure:
		for i, f := range v.fields {
			place := ""
			if v.typ != nil {
				place = o.m.p.fieldPlace(v.typ, v.typ.Underlying().(*types.Struct).Field(i))
			}
			o.walk(f.v, where, place)
		}
	case list:
		for _, c := range v {
			o.walk(c.v, where, place+inside)
		}
	case *table:
		for _, k := range v.keys {
			o.walk(v.values[k], where, place+inside)
		}
	case *channel:
		for _, x := range v.queue {
			o.walk(x, where, place+inside)
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
