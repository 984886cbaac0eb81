//go:build libssl

package libssl_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/sessionlint/sessionlint/session"
	"github.com/sessionlint/sessionlint/session/libssl"
)

// margin is more seconds than any session of a script is good for, but those
// whose timeout says otherwise.
const margin = 100_000

// A pair is one session on both sides, one own reference each.
type pair struct {
	m *session.Session
	l libssl.Session
}

// A conn is one connection on both sides.
type conn struct {
	m           *session.Conn
	l           libssl.Conn
	established bool
	shutdown    bool
	broken      bool // SSL_set_session on a live connection resets its record layer
	peer        *conn
	gone        bool
}

// A side is a context, its connections and the own references to sessions that
// have to do with it: a session must not be in two caches.
type side struct {
	m     *session.Context
	l     libssl.Context
	own   []pair
	conns []*conn
}

// A known object has been seen on both sides.
type known struct {
	m *session.Session
	l libssl.Session
}

// A world is one script's state.
type world struct {
	r        *rand.Rand
	now      int64 // the second in which the step under way began, on both clocks
	late     bool  // a step took longer than its second: the clocks may differ
	version  session.Version
	noTicket bool
	ledger   *session.Ledger
	sides    [2]*side // client, server
	known    map[int]known
	base     int // objects alive before
	keep     bool
	copy     bool

	events   []modelEvent // of the model, of this step
	history  []string
	reached  map[string]int // what happened, in the library
	problems []string
}

type modelEvent struct {
	kind string
	side int
	s    *session.Session
	refs int
}

func (w *world) fail(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

func count(s *session.Session) int { return s.Handle().Object().Count() }

// see notes that both sides have come to a session in the same way: both found
// none, or the same one.
func (w *world) see(what string, m *session.Session, l libssl.Session) bool {
	if m == nil || l.IsNil() {
		if (m == nil) != l.IsNil() {
			w.fail("%s: model nil %v, library nil %v", what, m == nil, l.IsNil())
		}
		return false
	}
	return w.seeSerial(what, m, l, l.Serial())
}

// seeSerial is see for a library session that may be dead.
func (w *world) seeSerial(what string, m *session.Session, l libssl.Session, serial int) bool {
	k, ok := w.known[serial]
	if !ok {
		for other, k := range w.known {
			if session.Same(k.m, m) {
				w.fail("%s: the model's session is %d, the library's %d", what, other, serial)
				return false
			}
		}
		w.known[serial] = known{m, l}
		return true
	}
	if !session.Same(k.m, m) {
		w.fail("%s: the library's session %d is another one in the model", what, serial)
		return true
	}
	if !k.m.Handle().Valid() {
		w.known[serial] = known{m, l}
	}
	return true
}

func (w *world) same(what string, m, l bool) bool {
	if m != l {
		w.fail("%s: model %v, library %v", what, m, l)
	}
	return m && l
}

// compare looks at everything that must agree after a step.
func (w *world) compare() {
	w.compareEvents()
	for i, s := range w.sides {
		for j, c := range s.conns {
			w.see(fmt.Sprintf("session of connection %d.%d", i, j), c.m.Get0Session(), c.l.Get0Session())
		}
		w.compareCache(i, s)
	}
	serials := make([]int, 0, len(w.known))
	for serial := range w.known {
		serials = append(serials, serial)
	}
	slices.Sort(serials)
	for _, serial := range serials {
		w.compareSession(serial)
	}
	if m, l := w.ledger.Live(session.SessionObject), libssl.Live()-w.base; m != l {
		w.fail("sessions alive: model %d, library %d", m, l)
	}
	if vs := w.ledger.Violations(); len(vs) > 0 {
		w.fail("violation: %s", vs[0].Error())
	}
}

func (w *world) compareSession(serial int) {
	k := w.known[serial]
	refs := 0
	if !libssl.Dead(serial) {
		refs = k.l.Refs()
	}
	if m := count(k.m); m != refs {
		w.fail("count of session %d: model %d, library %d", serial, m, refs)
	}
	if refs == 0 {
		delete(w.known, serial)
		return
	}
	if !k.m.Handle().Valid() {
		return // no handle to it may look at it any longer
	}
	if m, l := k.m.Resumable(), k.l.Resumable(); m != l {
		w.fail("session %d resumable: model %v, library %v", serial, m, l)
	}
	if m, l := len(k.m.ID()), len(k.l.ID()); m != l {
		w.fail("id of session %d: model %d bytes, library %d", serial, m, l)
	}
	if m, l := k.m.Timeout(), k.l.Timeout(); m != l {
		w.fail("timeout of session %d: model %d, library %d", serial, m, l)
	}
	if m, l := k.m.Time(), k.l.Time(); m != l {
		w.fail("time of session %d: model %d, library %d", serial, m, l)
	}
}

func (w *world) compareCache(i int, s *side) {
	model, library := s.m.Sessions(), s.l.Sessions()
	if len(model) != len(library) {
		w.fail("cache %d: model holds %d, library %d", i, len(model), len(library))
		return
	}
	unknown := 0
	for _, l := range library {
		k, ok := w.known[l.Serial()]
		if !ok {
			unknown++
			continue
		}
		if !slices.ContainsFunc(model, func(m *session.Session) bool { return session.Same(m, k.m) }) {
			w.fail("cache %d: session %d is only in the library's", i, l.Serial())
		}
	}
	if unknown == 1 {
		for _, m := range model {
			if !w.isKnown(m) {
				for _, l := range library {
					if _, ok := w.known[l.Serial()]; !ok {
						w.see("cache", m, l)
					}
				}
			}
		}
	}
}

func (w *world) isKnown(m *session.Session) bool {
	for _, k := range w.known {
		if session.Same(k.m, m) {
			return true
		}
	}
	return false
}

// compareEvents compares the callbacks that ran in this step, side by side: how
// the two sides of a handshake interleave is not the model's business.
func (w *world) compareEvents() {
	library := libssl.TakeEvents()
	for i := range w.sides {
		var m []modelEvent
		var l []libssl.Event
		for _, e := range w.events {
			if e.side == i {
				m = append(m, e)
			}
		}
		for _, e := range library {
			if e.Context == w.sides[i].l {
				l = append(l, e)
			}
		}
		if len(m) != len(l) {
			w.fail("callbacks of side %d: model %v, library %v", i, kinds(m, func(e modelEvent) string { return e.kind }),
				kinds(l, func(e libssl.Event) string { return e.Kind }))
			continue
		}
		for j := range m {
			w.reach(l[j])
			what := fmt.Sprintf("callback %d of side %d (%s)", j, i, m[j].kind)
			if m[j].kind != l[j].Kind || m[j].refs != l[j].Refs {
				w.fail("%s: model count %d, library %s count %d", what, m[j].refs, l[j].Kind, l[j].Refs)
			}
			if (m[j].s == nil) != l[j].Session.IsNil() {
				w.fail("%s: model nil %v", what, m[j].s == nil)
			} else if m[j].s != nil {
				w.seeSerial(what, m[j].s, l[j].Session, l[j].Serial)
			}
			if m[j].kind == "new" && w.keep {
				w.sides[i].own = append(w.sides[i].own, pair{m[j].s, l[j].Session})
			}
		}
	}
	w.events = nil
}

// reach counts a callback's run.
func (w *world) reach(e libssl.Event) {
	switch {
	case e.Kind == "get" && e.Session.IsNil():
		w.reached["get callback finds nothing"]++
	case e.Kind == "get":
		w.reached[fmt.Sprintf("get callback, copy %v", w.copy)]++
	case e.Kind == "new":
		w.reached[fmt.Sprintf("new callback, keep %v", w.keep)]++
	default:
		w.reached[e.Kind+" callback"]++
	}
}

func kinds[T any](list []T, kind func(T) string) (out []string) {
	for _, e := range list {
		out = append(out, kind(e))
	}
	return out
}

// newWorld makes both sides of a script with a random configuration.
func newWorld(r *rand.Rand) *world {
	w := &world{r: r, now: libssl.Now(), ledger: session.NewLedger(), known: map[int]known{}, base: libssl.Live()}
	w.ledger.SetClock(func() int64 { return w.now })
	w.ledger.SetPlace(func() session.Place { return session.Place{File: "script", Line: len(w.history)} })
	w.version = []session.Version{session.TLS12, session.TLS13}[r.IntN(2)]
	noTicket, tickets := r.IntN(2) == 0, r.IntN(4)
	w.noTicket = noTicket
	w.copy = r.IntN(2) == 0
	libssl.SetOutside(nil, w.copy)
	libssl.TakeEvents()
	for i := range w.sides {
		s := &side{
			m: w.ledger.NewContext(),
			l: libssl.NewContext(libssl.Config{Server: i == 1, Version: int(w.version), NoTicket: noTicket && i == 1, Tickets: tickets}),
		}
		s.m.SetVersion(w.version)
		if i == 1 {
			s.m.SetTickets(tickets)
			s.m.SetNoTicket(noTicket)
			s.m.SetIDContext([]byte("p"))
		}
		w.sides[i] = s
		w.setMode(i)
		if r.IntN(4) == 0 {
			n := 1 + r.IntN(3)
			s.m.SetCacheSize(n)
			s.l.SetCacheSize(n)
			w.log("cache size of side %d: %d", i, n)
		}
		w.callbacks(i)
	}
	w.log("version %x, noticket %v, tickets %d, copy %v", int(w.version), noTicket, tickets, w.copy)
	w.setKeep()
	return w
}

func (w *world) log(format string, args ...any) {
	w.history = append(w.history, fmt.Sprintf(format, args...))
}

func (w *world) setMode(i int) {
	bits := []session.CacheMode{0, session.CacheClient, session.CacheServer, session.CacheBoth}[w.r.IntN(4)]
	for _, extra := range []session.CacheMode{session.CacheNoInternalLookup, session.CacheNoInternalStore} {
		if w.r.IntN(4) == 0 {
			bits |= extra
		}
	}
	w.sides[i].m.SetCacheMode(bits)
	w.sides[i].l.SetCacheMode(int(bits))
	w.log("cache mode of side %d: %#x", i, int(bits))
}

func (w *world) setKeep() {
	w.keep = w.r.IntN(2) == 0
	libssl.SetKeep(w.keep)
	w.log("keep %v", w.keep)
}

func (w *world) callbacks(i int) {
	s := w.sides[i]
	note := func(kind string, m *session.Session) {
		e := modelEvent{kind: kind, side: i, s: m}
		if m != nil {
			e.refs = count(m)
		}
		w.events = append(w.events, e)
	}
	if w.r.IntN(3) > 0 {
		s.m.OnNewSession(func(_ *session.Conn, m *session.Session) bool { note("new", m); return w.keep })
		s.l.OnNew()
		w.log("new-session callback on side %d", i)
	}
	if w.r.IntN(3) == 0 {
		s.m.OnRemoveSession(func(_ *session.Context, m *session.Session) { note("remove", m) })
		s.l.OnRemove()
		w.log("remove-session callback on side %d", i)
	}
	if i == 1 && w.r.IntN(3) == 0 {
		use := w.r.IntN(3) > 0
		s.m.OnTickets(
			func(c *session.Conn) bool { note("seal", c.Get0Session()); return true },
			func(_ *session.Conn, m *session.Session) bool { note("open", m); return use })
		s.l.OnTickets(use)
		w.log("ticket callbacks on side %d, use %v", i, use)
	}
	if i == 1 && w.r.IntN(2) == 0 {
		s.m.OnGetSession(func(_ *session.Conn, id []byte) (*session.Session, bool) {
			for _, p := range s.own {
				if string(p.m.ID()) == string(id) {
					note("get", p.m)
					if !w.copy {
						p.m.UpRef()
					}
					return p.m, w.copy
				}
			}
			note("get", nil)
			return nil, true
		})
		s.l.OnGet()
		w.log("get-session callback on side %d", i)
	}
}
