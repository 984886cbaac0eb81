package session

import "github.com/sessionlint/sessionlint/internal/ledger"

// What the library does around the program's callbacks: who gives which
// reference to whom.

// tellRemoved runs the remove callback with s lent for the call.
func (x *contextState) tellRemoved(s *sessionState) {
	if x.onRemove == nil {
		return
	}
	callback := x.onRemove
	defer x.l.entering("RemoveSession", callback)()
	ctx, endCtx := x.l.lendContext(x)
	sess, end := x.l.lendSession(s)
	x.l.calling(func() { callback(ctx, sess) })
	end()
	endCtx()
}

// tellNew runs the new-session callback with a reference made for it.
func (c *connState) tellNew(s *sessionState) {
	callback := c.ctx.onNew
	defer c.l.entering("NewSession", callback)()
	conn, end := c.l.lendConn(c)
	sess, finish := c.l.offerSession(s)
	kept := false
	c.l.calling(func() { kept = callback(conn, sess) })
	finish(kept)
	end()
}

// offerSession makes the handle that a new-session callback gets; finish takes
// its answer.
func (l *Ledger) offerSession(s *sessionState) (sess *Session, finish func(kept bool)) {
	h := l.led.Acquire(s.object, ledger.Borrowed)
	return l.session(h), func(kept bool) {
		if !kept && !h.GiveBack() {
			l.callbackFault(h, "returns 0 for a session it has freed or kept")
		}
	}
}

// callbackFault records that the callback under way has answered what does not
// fit the handle.
func (l *Ledger) callbackFault(h *ledger.Handle, why string) {
	l.led.Record(&Violation{
		Kind: CallbackRef, Object: SessionObject,
		Event:  Event{Seq: l.led.Now().Seq, Op: "callback " + why, At: l.led.Now().At},
		Origin: h.Origin(),
	}, h.Object())
}

// usePSK asks the client's callback for an external key, whose session becomes
// the connection's pending one. It reports whether the handshake goes on.
func (c *connState) usePSK() bool {
	callback := c.onUsePSK
	if callback == nil {
		return true
	}
	defer c.l.entering("UsePSK", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var s *Session
	ok := false
	c.l.calling(func() { s, ok = callback(conn) })
	if s == nil {
		return ok
	}
	hold := c.l.takeFromCallback(s)
	if !ok || state(s.h).version != TLS13 {
		hold.Drop()
		return false
	}
	c.dropPSK()
	c.psk, c.pskSlot = state(s.h), hold
	return true
}

// findPSK asks the server's callback for the external key of each identity that
// the client offers. ok is false if the callback ended the handshake.
func (c *connState) findPSK(h hello) (found, ok bool) {
	callback := c.onFindPSK
	if callback == nil {
		return false, true
	}
	for _, identity := range h.identities() {
		s, ok := c.askPSK(callback, identity)
		if !ok {
			return false, false
		}
		if s == nil {
			if h.ticket != nil && string(identity) == string(h.ticket) {
				return false, true // the ticket is tried next, and comes first
			}
			continue
		}
		hold := c.l.takeFromCallback(s)
		copied := c.l.renewed(state(s.h))
		copied.idContext = c.idContext
		c.install(copied)
		hold.Drop()
		return true, true
	}
	return false, true
}

func (h hello) identities() (out [][]byte) {
	if h.ticket != nil {
		out = append(out, h.ticket)
	}
	if h.psk {
		out = append(out, []byte("identity"))
	}
	return out
}

func (c *connState) askPSK(callback func(*Conn, []byte) (*Session, bool), identity []byte) (s *Session, ok bool) {
	defer c.l.entering("FindPSK", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	c.l.calling(func() { s, ok = callback(conn, identity) })
	return s, ok
}

// askOutside asks the get callback for a session; the caller gets a reference.
func (c *connState) askOutside(id []byte) (*sessionState, *ledger.Hold) {
	callback := c.ctx.onGet
	defer c.l.entering("GetSession", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var s *Session
	byCopy := true
	c.l.calling(func() { s, byCopy = callback(conn, id) })
	if s == nil {
		return nil, nil
	}
	c.l.same(s.l)
	o := state(s.h)
	if o.notResumable {
		if !byCopy {
			c.l.takeFromCallback(s).Drop()
		}
		return nil, nil
	}
	if !byCopy {
		return o, c.l.takeFromCallback(s)
	}
	s.h.Use()
	return o, c.l.led.Hold("SSL", o.object)
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

// allowSeal asks the callback before a ticket is made of the connection's
// session.
func (c *connState) allowSeal() bool {
	callback := c.ctx.onSeal
	if callback == nil {
		return true
	}
	defer c.l.entering("SealTicket", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	ok := false
	c.l.calling(func() { ok = callback(conn) })
	return ok
}

// allowOpen asks the callback what to do with the session of a ticket, which
// may be nil.
func (c *connState) allowOpen(s *sessionState) bool {
	callback := c.ctx.onOpen
	if callback == nil {
		return s != nil
	}
	defer c.l.entering("OpenTicket", callback)()
	conn, end := c.l.lendConn(c)
	defer end()
	var sess *Session
	if s != nil {
		var endSession func()
		sess, endSession = c.l.lendSession(s)
		defer endSession()
	}
	ok := false
	c.l.calling(func() { ok = callback(conn, sess) })
	return ok && s != nil
}
