// Package whole compares structs and arrays as a whole.
package whole

import "github.com/sessionlint/sessionlint/session"

// Structs and arrays that are compared whole (trap: zero value of a type
// parameter).

type boxed struct{ s *session.Session }

func (b boxed) release() { b.s.Free() }

type tagged struct {
	s *session.Session
	n int
}

// freeUnlessZero compares with the zero value.
func freeUnlessZero[T interface {
	comparable
	release()
}](v T) {
	var zero T
	if v == zero {
		return
	}
	v.release()
}

// freeIfZero has it the wrong way round.
func freeIfZero[T interface {
	comparable
	release()
}](v T) {
	var zero T
	if v != zero {
		return
	}
	v.release()
}

// WholeGeneric leaves the question to a helper.
func WholeGeneric(c *session.Conn) {
	freeUnlessZero(boxed{c.Get1Session()})
}

// WholeGenericWrong does so as well.
func WholeGenericWrong(c *session.Conn) {
	freeIfZero(boxed{c.Get1Session()}) // want missingfree
}

// WholeTwoFields asks two fields at once.
func WholeTwoFields(c *session.Conn, n int) {
	b := tagged{c.Get1Session(), n}
	if b != (tagged{}) {
		b.s.Free()
	}
}

// WholeTwoFieldsWrong frees nothing but nil.
func WholeTwoFieldsWrong(c *session.Conn, n int) {
	b := tagged{c.Get1Session(), n} // want missingfree
	if b == (tagged{}) {
		b.s.Free()
	}
}

// WholeNumber asks two numbers twice.
func WholeNumber(c *session.Conn, a, b int) {
	type pair struct{ a, b int }
	p := pair{a, b}
	s := c.Get1Session()
	if p == (pair{1, 2}) {
		s.Free()
	}
	if a != 1 || b != 2 {
		s.Free()
	}
}

// WholeNumberWrong asks for one of them.
func WholeNumberWrong(c *session.Conn, a, b int) {
	type pair struct{ a, b int }
	p := pair{a, b}
	s := c.Get1Session() // want missingfree
	if p == (pair{1, 2}) {
		s.Free()
	}
	if a != 1 {
		s.Free()
	}
}

// WholeArray compares an array.
func WholeArray(c, d *session.Conn) {
	p := [2]*session.Session{c.Get1Session(), d.Get1Session()}
	if p == [2]*session.Session{} {
		return
	}
	p[0].Free()
	p[1].Free()
}

// WholeSwitch does it in a switch.
func WholeSwitch(c *session.Conn) {
	b := tagged{s: c.Get1Session()}
	switch b {
	case tagged{}:
	default:
		b.s.Free()
	}
}

type collector interface{ visit(s *session.Session) bool }

type lastSeen struct{ s *session.Session }

func (k *lastSeen) visit(s *session.Session) bool {
	if k.s != nil || !s.UpRef() {
		return false
	}
	k.s = s
	return true
}

func (k *lastSeen) close() {
	k.s.Free()
	k.s = nil
}

// VisitForgets forgets its own where the visitor has kept one (trap: type
// assertion to a concrete type).
//
//fixture:norun the driver makes no value of an interface
func VisitForgets(c *session.Conn, v collector) bool {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return false
	}
	if v.(*lastSeen).visit(s) {
		return true
	}
	s.Free()
	return false
}

// VisitFrees frees it in either case.
//
//fixture:norun the driver makes no value of an interface
func VisitFrees(c *session.Conn, v collector) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	kept := v.(*lastSeen).visit(s)
	s.Free()
	return kept
}
