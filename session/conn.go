package session

import "github.com/sessionlint/sessionlint/internal/ledger"

// A Conn is a handle to an SSL: one connection, which holds a reference to its
// current session and two to its context. All methods accept nil.
type Conn struct {
	l *Ledger
	h *ledger.Handle
}

// NewConn returns a connection, a client until SetAccept, that has no session.
// The caller owns one reference. Outcome Fail: nil.
func (x *Context) NewConn() *Conn {
	if x == nil {
		return nil
	}
	defer x.l.leave()
	alive := x.use("Context.NewConn")
	if fail, _ := x.l.outcome("Context.NewConn"); fail || !alive {
		return nil
	}
	return &Conn{l: x.l, h: x.l.led.Acquire(x.l.newConnState(x.state()).object, ledger.Owned)}
}

// ParamConn is Param for a connection: established, with a session, in a context
// of its own.
func (l *Ledger) ParamConn() *Conn {
	l.enter("ParamConn")
	defer l.leave()
	x := l.newContextState()
	c := l.newConnState(x)
	c.establishUnseen()
	return &Conn{l: l, h: l.led.Acquire(c.object, ledger.Outside)}
}

// establishUnseen gives the connection a session from a handshake that nobody
// has modelled.
func (c *connState) establishUnseen() {
	c.fresh()
	c.session.id = c.l.newID()
	c.established = true
	if c.version == TLS13 {
		c.pending = []ticket{c.unseenTicket(), c.unseenTicket()}
	}
}

func (l *Ledger) lendConn(c *connState) (*Conn, func()) {
	hold := &ledger.Hold{Object: c.object, Holder: "call"}
	return &Conn{l: l, h: l.led.Borrow(c.object, hold)}, hold.End
}

// Handle returns the account's own handle, for code of this module.
func (c *Conn) Handle() *ledger.Handle { return c.h }

func (c *Conn) state() *connState { return c.h.Object().Body.(*connState) }

// use begins an operation on c and reports whether the object is alive; the
// caller leaves.
func (c *Conn) use(op string) bool {
	c.l.enter(op)
	return c.h.Use()
}

// SameConn reports whether a and b are handles to one object.
func SameConn(a, b *Conn) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.h.Object() == b.h.Object()
}

// UpRef adds a reference that the caller owns and reports whether it did.
func (c *Conn) UpRef() bool {
	if c == nil {
		return false
	}
	c.l.enter("Conn.UpRef")
	defer c.l.leave()
	return upRef(c.l, c.h, "Conn.UpRef")
}

// Free gives back one reference. The last one releases the connection's session;
// if the connection is established and Shutdown was not called, the session
// first leaves the context's cache.
func (c *Conn) Free() {
	if c == nil {
		return
	}
	c.l.enter("Conn.Free")
	defer c.l.leave()
	c.h.Free()
}

// current returns the connection's session for a get. Outcome Succeed: there is
// one, if need be from a handshake that nobody has modelled.
func (c *Conn) current(op string) *connState {
	alive := c.use(op)
	outcome := c.l.outcome
	if pure(op) {
		outcome = func(op string) (bool, bool) { return c.l.outcomeOn(op, c.h.Object()) }
	}
	fail, forced := outcome(op)
	if fail || !alive {
		return nil
	}
	o := c.state()
	if o.session == nil && forced {
		o.establishUnseen()
	}
	if o.session == nil {
		return nil
	}
	return o
}

// Get0Session borrows the connection's session, or returns nil. The borrow ends
// with the connection, and when the connection gets another session: by
// SetSession, Clear, Handshake, ReceiveTicket or Read. Outcome Fail: nil.
func (c *Conn) Get0Session() *Session {
	if c == nil {
		return nil
	}
	defer c.l.leave()
	o := c.current("Conn.Get0Session")
	if o == nil {
		return nil
	}
	o.session.object.Touch()
	return c.l.session(c.l.led.Borrow(o.session.object, o.slot))
}

// Get1Session returns the connection's session with a reference that the caller
// owns, or nil. Outcome Fail: nil.
func (c *Conn) Get1Session() *Session {
	if c == nil {
		return nil
	}
	defer c.l.leave()
	o := c.current("Conn.Get1Session")
	if o == nil {
		return nil
	}
	return c.l.session(c.l.led.Acquire(o.session.object, ledger.Owned))
}

// Holds reports whether s is the connection's session; nil is if it has none.
func (c *Conn) Holds(s *Session) bool {
	if c == nil {
		return s == nil
	}
	defer c.l.leave()
	if !c.use("Conn.Holds") {
		return false
	}
	if s == nil {
		return c.state().session == nil
	}
	return s.h.Use() && c.state().session == state(s.h)
}

// PeerChain0 borrows the peer's certificate chain, a part of the connection's
// session: it ends with it. Outcome Fail: nil.
func (c *Conn) PeerChain0() *Part {
	if c == nil {
		return nil
	}
	defer c.l.leave()
	o := c.current("Conn.PeerChain0")
	if o == nil {
		return nil
	}
	s := o.session
	lender := c.l.led.Borrow(s.object, o.slot)
	return &Part{l: c.l, h: c.l.led.BorrowFrom(s.newPart(c.l), lender, s.content)}
}

// SetSession makes s the connection's session: the connection takes a reference
// of its own, the caller's stay, and the session before is released. Nil only
// releases. Outcome Fail: false, nothing changed.
func (c *Conn) SetSession(s *Session) bool {
	if c == nil {
		return false
	}
	defer c.l.leave()
	alive := c.use("Conn.SetSession")
	if s != nil {
		c.l.same(s.l)
		alive = s.h.Use() && alive
	}
	if fail, _ := c.l.outcome("Conn.SetSession"); fail || !alive {
		return false
	}
	o := c.state()
	o.clearBad()
	if s == nil {
		o.install(nil)
		return true
	}
	o.install(state(s.h))
	s.h.AddLender(o.slot)
	return true
}

// CopySession makes the connection's session that of from: the connection takes
// a reference of its own and the session before is released. Outcome Fail: false.
func (c *Conn) CopySession(from *Conn) bool {
	if c == nil || from == nil {
		return false
	}
	c.l.same(from.l)
	defer c.l.leave()
	alive := c.use("Conn.CopySession")
	alive = from.h.Use() && alive
	if fail, _ := c.l.outcome("Conn.CopySession"); fail || !alive {
		return false
	}
	o := c.state()
	o.clearBad()
	o.install(from.state().session)
	return true
}

// Dup returns a connection that the caller owns one reference to: before a
// handshake a new one with the same session, afterwards this very object once
// more. Outcome Fail: nil.
func (c *Conn) Dup() *Conn {
	if c == nil {
		return nil
	}
	defer c.l.leave()
	alive := c.use("Conn.Dup")
	if fail, _ := c.l.outcome("Conn.Dup"); fail || !alive {
		return nil
	}
	o := c.state()
	if !o.established {
		d := c.l.newConnState(o.ctx)
		d.server = o.server
		if o.session != nil {
			d.install(o.session)
		}
		o = d
	}
	return &Conn{l: c.l, h: c.l.led.Acquire(o.object, ledger.Owned)}
}

// Clear makes the connection ready for another handshake and reports whether it
// could. The session of an established connection that was not shut down is
// dropped, any other stays. Outcome Fail: false.
func (c *Conn) Clear() bool {
	return c.do("Conn.Clear", func(o *connState) bool {
		o.clear()
		return true
	})
}

// SetAccept makes the connection a server's.
func (c *Conn) SetAccept() {
	if c == nil {
		return
	}
	defer c.l.leave()
	if c.use("Conn.SetAccept") {
		c.state().server = true
	}
}

// Handshake completes a handshake with a peer that nobody has modelled, and
// reports whether it succeeded. A client that has a resumable session offers it
// and the peer accepts; a server is offered a session of its cache if there is
// one. Otherwise the connection gets a new session. The context's callbacks run.
// An established connection stays as it is. Outcome Fail: false, the session
// stays.
func (c *Conn) Handshake() bool {
	return c.do("Conn.Handshake", func(o *connState) bool {
		switch {
		case o.established:
			return true
		case o.server:
			_, ok := o.accept(o.unseenHello())
			return ok
		}
		h, ok := o.offer()
		if ok {
			o.connected(o.unseenReply(h))
		}
		return ok
	})
}

// unseenHello is what the client of an unmodelled handshake offers: the id of
// the newest session in the cache, or one that the cache does not know.
func (c *connState) unseenHello() hello {
	h := hello{psk: c.onFindPSK != nil}
	if c.version == TLS12 {
		h.id = c.l.newID()
		if c.ctx.head != nil {
			h.id = c.ctx.head.id
		}
	}
	return h
}

// unseenReply is how the server of an unmodelled handshake answers: it resumes
// what it is offered.
func (c *connState) unseenReply(h hello) reply {
	r := reply{external: h.psk, id: h.id}
	r.resumed = h.psk || h.ticket != nil || len(h.id) > 0
	if c.version == TLS13 {
		r.tickets = []ticket{c.unseenTicket(), c.unseenTicket()}
	} else if !r.resumed {
		r.id = c.l.newID()
	}
	return r
}

func (c *connState) unseenTicket() ticket {
	return ticket{bytes: c.l.newID(), lifetime: contextTimeout}
}

// Connect completes a handshake between a client and a server of one ledger and
// reports whether it succeeded: the server resumes only what it has kept or
// sealed itself. Neither may be established. Outcome Fail: false, nothing
// changed.
func Connect(client, server *Conn) bool {
	if client == nil || server == nil {
		return false
	}
	l := client.l
	l.same(server.l)
	defer l.leave()
	alive := client.use("Connect")
	alive = server.h.Use() && alive
	if fail, _ := l.outcome("Connect"); fail || !alive {
		return false
	}
	c, s := client.state(), server.state()
	if c.established || s.established || c.version != s.version {
		return false
	}
	c.server, s.server = false, true
	h, ok := c.offer()
	if !ok {
		return false
	}
	r, ok := s.accept(h)
	if ok {
		c.connected(r)
	}
	return ok
}

// Renegotiate completes another handshake on a TLS 1.2 connection, with a peer that
// nobody has modelled and that resumes nothing, and reports whether it did: the
// connection gets a new session. The context's callbacks run. Outcome Fail: false.
// Outcome Succeed: any connection does, an established one or not, which is how a
// handshake ends whose offer is refused.
func (c *Conn) Renegotiate() bool {
	if c == nil {
		return false
	}
	defer c.l.leave()
	alive := c.use("Conn.Renegotiate")
	fail, forced := c.l.outcome("Conn.Renegotiate")
	o := c.state()
	if fail || !alive || !forced && !o.renegotiates() {
		return false
	}
	if o.server {
		_, ok := o.accept(hello{tickets: !o.noTicket})
		return ok || forced
	}
	_, ok := o.offer()
	if ok {
		o.connected(reply{id: c.l.newID()})
	}
	return ok || forced
}

// Renegotiate is the same between the client and the server of one ledger, started
// by the client.
func Renegotiate(client, server *Conn) bool {
	if client == nil || server == nil {
		return false
	}
	l := client.l
	l.same(server.l)
	defer l.leave()
	alive := client.use("Renegotiate")
	alive = server.h.Use() && alive
	if fail, _ := l.outcome("Renegotiate"); fail || !alive {
		return false
	}
	c, s := client.state(), server.state()
	if !c.renegotiates() || !s.renegotiates() || c.server || !s.server {
		return false
	}
	h, ok := c.offer()
	if !ok {
		return false
	}
	h.id, h.ticket = nil, nil // SSL_renegotiate asks for a new session
	r, ok := s.accept(h)
	if ok {
		c.connected(r)
	}
	return ok
}

// renegotiates reports whether the connection can have another handshake.
func (c *connState) renegotiates() bool {
	return c.established && !c.shutdown && c.version == TLS12
}

// ReceiveTicket processes one NewSessionTicket, which replaces the session of a
// client, and reports whether the connection could. Outcome Fail: false.
func (c *Conn) ReceiveTicket() bool {
	return c.do("Conn.ReceiveTicket", func(o *connState) bool {
		if !o.established || o.server {
			return false
		}
		o.receiveTicket(o.unseenTicket())
		return true
	})
}

// Read reads from the peer and reports whether there was something: in TLS 1.3 a
// client finds the peer's tickets there. Outcome Fail: false, nothing came.
func (c *Conn) Read() bool {
	return c.do("Conn.Read", func(o *connState) bool {
		if !o.established || o.server || len(o.pending) == 0 {
			return false
		}
		for len(o.pending) > 0 {
			t := o.pending[0]
			o.pending = o.pending[1:]
			o.receiveTicket(t)
		}
		return true
	})
}

// Shutdown sends the end of the connection and reports whether it could. The
// session stays in the cache afterwards. Outcome Fail: false.
func (c *Conn) Shutdown() bool {
	return c.do("Conn.Shutdown", func(o *connState) bool {
		if !o.established {
			return false
		}
		o.shutdown = true
		return true
	})
}

// do is an operation on the connection alone that may fail.
func (c *Conn) do(op string, f func(*connState) bool) bool {
	if c == nil {
		return false
	}
	defer c.l.leave()
	alive := c.use(op)
	fail, forced := c.l.outcome(op)
	if fail || !alive {
		return false
	}
	return f(c.state()) || forced
}
