// Package genericuser instantiates the generic functions of package generic.
package genericuser

import (
	"fixtures/across/generic"

	"github.com/sessionlint/sessionlint/session"
)

// Ticket owns a session.
type Ticket struct{ s *session.Session }

// Free frees it.
func (t *Ticket) Free() { t.s.Free() }

// End frees, for others.
func End(s *session.Session) { generic.Release(s) }

// Released frees by a constraint's method.
func Released(c *session.Conn) { generic.Release(c.Get1Session()) }

// ReleasedTicket frees by a method of a type of its own.
func ReleasedTicket(c *session.Conn) {
	t := &Ticket{c.Get1Session()}
	defer generic.Release(t)
	t.s.SetTimeout(1)
}

// ReleasedTwice frees twice.
func ReleasedTwice(c *session.Conn) {
	s := c.Get1Session()
	generic.Release(s)
	generic.Release(s) // want doublefree
}

// ReleasedTicketRead reads what the ticket has freed.
func ReleasedTicketRead(c *session.Conn) {
	t := &Ticket{c.Get1Session()}
	generic.Release(t)
	t.s.Time() // want useafterfree
}

// Scoped reads what it is lent.
func Scoped(c *session.Conn) error {
	return generic.Scoped(c.Get1Session(), func(s *session.Session) error {
		s.Time()
		return nil
	})
}

// ScopedFreed frees it.
func ScopedFreed(c *session.Conn) error {
	return generic.Scoped(c.Get1Session(), func(s *session.Session) error { // want doublefree
		s.Free()
		return nil
	})
}

// ScopedRetained forgets the reference that it added.
func ScopedRetained(c *session.Conn) error {
	return generic.Scoped(c.Get1Session(), func(s *session.Session) error {
		s.UpRef() // want missingfree // may uncheckedupref
		return nil
	})
}

// Boxed frees what it takes out.
func Boxed(c *session.Conn) {
	if s, ok := generic.Full(c.Get1Session()).Get(); ok {
		s.Free()
	}
}

// BoxedLost does not.
func BoxedLost(c *session.Conn) int64 {
	s, ok := generic.Full(c.Get1Session()).Get() // want missingfree
	if !ok {
		s.Free()
	}
	return s.Time()
}

// Taken frees what it takes, and the nothing that is left.
func Taken(c *session.Conn) {
	b := generic.Full(c.Get1Session())
	b.Take().Free()
	b.V.Free()
}

// TakenLost takes it and forgets it.
func TakenLost(c *session.Conn) bool {
	b := generic.Full(c.Get1Session()) // want missingfree
	b.Take()
	return b.OK
}

// Must frees what came through.
func Must(c *session.Conn) { generic.Must(generic.Get(c)).Free() }

// MustNot does not.
func MustNot(c *session.Conn) int64 {
	return generic.Must(generic.Get(c)).Time() // want missingfree
}

// Cleaned frees by a literal of the other package.
func Cleaned(c *session.Conn) {
	s := c.Get1Session()
	defer generic.Cleanup(s)()
	s.SetTimeout(1)
}

// CleanedNever does not call it.
func CleanedNever(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	end := generic.Cleanup(s)
	_ = end
}

// Or frees one of two, of which the other is nil.
func Or(c *session.Conn) { generic.Or(c.Get1Session(), nil).Free() }

// OrLost forgets it.
func OrLost(c *session.Conn) int64 {
	return generic.Or(c.Get1Session(), nil).Time() // want missingfree
}

// Any frees by an assertion to an interface.
func Any(c *session.Conn) { generic.ReleaseAny(c.Get1Session()) }

// Mapped frees what was collected.
func Mapped(conns []*session.Conn) {
	list := generic.Map(conns, func(c *session.Conn) *session.Session { return c.Get1Session() })
	for _, s := range list {
		s.Free()
	}
}

// MappedLost does not.
func MappedLost(conns []*session.Conn) int {
	list := generic.Map(conns, func(c *session.Conn) *session.Session { return c.Get1Session() }) // want missingfree
	return len(list)
}

// ByValue frees through a function value.
func ByValue(c *session.Conn) {
	end := generic.Release[*session.Session]
	end(c.Get1Session())
}

// ByValueRead reads it then.
func ByValueRead(c *session.Conn) {
	end := generic.Release[*session.Session]
	s := c.Get1Session()
	end(s)
	s.Time() // want useafterfree
}
