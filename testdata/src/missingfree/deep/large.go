package deep

import "github.com/sessionlint/sessionlint/session"

// These are larger than what a fact holds, so that they have to stay with who calls them:
// their labels see to that where the package is cut in two.

// large is a function of many operations. It frees the session if it is done with it.
func large(s *session.Session, done bool) int64 { // may missingfree
	n := int64(0)
	if s == nil {
		return n
	}
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	n += s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time() + s.Time()
	if done {
		s.Free()
	}
	return n
}

// largeLook is one that does not free.
func largeLook(s *session.Session) int64 { // may missingfree
	n := int64(0)
	if s == nil {
		return n
	}
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	n += s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout() + s.Timeout()
	return n
}

// LargeDone has it freed.
func LargeDone(c *session.Conn) int64 {
	s := c.Get1Session()
	return large(s, true)
}

// LargeNotDone does not.
func LargeNotDone(c *session.Conn) int64 {
	s := c.Get1Session() // want missingfree
	return large(s, false)
}

// LargeEither frees it where large does not.
func LargeEither(c *session.Conn, done bool) int64 {
	s := c.Get1Session()
	n := large(s, done)
	if !done {
		s.Free()
	}
	return n
}

// LargeLoan has a loan looked at.
func LargeLoan(c *session.Conn) int64 { return large(c.Get0Session(), false) }

// LargeLoanFreed has it freed.
func LargeLoanFreed(c *session.Conn) int64 {
	return large(c.Get0Session(), true) // want borrowedfree
}

// LargeUsed looks at what is gone.
func LargeUsed(c *session.Conn) int64 {
	s := c.Get1Session()
	n := large(s, true)
	return n + largeLook(s) // want useafterfree
}

// LargeLooked forgets what was only looked at.
func LargeLooked(c *session.Conn) int64 {
	s := c.Get1Session() // want missingfree
	return largeLook(s)
}

// LargeLookedFreed does not.
func LargeLookedFreed(c *session.Conn) int64 {
	s := c.Get1Session()
	defer s.Free()
	return largeLook(s)
}
