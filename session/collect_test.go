package session_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// ticket is a Go object whose finalizer frees its session.
type ticket struct {
	sess *session.Session
	host *string
}

func newTicket(c *session.Conn) *ticket {
	t := &ticket{sess: c.Get1Session(), host: new(string)}
	runtime.SetFinalizer(t, func(t *ticket) { t.sess.Free() })
	return t
}

//go:noinline
func (t *ticket) time() int64 { return t.sess.Time() }

//go:noinline
func (t *ticket) timeKept() int64 {
	at := t.sess.Time()
	runtime.KeepAlive(t)
	return at
}

// collect runs the garbage collector and the finalizers of all that is dead. What
// one collection finds has been finalized when a mark of the second one after it
// is: finalizers are run in batches, one batch after another.
func collect() {
	for range 3 {
		var done atomic.Bool
		runtime.SetFinalizer(&ticket{}, func(*ticket) { done.Store(true) })
		runtime.GC()
		for !done.Load() {
			runtime.Gosched()
		}
	}
}

// The collector is Go's own: an operation on the handle of an object that is used
// no more is overtaken by the finalizer, every time.
func TestCollectorOvertakes(t *testing.T) {
	with := func(f func(*session.Conn)) func() {
		return func() {
			c := session.ParamConn()
			session.Default().SetCollector(collect)
			f(c)
			collect()
		}
	}
	check(t, []rule{
		{"last use of the object", with(func(c *session.Conn) { newTicket(c).time() }),
			[]string{"missingkeepalive Session.Time"}},
		{"kept alive", with(func(c *session.Conn) { newTicket(c).timeKept() }), nil},
		{"in a callback", with(func(c *session.Conn) {
			x := session.NewContext()
			x.SetVersion(session.TLS12)
			x.SetCacheMode(session.CacheClient)
			conn := x.NewConn()
			x.OnNewSession(func(*session.Conn, *session.Session) bool { newTicket(c).time(); return false })
			conn.Handshake()
			conn.Free()
			x.Free()
		}), []string{"missingkeepalive Session.Time"}},
		{"handed to an operation on another handle", with(func(c *session.Conn) { c.SetSession(newTicket(c).sess) }), nil},
		{"the same, nobody else has it", with(func(c *session.Conn) {
			d := c.Get0Session().Dup()
			s := &ticket{sess: d}
			runtime.SetFinalizer(s, func(s *ticket) { s.sess.Free() })
			session.NewContext().RemoveSession(s.sess)
		}), []string{"missingkeepalive Context.RemoveSession /now", "missingfree NewContext"}},
	})
}

// What the collector may free is what it is told: its order is that of the
// function, and nothing runs in the middle of what it does itself.
func TestCollectorOrder(t *testing.T) {
	check(t, []rule{
		{"the connection's finalizer before its context's", func() {
			x := session.NewContext()
			c := x.NewConn()
			session.Default().SetCollector(func() {
				session.Default().SetCollector(nil)
				c.Free()
				x.Free()
			})
			c.Shutdown()
		}, []string{"missingkeepalive Conn.Shutdown /now"}},
		{"a cleanup between two operations", func() {
			s := session.New()
			s.Time()
			s.Free()
			session.Default().SetCollector(func() { t.Error("nothing is used, and the collector comes") })
			session.Choose(2)
		}, nil},
		{"the operation goes on with what it has begun", func() {
			c := session.ParamConn()
			s := c.Get1Session()
			session.Default().SetCollector(func() {
				session.Default().SetCollector(nil)
				s.Free()
			})
			if !c.SetSession(s) {
				t.Error("not set")
			}
			s.Time()
		}, nil},
		{"an object freed before is no matter of the collector", func() {
			s := session.New()
			s.Free()
			session.Default().SetCollector(func() { t.Error("the handle is dead, and the collector comes") })
			s.Time()
		}, []string{"useafterfree Session.Time /now"}},
	})
}
