// Package variables holds fixtures of package variables that own sessions.
package variables

import (
	"errors"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

var (
	mu      sync.Mutex
	current *session.Session
	byName  = map[string]*session.Session{}
	lent    *session.Session
	keep    bool
	kept    *session.Session
)

// SetCurrent takes a reference over.
func SetCurrent(s *session.Session) {
	mu.Lock()
	current, s = s, current
	mu.Unlock()
	s.Free()
}

// TakeCurrent gives it to its caller.
func TakeCurrent() *session.Session {
	mu.Lock()
	defer mu.Unlock()
	s := current
	current = nil
	return s
}

// Add takes a reference over.
func Add(name string, s *session.Session) {
	mu.Lock()
	defer mu.Unlock()
	byName[name] = s
}

// Remove frees one.
func Remove(name string) {
	mu.Lock()
	s, ok := byName[name]
	delete(byName, name)
	mu.Unlock()
	if ok {
		s.Free()
	}
}

// Pop gives one to its caller.
func Pop(name string) *session.Session {
	s := byName[name]
	delete(byName, name)
	return s
}

// CurrentFreed frees what it has given away.
//
//fixture:norun nobody sets another one
func CurrentFreed(c *session.Conn) {
	s := c.Get1Session()
	defer s.Free() // want doublefree
	SetCurrent(s)
}

// CurrentShared has a reference of its own.
func CurrentShared(c *session.Conn) {
	s := c.Get1Session()
	defer s.Free()
	if s.UpRef() {
		SetCurrent(s)
	}
}

// CurrentSet leaves it there.
func CurrentSet(c *session.Conn) bool {
	s := c.Get1Session()
	SetCurrent(s)
	return s.Resumable()
}

// CurrentTaken frees what it takes.
func CurrentTaken(c *session.Conn) error {
	s := TakeCurrent()
	if !c.SetSession(s) {
		s.Free()
		return errRefused
	}
	s.Free()
	return nil
}

// CurrentTakenLost forgets it where it fails.
//
//fixture:norun the variable is empty when nobody has set it
func CurrentTakenLost(c *session.Conn) error {
	s := TakeCurrent() // want missingfree
	if !c.SetSession(s) {
		return errRefused
	}
	s.Free()
	return nil
}

// AddFreed frees what it has added.
//
//fixture:norun nobody removes it
func AddFreed(c *session.Conn) {
	s := c.Get1Session()
	Add("a", s)
	s.Free() // want doublefree
}

// AddRemoved removes it.
func AddRemoved(c *session.Conn) {
	Add("a", c.Get1Session())
	Remove("a")
}

// AddFailed takes it out before.
func AddFailed(c *session.Conn) {
	s := c.Get1Session()
	Add("a", s)
	if !c.Handshake() {
		Pop("a")
		s.Free()
	}
}

// PopLost forgets what it takes out.
//
//fixture:norun the map is empty when nobody has added one
func PopLost() bool {
	s := Pop("a") // want missingfree
	return s.Resumable()
}

// PopFreed frees it.
func PopFreed() { Pop("a").Free() }

// Lend sets a variable for the time of a call.
func Lend(c *session.Conn, f func()) {
	s := c.Get1Session()
	defer s.Free()
	lent = s
	f()
	lent = nil
}

// LendLocal does so for a call that it knows.
func LendLocal(c *session.Conn) bool {
	s := c.Get1Session()
	defer s.Free()
	lent = s
	ok := lentResumable()
	lent = nil
	return ok
}

func lentResumable() bool { return lent != nil && lent.Resumable() }

// SetKept keeps what a flag says.
func SetKept(s *session.Session, own bool) {
	if keep {
		kept.Free()
	}
	kept, keep = s, own
}

// KeptLent keeps what is freed here.
func KeptLent(c *session.Conn) bool {
	s := c.Get1Session()
	SetKept(s, false)
	ok := c.SetSession(kept)
	SetKept(nil, false)
	s.Free()
	return ok
}
