// Package finalizeduser works on the handles of another package's objects.
package finalizeduser

import (
	"fixtures/across/finalized"

	"github.com/sessionlint/sessionlint/session"
)

// Age lets the ticket go while the session is read.
//
//fixture:norun only a collector at the wrong moment shows it
func Age(t *finalized.Ticket) int64 {
	return t.Session.Time() // want missingkeepalive "t can be collected while"
}

// Host uses it afterwards.
func Host(t *finalized.Ticket) (int64, string) {
	at := t.Session.Time()
	return at, t.Host
}

// Sized uses it for the size of a slice (trap: use that counts nothing).
func Sized(t *finalized.Ticket) []byte {
	t.Session.SetTimeout(1)
	return make([]byte, len(t.Host))
}

// Dropped drops a ticket of its own.
//
//fixture:norun only a collector at the wrong moment shows it
func Dropped(c *session.Conn) int64 {
	t := finalized.NewTicket(c, "a")
	return t.Session.Time() // want missingkeepalive
}
