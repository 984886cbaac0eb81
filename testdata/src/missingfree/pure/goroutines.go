package pure

import (
	"errors"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// SpawnedEarlyReturn leaves its session inside the goroutine (trap: go
// statement).
func SpawnedEarlyReturn(c *session.Conn, idle bool) {
	go func() {
		s := c.Get1Session() // want missingfree
		if idle {
			return
		}
		s.Free()
	}()
}

// SpawnedDropped does not even look at it.
func SpawnedDropped(c *session.Conn) {
	go func() { c.Get1Session() }() // want missingfree
}

// SpawnedWithArgument passes what it needs.
func SpawnedWithArgument(c *session.Conn, idle bool) {
	go func(own *session.Conn) {
		s := own.Get1Session() // want missingfree
		if !idle {
			s.Free()
		}
	}(c)
}

// SpawnedAwaited tells when it is done, and forgets.
func SpawnedAwaited(c *session.Conn) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		s := c.Get1Session() // want missingfree
		s.SetTimeout(1)
	}()
	wg.Wait()
}

// SpawnedTidy frees on both of its paths.
func SpawnedTidy(c *session.Conn, idle bool) {
	go func() {
		s := c.Get1Session()
		defer s.Free()
		if idle {
			return
		}
		s.SetTimeout(1)
	}()
}

// SpawnedSends has its session received elsewhere.
func SpawnedSends(c *session.Conn) *session.Session {
	out := make(chan *session.Session, 1)
	go func() { out <- c.Get1Session() }()
	return <-out
}

// SpawnedFills leaves it in a variable of its maker's, who waits.
func SpawnedFills(c *session.Conn) *session.Session {
	var s *session.Session
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		s = c.Get1Session()
	}()
	wg.Wait()
	return s
}

// GroupReads lends to a group that only reads (trap: WaitGroup.Go).
func GroupReads(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	var wg sync.WaitGroup
	wg.Go(func() { s.SetTimeout(1) })
	wg.Wait()
}

// GroupReadsFreed frees after the wait.
func GroupReadsFreed(c *session.Conn) {
	s := c.Get1Session()
	var wg sync.WaitGroup
	wg.Go(func() { s.SetTimeout(1) })
	wg.Go(func() { s.Resumable() })
	wg.Wait()
	s.Free()
}

// GroupFrees leaves the free to the group.
func GroupFrees(c *session.Conn) {
	s := c.Get1Session()
	var wg sync.WaitGroup
	wg.Go(func() {
		s.SetTimeout(1)
		s.Free()
	})
	wg.Wait()
}

// GroupOfOwners adds a reference for each of the group.
func GroupOfOwners(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	var wg sync.WaitGroup
	for range 2 {
		if !s.UpRef() {
			break
		}
		wg.Go(s.Free)
	}
	wg.Wait()
	s.Free()
}

var errCrowd = errors.New("crowd")

// A crowd runs functions, like errgroup.
type crowd struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

func (g *crowd) run(f func() error) {
	g.wg.Go(func() {
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	})
}

func (g *crowd) wait() error {
	g.wg.Wait()
	return g.err
}

// CrowdForgets loses its session where the function fails (trap: a literal that a
// helper starts).
func CrowdForgets(c *session.Conn, idle bool) error {
	var g crowd
	g.run(func() error {
		s := c.Get1Session() // want missingfree
		if s == nil {
			return errCrowd
		}
		if idle {
			return errCrowd
		}
		s.Free()
		return nil
	})
	return g.wait()
}

// CrowdFrees does not.
func CrowdFrees(c *session.Conn, idle bool) error {
	var g crowd
	g.run(func() error {
		s := c.Get1Session()
		if s == nil {
			return errCrowd
		}
		defer s.Free()
		if idle {
			return errCrowd
		}
		return nil
	})
	return g.wait()
}
