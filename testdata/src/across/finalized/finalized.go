// Package finalized has a type with a finalizer that other packages use: they know
// it by fact.
package finalized

import (
	"runtime"

	"github.com/sessionlint/sessionlint/session"
)

// A Ticket frees its session when it is collected.
type Ticket struct {
	Session *session.Session
	Host    string
}

// NewTicket makes one.
//
//fixture:norun its finalizer runs when the collector likes
func NewTicket(c *session.Conn, host string) *Ticket {
	t := &Ticket{Session: c.Get1Session(), Host: host}
	runtime.SetFinalizer(t, (*Ticket).free)
	return t
}

func (t *Ticket) free() { t.Session.Free() }
