// Package user works on the handles of another package's objects.
package user

import (
	"fixtures/missingkeepalive/wrapped"

	"github.com/sessionlint/sessionlint/session"
)

// Age lets the ticket go while the session is read.
//
//fixture:norun only a collector at the wrong moment shows it
func Age(t *wrapped.Ticket) int64 {
	return t.Session.Time() // want missingkeepalive "t can be collected while"
}

// Host uses it afterwards.
func Host(t *wrapped.Ticket) (int64, string) {
	at := t.Session.Time()
	return at, t.Host
}

// Sized uses it for the size of a slice (trap: use that counts nothing).
func Sized(t *wrapped.Ticket) []byte {
	t.Session.SetTimeout(1)
	return make([]byte, len(t.Host))
}

// Dropped drops a ticket of its own.
//
//fixture:norun only a collector at the wrong moment shows it
func Dropped(c *session.Conn) int64 {
	t := wrapped.NewTicket(c, "a")
	return t.Session.Time() // want missingkeepalive
}
