package replay

import (
	"fmt"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session"
)

// operations are the runtime's operations by the canonical name of the function
// whose meaning they are. A function that is not here has no operation of its
// own; its contract is interpreted (interpret.go).
func operations(name string) func(*run, *apiCall) {
	switch name {
	case "SSL_SESSION_new":
		return func(r *run, c *apiCall) { c.gives(r, r.world.New()) }
	case "SSL_CTX_new":
		return func(r *run, c *apiCall) { c.gives(r, r.world.NewContext()) }
	case "SSL_SESSION_set1_id":
		return setID
	case "SSL_SESSION_dup":
		return sessionDup
	case "SSL_SESSION_up_ref", "SSL_up_ref", "SSL_CTX_up_ref":
		return handleUpRef
	case "SSL_SESSION_free", "SSL_free", "SSL_CTX_free":
		return handleFree
	case "d2i_SSL_SESSION", "PEM_read_bio_SSL_SESSION", "PEM_read_SSL_SESSION":
		return readSession
	case "SSL_new":
		return newConn
	case "SSL_get_session", "SSL_get0_session":
		return get0
	case "SSL_get1_session":
		return get1
	case "SSL_set_session":
		return setSession
	case "SSL_copy_session_id":
		return copySession
	case "SSL_clear":
		return event((*session.Conn).Clear)
	case "SSL_do_handshake", "SSL_connect", "SSL_accept", "SSL_renegotiate", "SSL_renegotiate_abbreviated",
		"SSL_write", "SSL_write_ex":
		return event((*session.Conn).Renegotiate)
	case "SSL_read", "SSL_read_ex", "SSL_peek", "SSL_peek_ex":
		return event((*session.Conn).ReceiveTicket)
	case "SSL_shutdown":
		return shutdown
	case "SSL_CTX_add_session":
		return addSession
	case "SSL_CTX_remove_session":
		return removeSession
	case "SSL_CTX_flush_sessions", "SSL_CTX_flush_sessions_ex":
		return flushSessions
	}
	return nil
}

// newWorld makes the session runtime of one run: its outcomes are those of the
// call under way.
func (r *run) newWorld() {
	r.ledger = new(ledger.Ledger)
	r.ledger.OnViolation = r.violated
	r.world = session.Attach(r.ledger)
	r.world.SetPlace(func() session.Place { return session.Place{Func: r.at.Func} })
	r.world.SetClock(func() int64 { return 0 })
	r.world.SetOutcome(func(string) session.Outcome {
		if r.succeeds {
			return session.Succeed
		}
		return session.Fail
	})
}

// outsideHandle makes the runtime's value for a handle that came from outside:
// a connection is a fresh one with a session.
func (r *run) outsideHandle(what string) (body any, h *ledger.Handle) {
	switch what {
	case session.SessionObject:
		s := r.world.Param()
		return s, s.Handle()
	case session.ConnObject:
		c := r.world.ParamConn()
		return c, c.Handle()
	case session.ContextObject:
		x := r.world.ParamContext()
		return x, x.Handle()
	}
	r.begin("outside")
	return nil, r.ledger.Acquire(r.ledger.NewObject(what, nil, nil), ledger.Outside)
}

// gives makes a runtime value the handle result of the call; a nil one stays
// nil.
func (c *apiCall) gives(r *run, v any) *ref {
	var x *ref
	switch v := v.(type) {
	case *session.Session:
		if v != nil {
			x = r.wrap(session.SessionObject, v, v.Handle())
		}
	case *session.Conn:
		if v != nil {
			x = r.wrap(session.ConnObject, v, v.Handle())
		}
	case *session.Context:
		if v != nil {
			x = r.wrap(session.ContextObject, v, v.Handle())
		}
	}
	if i := c.handleResult(); i >= 0 && x != nil {
		x.fresh = c.fn.Results[i].Fresh
		c.results[i] = x
	}
	return x
}

// handleResult is the index of the result that is a handle, -1 if there is none.
func (c *apiCall) handleResult() int {
	for i, res := range c.fn.Results {
		switch res.Ownership {
		case contract.Owned, contract.Borrowed, contract.OwnedUnlessReuse:
			return i
		}
	}
	return -1
}

// argument returns argument i as a value of the runtime. It reports false if
// the argument is a handle that the runtime does not know; a nil pointer is
// known, and nil.
func argument[T any](r *run, c *apiCall, i int, what string) (*T, bool) {
	if i >= len(c.args) {
		return nil, true
	}
	x := r.handle(c.args[i], what)
	if x == nil {
		return nil, true
	}
	v, ok := x.valid().body.(*T)
	return v, ok
}

func (c *apiCall) session(r *run, i int) (*session.Session, bool) {
	return argument[session.Session](r, c, i, session.SessionObject)
}

func (c *apiCall) conn(r *run, i int) (*session.Conn, bool) {
	return argument[session.Conn](r, c, i, session.ConnObject)
}

func (c *apiCall) context(r *run, i int) (*session.Context, bool) {
	return argument[session.Context](r, c, i, session.ContextObject)
}

func sessionDup(r *run, c *apiCall) {
	if s, ok := c.session(r, 0); ok {
		c.gives(r, s.Dup())
		return
	}
	r.interpret(c)
}

// setID gives the session an id that no other one has: a cache finds it by that.
func setID(r *run, c *apiCall) {
	r.interpret(c)
	if s, ok := c.session(r, 0); ok && c.ok {
		r.ids++
		s.SetID(fmt.Append(nil, "id ", r.ids))
	}
}

func handleUpRef(r *run, c *apiCall) {
	x := c.ref(r, 0)
	if x == nil {
		return
	}
	switch b := x.valid().body.(type) {
	case *session.Session:
		b.UpRef()
	case *session.Conn:
		b.UpRef()
	case *session.Context:
		b.UpRef()
	default:
		r.interpret(c)
	}
}

func handleFree(r *run, c *apiCall) {
	if conn, ok := c.conn(r, 0); ok && conn != nil {
		if h := conn.Handle(); c.event {
			r.cachesOf(conn)
		} else if h.Held() > 0 && h.Object().Count() == 1 {
			r.happens(func() { conn.Shutdown() }) // so that the cache keeps the session
		}
	}
	r.free(c.ref(r, 0))
}

// cachesOf makes the connection one of the context that the program has put a
// session into: what the connection drops without SSL_shutdown, its cache drops.
func (r *run) cachesOf(conn *session.Conn) {
	r.happens(func() {
		for _, x := range r.refs {
			if ctx, ok := x.body.(*session.Context); ok && len(ctx.Sessions()) > 0 {
				conn.MadeBy(ctx)
			}
		}
	})
}

// free gives back one reference of x, or of what is assumed to be the same.
func (r *run) free(x *ref) {
	if x == nil {
		return
	}
	switch b := x.payer().body.(type) {
	case *session.Session:
		b.Free()
	case *session.Conn:
		b.Free()
	case *session.Context:
		b.Free()
	default:
		r.begin("free")
		x.payer().h.Free()
	}
}

func newConn(r *run, c *apiCall) {
	x, ok := c.context(r, 0)
	if !ok {
		r.interpret(c)
		return
	}
	c.gives(r, x.NewConn())
}

func get0(r *run, c *apiCall) {
	conn, ok := c.conn(r, 0)
	if !ok {
		r.interpret(c)
		return
	}
	if x := c.gives(r, conn.Get0Session()); x != nil {
		x.source = c.ref(r, 0)
	}
}

func get1(r *run, c *apiCall) {
	if conn, ok := c.conn(r, 0); ok {
		c.gives(r, conn.Get1Session())
		return
	}
	r.interpret(c)
}

func setSession(r *run, c *apiCall) {
	conn, ok1 := c.conn(r, 0)
	s, ok2 := c.session(r, 1)
	if !ok1 || !ok2 {
		r.interpret(c)
		return
	}
	other := conn != nil && !conn.Holds(s)
	if c.event {
		r.cachesOf(conn)
		conn.SetSession(s)
	} else {
		conn.AsShutDown(func() { conn.SetSession(s) }) // so that the cache keeps the session
	}
	if c.ok && other {
		r.gaveUp(c.ref(r, 0), contract.EndsBorrows)
	}
	c.published(r, 1)
}

func copySession(r *run, c *apiCall) {
	event(func(to *session.Conn) bool {
		from, ok := c.conn(r, 1)
		return ok && to.CopySession(from)
	})(r, c)
}

// published notes that a successful call let argument i be known outside.
func (c *apiCall) published(r *run, i int) {
	if x := c.ref(r, i); x != nil && c.ok {
		x.public = true
	}
}

// event is an operation that may replace or drop the connection's session,
// depending on a state nobody sees. It does if the witness says so.
func event(op func(*session.Conn) bool) func(*run, *apiCall) {
	return func(r *run, c *apiCall) {
		conn, ok := c.conn(r, 0)
		if !ok || !c.event || conn == nil {
			r.interpret(c)
			return
		}
		r.cachesOf(conn)
		r.happens(func() { op(conn) })
		r.gaveUp(c.ref(r, 0), contract.MayEnd)
	}
}

// happens runs what does not depend on how the call ends.
func (r *run) happens(op func()) {
	was := r.succeeds
	r.succeeds = true
	op()
	r.succeeds = was
}

func shutdown(r *run, c *apiCall) {
	if conn, ok := c.conn(r, 0); ok {
		conn.Shutdown()
		return
	}
	r.interpret(c)
}

func addSession(r *run, c *apiCall) {
	x, ok1 := c.context(r, 0)
	s, ok2 := c.session(r, 1)
	if !ok1 || !ok2 {
		r.interpret(c)
		return
	}
	if c.event { // a full cache drops what it has
		x.SetCacheSize(1)
		defer x.SetCacheSize(0)
	}
	x.AddSession(s)
	c.published(r, 1)
}

func removeSession(r *run, c *apiCall) {
	x, ok1 := c.context(r, 0)
	s, ok2 := c.session(r, 1)
	if !ok1 || !ok2 || !c.event {
		r.interpret(c)
		return
	}
	r.happens(func() { x.RemoveSession(s) })
}

func flushSessions(r *run, c *apiCall) {
	x, ok := c.context(r, 0)
	if !ok || !c.event {
		r.interpret(c)
		return
	}
	x.FlushSessions(0)
}

// readSession is a d2i-like function: through its reuse argument it may
// overwrite a session that is there already.
func readSession(r *run, c *apiCall) {
	i := c.reuseArg()
	old := r.behind(c, i)
	if old == nil {
		if x := c.gives(r, r.world.D2I(nil, nil)); x != nil {
			r.reuseInto(c, i, x)
		}
		return
	}
	s, ok := old.valid().body.(*session.Session)
	if !ok {
		r.interpret(c)
		return
	}
	if r.world.D2I(&s, nil) != nil {
		r.endContents(old, nil)
		c.results[c.handleResult()] = r.pointed(c, i)
	}
}

// reuseArg is the index of the pointer to a handle that may be reused, -1 if
// there is none.
func (c *apiCall) reuseArg() int {
	for i := range c.args {
		if c.fn.Param(i).Effect == contract.Reuse {
			return i
		}
	}
	return -1
}

// lentHandle makes the runtime's value for what a callback is lent or offered.
func (r *run) lentHandle(what string, offered bool) *ref {
	switch what {
	case session.SessionObject:
		s := (*session.Session)(nil)
		if offered {
			var refuse func()
			s, refuse = r.world.Offer()
			r.offers = append(r.offers, offer{refuse: refuse})
		} else {
			s = r.world.Lend()
		}
		return r.wrap(what, s, s.Handle())
	case session.ConnObject:
		c := r.world.LendConn()
		return r.wrap(what, c, c.Handle())
	case session.ContextObject:
		x := r.world.LendContext()
		return r.wrap(what, x, x.Handle())
	}
	r.begin("callback")
	o := r.ledger.NewObject(what, nil, nil)
	return r.wrap(what, nil, r.ledger.Borrow(o, r.ledger.Hold("library", o)))
}

// givenHandle makes the runtime's value for a reference that the program has taken
// over from an object that owned it.
func (r *run) givenHandle(what string) *ref {
	switch what {
	case session.SessionObject:
		s := r.world.Give()
		return r.wrap(what, s, s.Handle())
	case session.ConnObject:
		c := r.world.GiveConn()
		return r.wrap(what, c, c.Handle())
	case session.ContextObject:
		x := r.world.GiveContext()
		return r.wrap(what, x, x.Handle())
	}
	r.begin("taken over")
	return r.wrap(what, nil, r.ledger.Acquire(r.ledger.NewObject(what, nil, nil), ledger.Owned))
}

func (r *run) wrap(what string, body any, h *ledger.Handle) *ref {
	x := r.newRef(what, h)
	x.body = body
	return x
}

// flushFinds flushes every cache and reports whether one meets the fault.
func (r *run) flushFinds(found *violation) bool {
	for _, x := range r.refs {
		if c, ok := x.body.(*session.Context); ok {
			c.FlushSessions(0)
		}
	}
	return found.raw != nil && found.raw.Fault == ledger.Delayed
}
