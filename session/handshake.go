package session

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// The handshake as far as sessions are concerned, side by side with
// ssl/statem/{statem_clnt,statem_srvr,extensions_clnt,extensions_srvr}.c: what a
// client offers, what the server makes of it, and what either side installs.

// A hello is what a client offers to resume.
type hello struct {
	id      []byte // TLS 1.2: of its session
	ticket  []byte // of its session
	tickets bool   // TLS 1.2: it understands tickets
	psk     bool   // TLS 1.3: it has an external key
}

// A reply is what the server made of a hello.
type reply struct {
	resumed  bool
	external bool   // by the external key
	id       []byte // TLS 1.2
	tickets  []ticket
}

// A ticket is what a server gives away instead of keeping a session: the session
// itself, sealed by the context, or the id of one that it keeps all the same.
type ticket struct {
	bytes    []byte
	lifetime int64 // seconds
}

// offer is the client's first flight. ok is false if a callback ends the
// handshake.
func (c *connState) offer() (h hello, ok bool) {
	version := c.version
	if c.session == nil || c.session.version != version || !c.session.resumable() {
		c.fresh()
	}
	h.tickets = !c.noTicket
	s := c.session
	if version == TLS12 {
		h.id = s.id
		if h.tickets {
			h.ticket = s.ticket
		}
		return h, true
	}
	if !c.usePSK() {
		return h, false
	}
	h.psk = c.psk != nil
	if c.l.seconds()-s.time <= s.lifetime+1 && c.l.seconds() >= s.time {
		h.ticket = s.ticket
	}
	return h, true
}

// connected is the client's part after the server's answer.
func (c *connState) connected(r reply) {
	version := c.version
	c.resumed = r.resumed
	switch {
	case r.external:
		// The key's session was recorded for no group: it is copied at once to
		// record the one in use, and the callback's object goes.
		copied := c.l.renewed(c.psk)
		c.dropPSK()
		c.install(copied)
	case r.resumed:
		c.dropPSK()
	default:
		if len(c.session.id) > 0 {
			c.fresh()
		}
		c.session.version = version
		if version == TLS12 {
			c.session.id = r.id
		}
	}
	c.established = true
	if version == TLS13 {
		// A TLS 1.3 ticket is used once.
		if c.ctx.mode&CacheClient != 0 {
			c.ctx.remove(c.session)
		}
		c.pending = r.tickets
		return
	}
	for _, t := range r.tickets {
		c.receiveTicket(t)
	}
	c.updateCache(CacheClient)
}

// accept is the server's part. ok is false if a callback ends the handshake.
func (c *connState) accept(h hello) (r reply, ok bool) {
	c.resumed = false
	if c.version == TLS13 {
		return c.accept13(h)
	}
	r.resumed = c.resume12(h)
	c.resumed = r.resumed
	byTicket := h.tickets && !c.noTicket
	if !r.resumed {
		c.fresh()
		if !byTicket {
			c.session.id = c.l.newID()
		}
	}
	if !r.resumed && c.ctx.mode&CacheServer == 0 {
		c.session.id = nil // a session that nobody keeps gets no id
	}
	r.id = c.session.id
	if byTicket && !r.resumed {
		t, ok := c.seal()
		if !ok {
			return r, false
		}
		r.tickets = []ticket{t}
	}
	c.established = true
	c.updateCache(CacheServer)
	return r, true
}

// resume12 finds the session of a TLS 1.2 hello and installs it.
func (c *connState) resume12(h hello) bool {
	if h.ticket != nil && !c.noTicket {
		s, hold := c.open(h.ticket, h.id)
		return s != nil && c.acceptable(s, hold, false)
	}
	if h.tickets && !c.noTicket {
		c.allowOpen(nil) // the hello says that there could be one
	}
	if len(h.id) == 0 {
		return false
	}
	s, hold := c.lookup(h.id)
	return s != nil && c.acceptable(s, hold, true)
}

// acceptable ends ssl_get_prev_session: a found session is installed, or given
// back if it belongs to another context or is too old.
func (c *connState) acceptable(s *sessionState, hold *ledger.Hold, cached bool) bool {
	if !bytes.Equal(s.idContext, c.idContext) {
		hold.Drop()
		return false
	}
	if c.l.seconds() > s.expires() {
		if cached {
			c.ctx.remove(s)
		}
		hold.Drop()
		return false
	}
	c.adopt(s, hold)
	return true
}

// lookup is lookup_sess_in_cache: the internal cache, then the callback. The
// caller gets a reference.
func (c *connState) lookup(id []byte) (*sessionState, *ledger.Hold) {
	x := c.ctx
	if x.mode&CacheNoInternalLookup == 0 {
		if s := x.find(&sessionState{id: id, version: c.version}); s != nil {
			return s, c.l.led.Hold("SSL", s.object)
		}
	}
	if x.onGet == nil {
		return nil, nil
	}
	s, hold := c.askOutside(id)
	if s == nil {
		return nil, nil
	}
	if x.mode&CacheNoInternalStore == 0 {
		x.add(s)
	}
	return s, hold
}

func (c *connState) accept13(h hello) (r reply, ok bool) {
	if h.ticket != nil || h.psk {
		c.install(nil)
		r.external, ok = c.findPSK(h)
		if !ok {
			return r, false
		}
	}
	switch {
	case r.external:
		r.resumed = true
	case h.ticket != nil:
		r.resumed = c.resume13(h.ticket)
	}
	c.resumed = r.resumed
	if !r.resumed {
		c.fresh()
	}
	c.established = true
	n := c.tickets
	switch {
	case c.resumed && !r.external && !c.noTicket && c.ctx.onOpen != nil:
		n = 0 // its answer is to use the ticket, not to renew it
	case c.resumed:
		n = min(n, 1)
	}
	for range n {
		t, ok := c.sendTicket()
		if !ok {
			return r, false
		}
		r.tickets = append(r.tickets, t)
	}
	return r, true
}

func (c *connState) resume13(bytes []byte) bool {
	if !c.noTicket {
		s, hold := c.open(bytes, nil)
		return s != nil && c.acceptable(s, hold, false)
	}
	s, hold := c.lookup(bytes)
	return s != nil && c.acceptable(s, hold, false)
}

// receiveTicket is a client's work on one NewSessionTicket: the session is
// replaced by a copy that carries the ticket. A connection whose session was
// taken away in between (libssl crashes then) finds nothing to replace.
func (c *connState) receiveTicket(t ticket) {
	s := c.session
	if s == nil {
		return
	}
	if c.version == TLS13 || len(s.id) > 0 {
		copied := c.l.renewed(s)
		if c.version != TLS13 && c.ctx.mode&CacheClient != 0 {
			c.ctx.remove(s)
		}
		c.install(copied)
		s = copied
	}
	id := sha256.Sum256(t.bytes)
	s.id, s.ticket, s.lifetime, s.notResumable = id[:], t.bytes, t.lifetime, false
	s.time = c.l.seconds()
	if c.version == TLS13 {
		c.updateCache(CacheClient)
	}
}

// sendTicket is a server's NewSessionTicket in TLS 1.3: from the second on, and
// after resumption, the session is replaced by a copy.
func (c *connState) sendTicket() (t ticket, ok bool) {
	if c.sent > 0 || c.resumed {
		c.install(c.l.renewed(c.session))
	}
	c.session.id = c.l.newID()
	c.session.time = c.l.seconds()
	if t, ok = c.seal(); !ok {
		return t, false
	}
	c.sent++
	c.updateCache(CacheServer)
	return t, true
}

// seal makes a ticket of the connection's session.
func (c *connState) seal() (t ticket, ok bool) {
	if !c.allowSeal() {
		return t, false
	}
	s := c.session
	if c.version == TLS13 && c.noTicket {
		return ticket{bytes: s.id, lifetime: s.timeout}, true
	}
	c.l.ids++
	b := binary.BigEndian.AppendUint64(nil, c.l.ids)
	b = binary.BigEndian.AppendUint64(b, uint64(c.ctx.object.ID))
	return ticket{bytes: append(b, encode(s)...), lifetime: s.timeout}, true
}

// open makes a session of a ticket that this context has sealed, or nil; an id
// that is not empty takes the place of the sealed one. The caller gets its
// reference.
func (c *connState) open(b, id []byte) (*sessionState, *ledger.Hold) {
	s := c.unseal(b)
	if s == nil {
		c.allowOpen(nil)
		return nil, nil
	}
	if len(id) > 0 {
		s.id = id
	}
	hold := c.l.led.Hold("SSL", s.object)
	if !c.allowOpen(s) {
		hold.Drop()
		return nil, nil
	}
	return s, hold
}

func (c *connState) unseal(b []byte) *sessionState {
	if len(b) < 16 || binary.BigEndian.Uint64(b[8:]) != uint64(c.ctx.object.ID) {
		return nil
	}
	d, ok := parse(b[16:])
	if !ok {
		return nil
	}
	s := c.l.newSessionState(0)
	c.l.overwrite(s, d)
	return s
}
