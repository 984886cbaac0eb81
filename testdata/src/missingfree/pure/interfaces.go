package pure

import "github.com/sessionlint/sessionlint/session"

// Interfaces whose dynamic type decides what happens (trap: interface values).

type disposer interface{ dispose(s *session.Session) }

type freeing struct{}

func (freeing) dispose(s *session.Session) { s.Free() }

type stamping struct{}

func (stamping) dispose(s *session.Session) { s.SetTime(1) }

type logging struct{ inner disposer }

func (l logging) dispose(s *session.Session) {
	s.SetTimeout(1)
	l.inner.dispose(s)
}

// OneOfTwo chooses one of two that do not do the same.
func OneOfTwo(c *session.Conn, tidy bool) {
	s := c.Get1Session() // want missingfree
	var d disposer = stamping{}
	if tidy {
		d = freeing{}
	}
	d.dispose(s)
}

// OneOfTwoThatFree chooses one of two that do.
func OneOfTwoThatFree(c *session.Conn, verbose bool) {
	s := c.Get1Session()
	var d disposer = freeing{}
	if verbose {
		d = logging{inner: freeing{}}
	}
	d.dispose(s)
}

// OneOfTwoAndRest frees what the one that was chosen has left.
func OneOfTwoAndRest(c *session.Conn, tidy bool) {
	s := c.Get1Session()
	var d disposer = stamping{}
	if tidy {
		d = freeing{}
	}
	d.dispose(s)
	if !tidy {
		s.Free()
	}
}

type source interface{ next() *session.Session }

type connected struct{ c *session.Conn }

func (c connected) next() *session.Session { return c.c.Get1Session() }

type lent struct{ c *session.Conn }

func (l lent) next() *session.Session { return l.c.Get0Session() }

func sourceOf(c *session.Conn) source { return connected{c} }

func loansOf(c *session.Conn) source { return lent{c} }

// MadeElsewhere gets from an interface that another function made.
func MadeElsewhere(c *session.Conn) int64 {
	s := sourceOf(c).next() // want missingfree
	return s.Time()
}

// MadeElsewhereFreed frees what it got.
func MadeElsewhereFreed(c *session.Conn) int64 {
	s := sourceOf(c).next()
	defer s.Free()
	return s.Time()
}

// MadeElsewhereLent gets a loan in the same way.
func MadeElsewhereLent(c *session.Conn) int64 { return loansOf(c).next().Time() }
