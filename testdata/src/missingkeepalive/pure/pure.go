// Package pure holds fixtures of missingkeepalive over package session. The
// garbage collector comes when it likes, so nothing here is executed.
package pure

import (
	"runtime"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// A Ticket frees its session when it is collected.
type Ticket struct {
	sess *session.Session
	mu   sync.Mutex
	host string
}

//fixture:norun its finalizer runs when the collector likes
func NewTicket(c *session.Conn, host string) *Ticket {
	t := &Ticket{sess: c.Get1Session(), host: host}
	runtime.SetFinalizer(t, func(t *Ticket) { t.sess.Free() })
	return t
}

// Time is over for the ticket when the call begins.
//
//fixture:norun only a collector at the wrong moment shows it
func (t *Ticket) Time() int64 {
	return t.sess.Time() // want missingkeepalive
}

// Kept says so.
func (t *Ticket) Kept() int64 {
	at := t.sess.Time()
	runtime.KeepAlive(t)
	return at
}

// Locked unlocks a mutex of the receiver.
func (t *Ticket) Locked() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sess.Time()
}

// Used reads a field afterwards.
func (t *Ticket) Used() (int64, string) {
	at := t.sess.Time()
	return at, t.host
}

// Captured returns a function that uses it.
func (t *Ticket) Captured() func() string {
	t.sess.SetTimeout(1)
	return func() string { return t.host }
}

// Resume passes the session to a connection.
//
//fixture:norun only a collector at the wrong moment shows it
func (t *Ticket) Resume(c *session.Conn) bool {
	return c.SetSession(t.sess) // want missingkeepalive
}
