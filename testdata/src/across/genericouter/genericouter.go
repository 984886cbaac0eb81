// Package genericouter calls a function that calls an instance of a third package's
// generic function.
package genericouter

import (
	"fixtures/across/genericuser"

	"github.com/sessionlint/sessionlint/session"
)

// Ended frees.
func Ended(c *session.Conn) { genericuser.End(c.Get1Session()) }

// EndedRead reads it then.
func EndedRead(c *session.Conn) int64 {
	s := c.Get1Session()
	genericuser.End(s)
	return s.Time() // want useafterfree
}
