package session_test

import (
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// newSession runs one TLS 1.2 handshake of a client whose context has the
// callback, and settles everything else.
func newSession(f func(*session.Conn, *session.Session) bool) func() {
	return func() {
		ctx := session.ParamContext()
		ctx.SetVersion(session.TLS12)
		ctx.SetCacheMode(session.CacheClient | session.CacheNoInternal)
		ctx.OnNewSession(f)
		c := ctx.NewConn()
		c.Handshake()
		c.Free()
	}
}

func TestNewSessionCallback(t *testing.T) {
	const fault = "callbackref callback returns 0 for a session it has freed or kept"
	check(t, []rule{
		{"returns 0", newSession(func(_ *session.Conn, s *session.Session) bool {
			s.Time()
			return false
		}), nil},
		{"keeps and returns 1", newSession(func(_ *session.Conn, s *session.Session) bool {
			session.Keep(s)
			return true
		}), nil},
		{"frees and returns 1", newSession(func(_ *session.Conn, s *session.Session) bool {
			s.Free()
			return true
		}), nil},
		{"returns 1 and forgets", newSession(func(*session.Conn, *session.Session) bool {
			return true
		}), []string{"missingfree NewSession callback"}},
		{"up_refs and returns 1", newSession(func(_ *session.Conn, s *session.Session) bool {
			s.UpRef()
			session.Keep(s)
			return true
		}), []string{"missingfree Session.UpRef"}},
		{"up_refs, keeps and returns 0", newSession(func(_ *session.Conn, s *session.Session) bool {
			if s.UpRef() {
				session.Keep(s)
			}
			return false
		}), nil},
		{"frees and returns 0", newSession(func(_ *session.Conn, s *session.Session) bool {
			s.Free()
			return false
		}), []string{"borrowedfree Session.Free /Conn.Free", fault}},
		{"keeps and returns 0", newSession(func(_ *session.Conn, s *session.Session) bool {
			session.Keep(s)
			return false
		}), []string{"danglingborrow Keep", fault}},
	})
}

func TestStoredByCallback(t *testing.T) {
	var stored *session.Session
	check(t, []rule{
		{"used after a callback that returned 0", func() {
			newSession(func(_ *session.Conn, s *session.Session) bool { stored = s; return false })()
			stored.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"freed after a callback that returned 0", func() {
			newSession(func(_ *session.Conn, s *session.Session) bool { stored = s; return false })()
			stored.Free()
		}, []string{"borrowedfree Session.Free /now"}},
		{"freed after a callback that returned 1", func() {
			newSession(func(_ *session.Conn, s *session.Session) bool { stored = s; return true })()
			stored.Time()
			stored.Free()
		}, nil},
		{"the borrowed connection does not outlive the callback", func() {
			var conn *session.Conn
			newSession(func(c *session.Conn, _ *session.Session) bool { conn = c; return false })()
			conn.Get0Session().Time()
		}, []string{"danglingborrow Conn.Get0Session /now"}},
	})
}

func TestRemoveSessionCallback(t *testing.T) {
	cached := func(f func(*session.Context, *session.Session)) func() {
		return func() {
			x := session.ParamContext()
			x.OnRemoveSession(f)
			s := session.New()
			s.SetID([]byte{1})
			x.AddSession(s)
			s.Free()
			x.FlushSessions(0)
		}
	}
	check(t, []rule{
		{"looks", cached(func(_ *session.Context, s *session.Session) { s.Time() }), nil},
		{"frees what is not its own", cached(func(_ *session.Context, s *session.Session) { s.Free() }),
			[]string{"borrowedfree Session.Free /Context.FlushSessions"}},
		{"frees what the new-session callback has kept", func() {
			x := session.ParamContext()
			x.SetVersion(session.TLS12)
			x.SetCacheMode(session.CacheClient)
			x.OnNewSession(func(_ *session.Conn, s *session.Session) bool { session.Keep(s); return true })
			x.OnRemoveSession(func(_ *session.Context, s *session.Session) {
				if session.TakeBack(s) {
					s.Free()
				}
			})
			c := x.NewConn()
			c.Handshake()
			c.Free()
		}, nil},
	})
}

func TestGetSessionCallback(t *testing.T) {
	server := func(f func(*session.Conn, []byte) (*session.Session, bool), after func()) func() {
		return func() {
			x := session.ParamContext()
			x.SetVersion(session.TLS12)
			x.SetCacheMode(session.CacheServer | session.CacheNoInternal)
			x.OnGetSession(f)
			c := x.NewConn()
			c.SetAccept()
			c.Handshake()
			c.Shutdown()
			c.Free()
			if after != nil {
				after()
			}
		}
	}
	var own *session.Session
	const fault = "callbackref callback hands out a session without a reference of its own"
	check(t, []rule{
		{"a fresh one, given", server(func(*session.Conn, []byte) (*session.Session, bool) {
			return session.New(), false
		}, nil), nil},
		{"a fresh one, lent: it leaks", server(func(*session.Conn, []byte) (*session.Session, bool) {
			return session.New(), true
		}, nil), []string{"missingfree New"}},
		{"a stored one, lent", server(func(*session.Conn, []byte) (*session.Session, bool) {
			own = session.New()
			return own, true
		}, func() { own.Free() }), nil},
		{"a stored one, given without up_ref", server(func(*session.Conn, []byte) (*session.Session, bool) {
			own = session.New()
			return own, false
		}, func() { own.Free() }), []string{"doublefree Session.Free /now"}},
		{"a stored one, given with up_ref", server(func(*session.Conn, []byte) (*session.Session, bool) {
			own = session.New()
			own.UpRef()
			return own, false
		}, func() { own.Free() }), nil},
		{"a borrow, given", server(func(c *session.Conn, _ []byte) (*session.Session, bool) {
			return session.ParamConn().Get0Session(), false
		}, nil), []string{fault, "danglingborrow GetSession callback"}},
		{"none", server(func(*session.Conn, []byte) (*session.Session, bool) { return nil, true }, nil), nil},
	})
}

func TestPSKCallbacks(t *testing.T) {
	use := func(f func(*session.Conn) (*session.Session, bool)) func() {
		return func() {
			x := session.ParamContext()
			x.OnUsePSK(f)
			c := x.NewConn()
			c.Handshake()
			c.Free()
		}
	}
	find := func(f func(*session.Conn, []byte) (*session.Session, bool)) func() {
		return func() {
			x := session.ParamContext()
			x.OnFindPSK(f)
			c := x.NewConn()
			c.SetAccept()
			c.Handshake()
			c.Free()
		}
	}
	var cached *session.Session
	key := func() *session.Session {
		s := session.New()
		s.SetVersion(session.TLS13)
		return s
	}
	check(t, []rule{
		{"use: a fresh one", use(func(*session.Conn) (*session.Session, bool) { return key(), true }), nil},
		{"use: one of no version ends the handshake", use(func(*session.Conn) (*session.Session, bool) { return session.New(), true }), nil},
		{"use: freed by the library even on failure", use(func(*session.Conn) (*session.Session, bool) { return key(), false }), nil},
		{"use: none", use(func(*session.Conn) (*session.Session, bool) { return nil, true }), nil},
		{"use: a cached pointer without up_ref", func() {
			cached = key()
			give := func(*session.Conn) (*session.Session, bool) { return cached, true }
			use(give)()
			use(give)()
		}, []string{"callbackref callback hands out a session without a reference of its own", "danglingborrow UsePSK callback /now"}},
		{"find: a fresh one", find(func(*session.Conn, []byte) (*session.Session, bool) { return session.New(), true }), nil},
		{"find: left behind on failure", find(func(*session.Conn, []byte) (*session.Session, bool) { return session.New(), false }),
			[]string{"missingfree New"}},
	})
}

func TestTicketCallbacks(t *testing.T) {
	server := func(seal func(*session.Conn) bool, open func(*session.Conn, *session.Session) bool) func() {
		return func() {
			x := session.ParamContext()
			x.OnTickets(seal, open)
			first, second := x.NewConn(), x.NewConn()
			if !session.Connect(first, second) {
				panic("connect")
			}
			first.Read()
			again, other := x.NewConn(), x.NewConn()
			again.SetSession(first.Get0Session())
			session.Connect(again, other)
			for _, c := range []*session.Conn{first, second, again, other} {
				c.Free()
			}
		}
	}
	seal := func(c *session.Conn) bool { c.Get0Session().Time(); return true }
	use := func(*session.Conn, *session.Session) bool { return true }
	check(t, []rule{
		{"look and use", server(seal, func(_ *session.Conn, s *session.Session) bool { s.Time(); return true }), nil},
		{"look and refuse", server(seal, func(_ *session.Conn, s *session.Session) bool { s.Time(); return false }), nil},
		{"the lent session is not the callback's to free", server(seal, func(_ *session.Conn, s *session.Session) bool {
			s.Free()
			return false
		}), []string{"borrowedfree Session.Free /Connect"}},
		{"nor to keep", server(seal, func(_ *session.Conn, s *session.Session) bool { session.Keep(s); return true }),
			[]string{"danglingborrow Keep"}},
		{"the session that is sealed is the connection's", server(func(c *session.Conn) bool {
			c.Get0Session().UpRef()
			return true
		}, use), []string{"missingfree Session.UpRef", "missingfree Session.UpRef"}},
	})
}
