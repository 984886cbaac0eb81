// Package alive lets the collector free what is in use.
package alive

import (
	"runtime"

	"github.com/sessionlint/sessionlint/session"
)

// A Conn frees its session with itself.
type Conn struct{ s *session.Session }

// New registers the finalizer.
func New(c *session.Conn) *Conn {
	x := &Conn{c.Get1Session()}
	runtime.SetFinalizer(x, func(x *Conn) { x.s.Free() })
	return x
}

// Time returns what is read.
func (x *Conn) Time() int64 {
	return x.s.Time() // want `x can be collected`
}

// Touch ends with the call.
func (x *Conn) Touch() {
	x.s.SetTimeout(1) // want `x can be collected`
}

// Both calls twice.
func (x *Conn) Both() int64 {
	s := x.s
	a := s.Time()          // want `x can be collected`
	return a + s.Timeout() // want `x can be collected`
}
