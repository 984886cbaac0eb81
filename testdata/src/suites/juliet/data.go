package juliet

import "github.com/sessionlint/sessionlint/session"

// V31Bad loses a copy of a copy.
func V31Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	copied := s
	{
		s := copied
		s.SetTimeout(1)
	}
}

// V31Good frees it.
func V31Good(c *session.Conn) {
	s := c.Get1Session()
	copied := s
	{
		s := copied
		s.Free()
	}
}

// V32Bad frees through two pointers to one variable.
func V32Bad(c *session.Conn) {
	s := c.Get1Session()
	p1, p2 := &s, &s
	{
		s := *p1
		s.Free()
	}
	{
		s := *p2
		s.Free() // want doublefree
	}
}

// V32Good writes through one and reads through the other.
func V32Good(c *session.Conn) {
	var s *session.Session
	p1, p2 := &s, &s
	*p1 = c.Get1Session()
	(*p2).Free()
}

// v34 is two names for one thing, as a union is.
type v34 struct{ first, second *session.Session }

// V34Bad frees it under both.
func V34Bad(c *session.Conn) {
	var u v34
	u.first = c.Get1Session()
	u.second = u.first
	u.first.Free()
	u.second.Free() // want doublefree
}

// V34Good frees it under one.
func V34Good(c *session.Conn) {
	var u v34
	u.first = c.Get1Session()
	u.second = u.first
	u.second.Free()
}

func v41BadSink(s *session.Session) { s.SetTimeout(1) }

func v41GoodSink(s *session.Session) {
	s.SetTimeout(1)
	s.Free()
}

// V41Bad passes it to one that forgets.
func V41Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	v41BadSink(s)
}

// V41Good passes it to one that frees.
func V41Good(c *session.Conn) {
	s := c.Get1Session()
	v41GoodSink(s)
}

func v42Source(c *session.Conn) *session.Session {
	s := c.Get1Session()
	s.SetTimeout(1)
	return s
}

func v42Freed(c *session.Conn) *session.Session {
	s := c.Get1Session()
	s.Free()
	return s // may useafterfree
}

// V42Bad loses what a function returned.
func V42Bad(c *session.Conn) {
	s := v42Source(c) // want missingfree
	s.SetTimeout(2)
}

// V42Good frees it.
func V42Good(c *session.Conn) {
	s := v42Source(c)
	s.Free()
}

// V42Freed frees what came back dead.
func V42Freed(c *session.Conn) {
	s := v42Freed(c)
	s.Free() // want doublefree
}

func v43Source(c *session.Conn, s **session.Session) { *s = c.Get1Session() }

// V43Bad loses what was written for it.
func V43Bad(c *session.Conn) {
	var s *session.Session
	v43Source(c, &s) // want missingfree
	s.SetTimeout(1)
}

// V43Good frees it.
func V43Good(c *session.Conn) {
	var s *session.Session
	v43Source(c, &s)
	s.Free()
}

// V44Bad passes it through a function variable.
func V44Bad(c *session.Conn) {
	sink := v41BadSink
	s := c.Get1Session() // want missingfree
	sink(s)
}

// V44Good does, too.
func V44Good(c *session.Conn) {
	sink := v41GoodSink
	s := c.Get1Session()
	sink(s)
}

var v45Data *session.Session

//fixture:norun what a package variable held is the variable's
func v45BadSink() {
	s := v45Data // want missingfree
	s.SetTimeout(1)
	v45Data = nil
}

func v45GoodSink() {
	s := v45Data
	s.Free()
	v45Data = nil
}

// V45Bad passes it in a variable of the package to one that forgets.
//
//fixture:norun what a package variable held is the variable's
func V45Bad(c *session.Conn) {
	v45Data = c.Get1Session() // may missingfree
	v45BadSink()
}

// V45Good passes it to one that frees.
func V45Good(c *session.Conn) {
	v45Data = c.Get1Session()
	v45GoodSink()
}

func v53a(s *session.Session) { v53b(s) }
func v53b(s *session.Session) { v53c(s) }
func v53c(s *session.Session) { v41GoodSink(s) }

func v53ra(s *session.Session) { v53rb(s) }
func v53rb(s *session.Session) { v53rc(s) }
func v53rc(s *session.Session) { v41BadSink(s) }

// V53Bad passes it down four calls.
func V53Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	v53ra(s)
}

// V53Good does, too.
func V53Good(c *session.Conn) { v53a(c.Get1Session()) }

// V53Twice frees after that.
func V53Twice(c *session.Conn) {
	s := c.Get1Session()
	v53a(s)
	s.Free() // want doublefree
}

func v63Sink(p **session.Session) { (*p).Free() }

// V63Bad passes its address and frees again.
func V63Bad(c *session.Conn) {
	s := c.Get1Session()
	v63Sink(&s)
	s.Free() // want doublefree
}

// V63Good passes it.
func V63Good(c *session.Conn) {
	s := c.Get1Session()
	v63Sink(&s)
}

func v64Sink(v any) {
	if s, ok := v.(*session.Session); ok {
		s.Free()
	}
}

func v64BadSink(v any) {
	if s, ok := v.(*session.Session); ok {
		s.SetTimeout(1)
	}
}

// V64Bad passes it as anything.
func V64Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	v64BadSink(s)
}

// V64Good does, too.
func V64Good(c *session.Conn) { v64Sink(c.Get1Session()) }

func v66Sink(a [5]*session.Session) { a[2].Free() }

func v66BadSink(a [5]*session.Session) { a[2].SetTimeout(1) }

// V66Bad passes it in an array.
func V66Bad(c *session.Conn) {
	var a [5]*session.Session
	a[2] = c.Get1Session() // want missingfree
	v66BadSink(a)
}

// V66Good does, too.
func V66Good(c *session.Conn) {
	var a [5]*session.Session
	a[2] = c.Get1Session()
	v66Sink(a)
}

type v67 struct{ s *session.Session }

func v67Sink(t v67)    { t.s.Free() }
func v67BadSink(t v67) { t.s.SetTimeout(1) }

// V67Bad passes it in a struct.
func V67Bad(c *session.Conn) {
	var t v67
	t.s = c.Get1Session() // want missingfree
	v67BadSink(t)
}

// V67Good does, too.
func V67Good(c *session.Conn) {
	t := v67{s: c.Get1Session()}
	v67Sink(t)
}

// V67Twice frees the struct's and its own.
func V67Twice(c *session.Conn) {
	s := c.Get1Session()
	v67Sink(v67{s: s})
	s.Free() // want doublefree
}

func v72Sink(list []*session.Session) { list[2].Free() }

// V72Good passes it in a slice.
func V72Good(c *session.Conn) {
	s := c.Get1Session()
	v72Sink([]*session.Session{nil, nil, s})
}

// V72Bad frees it again.
func V72Bad(c *session.Conn) {
	s := c.Get1Session()
	list := []*session.Session{nil, nil, s}
	list[2].Free()
	s.Free() // want doublefree
}

func v74Sink(m map[int]*session.Session) { m[2].Free() }

// V74Good passes it in a map.
func V74Good(c *session.Conn) {
	m := map[int]*session.Session{}
	m[2] = c.Get1Session()
	v74Sink(m)
}

// v81 is a sink behind an interface.
type v81 interface{ action(*session.Session) }

type (
	v81Bad  struct{}
	v81Good struct{}
)

func (v81Bad) action(s *session.Session)  { s.SetTimeout(1) }
func (v81Good) action(s *session.Session) { s.Free() }

// V81Bad passes it through an interface.
func V81Bad(c *session.Conn) {
	var sink v81 = v81Bad{}
	s := c.Get1Session() // want missingfree
	sink.action(s)
}

// V81Good does, too.
func V81Good(c *session.Conn) {
	var sink v81 = v81Good{}
	s := c.Get1Session()
	sink.action(s)
}

// v84 acquires when it is made and frees when it is closed.
type v84 struct{ s *session.Session }

func newV84(c *session.Conn) *v84 { return &v84{s: c.Get1Session()} }
func (v *v84) close()             { v.s.Free() }

// V84Bad does not close.
func V84Bad(c *session.Conn) {
	v := newV84(c) // want missingfree
	v.s.SetTimeout(1)
}

// V84Good closes.
func V84Good(c *session.Conn) {
	v := newV84(c)
	defer v.close()
	v.s.SetTimeout(1)
}
