package pure

import "github.com/sessionlint/sessionlint/session"

// Dead sessions that are handed to somebody else (trap: send, interface, result).

// SentDead sends what it freed on one path.
func SentDead(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
	}
	out <- s // want useafterfree
}

// SentAlive returns on that path.
func SentAlive(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
		return
	}
	out <- s
}

// SentNil sends nothing in its place.
func SentNil(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
		s = nil
	}
	out <- s
}

// BoxedDead returns it in an interface.
func BoxedDead(c *session.Conn) any {
	s := c.Get1Session()
	s.Free()
	return s // want useafterfree
}

// BoxedAlive returns what it owns.
func BoxedAlive(c *session.Conn) any { return c.Get1Session() }

var (
	deadKept *session.Session
	deadHost = map[string]*session.Session{}
)

// DeadStored leaves it in a package variable.
func DeadStored(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	deadKept = s // miss useafterfree
}

// DeadStoredByKey leaves it in a map.
func DeadStoredByKey(c *session.Conn, host string) {
	s := c.Get1Session()
	s.Free()
	deadHost[host] = s // miss useafterfree
}

// DeadStoredAndCleared takes it out in time.
func DeadStoredAndCleared(c *session.Conn) {
	deadKept = c.Get1Session()
	deadKept.Free()
	deadKept = nil
}

// AliveStored leaves what it owns there.
func AliveStored(c *session.Conn, host string) {
	if old, ok := deadHost[host]; ok {
		old.Free()
	}
	deadHost[host] = c.Get1Session()
}

// deadBesideError returns it beside an error, where nobody looks at it.
func deadBesideError(c *session.Conn) (s *session.Session, err error) {
	s = c.Get1Session()
	if !c.Handshake() {
		s.Free()
		err = errStale
	}
	return
}

// DeadBesideErrorRead looks at what such a function returned.
func DeadBesideErrorRead(c *session.Conn) int64 {
	s, err := deadBesideError(c)
	if err != nil {
		return s.Time() // want useafterfree
	}
	defer s.Free()
	return s.Time()
}

// DeadBesideErrorLeft does not.
func DeadBesideErrorLeft(c *session.Conn) int64 {
	s, err := deadBesideError(c)
	if err != nil {
		return 0
	}
	defer s.Free()
	return s.Time()
}
