package session

import "github.com/sessionlint/sessionlint/internal/ledger"

// handshake completes one handshake of c. resume says that the peer accepts the
// session that is offered, or that the client offers the one the server finds.
func (c *connState) handshake(resume bool) bool {
	if c.established {
		return true
	}
	ok := false
	if c.server {
		ok = c.accept(resume)
	} else {
		ok = c.connect(resume)
	}
	if !ok {
		return false
	}
	c.established = true
	return true
}

// connect is a client's handshake.
func (c *connState) connect(resume bool) bool {
	version := c.ctx.version
	offered := c.session
	if offered == nil || offered.version != version || !offered.resumable() {
		c.fresh(false)
		offered = nil
	}
	external := false
	if version == TLS13 {
		var ok bool
		if external, ok = c.usePSK(); !ok {
			return false
		}
	}
	switch {
	case external:
		// The key's session takes the place of the one before; the callback's
		// object is replaced by a copy at once.
		copied := c.l.dup(c.psk)
		copied.version = version
		c.dropPSK()
		c.install(copied)
		c.resumed = true
	case offered != nil && resume:
		c.resumed = true
	case offered != nil:
		c.fresh(version == TLS12)
	case version == TLS12:
		c.session.id = c.l.newID()
	}
	if version == TLS13 {
		if c.ctx.mode&CacheClient != 0 {
			c.ctx.remove(c.session)
		}
		c.pending = 2
		return true
	}
	c.updateCache(CacheClient)
	return true
}

// accept is a server's handshake.
func (c *connState) accept(resume bool) bool {
	found := false
	if c.ctx.version == TLS13 {
		found = c.findPSK()
	}
	if !found && resume {
		found = c.findOutside()
	}
	c.resumed = found
	if !found {
		c.fresh(c.ctx.version == TLS12)
	}
	if c.ctx.version == TLS12 {
		c.updateCache(CacheServer)
		return true
	}
	for range 2 {
		c.sendTicket()
	}
	return true
}

// usePSK asks the client's callback for an external key. ok is false if the
// callback failed: the handshake does, too.
func (c *connState) usePSK() (external, ok bool) {
	callback := c.ctx.onUsePSK
	if callback == nil {
		return false, true
	}
	defer c.l.entering("UsePSK", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var s *Session
	c.l.calling(func() { s, ok = callback(conn) })
	if s == nil {
		return false, ok
	}
	hold := c.l.takeFromCallback(s)
	if !ok {
		hold.Drop()
		return false, false
	}
	c.dropPSK()
	c.psk, c.pskSlot = state(s.h), hold
	return true, true
}

// findPSK asks the server's callback for an external key.
func (c *connState) findPSK() bool {
	callback := c.ctx.onFindPSK
	if callback == nil {
		return false
	}
	defer c.l.entering("FindPSK", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var s *Session
	var ok bool
	c.l.calling(func() { s, ok = callback(conn, []byte("identity")) })
	if s == nil || !ok {
		return false
	}
	hold := c.l.takeFromCallback(s)
	copied := c.l.dup(state(s.h))
	copied.version = c.ctx.version
	c.install(copied)
	hold.Drop()
	return true
}

// findOutside looks for a session as ssl_get_prev_session does: in the cache,
// then by the callback.
func (c *connState) findOutside() bool {
	if c.ctx.mode&CacheNoInternalLookup == 0 && c.ctx.head != nil {
		c.install(c.ctx.head)
		return true
	}
	callback := c.ctx.onGet
	if callback == nil {
		return false
	}
	defer c.l.entering("GetSession", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var s *Session
	byCopy := true
	c.l.calling(func() { s, byCopy = callback(conn, c.l.newID()) })
	if s == nil {
		return false
	}
	if s.l != c.l {
		c.l.same(s.l)
	}
	o := state(s.h)
	hold := c.l.takeOrCount(s, byCopy)
	if o.notResumable {
		hold.Drop()
		return false
	}
	if c.ctx.mode&CacheNoInternalStore == 0 {
		c.ctx.add(o)
	}
	c.adopt(o, hold)
	return true
}

func (l *Ledger) takeOrCount(s *Session, byCopy bool) *ledger.Hold {
	if !byCopy {
		return l.takeFromCallback(s)
	}
	s.h.Use()
	return l.led.Hold("SSL", s.h.Object())
}

// takeFromCallback makes a reference that a callback returned the library's. A
// session that comes without one is the callback's fault.
func (l *Ledger) takeFromCallback(s *Session) *ledger.Hold {
	l.same(s.l)
	if s.h.Held() == 0 {
		l.callbackFault(s.h, "hands out a session without a reference of its own")
	}
	return s.h.HandOver("SSL", DanglingBorrow)
}

// receiveTicket is a client's work on one NewSessionTicket: the session is
// replaced by a copy that carries the ticket. A connection whose session was
// taken away in between (libssl crashes then) finds nothing to replace.
func (c *connState) receiveTicket() {
	if c.session == nil {
		return
	}
	copied := c.l.dup(c.session)
	if c.ctx.version == TLS12 && c.ctx.mode&CacheClient != 0 {
		c.ctx.remove(c.session)
	}
	c.install(copied)
	copied.id, copied.ticket, copied.notResumable = c.l.newID(), true, false
	copied.time = c.l.seconds()
	c.tickets++
	c.updateCache(CacheClient)
}

// sendTicket is a server's NewSessionTicket in TLS 1.3: from the second on, and
// after resumption, the session is replaced by a copy.
func (c *connState) sendTicket() {
	if c.session == nil {
		return
	}
	if c.tickets > 0 || c.resumed {
		c.install(c.l.dup(c.session))
	}
	c.session.id = c.l.newID()
	c.session.time = c.l.seconds()
	c.tickets++
	c.updateCache(CacheServer)
}
