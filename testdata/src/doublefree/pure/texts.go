package pure

import (
	"strings"

	"github.com/sessionlint/sessionlint/session"
)

// why says why it has added no reference, "" if it has.
func why(s *session.Session) string {
	if !s.UpRef() {
		return "refused"
	}
	return ""
}

// Why frees what was added.
func Why(c *session.Conn) {
	s := c.Get0Session()
	if why(s) == "" {
		s.Free()
	}
}

// WhyNot frees what was not added.
func WhyNot(c *session.Conn) {
	s := c.Get0Session()
	if why(s) != "" { // want missingfree
		s.Free() // want borrowedfree
	}
}

// Status frees once: here, or where it is bad.
func Status(c *session.Conn, stale bool) {
	s := c.Get1Session()
	bad := ""
	if stale {
		bad = "stale"
		s.Free()
	}
	if bad == "" {
		s.Free()
	}
}

// StatusTwice frees again where it is bad.
func StatusTwice(c *session.Conn, stale bool) {
	s := c.Get1Session()
	bad := ""
	if stale {
		bad = "stale"
		s.Free()
	}
	if len(bad) > 0 {
		s.Free() // want doublefree
	} else {
		s.Free()
	}
}

// Named answers by a named result, which a deferred function asks.
func Named(c *session.Conn, stale bool) (msg string) {
	s := c.Get1Session()
	defer func() {
		if msg != "" {
			s.Free()
		}
	}()
	if stale {
		return "stale"
	}
	s.Free()
	return ""
}

// AskedKnown asks how a text begins that is known: there is one answer.
func AskedKnown(c *session.Conn, stale bool) {
	s := c.Get1Session()
	state := "fresh"
	if stale {
		state = "stale"
		s.Free()
	}
	if strings.HasPrefix(state, "f") {
		s.Free()
	}
}

// AskedKnownNumber asks a number that is known.
func AskedKnownNumber(c *session.Conn, stale bool) {
	s := c.Get1Session()
	state := 1.5
	if stale {
		state = 2.5
		s.Free()
	}
	if state < 2 {
		s.Free()
	}
}

// AskedParameter asks about what nobody knows.
func AskedParameter(c *session.Conn, name string) {
	s := c.Get1Session() // want missingfree
	if strings.HasPrefix(name, "f") {
		s.Free()
	}
}
