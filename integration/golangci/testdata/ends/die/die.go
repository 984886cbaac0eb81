// Package die has functions that never return, of which syntax alone tells it.
package die

import (
	"log"
	"os"
)

// Die panics.
func Die(why string) { panic(why) }

// Exit ends the process.
func Exit(code int) {
	if code < 0 {
		code = 1
	}
	os.Exit(code)
}

// Stop is a type with a method that never returns.
type Stop struct{ why string }

// Now ends the process.
func (s *Stop) Now() { s.fatal() }

func (s *Stop) fatal() { log.Fatal(s.why) }

// Recovers returns.
func Recovers() {
	defer func() { recover() }()
	panic("caught")
}
