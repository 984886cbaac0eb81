//go:build libssl

package libssl_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/sessionlint/sessionlint/session"
	"github.com/sessionlint/sessionlint/session/libssl"
)

// An operation does the same to both sides of a random side's world.
type operation struct {
	name   string
	weight int
	do     func(w *world, s *side)
}

var operations = []operation{
	{"new", 3, func(w *world, s *side) { w.newSession(s) }},
	{"dup", 2, func(w *world, s *side) {
		if p, ok := w.pick(s); ok {
			w.got(s, "dup", p.m.Dup(), p.l.Dup())
		}
	}},
	{"up_ref", 2, func(w *world, s *side) {
		if p, ok := w.pick(s); ok && w.same("up_ref", p.m.UpRef(), p.l.UpRef()) {
			s.own = append(s.own, p)
		}
	}},
	{"free", 5, func(w *world, s *side) {
		if len(s.own) > 0 {
			i := w.r.IntN(len(s.own))
			p := s.own[i]
			s.own = append(s.own[:i:i], s.own[i+1:]...)
			p.m.Free()
			p.l.Free()
		}
	}},
	{"get1", 3, func(w *world, s *side) {
		if c := w.conn(s); c != nil {
			w.got(s, "get1", c.m.Get1Session(), c.l.Get1Session())
		}
	}},
	{"get0 and up_ref", 2, func(w *world, s *side) {
		if c := w.conn(s); c != nil {
			m, l := c.m.Get0Session(), c.l.Get0Session()
			if w.see("get0", m, l) && w.same("up_ref", m.UpRef(), l.UpRef()) {
				s.own = append(s.own, pair{m, l})
			}
		}
	}},
	{"set_session", 3, func(w *world, s *side) {
		c := w.conn(s)
		if p, ok := w.pick(s); ok && c != nil {
			w.same("set_session", c.m.SetSession(p.m), c.l.SetSession(p.l))
			c.broken = c.established
		}
	}},
	{"set_session NULL", 1, func(w *world, s *side) {
		if c := w.conn(s); c != nil {
			w.same("set_session", c.m.SetSession(nil), c.l.SetSession(libssl.Session{}))
			c.broken = c.established
		}
	}},
	{"add_session", 3, func(w *world, s *side) {
		if p, ok := w.pick(s); ok {
			w.same("add_session", s.m.AddSession(p.m), s.l.AddSession(p.l))
		}
	}},
	{"remove_session", 2, func(w *world, s *side) {
		if p, ok := w.pick(s); ok {
			w.same("remove_session", s.m.RemoveSession(p.m), s.l.RemoveSession(p.l))
		}
	}},
	{"flush_sessions", 2, func(w *world, s *side) {
		now := []int64{0, w.now, w.now + 1500, w.now + margin, w.now - margin}[w.r.IntN(5)]
		s.m.FlushSessions(now)
		s.l.FlushSessions(now)
	}},
	{"set_time", 2, func(w *world, s *side) {
		if p, ok := w.pick(s); ok {
			t := w.now + []int64{-2 * margin, -4000, 0, 2 * margin}[w.r.IntN(4)]
			p.m.SetTime(t)
			p.l.SetTime(t)
		}
	}},
	{"set_timeout", 1, func(w *world, s *side) {
		if p, ok := w.pick(s); ok {
			t := []int64{100, 3000, 10 * margin}[w.r.IntN(3)]
			p.m.SetTimeout(t)
			p.l.SetTimeout(t)
		}
	}},
	{"d2i", 2, func(w *world, s *side) { w.d2i(s) }},
	{"ssl_new", 2, func(w *world, s *side) { w.newConn(s) }},
	{"ssl_free", 2, func(w *world, s *side) {
		if len(s.conns) > 0 {
			i := w.r.IntN(len(s.conns))
			c := s.conns[i]
			s.conns = append(s.conns[:i:i], s.conns[i+1:]...)
			c.m.Free()
			c.l.Free()
			c.gone = true
		}
	}},
	{"copy_session_id", 1, func(w *world, s *side) {
		if to, from := w.conn(s), w.conn(s); to != nil {
			w.same("copy_session_id", to.m.CopySession(from.m), to.l.CopySession(from.l))
			to.broken = to.established || from.established // takes over the method, too
		}
	}},
	{"ssl_dup", 1, func(w *world, s *side) {
		if c := w.conn(s); c != nil {
			m, l := c.m.Dup(), c.l.Dup()
			w.same("ssl_dup gives the same", session.SameConn(m, c.m), l == c.l)
			if l != c.l {
				s.conns = append(s.conns, &conn{m: m, l: l})
				return
			}
			m.Free()
			l.Free()
		}
	}},
	{"ssl_clear", 2, func(w *world, s *side) {
		if c := w.conn(s); c != nil && w.same("clear", c.m.Clear(), c.l.Clear()) {
			c.established, c.shutdown, c.broken, c.peer = false, false, false, nil
		}
	}},
	{"shutdown", 2, func(w *world, s *side) {
		if c := w.conn(s); c != nil && !c.shutdown && !c.alone() {
			if w.same("shutdown", c.m.Shutdown(), c.l.Shutdown()) {
				c.shutdown = true
			}
		}
	}},
	{"connect", 6, func(w *world, _ *side) { w.connect() }},
	{"read", 3, func(w *world, _ *side) {
		if c := w.conn(w.sides[0]); c != nil && c.readable() {
			c.m.Read()
			c.l.Read()
		}
	}},
	{"renegotiate", 3, func(w *world, _ *side) {
		c := w.conn(w.sides[0])
		if c == nil || w.version != session.TLS12 || !c.readable() || c.peer.shutdown || c.peer.alone() || c.peer.l.Get0Session().IsNil() {
			return
		}
		if w.same("renegotiate", session.Renegotiate(c.m, c.peer.m), libssl.Renegotiate(c.l, c.peer.l)) {
			w.reached["renegotiation"]++
		}
	}},
	{"resume", 6, func(w *world, _ *side) { w.resume() }},
	{"offer a stranger", 2, func(w *world, _ *side) { w.offerStranger() }},
	{"cache mode", 1, func(w *world, s *side) { w.setMode(w.index(s)) }},
	{"keep", 1, func(w *world, _ *side) { w.setKeep() }},
}

var totalWeight = func() (n int) {
	for _, o := range operations {
		n += o.weight
	}
	return n
}()

func (w *world) index(s *side) int {
	if s == w.sides[0] {
		return 0
	}
	return 1
}

func (w *world) pick(s *side) (pair, bool) {
	if len(s.own) == 0 {
		return pair{}, false
	}
	p := s.own[w.r.IntN(len(s.own))]
	w.log("  session %d", p.l.Serial())
	return p, true
}

func (w *world) conn(s *side) *conn {
	if len(s.conns) == 0 {
		return nil
	}
	i := w.r.IntN(len(s.conns))
	w.log("  connection %d", i)
	return s.conns[i]
}

// got adds the result of an acquiring operation.
func (w *world) got(s *side, what string, m *session.Session, l libssl.Session) {
	if w.see(what, m, l) {
		s.own = append(s.own, pair{m, l})
	}
}

func (w *world) newConn(s *side) *conn {
	c := &conn{m: s.m.NewConn(), l: s.l.NewConn()}
	s.conns = append(s.conns, c)
	return c
}

// newSession makes a bare session: of few ids, so that they meet in the caches.
func (w *world) newSession(s *side) {
	if len(s.conns) == 0 {
		w.newConn(s)
	}
	v := []session.Version{session.TLS12, session.TLS13}[w.r.IntN(2)]
	m, l := w.ledger.New(), libssl.New(s.conns[0].l, int(v))
	m.SetVersion(v)
	if id := w.r.IntN(5); id > 0 {
		w.same("set1_id", m.SetID([]byte{byte(id)}), l.SetID([]byte{byte(id)}))
	}
	w.got(s, "new", m, l)
}

// d2i serialises one session and reads it back in one of four ways.
func (w *world) d2i(s *side) {
	from, ok := w.pick(s)
	if !ok {
		return
	}
	mder, lder := from.m.I2D(), from.l.I2D()
	if lder == nil {
		return
	}
	if w.r.IntN(4) == 0 {
		mder, lder = mder[:len(mder)-1], lder[:len(lder)-1]
		w.log("  cut short")
	}
	switch into, ok := w.pick(s); {
	case w.r.IntN(3) == 0:
		w.got(s, "d2i", w.ledger.D2I(nil, mder), libssl.D2I(nil, lder))
	case !ok || w.r.IntN(2) == 0 || w.cached(into.m) || leavesTicket(into.l, from.l):
		var m *session.Session
		var l libssl.Session
		rm, rl := w.ledger.D2I(&m, mder), libssl.D2I(&l, lder)
		w.same("result is *a", rm == m, rl == l)
		w.got(s, "d2i of a null pointer", m, l)
	default:
		m, l := into.m, into.l
		rm, rl := w.ledger.D2I(&m, mder), libssl.D2I(&l, lder)
		w.same("*a is kept", m == into.m, l == into.l)
		w.same("d2i into a session succeeds", rm != nil, !rl.IsNil())
	}
}

// leavesTicket reports whether reading from into one would leave a ticket's
// length without a ticket: OpenSSL 3.0 does not reset it, and would read through
// the null pointer when the session is offered.
func leavesTicket(into, from libssl.Session) bool { return into.HasTicket() && !from.HasTicket() }

// cached reports whether a session is in a cache: it must not be overwritten
// there.
func (w *world) cached(m *session.Session) bool {
	for _, s := range w.sides {
		for _, c := range s.m.Sessions() {
			if session.Same(c, m) {
				return true
			}
		}
	}
	return false
}

// fresh returns a connection that has not done a handshake.
func (w *world) fresh(s *side) *conn {
	for _, c := range s.conns {
		if !c.established && !c.broken {
			return c
		}
	}
	return w.newConn(s)
}

// resume is what a client does to be resumed: it reads its tickets, takes the
// session and offers it on another connection.
func (w *world) resume() {
	var from *conn
	for _, c := range w.sides[0].conns {
		if c.readable() {
			from = c
		}
	}
	if from == nil {
		w.connect()
		return
	}
	from.m.Read()
	from.l.Read()
	m, l := from.m.Get1Session(), from.l.Get1Session()
	if !w.see("get1", m, l) {
		return
	}
	w.sides[0].own = append(w.sides[0].own, pair{m, l})
	w.compare()
	if w.r.IntN(5) == 0 {
		m.SetTime(w.now - ticketLifetime)
		l.SetTime(w.now - ticketLifetime)
		w.log("  the client's is old")
	}
	if p := from.peer; w.r.IntN(2) == 0 && !p.gone {
		w.prepareServer(p)
	}
	to := w.newConn(w.sides[0])
	w.same("set_session", to.m.SetSession(m), to.l.SetSession(l))
	w.connectTo(to, w.fresh(w.sides[1]))
}

// ticketLifetime is more than a ticket is good for.
const ticketLifetime = 9000 // seconds

// prepareServer gives the server's side of a connection something to think of
// when the client comes back: an application that keeps the session, one that
// is too old, or both.
func (w *world) prepareServer(c *conn) {
	m, l := c.m.Get1Session(), c.l.Get1Session()
	if !w.see("get1", m, l) {
		return
	}
	s := w.sides[1]
	s.own = append(s.own, pair{m, l})
	if w.r.IntN(3) == 0 {
		m.SetTime(w.now - 2*margin)
		l.SetTime(w.now - 2*margin)
		w.log("  the server's is old")
	}
	if w.r.IntN(3) == 0 {
		w.log("  the server's leaves the cache")
		w.same("remove_session", s.m.RemoveSession(m), s.l.RemoveSession(l))
	}
	w.compare()
}

// offerStranger makes a client offer the id of a session that is in the server's
// cache but was never made by a handshake there.
func (w *world) offerStranger() {
	c, s := w.newConn(w.sides[0]), w.fresh(w.sides[1])
	id := []byte{9, byte(w.r.IntN(3))}
	var made [2]pair
	for i, side := range w.sides {
		m, l := w.ledger.New(), libssl.New(c.l, int(w.version))
		m.SetVersion(w.version)
		m.SetID(id)
		l.SetID(id)
		w.got(side, "new", m, l)
		made[i] = pair{m, l}
	}
	w.same("add_session", w.sides[1].m.AddSession(made[1].m), w.sides[1].l.AddSession(made[1].l))
	w.same("set_session", c.m.SetSession(made[0].m), c.l.SetSession(made[0].l))
	w.connectTo(c, s)
}

func (w *world) connect() { w.connectTo(w.fresh(w.sides[0]), w.fresh(w.sides[1])) }

func (w *world) connectTo(c, s *conn) {
	var list []libssl.Session
	for _, p := range w.sides[1].own {
		list = append(list, p.l)
	}
	libssl.SetOutside(list, w.copy)
	m, l := session.Connect(c.m, s.m), libssl.Connect(c.l, s.l)
	w.log("  %v, sessions %d and %d, resumed %v", l, serial(c.l), serial(s.l), s.l.Reused())
	if s.l.Reused() {
		w.reached[fmt.Sprintf("resumption in version %x, tickets %v", int(w.version), !w.noTicket)]++
	}
	if w.same("connect", m, l) {
		c.established, s.established = true, true
		c.peer, s.peer = s, c
	}
}

// alone reports whether the connection is broken or its peer has gone away:
// using it is a fatal error, which the model does not know.
func (c *conn) alone() bool {
	return c.broken || c.established && (c.peer.gone || c.peer.peer != c)
}

// readable reports whether reading meets nothing but the peer's tickets: no end
// of the connection, and a session to replace.
func (c *conn) readable() bool {
	return c.established && !c.shutdown && !c.alone() && !c.l.Get0Session().IsNil()
}

func serial(c libssl.Conn) int {
	if s := c.Get0Session(); !s.IsNil() {
		return s.Serial()
	}
	return 0
}

// step does one random operation and compares.
func (w *world) step() {
	w.now = libssl.Now()
	n := w.r.IntN(totalWeight)
	for _, o := range operations {
		if n -= o.weight; n < 0 {
			i := w.r.IntN(2)
			w.log("%s on side %d", o.name, i)
			o.do(w, w.sides[i])
			break
		}
	}
	w.late = w.late || libssl.Now() != w.now
	w.compare()
}

// end settles everything in a random order and compares what is left: nothing.
func (w *world) end() {
	var rest []func()
	for _, s := range w.sides {
		for _, p := range s.own {
			rest = append(rest, func() { p.m.Free(); p.l.Free() })
		}
		for _, c := range s.conns {
			rest = append(rest, func() { c.m.Free(); c.l.Free() })
		}
		rest = append(rest, func() { s.m.Free(); s.l.Free() })
	}
	w.r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for _, f := range rest {
		f()
	}
	w.log("end")
	if m, l := w.ledger.Live(session.SessionObject), libssl.Live()-w.base; m != 0 || l != 0 {
		w.fail("alive at the end: model %d, library %d", m, l)
	}
	for _, v := range append(w.ledger.Violations(), w.ledger.Leaks()...) {
		w.fail("at the end: %s", v.Error())
	}
}

// script runs one random script and returns what differs, "" if nothing.
// reached counts what happened. A script in which a step took longer than its
// second is run again: the two clocks may have differed.
func script(seed uint64, reached map[string]int) string {
	for {
		w := newWorld(rand.New(rand.NewPCG(seed, 11)))
		w.reached = reached
		for steps := 10 + w.r.IntN(30); steps > 0 && len(w.problems) == 0; steps-- {
			w.step()
		}
		if len(w.problems) == 0 || w.late {
			w.end()
		}
		if len(w.problems) == 0 {
			return ""
		}
		if !w.late {
			return w.story(seed)
		}
	}
}

// story tells what a script did and where it ended.
func (w *world) story(seed uint64) string {
	text := fmt.Sprintf("script %d:\n", seed)
	for _, line := range w.history {
		text += "  " + line + "\n"
	}
	for _, p := range w.problems {
		text += "DIFFERENCE " + p + "\n"
	}
	return text
}
