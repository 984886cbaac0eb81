// Package fanalyzer carries scenarios of GCC's -fanalyzer tests (malloc, FILE and
// file descriptors) over to sessions.
package fanalyzer

import "github.com/sessionlint/sessionlint/session"

// Path1Good frees under the condition under which it acquired.
func Path1Good(c *session.Conn, n int) {
	var s *session.Session
	if n > 10 {
		s = c.Get1Session()
	}
	if n > 10 {
		s.Free()
	}
}

// Path2Bad frees under a weaker one: nil is fine, and above 12 it forgets.
func Path2Bad(c *session.Conn, n int) {
	var s *session.Session
	if n > 10 {
		s = c.Get1Session() // want missingfree
	}
	if n <= 12 {
		s.Free()
	}
}

// Path3Good has a buffer of its own for small sizes.
func Path3Good(c *session.Conn, local *session.Session, n int) {
	s := local
	if n > 10 {
		s = c.Get1Session()
	}
	s.SetTimeout(int64(n))
	if n > 10 {
		s.Free()
	}
}

// Path3Bad frees the caller's when it should not, twice: once here.
func Path3Bad(c *session.Conn, n int) {
	local := c.Get0Session()
	s := local
	if n > 10 {
		s = c.Get1Session()
	}
	s.SetTimeout(int64(n))
	if n > 5 {
		s.Free() // want borrowedfree
	}
}

// Path4Good compares the pointers to know.
func Path4Good(c *session.Conn) {
	local := c.Get0Session()
	s := local
	if d := local.Dup(); d != nil {
		s = d
	}
	s.SetTimeout(1)
	if s != local {
		s.Free()
	}
}

// Path4Bad compares them the wrong way round.
func Path4Bad(c *session.Conn) {
	local := c.Get0Session()
	s := local
	if d := local.Dup(); d != nil { // want missingfree
		s = d
	}
	s.SetTimeout(1)
	if s == local {
		s.Free() // want borrowedfree
	}
}

// Nested frees inside out.
func Nested(a, b, x *session.Conn) bool {
	s := a.Get1Session()
	if s != nil {
		t := b.Get1Session()
		if t != nil {
			u := x.Get1Session()
			if u != nil {
				u.Free()
			}
			t.Free()
		}
		s.Free()
	}
	return s != nil
}

// NestedBad forgets the middle one if the inner one is missing.
func NestedBad(a, b, x *session.Conn) bool {
	s := a.Get1Session()
	if s != nil {
		t := b.Get1Session() // want missingfree
		if t != nil {
			u := x.Get1Session()
			if u != nil {
				u.Free()
				t.Free()
			}
		}
		s.Free()
	}
	return s != nil
}

// Either frees two if both came, and forgets one if one came.
func Either(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	t := b.Get1Session() // want missingfree
	if s == nil || t == nil {
		return
	}
	s.Free()
	t.Free()
}

// EitherGood frees what came.
func EitherGood(a, b *session.Conn) {
	s := a.Get1Session()
	t := b.Get1Session()
	if s == nil || t == nil {
		s.Free()
		t.Free()
		return
	}
	t.Free()
	s.Free()
}

func wrappedGet(c *session.Conn) *session.Session { return c.Get1Session() }
func wrappedFree(s *session.Session)              { s.Free() }
func outerFree(s *session.Session)                { wrappedFree(s) }

// Wrapped frees twice through wrappers.
func Wrapped(c *session.Conn) {
	s := wrappedGet(c)
	wrappedFree(s)
	outerFree(s) // want doublefree
}

// WrappedGood does once.
func WrappedGood(c *session.Conn) {
	s := wrappedGet(c)
	outerFree(s)
}

// WrappedBad does not.
func WrappedBad(c *session.Conn) {
	s := wrappedGet(c) // want missingfree
	s.SetTimeout(1)
}

// recursiveFree frees at the bottom.
func recursiveFree(s *session.Session, n int) {
	if n > 0 {
		recursiveFree(s, n-1)
	} else {
		s.Free()
	}
}

// Recursive frees twice through recursion.
func Recursive(c *session.Conn) {
	s := c.Get1Session()
	recursiveFree(s, 2)
	recursiveFree(s, 2) // want doublefree
}

// RecursiveGood does once.
func RecursiveGood(c *session.Conn) {
	s := c.Get1Session()
	recursiveFree(s, 2)
}

// callbackFree calls what it is given.
func callbackFree(f func(*session.Session), s *session.Session) { f(s) }

// Callback frees through a callback and by hand.
func Callback(c *session.Conn) {
	s := c.Get1Session()
	callbackFree(wrappedFree, s)
	s.Free() // want doublefree
}

// CallbackGood frees through it.
func CallbackGood(c *session.Conn) {
	callbackFree(wrappedFree, c.Get1Session())
}

// node is an element of a list of sessions.
type node struct {
	s    *session.Session
	next *node
}

// ListGood builds a list and frees it.
func ListGood(conns []*session.Conn) {
	var head *node
	for _, c := range conns {
		head = &node{s: c.Get1Session(), next: head}
	}
	for n := head; n != nil; n = n.next {
		n.s.Free()
	}
}

// ListUse frees the element and then follows it.
func ListUse(n *node) (t int64) {
	for n != nil {
		n.s.Free()
		t += n.s.Time() // want useafterfree
		n = n.next
	}
	return t
}

// ListRight follows it first.
func ListRight(n *node) (t int64) {
	for n != nil {
		t += n.s.Time()
		n.s.Free()
		n.s = nil
		n = n.next
	}
	return t
}

// Retry replaces the session until one fits.
func Retry(c *session.Conn) {
	s := c.Get1Session()
	for !c.SetSession(s) {
		t := c.Get1Session()
		if t == nil {
			break
		}
		s.Free()
		s = t
	}
	s.Free()
}

// RetryBad loses the old one.
func RetryBad(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	for n > 0 && !c.SetSession(s) {
		t := c.Get1Session() // want missingfree
		if t == nil {
			break
		}
		s = t
		n--
	}
	s.Free()
}

// Flags decides by a mask.
func Flags(c *session.Conn, n int) {
	var s *session.Session
	if n&1 != 0 {
		s = c.Get1Session()
	}
	c.Shutdown()
	if n&1 != 0 {
		s.Free()
	}
}

// FlagsBad decides by another bit.
func FlagsBad(c *session.Conn, n int) {
	var s *session.Session
	if n&1 != 0 {
		s = c.Get1Session() // want missingfree
	}
	c.Shutdown()
	if n&2 != 0 {
		s.Free()
	}
}

// Signed decides by the sign of a difference.
func Signed(c *session.Conn, n int) {
	s := c.Get1Session()
	rest := n - 2
	if rest < 0 {
		s.Free()
	}
	if n >= 2 {
		s.Free()
	}
}

// Interval leaves a hole between two conditions.
func Interval(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	if n < 1 {
		s.Free()
	} else if n > 1 {
		s.Free()
	}
}

// IntervalGood leaves none.
func IntervalGood(c *session.Conn, n int) {
	s := c.Get1Session()
	if n < 1 {
		s.Free()
	} else if n >= 1 {
		s.Free()
	}
}
