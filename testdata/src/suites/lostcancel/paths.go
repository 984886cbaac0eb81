// Package lostcancel carries scenarios of vet's lostcancel tests over to
// sessions: the free plays the part of the cancel function.
package lostcancel

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNo = errors.New("no")

// Discarded never had a name.
func Discarded(c *session.Conn) {
	_ = c.Get1Session() // want missingfree
}

// UsedOnly mentions it, which is no free.
func UsedOnly(c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	return s != nil
}

// SomePaths frees on some.
func SomePaths(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	if n > 0 {
		s.Free()
	}
	if n > 1 {
		return
	}
	if n == 0 {
		return
	}
}

// Loop frees on the way out of an endless loop.
func Loop(c *session.Conn, n int) {
	s := c.Get1Session()
	for {
		if n == 0 {
			s.Free()
			return
		}
		n--
		if n < -1 {
			n = 0
		}
	}
}

// LoopBreak frees behind it.
func LoopBreak(c *session.Conn, n int) {
	s := c.Get1Session()
	for {
		if n <= 0 {
			break
		}
		n--
	}
	s.Free()
}

// Named frees the named result's predecessor.
func Named(c *session.Conn) (s *session.Session, err error) {
	s = c.Get1Session()
	if !c.Handshake() {
		s.Free()
		return nil, errNo
	}
	return
}

// NamedBad returns by name an error and by name a session that it overwrites.
func NamedBad(c *session.Conn) (s *session.Session, err error) {
	s = c.Get1Session() // want missingfree
	if !c.Handshake() {
		s, err = nil, errNo
	}
	return
}

// VarDecl declares first.
func VarDecl(c *session.Conn) {
	var s *session.Session
	var other = c.Get1Session()
	s, other = other, nil
	other.Free()
	s.Free()
}

// Switch frees in every arm or leaves by panic.
func Switch(c *session.Conn, n int) {
	s := c.Get1Session()
	switch {
	case n == 0:
		s.Free()
	case n == 1:
		panic("one")
	default:
		defer s.Free()
	}
}

// SwitchBad has an arm that only breaks.
func SwitchBad(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	switch n {
	case 0:
		break
	default:
		s.Free()
	}
}

// InLiteral frees in a literal that returns a literal.
func InLiteral(c *session.Conn) {
	s := c.Get1Session()
	func() func() {
		return func() { s.Free() }
	}()()
}

// InLiteralBad does not call the inner one.
func InLiteralBad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	f := func() func() {
		return func() { s.Free() }
	}()
	if f == nil {
		f()
	}
}

// Goto jumps around the free.
func Goto(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if c.Handshake() {
		goto end
	}
	s.Free()
end:
	c.Shutdown()
}

// Select frees in each arm.
func Select(c *session.Conn, stop, go1 <-chan bool) {
	s := c.Get1Session()
	select {
	case <-stop:
		s.Free()
	case <-go1:
		s.SetTimeout(1)
		s.Free()
	}
}

// SelectBad does not in one.
func SelectBad(c *session.Conn, stop, go1 <-chan bool) {
	s := c.Get1Session() // want missingfree
	select {
	case <-stop:
	case <-go1:
		s.Free()
	}
}
