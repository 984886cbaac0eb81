// Package staticcheck carries scenarios of staticcheck's checks on resources and
// defers over to sessions.
package staticcheck

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNil = errors.New("nil")

// DeferBeforeCheck defers before it looks, which is right for a free that takes
// nil.
func DeferBeforeCheck(c *session.Conn) error {
	s := c.Get1Session()
	defer s.Free()
	if s == nil {
		return errNil
	}
	return nil
}

// DeferWithoutCall defers the making of a cleanup and not the cleanup.
func DeferWithoutCall(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	cleanup := func() func() {
		return func() { s.Free() }
	}
	defer cleanup()
	c.Handshake()
}

// DeferWithCall defers the cleanup.
func DeferWithCall(c *session.Conn) {
	s := c.Get1Session()
	cleanup := func() func() {
		return func() { s.Free() }
	}
	defer cleanup()()
	c.Handshake()
}

// RangeOverChannel defers for each value that it receives.
func RangeOverChannel(in <-chan *session.Session) (n int) {
	for s := range in {
		defer s.Free()
		n++
	}
	return n
}

// SelfAssigned assigns the variable to itself.
func SelfAssigned(c *session.Conn) {
	s := c.Get1Session()
	t := s
	s = t
	s.Free()
}

// NeverUsed overwrites a value that was never used.
func NeverUsed(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	s = nil
	s.Free()
}

// IdenticalBranches does the same on both.
func IdenticalBranches(c *session.Conn, fast bool) {
	s := c.Get1Session()
	if fast {
		s.Free()
	} else {
		s.Free()
	}
}

// EmptyBranch does nothing on one.
func EmptyBranch(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if c.Handshake() {
	} else {
		s.Free()
	}
}

// ImpossibleNil asks a fresh value that it has used already.
func ImpossibleNil(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	s.SetTimeout(1)
	if s == nil {
		return
	}
	s.Free()
}

// AppendLost appends to a copy of a slice that nobody keeps.
func AppendLost(c *session.Conn) {
	var list []*session.Session
	_ = append(list, c.Get1Session()) // want missingfree
}

// Recursive calls itself and frees on the way back.
func Recursive(c *session.Conn, n int) {
	if n <= 0 {
		return
	}
	s := c.Get1Session()
	defer s.Free()
	Recursive(c, n-1)
}

// RecursiveBad frees on the way that does not go deeper.
func RecursiveBad(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	if n > 0 {
		RecursiveBad(c, n-1)
		return
	}
	s.Free()
}
