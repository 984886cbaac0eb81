package session

import "github.com/sessionlint/sessionlint/internal/ledger"

// This file makes sessions as a callback, or somebody who takes one over, finds them,
// for code that runs a function without what came before.

// Lend returns a session that is lent for a call.
func (l *Ledger) Lend() *Session {
	l.enter("Lend")
	defer l.leave()
	s := l.newSessionState(0)
	return l.session(l.led.Borrow(s.object, l.led.Hold("library", s.object)))
}

// Give returns a session with a reference that the program has taken over from
// somebody else.
func (l *Ledger) Give() *Session {
	l.enter("Give")
	defer l.leave()
	s := l.newSessionState(0)
	s.id = l.newID()
	return l.session(l.led.Acquire(s.object, ledger.Owned))
}

// GiveConn is Give for a connection: established, with a session, in a context of its
// own.
func (l *Ledger) GiveConn() *Conn {
	l.enter("GiveConn")
	defer l.leave()
	c := l.newConnState(l.newContextState())
	c.establishUnseen()
	return &Conn{l: l, h: l.led.Acquire(c.object, ledger.Owned)}
}

// GiveContext is Give for a context.
func (l *Ledger) GiveContext() *Context {
	l.enter("GiveContext")
	defer l.leave()
	return &Context{l: l, h: l.led.Acquire(l.newContextState().object, ledger.Owned)}
}

// LendConn returns a connection that is lent for a call: established, with a
// session, in a context of its own.
func (l *Ledger) LendConn() *Conn {
	l.enter("LendConn")
	defer l.leave()
	c := l.newConnState(l.newContextState())
	c.establishUnseen()
	return &Conn{l: l, h: l.led.Borrow(c.object, l.led.Hold("library", c.object))}
}

// MadeBy makes x the context of a connection that came from outside, of which
// nobody has known it. It does nothing to any other connection.
func (c *Conn) MadeBy(x *Context) {
	if c == nil || x == nil {
		return
	}
	c.l.same(x.l)
	defer c.l.leave()
	alive := c.use("Conn.MadeBy")
	alive = x.h.Use() && alive
	if o := c.state(); alive && c.h.Base() == ledger.Outside && o.ctx != x.state() {
		o.ctx = x.state()
		for i, old := range o.ctxHolds {
			o.ctxHolds[i] = c.l.led.Hold("SSL", o.ctx.object)
			old.Drop()
		}
	}
}

// AsShutDown runs op as if Shutdown had been called on the connection before: what
// its context's cache has of it stays there.
func (c *Conn) AsShutDown(op func()) {
	if c == nil {
		op()
		return
	}
	o := c.state()
	was := o.shutdown
	o.shutdown = true
	op()
	o.shutdown = was
}

// LendContext returns a context that is lent for a call.
func (l *Ledger) LendContext() *Context {
	l.enter("LendContext")
	defer l.leave()
	x := l.newContextState()
	return &Context{l: l, h: l.led.Borrow(x.object, l.led.Hold("library", x.object))}
}

// Offer returns a session with a reference that is the callback's if it answers
// so. If it does not, refuse takes the reference back; it is a violation if the
// callback has spent it.
func (l *Ledger) Offer() (s *Session, refuse func()) {
	l.enter("Offer")
	defer l.leave()
	o := l.newSessionState(0).object
	l.led.Hold("library", o)
	h := l.led.Acquire(o, ledger.Borrowed)
	return l.session(h), func() {
		l.enter("callback refuses")
		defer l.leave()
		h.GiveBack()
	}
}
