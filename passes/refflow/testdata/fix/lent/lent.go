// Package lent frees what is lent.
package lent

import "github.com/sessionlint/sessionlint/session"

// Borrowed frees the connection's session.
func Borrowed(c *session.Conn) int64 {
	s := c.Get0Session()
	t := s.Time()
	s.Free() // want `is borrowed`
	return t
}

// OnlyUse would leave a variable that nothing uses.
func OnlyUse(c *session.Conn) {
	s := c.Get0Session()
	s.Free() // want `is borrowed`
}

// Either frees one of two, and only one of them is lent.
func Either(c *session.Conn, own bool) int64 {
	s := c.Get0Session()
	if own {
		s = c.Get1Session()
	}
	t := s.Time()
	s.Free() // want `is borrowed`
	return t
}
