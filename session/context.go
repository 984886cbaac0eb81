package session

import (
	"github.com/sessionlint/sessionlint/internal/ledger"
)

// A Context is a handle to an SSL_CTX: settings, callbacks and a cache that
// holds one reference to each session in it. All methods accept nil.
type Context struct {
	l *Ledger
	h *ledger.Handle
}

// NewContext returns a context with an empty cache and mode CacheServer. The
// caller owns one reference; every connection holds two more. Outcome Fail: nil.
func (l *Ledger) NewContext() *Context {
	l.enter("NewContext")
	defer l.leave()
	if fail, _ := l.outcome("NewContext"); fail {
		return nil
	}
	return &Context{l: l, h: l.led.Acquire(l.newContextState().object, ledger.Owned)}
}

// ParamContext is Param for a context.
func (l *Ledger) ParamContext() *Context {
	l.enter("ParamContext")
	defer l.leave()
	return &Context{l: l, h: l.led.Acquire(l.newContextState().object, ledger.Outside)}
}

func (l *Ledger) lendContext(x *contextState) (*Context, func()) {
	hold := &ledger.Hold{Object: x.object, Holder: "call"}
	return &Context{l: l, h: l.led.Borrow(x.object, hold)}, hold.End
}

func (l *Ledger) lendSession(s *sessionState) (*Session, func()) {
	hold := &ledger.Hold{Object: s.object, Holder: "call"}
	return l.session(l.led.Borrow(s.object, hold)), hold.End
}

// Handle returns the account's own handle, for code of this module.
func (x *Context) Handle() *ledger.Handle { return x.h }

func (x *Context) state() *contextState { return x.h.Object().Body.(*contextState) }

// use begins an operation on x and reports whether the object is alive; the
// caller leaves.
func (x *Context) use(op string) bool {
	x.l.enter(op)
	return x.h.Use()
}

// SameContext reports whether a and b are handles to one object.
func SameContext(a, b *Context) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.h.Object() == b.h.Object()
}

// UpRef adds a reference that the caller owns and reports whether it did.
func (x *Context) UpRef() bool {
	if x == nil {
		return false
	}
	x.l.enter("Context.UpRef")
	defer x.l.leave()
	return upRef(x.l, x.h, "Context.UpRef")
}

// Free gives back one reference. With the last one, connections' included, the
// cache is flushed.
func (x *Context) Free() {
	if x == nil {
		return
	}
	x.l.enter("Context.Free")
	defer x.l.leave()
	x.h.Free()
}

// AddSession puts s into the cache, which takes a reference of its own; the
// caller's stay. False is no error if s is in the cache already. Another session
// with the same id and version leaves the cache. Outcome Fail: false.
func (x *Context) AddSession(s *Session) bool {
	if x == nil || s == nil {
		return false
	}
	x.l.same(s.l)
	defer x.l.leave()
	alive := x.use("Context.AddSession")
	alive = s.h.Use() && alive
	fail, forced := x.l.outcome("Context.AddSession")
	if fail || !alive {
		return false
	}
	o, c := state(s.h), x.state()
	if o.cache != nil && o.cache != c {
		x.l.led.Record(&Violation{Kind: TwoCaches, Object: SessionObject, Event: x.l.led.Now(), Other: x.l.led.Now()}, s.h.Object())
		return false
	}
	added := c.add(o)
	if !added && !forced {
		return false
	}
	if o.cacheHold != nil {
		s.h.AddLender(o.cacheHold)
	}
	return true
}

// RemoveSession takes the session with s's id out of the cache, which gives up
// its own reference, and reports whether there was one. The caller's stay. The
// remove callback is called either way.
func (x *Context) RemoveSession(s *Session) bool {
	if x == nil || s == nil {
		return false
	}
	x.l.same(s.l)
	defer x.l.leave()
	alive := x.use("Context.RemoveSession")
	alive = s.h.Use() && alive
	fail, forced := x.l.outcome("Context.RemoveSession")
	if fail || !alive {
		return false
	}
	return x.state().remove(state(s.h)) || forced
}

// FlushSessions drops every cached session that has expired at now, in seconds
// since 1970; 0 drops all.
func (x *Context) FlushSessions(now int64) {
	if x == nil {
		return
	}
	defer x.l.leave()
	if x.use("Context.FlushSessions") {
		x.state().flush(now)
	}
}

// Sessions borrows the sessions in the cache, the one that expires last first.
func (x *Context) Sessions() []*Session {
	if x == nil {
		return nil
	}
	defer x.l.leave()
	if !x.use("Context.Sessions") {
		return nil
	}
	var out []*Session
	for s := x.state().head; s != nil; s = s.next {
		out = append(out, x.l.session(x.l.led.Borrow(s.object, s.cacheHold)))
	}
	return out
}

// set begins an operation on x that changes a setting.
func (x *Context) set(op string, change func(*contextState)) {
	if x == nil {
		return
	}
	defer x.l.leave()
	if x.use(op) {
		change(x.state())
	}
}

// SetVersion sets the protocol version of the handshakes; TLS13 at first. As
// SetTickets, SetNoTicket, SetIDContext, OnUsePSK and OnFindPSK it concerns the
// connections that are made afterwards.
func (x *Context) SetVersion(v Version) {
	x.set("Context.SetVersion", func(c *contextState) { c.version = v })
}

// SetTickets sets how many tickets a TLS 1.3 server sends after a handshake
// without resumption; 2 at first.
func (x *Context) SetTickets(n int) {
	x.set("Context.SetTickets", func(c *contextState) { c.tickets = n })
}

// SetNoTicket makes a server keep its sessions instead of sealing them into
// tickets, as SSL_OP_NO_TICKET does.
func (x *Context) SetNoTicket(on bool) {
	x.set("Context.SetNoTicket", func(c *contextState) { c.noTicket = on })
}

// SetIDContext sets the session id context: a server resumes only sessions that
// were made under the same one.
func (x *Context) SetIDContext(id []byte) {
	x.set("Context.SetIDContext", func(c *contextState) { c.idContext = append([]byte(nil), id...) })
}

// SetCacheMode sets what is cached.
func (x *Context) SetCacheMode(m CacheMode) {
	x.set("Context.SetCacheMode", func(c *contextState) { c.mode = m })
}

// SetCacheSize sets how many sessions the cache may hold; 0 is no limit.
func (x *Context) SetCacheSize(n int) {
	x.set("Context.SetCacheSize", func(c *contextState) { c.size = n })
}

// OnNewSession sets the callback for new sessions. s comes with one reference
// made for the callback: if it returns true it has kept that reference and must
// free it some time; if it returns false the library takes it back.
func (x *Context) OnNewSession(f func(c *Conn, s *Session) (kept bool)) {
	x.set("Context.OnNewSession", func(c *contextState) { c.onNew = f })
}

// OnRemoveSession sets the callback for sessions that leave the cache. s is lent
// for the call.
func (x *Context) OnRemoveSession(f func(x *Context, s *Session)) {
	x.set("Context.OnRemoveSession", func(c *contextState) { c.onRemove = f })
}

// OnGetSession sets the callback by which a server looks for a session outside
// of the cache. With copy true the library takes a reference of its own; with
// copy false it takes over one of the callback's.
func (x *Context) OnGetSession(f func(c *Conn, id []byte) (s *Session, copy bool)) {
	x.set("Context.OnGetSession", func(c *contextState) { c.onGet = f })
}

// OnTickets sets a server's callbacks around its tickets. seal runs before one is
// sent, with the connection's session as it will stand in it; false ends the
// handshake. open runs when a client has sent one: s is lent for the call, nil
// if the ticket is empty or not from here; false refuses it.
func (x *Context) OnTickets(seal func(c *Conn) bool, open func(c *Conn, s *Session) (use bool)) {
	x.set("Context.OnTickets", func(c *contextState) { c.onSeal, c.onOpen = seal, open })
}

// OnUsePSK sets the client's callback for an external key. The library takes
// over a reference of every session it returns, even with ok false.
func (x *Context) OnUsePSK(f func(c *Conn) (s *Session, ok bool)) {
	x.set("Context.OnUsePSK", func(c *contextState) { c.onUsePSK = f })
}

// OnFindPSK sets the server's callback for an external key. The library takes
// over a reference of the session if ok is true, and only then.
func (x *Context) OnFindPSK(f func(c *Conn, identity []byte) (s *Session, ok bool)) {
	x.set("Context.OnFindPSK", func(c *contextState) { c.onFindPSK = f })
}
