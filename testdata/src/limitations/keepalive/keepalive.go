// Package keepalive pins what sessionlint knowingly misses of missingkeepalive.
package keepalive

import (
	"runtime"

	"github.com/sessionlint/sessionlint/session"
)

// A Ticket frees its session when it is collected.
type Ticket struct{ sess *session.Session }

//fixture:norun its caller would free what the finalizer frees
func NewTicket(c *session.Conn, _ string) *Ticket {
	t := &Ticket{sess: c.Get1Session()}
	runtime.SetFinalizer(t, func(t *Ticket) { t.sess.Free() })
	return t
}

// later returns a function that holds the ticket itself, which is over when the function
// is: whoever calls it may well keep it.
func later(c *session.Conn) func() int64 {
	t := NewTicket(c, "")
	return func() int64 {
		return t.sess.Time() // miss missingkeepalive
	}
}

// LaterObject runs one with the ticket, which is over when the function is.
func LaterObject(c *session.Conn) int64 { return later(c)() }
