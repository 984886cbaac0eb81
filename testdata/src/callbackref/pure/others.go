package pure

import "github.com/sessionlint/sessionlint/session"

// flush lets the cache drop a session.
func flush(x *session.Context) {
	s := session.New()
	x.AddSession(s)
	s.Free()
	x.FlushSessions(0)
}

// serve lets a server look for the session of a client.
func serve(x *session.Context) {
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheServer | session.CacheNoInternal)
	c := x.NewConn()
	c.SetAccept()
	c.Handshake()
	c.Free()
}

// dialKey lets a client offer an external key.
func dialKey(x *session.Context) {
	c := x.NewConn()
	c.Handshake()
	c.Free()
}

// serveKey lets a server look for one.
func serveKey(x *session.Context) {
	c := x.NewConn()
	c.SetAccept()
	c.Handshake()
	c.Free()
}

// resume lets a client use a ticket.
func resume(x *session.Context) {
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheOff)
	client, server := x.NewConn(), x.NewConn()
	session.Connect(client, server)
	s := client.Get1Session()
	client.Shutdown()
	client.Free()
	server.Free()
	client, server = x.NewConn(), x.NewConn()
	client.SetSession(s)
	session.Connect(client, server)
	client.Free()
	server.Free()
	s.Free()
}

// key returns a session for an external key.
func key() *session.Session {
	s := session.New()
	s.SetVersion(session.TLS13)
	return s
}

// share makes the session that the callbacks below give away.
func share() {
	shared.Free()
	shared = key()
}

// RemoveReads only looks at what it is lent.
func RemoveReads(x *session.Context) {
	x.OnRemoveSession(func(x *session.Context, s *session.Session) { seen = s.Time() })
	flush(x)
}

// RemoveFrees frees on the cache's account.
func RemoveFrees(x *session.Context) {
	x.OnRemoveSession(func(x *session.Context, s *session.Session) {
		s.Free() // want borrowedfree
	})
	flush(x)
}

// RemoveKeeps keeps what it is lent for the call.
func RemoveKeeps(x *session.Context) {
	x.OnRemoveSession(func(x *session.Context, s *session.Session) {
		last.Free()
		last = s // want danglingborrow
	})
	flush(x)
}

// RemoveRetains keeps a reference.
func RemoveRetains(x *session.Context) {
	x.OnRemoveSession(func(x *session.Context, s *session.Session) {
		if s.UpRef() {
			last.Free()
			last = s
		}
	})
	flush(x)
}

// GetLends lets the library add a reference.
func GetLends(x *session.Context) {
	share()
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) { return shared, true })
	serve(x)
}

// GetGivesBare gives away the only reference that this package has.
func GetGivesBare(x *session.Context) {
	share()
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		return shared, false // want callbackref "without a reference" // may danglingborrow
	})
	serve(x)
}

// GetGivesRetained adds one for the library.
func GetGivesRetained(x *session.Context) {
	share()
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		if shared == nil || !shared.UpRef() {
			return nil, false
		}
		return shared, false
	})
	serve(x)
}

// GetLendsRetained adds one, and the library adds its own.
func GetLendsRetained(x *session.Context) {
	share()
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		if shared == nil || !shared.UpRef() { // may missingfree
			return nil, true
		}
		return shared, true // want callbackref "does not take"
	})
	serve(x)
}

// GetGivesFresh decodes a session and gives it away.
func GetGivesFresh(x *session.Context, data []byte) {
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		return session.D2I(nil, data), false
	})
	serve(x)
}

// GetLendsFresh decodes a session that nobody has afterwards.
func GetLendsFresh(x *session.Context, data []byte) {
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		s := session.D2I(nil, data) // may missingfree
		return s, true              // want callbackref "does not take"
	})
	serve(x)
}

// GetLendsKept decodes a session that a variable has afterwards.
func GetLendsKept(x *session.Context, data []byte) {
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		second.Free()
		second = session.D2I(nil, data)
		return second, true
	})
	serve(x)
}

// GetFlag answers for each session what it has done.
func GetFlag(x *session.Context, data []byte) {
	share()
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		s, copied := shared, true
		if session.Choose(2) == 1 {
			s, copied = session.D2I(nil, data), false
		}
		return s, copied
	})
	serve(x)
}

// GetMisses has nothing to give.
func GetMisses(x *session.Context) {
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) { return nil, false })
	serve(x)
}

// UseKeyRetained gives the library a reference on every call.
func UseKeyRetained(x *session.Context) {
	share()
	x.OnUsePSK(func(c *session.Conn) (*session.Session, bool) {
		if shared == nil || !shared.UpRef() {
			return nil, true
		}
		return shared, true
	})
	dialKey(x)
}

// UseKeyBare gives its only one away, again and again.
func UseKeyBare(x *session.Context) {
	share()
	x.OnUsePSK(func(c *session.Conn) (*session.Session, bool) {
		return shared, true // want callbackref "without a reference" // may danglingborrow useafterfree
	})
	dialKey(x)
}

// UseKeyBareRefused gives it away even though it answers false.
func UseKeyBareRefused(x *session.Context) {
	share()
	x.OnUsePSK(func(c *session.Conn) (*session.Session, bool) {
		return shared, false // want callbackref // may danglingborrow useafterfree
	})
	dialKey(x)
}

// UseKeyFresh makes one for each call.
func UseKeyFresh(x *session.Context) {
	x.OnUsePSK(func(c *session.Conn) (*session.Session, bool) { return key(), true })
	dialKey(x)
}

// UseKeyNone has none.
func UseKeyNone(x *session.Context) {
	x.OnUsePSK(func(c *session.Conn) (*session.Session, bool) { return nil, true })
	dialKey(x)
}

// FindKeyFresh gives a copy away.
func FindKeyFresh(x *session.Context) {
	share()
	x.OnFindPSK(func(c *session.Conn, identity []byte) (*session.Session, bool) { return shared.Dup(), true })
	serveKey(x)
}

// FindKeyBare gives away what it needs itself.
func FindKeyBare(x *session.Context) {
	share()
	x.OnFindPSK(func(c *session.Conn, identity []byte) (*session.Session, bool) {
		return shared, true // want callbackref "without a reference" // may danglingborrow useafterfree
	})
	serveKey(x)
}

// FindKeyRefused lends nothing: with false the library takes nothing.
func FindKeyRefused(x *session.Context) {
	share()
	x.OnFindPSK(func(c *session.Conn, identity []byte) (*session.Session, bool) { return shared, false })
	serveKey(x)
}

// FindKeyRefusedFresh makes one that the library does not take.
func FindKeyRefusedFresh(x *session.Context) {
	x.OnFindPSK(func(c *session.Conn, identity []byte) (*session.Session, bool) {
		s := session.New() // may missingfree
		return s, false    // want callbackref "does not take"
	})
	serveKey(x)
}

// FindKeyNone has none.
func FindKeyNone(x *session.Context) {
	x.OnFindPSK(func(c *session.Conn, identity []byte) (*session.Session, bool) { return nil, true })
	serveKey(x)
}

// TicketReads looks at the session of a ticket.
func TicketReads(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool {
		seen = c.Get0Session().Time()
		return true
	}, func(c *session.Conn, s *session.Session) bool {
		seen = s.Time()
		return s != nil
	})
	resume(x)
}

// TicketFrees frees what it is lent.
func TicketFrees(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool { return true }, func(c *session.Conn, s *session.Session) bool {
		s.Free() // want borrowedfree
		return false
	})
	resume(x)
}

// TicketKeeps keeps it.
func TicketKeeps(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool { return true }, func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s // want danglingborrow
		return true
	})
	resume(x)
}

// TicketRetains keeps a reference.
func TicketRetains(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool { return true }, func(c *session.Conn, s *session.Session) bool {
		if s != nil && s.UpRef() {
			last.Free()
			last = s
		}
		return s != nil
	})
	resume(x)
}

// TicketSealKeeps keeps the session of the connection that a ticket is made for.
func TicketSealKeeps(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool {
		last.Free()            // may borrowedfree
		last = c.Get0Session() // want danglingborrow
		return true
	}, func(c *session.Conn, s *session.Session) bool { return s != nil })
	resume(x)
}

// TicketSealOwned keeps a reference.
func TicketSealOwned(x *session.Context) {
	x.OnTickets(func(c *session.Conn) bool {
		last.Free()
		last = c.Get1Session()
		return true
	}, func(c *session.Conn, s *session.Session) bool { return s != nil })
	resume(x)
}
