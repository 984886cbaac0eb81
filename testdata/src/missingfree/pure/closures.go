package pure

import (
	"context"
	"slices"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// Called frees in a literal that runs.
func Called(c *session.Conn) {
	s := c.Get1Session()
	end := func() { s.Free() }
	c.Handshake()
	end()
}

// NotCalled has it for nothing (trap: closure that is never called).
func NotCalled(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	end := func() { s.Free() }
	c.Handshake()
	_ = end
}

// CalledSometimes runs it on one path (trap: closure on some paths).
func CalledSometimes(c *session.Conn) error {
	s := c.Get1Session() // want missingfree
	end := func() { s.Free() }
	if !c.Handshake() {
		return errClosed
	}
	end()
	return nil
}

// Immediate acquires in a literal that is called where it is made.
func Immediate(c *session.Conn) int64 {
	return func() int64 {
		s := c.Get1Session() // want missingfree
		return s.Time()
	}()
}

// ImmediateTidy frees there.
func ImmediateTidy(c *session.Conn) int64 {
	return func() int64 {
		s := c.Get1Session()
		defer s.Free()
		return s.Time()
	}()
}

// Filled has its variable filled by a literal (trap: captured cell).
func Filled(c *session.Conn) {
	var s *session.Session
	fill := func() bool {
		s = c.Get1Session()
		return s != nil
	}
	if fill() {
		s.Free()
	}
}

// FilledTwice has it filled twice.
func FilledTwice(c *session.Conn) {
	var s *session.Session
	fill := func() {
		s = c.Get1Session() // want missingfree
	}
	fill()
	if s == nil || !c.Handshake() {
		fill()
	}
	if c.Handshake() {
		fill()
	}
	s.Free()
}

// with lends a session for a call (trap: function parameter).
func with(c *session.Conn, f func(*session.Session) error) error {
	s, err := load(c)
	if err != nil {
		return err
	}
	defer s.Free()
	return f(s)
}

// With reads what it is lent.
func With(c *session.Conn) (age int64, err error) {
	err = with(c, func(s *session.Session) error {
		age = s.Time()
		return nil
	})
	return age, err
}

// WithRetained takes a reference out of the call.
func WithRetained(c *session.Conn) (kept *session.Session, err error) {
	err = with(c, func(s *session.Session) error {
		if !s.UpRef() {
			return errNone
		}
		kept = s
		return nil
	})
	return kept, err
}

// WithRetainedLost takes one and forgets it.
func WithRetainedLost(c *session.Conn) error {
	return with(c, func(s *session.Session) error {
		if !s.UpRef() { // want missingfree
			return errNone
		}
		return nil
	})
}

// Spawned gives the session to a goroutine (trap: go statement).
func Spawned(c *session.Conn) {
	s := c.Get1Session()
	go func() {
		defer s.Free()
		s.SetTimeout(1)
	}()
}

// SpawnedFree is shorter.
func SpawnedFree(c *session.Conn) {
	s := c.Get1Session()
	go s.Free()
}

// SpawnedReader leaves nobody to free.
func SpawnedReader(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.SetTimeout(1)
	}()
	<-done
}

// SpawnedMaybe gives it to a goroutine that frees on one of its paths.
func SpawnedMaybe(c *session.Conn, eager bool) {
	s := c.Get1Session() // want missingfree
	go func() {
		if eager {
			s.Free()
		}
	}()
}

// Grouped waits for those that free (trap: functions that call their argument).
func Grouped(conns []*session.Conn) {
	var wg sync.WaitGroup
	for _, c := range conns {
		s := c.Get1Session()
		wg.Go(func() {
			defer s.Free()
			c.SetSession(s)
		})
	}
	wg.Wait()
}

// Worker sends to a goroutine that frees (trap: worker channel).
func Worker(conns []*session.Conn) {
	work := make(chan *session.Session)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := range work {
			s.Free()
		}
	}()
	for _, c := range conns {
		work <- c.Get1Session()
	}
	close(work)
	<-done
}

// WorkerForgets sends some of them.
func WorkerForgets(conns []*session.Conn) {
	work := make(chan *session.Session)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := range work {
			s.Free()
		}
	}()
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		if !c.Handshake() {
			continue
		}
		work <- s
	}
	close(work)
	<-done
}

// Once may end twice and frees once (trap: sync.Once).
func Once(c *session.Conn) {
	var once sync.Once
	s := c.Get1Session()
	end := func() { once.Do(s.Free) }
	defer end()
	if !c.Handshake() {
		end()
	}
}

// OnceFunc is the newer form.
func OnceFunc(c *session.Conn) {
	s := c.Get1Session()
	end := sync.OnceFunc(s.Free)
	defer end()
	if !c.Handshake() {
		end()
	}
}

// After leaves the free to the context.
func After(ctx context.Context, c *session.Conn) {
	s := c.Get1Session()
	context.AfterFunc(ctx, s.Free)
}

// AfterStopped frees by hand if it could stop that.
func AfterStopped(ctx context.Context, c *session.Conn) {
	s := c.Get1Session()
	stop := context.AfterFunc(ctx, s.Free)
	if stop() {
		s.Free()
	}
}

// Sorted passes its sessions through a function that calls back.
func Sorted(conns []*session.Conn) {
	var list []*session.Session
	for _, c := range conns {
		if s := c.Get1Session(); s != nil {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *session.Session) int { return int(a.Time() - b.Time()) })
	for _, s := range list {
		s.Free()
	}
}

// Deleted frees by a predicate.
func Deleted(list []*session.Session, c *session.Conn) []*session.Session {
	if s := c.Get1Session(); s != nil {
		list = append(list, s)
	}
	return slices.DeleteFunc(list, func(s *session.Session) bool {
		s.SetTimeout(1)
		return false
	})
}

// Chain ends several things in one go.
func Chain(a, b *session.Conn) (err error) {
	x := a.Get1Session()
	y := b.Get1Session()
	defer func() {
		for _, f := range []func(){x.Free, y.Free} {
			f()
		}
	}()
	if x == nil || y == nil {
		return errNone
	}
	return nil
}
