package deep

import "github.com/sessionlint/sessionlint/session"

// even and odd call each other; the last one frees.
func even(s *session.Session, n int) {
	if n <= 0 {
		s.Free()
		return
	}
	odd(s, n-1)
}

func odd(s *session.Session, n int) {
	if n <= 0 {
		s.Free()
		return
	}
	even(s, n-1)
}

// RingFrees goes round a number of times.
func RingFrees(c *session.Conn, n int) {
	s := c.Get1Session()
	even(s, n)
}

// RingFreesFar goes round more often than is followed.
func RingFreesFar(c *session.Conn) {
	s := c.Get1Session()
	even(s, 40)
}

// RingUsed uses what the ring has freed.
func RingUsed(c *session.Conn, n int) int64 {
	s := c.Get1Session()
	odd(s, n)
	return s.Time() // want useafterfree
}

// RingTwice frees it once more.
func RingTwice(c *session.Conn, n int) {
	s := c.Get1Session()
	even(s, n)
	s.Free() // want doublefree
}

// evenKeeps frees only at odd distances.
func evenKeeps(s *session.Session, n int) bool {
	if n <= 0 {
		return false
	}
	return oddFrees(s, n-1)
}

func oddFrees(s *session.Session, n int) bool {
	if n <= 0 {
		s.Free()
		return true
	}
	return evenKeeps(s, n-1)
}

// RingAsked believes the answer.
func RingAsked(c *session.Conn, n int) {
	s := c.Get1Session()
	if !evenKeeps(s, n) {
		s.Free()
	}
}

// RingIgnored does not listen.
func RingIgnored(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	evenKeeps(s, n)
}

// again frees after some attempts, or gives up.
func again(c *session.Conn, s *session.Session, tries int) error {
	if c.Handshake() {
		s.Free()
		return nil
	}
	if tries <= 0 {
		return errNone
	}
	return again(c, s, tries-1)
}

// Again frees what was given up.
func Again(c *session.Conn) error {
	s := c.Get1Session()
	err := again(c, s, 3)
	if err != nil {
		s.Free()
	}
	return err
}

// AgainForgets does not.
func AgainForgets(c *session.Conn) error {
	s := c.Get1Session() // want missingfree
	return again(c, s, 3)
}

// find acquires after some attempts.
func find(c *session.Conn, tries int) *session.Session {
	if tries <= 0 || c.Handshake() {
		return c.Get1Session()
	}
	return find(c, tries-1)
}

// Found frees what was found.
func Found(c *session.Conn, n int) { find(c, n).Free() }

// FoundForgotten does not.
func FoundForgotten(c *session.Conn, n int) bool {
	s := find(c, n) // want missingfree
	return s != nil
}
