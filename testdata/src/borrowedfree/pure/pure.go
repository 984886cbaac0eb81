// Package pure holds fixtures of borrowedfree over package session. Every
// function here is executed in every way it can go.
package pure

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// Lent frees what was lent.
func Lent(c *session.Conn) {
	s := c.Get0Session()
	s.Free() // want borrowedfree "Get0Session"
}

// LentRead reads it.
func LentRead(c *session.Conn) int64 {
	s := c.Get0Session()
	return s.Time()
}

// LentDeferred defers the free.
func LentDeferred(c *session.Conn) int64 {
	s := c.Get0Session()
	defer s.Free() // want borrowedfree
	return s.Time()
}

// LentChained has no name for it.
func LentChained(c *session.Conn) {
	c.Get0Session().Free() // want borrowedfree
}

// LentRetained makes it its own.
func LentRetained(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil || !s.UpRef() {
		return 0
	}
	defer s.Free()
	return s.Time()
}

// LentNotRetained frees where it did not get a reference.
func LentNotRetained(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	if !s.UpRef() {
		s.Free() // want borrowedfree
		return 0
	}
	t := s.Time()
	s.Free()
	return t
}

// LentRetainedTwiceFreed frees the loan after its own reference.
func LentRetainedTwiceFreed(c *session.Conn) {
	s := c.Get0Session()
	if s == nil || !s.UpRef() {
		return
	}
	s.Free()
	s.Free() // want doublefree
}

// LentRetainedSometimes frees on all ways.
func LentRetainedSometimes(c *session.Conn, keep bool) {
	s := c.Get0Session()
	if s == nil || keep && !s.UpRef() {
		return
	}
	s.SetTimeout(1)
	s.Free() // want borrowedfree
}

// LentRetainedSometimesRight frees on the way on which it owns.
func LentRetainedSometimesRight(c *session.Conn, keep bool) {
	s := c.Get0Session()
	if s == nil || keep && !s.UpRef() {
		return
	}
	s.SetTimeout(1)
	if keep {
		s.Free()
	}
}

// Either frees what it owns or not (trap: phi of two kinds).
func Either(c *session.Conn, own bool) {
	s := c.Get0Session()
	if own {
		s = c.Get1Session()
	}
	s.Free() // want borrowedfree
}

// EitherRight remembers.
func EitherRight(c *session.Conn, own bool) {
	s := c.Get0Session()
	if own {
		s = c.Get1Session()
		defer s.Free()
	}
	s.SetTimeout(1)
}

// EitherPolymorph frees by a function that fits.
func EitherPolymorph(c *session.Conn, own bool) {
	s, end := c.Get0Session(), func() {}
	if own {
		s = c.Get1Session()
		end = s.Free
	}
	defer end()
	s.SetTimeout(1)
}

// Fallback has a copy, or else the loan.
func Fallback(c *session.Conn) {
	s := c.Get0Session()
	if d := s.Dup(); d != nil {
		s = d
	}
	s.SetTimeout(1)
	s.Free() // want borrowedfree
}

// ReadBack sets its own, frees it, and frees the connection's as well.
func ReadBack(c *session.Conn) {
	s := session.New()
	ok := c.SetSession(s)
	s.Free()
	if ok {
		c.Get0Session().Free() // want borrowedfree
	}
}

// Turns frees a loan in each.
func Turns(conns []*session.Conn) {
	for _, c := range conns {
		if s := c.Get0Session(); s != nil {
			s.SetTimeout(1)
			s.Free() // want borrowedfree
		}
	}
}

func of(c *session.Conn) *session.Session { return c.Get0Session() }

func ofOrError(c *session.Conn) (s *session.Session, err error) {
	if s = c.Get0Session(); s == nil {
		err = errNone
	}
	return
}

func end(s *session.Session) { s.Free() }

// Helper frees what a helper lent.
func Helper(c *session.Conn) {
	s := of(c)
	s.SetTimeout(1)
	s.Free() // want borrowedfree
}

// HelperWithError frees it if there is no error.
func HelperWithError(c *session.Conn) error {
	s, err := ofOrError(c)
	if err != nil {
		return err
	}
	s.Free() // want borrowedfree
	return nil
}

// HelperEnds gives the loan to a helper that frees.
func HelperEnds(c *session.Conn) {
	end(of(c)) // want borrowedfree
}

// HelperEndsDeferred defers that.
func HelperEndsDeferred(c *session.Conn) bool {
	s := of(c)
	defer end(s) // want borrowedfree
	return c.Handshake()
}

// HelperEndsRetained gives it a reference.
func HelperEndsRetained(c *session.Conn) {
	if s := of(c); s != nil && s.UpRef() {
		end(s)
	}
}

// Closure frees the loan in a literal.
func Closure(c *session.Conn) {
	s := c.Get0Session()
	done := func() {
		s.Free() // want borrowedfree
	}
	c.Handshake()
	done()
}

type view struct{ s *session.Session }

func look(c *session.Conn) view { return view{c.Get0Session()} }

// View frees what a value borrows.
func View(c *session.Conn) int64 {
	v := look(c)
	defer v.s.Free() // want borrowedfree
	return v.s.Time()
}

// ViewRead reads it.
func ViewRead(c *session.Conn) int64 { return look(c).s.Time() }

// Goroutine frees it elsewhere.
func Goroutine(c *session.Conn) {
	s := c.Get0Session()
	go s.Free() // want borrowedfree
}

// Swapped frees the wrong one of two.
func Swapped(a, b *session.Conn) {
	own, lent := a.Get1Session(), b.Get0Session() // want missingfree
	own, lent = lent, own
	lent.SetTimeout(1)
	own.Free() // want borrowedfree
}

// SwappedBack frees the right one.
func SwappedBack(a, b *session.Conn) {
	own, lent := a.Get1Session(), b.Get0Session()
	own, lent = lent, own
	own.Time()
	lent.Free()
}

// Ranged frees what an iterator lends (trap: range over function).
func Ranged(conns []*session.Conn) {
	each := func(yield func(*session.Session) bool) {
		for _, c := range conns {
			if !yield(c.Get0Session()) {
				return
			}
		}
	}
	for s := range each {
		s.Free() // want borrowedfree
	}
}

// inTurn is an iterator over connections.
func inTurn(conns []*session.Conn) func(yield func(*session.Conn) bool) {
	return func(yield func(*session.Conn) bool) {
		for _, c := range conns {
			if !yield(c) {
				return
			}
		}
	}
}

// TwiceOver goes over a list twice (trap: both loops run as often).
func TwiceOver(conns []*session.Conn) (n int) {
	for range conns {
		n++
	}
	for c := range inTurn(conns) {
		s := c.Get0Session()
		s.Free() // want borrowedfree
	}
	return n
}
