// Package juliet carries the flow variants of the Juliet test suite (CWE-401,
// CWE-415, CWE-416) over to sessions: the same fault, reached by one construct of
// the language after the other.
package juliet

import "github.com/sessionlint/sessionlint/session"

const (
	constTrue = true
	constFive = 5
)

var (
	pkgTrue  = true // never assigned
	pkgFalse = false
	pkgFive  = 5
)

func returnsTrue() bool   { return true }
func returnsFalse() bool  { return false }
func returnsEither() bool { return session.Choose(2) == 1 }

// V01Bad is the baseline.
func V01Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	s.SetTimeout(1)
}

// V01Good frees.
func V01Good(c *session.Conn) {
	s := c.Get1Session()
	s.SetTimeout(1)
	s.Free()
}

// V02Bad acquires behind a condition that always holds.
func V02Bad(c *session.Conn) {
	var s *session.Session
	if true {
		s = c.Get1Session() // want missingfree
		s.SetTimeout(1)
	}
	if false {
		s.Free()
	}
}

// V02Good frees behind one.
func V02Good(c *session.Conn) {
	s := c.Get1Session()
	if true {
		s.Free()
	}
}

// V03Bad compares constants.
func V03Bad(c *session.Conn) {
	s := c.Get1Session()
	if 5 == 5 {
		s.Free()
	}
	if 5 != 5 {
		s.SetTimeout(1)
	} else {
		s.Free() // want doublefree
	}
}

// V03Good does, too.
func V03Good(c *session.Conn) {
	s := c.Get1Session()
	if 5 == 5 {
		s.SetTimeout(1)
	}
	if 5 == 5 {
		s.Free()
	}
}

// V04Bad asks a constant.
func V04Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if !constTrue {
		s.Free()
	}
}

// V04Good asks it, too.
func V04Good(c *session.Conn) {
	s := c.Get1Session()
	if constTrue {
		s.Free()
	}
}

// V05Bad asks a variable that is never assigned.
func V05Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if pkgFalse {
		s.Free()
	}
}

// V05Good asks one as well.
func V05Good(c *session.Conn) {
	s := c.Get1Session()
	if pkgTrue {
		s.Free()
	}
}

// V06Bad compares a constant.
func V06Bad(c *session.Conn) int64 {
	s := c.Get1Session()
	if constFive == 5 {
		s.Free()
	}
	return s.Time() // want useafterfree
}

// V06Good does, too.
func V06Good(c *session.Conn) (t int64) {
	s := c.Get1Session()
	if constFive == 5 {
		t = s.Time()
	}
	s.Free()
	return t
}

// V07Good compares a variable that is never assigned.
func V07Good(c *session.Conn) {
	s := c.Get1Session()
	if pkgFive == 5 {
		s.Free()
	}
}

// V08Bad asks a function that always says no.
func V08Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if returnsFalse() {
		s.Free()
	}
}

// V08Good asks one that always says yes.
func V08Good(c *session.Conn) {
	s := c.Get1Session()
	if returnsTrue() {
		s.Free()
	}
}

// V12Bad asks one that says either.
func V12Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if returnsEither() {
		s.Free()
	}
}

// V12Good frees on both arms.
func V12Good(c *session.Conn) {
	s := c.Get1Session()
	if returnsEither() {
		s.SetTimeout(1)
		s.Free()
	} else {
		s.Free()
	}
}

// V15Bad switches over a constant.
func V15Bad(c *session.Conn) {
	s := c.Get1Session()
	switch 6 {
	case 6:
		s.Free()
	default:
	}
	switch 7 {
	case 7:
		s.Free() // want doublefree
	}
}

// V15Good does, too.
func V15Good(c *session.Conn) {
	s := c.Get1Session()
	switch 5 {
	case 6:
		s.SetTimeout(1)
	default:
		s.Free()
	}
}

// V16Bad has an endless loop that it leaves at once.
func V16Bad(c *session.Conn) {
	s := c.Get1Session()
	for {
		s.Free()
		break
	}
	for {
		s.Free() // want doublefree
		break
	}
}

// V16Good has one.
func V16Good(c *session.Conn) {
	s := c.Get1Session()
	for {
		s.SetTimeout(1)
		break
	}
	for {
		s.Free()
		break
	}
}

// V17Bad has a loop of one turn.
func V17Bad(c *session.Conn) int64 {
	s := c.Get1Session()
	for i := 0; i < 1; i++ {
		s.Free()
	}
	return s.Time() // want useafterfree
}

// V17Good has one.
func V17Good(c *session.Conn) {
	s := c.Get1Session()
	for i := 0; i < 1; i++ {
		s.SetTimeout(1)
	}
	for j := 0; j < 1; j++ {
		s.Free()
	}
}

// V18Bad jumps.
func V18Bad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	goto sink
sink:
	s.SetTimeout(1)
}

// V18Good jumps.
func V18Good(c *session.Conn) {
	s := c.Get1Session()
	goto sink
sink:
	s.Free()
}

var v21 bool

func v21Source(c *session.Conn) *session.Session {
	if v21 {
		return c.Get1Session()
	}
	return nil
}

// V21Good passes its wish in a variable.
func V21Good(c *session.Conn) {
	v21 = true
	s := v21Source(c)
	s.Free()
	v21 = false
}

// V21Bad passes it, and forgets.
func V21Bad(c *session.Conn) {
	v21 = true
	s := v21Source(c) // want missingfree
	s.SetTimeout(1)
	v21 = false
}
