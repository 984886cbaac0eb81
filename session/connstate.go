package session

import "github.com/sessionlint/sessionlint/internal/ledger"

// connState is what an SSL keeps, as far as sessions depend on it. It follows
// ssl/ssl_lib.c, ssl/ssl_sess.c and ssl/statem of OpenSSL 3.0.
type connState struct {
	l        *Ledger
	object   *ledger.Object
	ctx      *contextState
	ctxHolds [2]*ledger.Hold // SSL.ctx and SSL.session_ctx

	settings // as the context had them when the connection was made

	session *sessionState
	slot    *ledger.Hold // the SSL's reference to session
	psk     *sessionState
	pskSlot *ledger.Hold

	server      bool
	established bool // handshake done and not cleared
	shutdown    bool // close_notify sent
	resumed     bool
	sent        int      // TLS 1.3 server: tickets sent on this connection
	pending     []ticket // TLS 1.3 client: tickets that wait to be read
}

func (l *Ledger) newConnState(x *contextState) *connState {
	c := &connState{l: l, ctx: x, settings: x.settings}
	c.object = l.led.NewObject(ConnObject, c, c.destroy)
	for i := range c.ctxHolds {
		c.ctxHolds[i] = l.led.Hold("SSL", x.object)
	}
	return c
}

// destroy is the end of SSL_free, after the last reference.
func (c *connState) destroy() {
	if c.session != nil {
		c.clearBad()
		c.install(nil)
	}
	c.dropPSK()
	for _, hold := range c.ctxHolds {
		hold.Drop()
	}
}

// install makes s, which may be nil, the connection's session, with a reference
// of the connection's own, and releases the one before. The hold lasts if s is
// the session already: nobody's borrow ends then.
func (c *connState) install(s *sessionState) {
	if s != nil && s == c.session {
		s.object.Touch()
		return
	}
	old := c.slot
	c.session, c.slot = s, nil
	if s != nil {
		c.slot = c.l.led.Hold("SSL", s.object)
	}
	old.Drop()
}

// adopt is install for a session whose reference has been handed over already.
func (c *connState) adopt(s *sessionState, hold *ledger.Hold) {
	old := c.slot
	c.session, c.slot = s, hold
	old.Drop()
}

func (c *connState) dropPSK() {
	hold := c.pskSlot
	c.psk, c.pskSlot = nil, nil
	hold.Drop()
}

// clearBad is ssl_clear_bad_session: a live connection that was not shut down
// takes its session out of the cache. It reports whether it was one.
func (c *connState) clearBad() bool {
	if c.session == nil || c.shutdown || !c.established {
		return false
	}
	c.ctx.remove(c.session)
	return true
}

// clear is SSL_clear.
func (c *connState) clear() {
	if c.clearBad() {
		c.install(nil)
	}
	c.dropPSK()
	c.established, c.shutdown, c.resumed = false, false, false
	c.sent, c.pending = 0, nil
}

// fresh makes a new session for this connection, as ssl_get_new_session does,
// but without an id.
func (c *connState) fresh() {
	s := c.l.newSessionState(c.version)
	s.timeout = contextTimeout
	s.idContext = c.idContext
	c.install(s)
}

// updateCache is ssl_update_cache: the cache and the callback hear of the
// connection's session.
func (c *connState) updateCache(mode CacheMode) {
	s := c.session
	if len(s.id) == 0 || s.notResumable || c.ctx.mode&mode == 0 {
		return
	}
	tls13 := c.version == TLS13
	if c.resumed && !tls13 {
		return
	}
	stateless := tls13 && c.server && c.ctx.onRemove == nil && !c.noTicket
	if c.ctx.mode&CacheNoInternalStore == 0 && !stateless {
		c.ctx.add(s)
	}
	if c.ctx.onNew != nil {
		c.tellNew(s)
	}
}
