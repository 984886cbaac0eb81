package pure

import (
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// SpawnedAndHere frees in a goroutine and here: which comes first makes no
// difference to the count (trap: go statement).
func SpawnedAndHere(c *session.Conn) {
	s := c.Get1Session()
	go func() { s.Free() }() // may doublefree
	s.Free()                 // want doublefree
}

// GroupAndHere waits for the group that frees, and frees.
func GroupAndHere(c *session.Conn) {
	s := c.Get1Session()
	var wg sync.WaitGroup
	wg.Go(func() { s.Free() })
	wg.Wait()
	s.Free() // want doublefree
}

// SpawnedPerTurn frees one session in each of two goroutines.
func SpawnedPerTurn(c *session.Conn) {
	s := c.Get1Session()
	for range 2 {
		go func() { s.Free() }() // want doublefree
	}
}

// SpawnedWithReference has a reference for each.
func SpawnedWithReference(c *session.Conn) {
	s := c.Get1Session()
	if s == nil || !s.UpRef() {
		s.Free()
		return
	}
	go func() { s.Free() }()
	s.Free()
}

// SpawnedOwnPerTurn gets one for each goroutine.
func SpawnedOwnPerTurn(c *session.Conn) {
	for range 2 {
		s := c.Get1Session()
		go func() { s.Free() }()
	}
}

// SpawnedEither frees on one side or on the other.
func SpawnedEither(c *session.Conn, later bool) {
	s := c.Get1Session()
	if later {
		go func() { s.Free() }()
		return
	}
	s.Free()
}

// SpawnedByFlag leaves it to the flag who frees.
func SpawnedByFlag(c *session.Conn, later bool) {
	s := c.Get1Session()
	go func() {
		if later {
			s.Free()
		}
	}()
	if !later {
		s.Free()
	}
}

// SpawnedReaders waits, then frees.
func SpawnedReaders(c *session.Conn) {
	s := c.Get1Session()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { s.Time() })
	}
	wg.Wait()
	s.Free()
}

// SpawnedOnce has two that may free, and one that does.
func SpawnedOnce(c *session.Conn) {
	s := c.Get1Session()
	var once sync.Once
	go once.Do(s.Free)
	once.Do(s.Free)
}
