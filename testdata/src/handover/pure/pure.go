// Package pure hands sessions to whatever takes one over in Go's own library, and
// nearly does: a pair for each row of the table of hand-overs.
package pure

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

var (
	spare  sync.Pool
	latest atomic.Pointer[session.Session]
)

// ToPool puts it into a pool, which keeps it.
//
//fixture:norun nobody can look into a pool
func ToPool(c *session.Conn) {
	if s := c.Get1Session(); s != nil {
		spare.Put(s)
	}
}

// ToPoolNot does so if it can be resumed.
//
//fixture:norun nobody can look into a pool
func ToPoolNot(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if s.Resumable() {
		spare.Put(s)
	}
}

// ToPointer stores it, and frees the one before.
func ToPointer(c *session.Conn) { latest.Swap(c.Get1Session()).Free() }

// ToPointerNot forgets its own where another was first.
func ToPointerNot(c *session.Conn) bool {
	latest.Store(c.Get1Session())
	s := c.Get1Session() // want missingfree
	return latest.CompareAndSwap(nil, s)
}

// Group frees in a goroutine of a group.
func Group(c *session.Conn) {
	var wg sync.WaitGroup
	s := c.Get1Session()
	wg.Go(s.Free)
	wg.Wait()
}

// GroupNot only reads there.
func GroupNot(c *session.Conn) {
	var wg sync.WaitGroup
	s := c.Get1Session() // want missingfree
	wg.Go(func() { s.SetTimeout(1) })
	wg.Wait()
}

// Spawned frees in a goroutine.
func Spawned(c *session.Conn) {
	s := c.Get1Session()
	go func() { s.Free() }()
}

// SpawnedNot only reads there.
func SpawnedNot(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	go func() { s.SetTimeout(1) }()
}

// Once frees the first time.
func Once(c *session.Conn) {
	var once sync.Once
	s := c.Get1Session()
	once.Do(s.Free)
	once.Do(s.Free)
}

// OnceNot only reads then.
func OnceNot(c *session.Conn) {
	var once sync.Once
	s := c.Get1Session() // want missingfree
	once.Do(func() { s.SetTimeout(1) })
}

// After frees when the context ends.
func After(ctx context.Context, c *session.Conn) {
	context.AfterFunc(ctx, c.Get1Session().Free)
}

// AfterNot only does so if the context can end.
func AfterNot(ctx context.Context, c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if ctx.Err() == nil {
		context.AfterFunc(ctx, s.Free)
	}
}

// Tested frees when the test ends.
//
//fixture:norun it needs a test that ends
func Tested(t *testing.T, c *session.Conn) int64 {
	s := c.Get1Session()
	t.Cleanup(s.Free)
	return s.Time()
}

// TestedNot only does so on one way.
//
//fixture:norun it needs a test that ends
func TestedNot(t *testing.T, c *session.Conn) int64 {
	s := c.Get1Session() // want missingfree
	if testing.Short() {
		return 0
	}
	t.Cleanup(s.Free)
	return s.Time()
}

// TestedFirst registers the function before there is a session (trap: a cleanup reads
// its variables when it runs).
//
//fixture:norun it needs a test that ends
func TestedFirst(t *testing.T, c *session.Conn) {
	var s *session.Session
	t.Cleanup(func() { s.Free() })
	s = c.Get1Session()
	s.SetTimeout(1)
}

// A Ticket holds a session.
type Ticket struct{ sess *session.Session }

// Finalized frees when the ticket is collected.
//
//fixture:norun its finalizer runs when the collector likes
func Finalized(c *session.Conn) *Ticket {
	t := &Ticket{c.Get1Session()}
	runtime.SetFinalizer(t, func(t *Ticket) { t.sess.Free() })
	return t
}

// FinalizedNot fails before there is a finalizer.
//
//fixture:norun its finalizer runs when the collector likes
func FinalizedNot(c *session.Conn) *Ticket {
	t := &Ticket{c.Get1Session()} // want missingfree
	if !c.Handshake() {
		return nil
	}
	runtime.SetFinalizer(t, func(t *Ticket) { t.sess.Free() })
	return t
}

// A Stub holds a session that is freed with it.
type Stub struct{ sess *session.Session }

// CleanedUp frees when the stub is collected.
//
//fixture:norun its cleanup runs when the collector likes
func CleanedUp(c *session.Conn) *Stub {
	t := &Stub{c.Get1Session()}
	runtime.AddCleanup(t, func(s *session.Session) { s.Free() }, t.sess)
	return t
}

// CleanedUpNot fails before there is a cleanup.
//
//fixture:norun its cleanup runs when the collector likes
func CleanedUpNot(c *session.Conn) *Stub {
	t := &Stub{c.Get1Session()} // want missingfree
	if !c.Handshake() {
		return nil
	}
	runtime.AddCleanup(t, func(s *session.Session) { s.Free() }, t.sess)
	return t
}

// LocalMap collects in a map and frees.
func LocalMap(a, b *session.Conn) {
	m := map[string]*session.Session{"a": a.Get1Session(), "b": b.Get1Session()}
	for _, s := range m {
		s.Free()
	}
}

// LocalMapNot drops the map.
func LocalMapNot(a *session.Conn) int {
	m := map[string]*session.Session{}
	m["a"] = a.Get1Session() // want missingfree
	return len(m)
}

// LocalChannelNot drops the channel.
func LocalChannelNot(a *session.Conn) int {
	ch := make(chan *session.Session, 1)
	ch <- a.Get1Session() // want missingfree
	return len(ch)
}

// LocalChannel drains it.
func LocalChannel(a *session.Conn) {
	ch := make(chan *session.Session, 1)
	ch <- a.Get1Session()
	close(ch)
	for s := range ch {
		s.Free()
	}
}
