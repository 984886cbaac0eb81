// Package extra frees too often.
package extra

import "github.com/sessionlint/sessionlint/session"

// Twice frees twice.
func Twice(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	s.Free() // want `is freed again`
}

// Never frees a, but b twice: one of the frees may have the wrong name.
func Never(c *session.Conn) {
	a, b := c.Get1Session(), c.Get1Session()
	a.SetTimeout(1)
	b.Free()
	b.Free() // want `is freed again`
}

// Given consumes its parameter twice: its callers know which is meant.
func Given(s *session.Session) {
	s.Free()
	s.Free() // want `is freed again`
}

// OnOneWay is too much only where the deferred call comes on top.
func OnOneWay(c *session.Conn, bad bool) {
	s := c.Get1Session()
	defer s.Free() // want `is freed again`
	if bad {
		s.Free()
		return
	}
	s.SetTimeout(1)
}
