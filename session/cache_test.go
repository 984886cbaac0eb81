package session_test

import (
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// world is a context whose remove callback counts.
type world struct {
	l       *session.Ledger
	x       *session.Context
	removed []*session.Session
}

func newWorld() *world {
	w := &world{l: session.NewLedger()}
	w.l.SetClock(func() int64 { return 1000 })
	w.x = w.l.NewContext()
	w.x.OnRemoveSession(func(_ *session.Context, s *session.Session) { w.removed = append(w.removed, s) })
	return w
}

func (w *world) session(id string) *session.Session {
	s := w.l.New()
	s.SetID([]byte(id))
	return s
}

func count(s *session.Session) int { return s.Handle().Object().Count() }

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestCache(t *testing.T) {
	w := newWorld()
	a, b, empty := w.session("1"), w.session("1"), w.session("")
	equal(t, "add", w.x.AddSession(a), true)
	equal(t, "count after add", count(a), 2)
	equal(t, "add again", w.x.AddSession(a), false)
	equal(t, "count after add again", count(a), 2)
	equal(t, "add another of the same id", w.x.AddSession(b), true)
	equal(t, "the old one's count", count(a), 1)
	equal(t, "callbacks for the old one", len(w.removed), 0)
	equal(t, "remove by the other object", w.x.RemoveSession(a), true)
	equal(t, "count of the removed one", count(b), 1)
	equal(t, "the callback hears of the argument", session.Same(w.removed[0], a), true)
	equal(t, "the argument is not resumable", a.Resumable(), false)
	equal(t, "remove what is not there", w.x.RemoveSession(a), false)
	equal(t, "callbacks all the same", len(w.removed), 2)
	equal(t, "add one without id", w.x.AddSession(empty), true)
	equal(t, "which cannot be removed", w.x.RemoveSession(empty), false)
	equal(t, "its count", count(empty), 2)
	w.x.FlushSessions(0)
	equal(t, "but flushed", count(empty), 1)
	w.x.AddSession(b)
	b.Free()
	equal(t, "the cache alone keeps it", count(b), 1)
	w.x.Free()
	equal(t, "until the context goes", count(b), 0)
	a.Free()
	empty.Free()
	if got := append(w.l.Violations(), w.l.Leaks()...); len(got) > 0 {
		t.Errorf("got %v", summary(got))
	}
}

func TestCacheIsFull(t *testing.T) {
	w := newWorld()
	w.x.SetCacheSize(2)
	a, b, c := w.session("a"), w.session("b"), w.session("c")
	for _, s := range []*session.Session{a, b, c} {
		w.x.AddSession(s)
	}
	equal(t, "oldest", count(a), 1)
	equal(t, "newest", count(c), 2)
	equal(t, "removed", len(w.removed), 2)
	equal(t, "second", count(b), 1)
}

func TestFlushByTime(t *testing.T) {
	w := newWorld()
	var all []*session.Session
	for i, timeout := range []int64{30, 10, 20, 10} {
		s := w.session(string(rune('a' + i)))
		s.SetTimeout(timeout)
		w.x.AddSession(s)
		all = append(all, s)
	}
	left := func(want ...int) {
		t.Helper()
		for i, s := range all {
			equal(t, string(rune('a'+i)), count(s), want[i])
		}
	}
	w.x.FlushSessions(1010) // good until 1010 included
	left(2, 2, 2, 2)
	w.x.FlushSessions(1011)
	left(2, 1, 2, 1)
	all[0].SetTime(900) // moves behind the others in the list
	w.x.FlushSessions(1011)
	left(1, 1, 2, 1)
	all[2].SetTimeout(-5)
	equal(t, "timeout below 0", all[2].Timeout(), 0)
	w.x.FlushSessions(1001)
	left(1, 1, 1, 1)
}

func TestConnAndCache(t *testing.T) {
	server := func(w *world, after func(*session.Conn)) *session.Session {
		w.x.SetVersion(session.TLS12)
		c := w.x.NewConn()
		c.SetAccept()
		c.Handshake()
		s := c.Get1Session()
		equal(t, "connection, cache and test", count(s), 3)
		after(c)
		c.Free()
		return s
	}
	for _, test := range []struct {
		name      string
		after     func(*session.Conn)
		count     int
		removed   int
		resumable bool
	}{
		{"free without shutdown", func(*session.Conn) {}, 1, 1, false},
		{"free after shutdown", func(c *session.Conn) { c.Shutdown() }, 2, 0, true},
		{"clear without shutdown", func(c *session.Conn) { c.Clear() }, 1, 1, false},
		{"clear after shutdown", func(c *session.Conn) { c.Shutdown(); c.Clear() }, 2, 0, true},
		{"set to nil without shutdown", func(c *session.Conn) { c.SetSession(nil) }, 1, 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			s := server(w, test.after)
			equal(t, "count", count(s), test.count)
			equal(t, "removed", len(w.removed), test.removed)
			equal(t, "resumable", s.Resumable(), test.resumable)
		})
	}
}

func TestClearKeepsBeforeHandshake(t *testing.T) {
	w := newWorld()
	c, s := w.x.NewConn(), w.session("a")
	c.SetSession(s)
	c.Clear()
	equal(t, "still there", session.Same(c.Get0Session(), s), true)
	equal(t, "count", count(s), 2)
	c.Handshake()
	c.Shutdown()
	now := c.Get0Session()
	c.Clear()
	equal(t, "kept after shutdown", session.Same(c.Get0Session(), now), true)
}

func TestTickets(t *testing.T) {
	w := newWorld()
	w.x.SetCacheMode(session.CacheClient)
	var seen []*session.Session
	w.x.OnNewSession(func(_ *session.Conn, s *session.Session) bool { seen = append(seen, s); return true })
	c := w.x.NewConn()
	c.Handshake()
	before := c.Get0Session()
	equal(t, "before the ticket", before.Resumable(), false)
	equal(t, "read", c.Read(), true)
	equal(t, "tickets", len(seen), 2)
	equal(t, "replaced", session.Same(before, c.Get0Session()), false)
	equal(t, "first: cache and callback", count(seen[0]), 2)
	equal(t, "second: connection, cache and callback", count(seen[1]), 3)
	equal(t, "nothing more to read", c.Read(), false)
	equal(t, "one more ticket", c.ReceiveTicket(), true)
	c.Free()
	equal(t, "free took the last one out of the cache", count(seen[2]), 1)
	equal(t, "and left the others", count(seen[1]), 2)
}
