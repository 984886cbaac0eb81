// Package leak loses sessions.
package leak

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errStale = errors.New("stale")

// Read never frees.
func Read(c *session.Conn) int64 {
	s := c.Get1Session() // want `is not freed`
	if s == nil {
		return 0
	}
	return s.Time()
}

// Early frees on one of its ways.
func Early(c *session.Conn) error {
	s := c.Get1Session() // want `is not freed`
	if !s.Resumable() {
		return errStale // a comment stays
	}
	s.Free()
	return nil
}

// Several returns lose it.
func Several(c *session.Conn, kind int) error {
	s := c.Get1Session() // want `is not freed`
	switch kind {
	case 1:
		return errStale
	case 2:
		return nil
	}
	s.Free()
	return nil
}

// InReturn reads it where it is lost: nothing can stand between.
func InReturn(c *session.Conn, stale bool) int64 {
	s := c.Get1Session() // want `is not freed`
	if stale {
		return s.Time()
	}
	s.Free()
	return 0
}

// InLoop would defer for as long as the loop runs.
func InLoop(conns []*session.Conn) (sum int64) {
	for _, c := range conns {
		s := c.Get1Session() // want `is not freed`
		sum += s.Time()
	}
	return sum
}

// Reassigned has two references under one name.
func Reassigned(c *session.Conn) {
	s := c.Get1Session() // want `is not freed`
	s = c.Get1Session()
	s.Free()
}

// Captured is in the hands of a function.
func Captured(c *session.Conn) int64 {
	s := c.Get1Session() // want `is not freed`
	return func() int64 { return s.Time() }()
}
