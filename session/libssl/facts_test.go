//go:build libssl

package libssl_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/sessionlint/sessionlint/session"
	"github.com/sessionlint/sessionlint/session/der"
	"github.com/sessionlint/sessionlint/session/libssl"
)

// plain is a world without callbacks, with both caches on.
func plain(t *testing.T, v session.Version, tickets int) *world {
	t.Helper()
	if err := libssl.Init(); err != nil {
		t.Fatal(err)
	}
	w := &world{r: rand.New(rand.NewPCG(1, 1)), now: libssl.Now(), version: v, copy: true,
		ledger: session.NewLedger(), known: map[int]known{},
		base: libssl.Live(), reached: map[string]int{}}
	w.ledger.SetClock(func() int64 { return w.now })
	libssl.SetKeep(false)
	libssl.SetOutside(nil, true)
	libssl.TakeEvents()
	for i := range w.sides {
		s := &side{m: w.ledger.NewContext(),
			l: libssl.NewContext(libssl.Config{Server: i == 1, Version: int(v), Tickets: tickets})}
		s.m.SetVersion(v)
		s.m.SetTickets(tickets)
		s.m.SetCacheMode(session.CacheBoth)
		s.l.SetCacheMode(int(session.CacheBoth))
		if i == 1 {
			s.m.SetIDContext([]byte("p"))
		}
		w.sides[i] = s
	}
	return w
}

// settled compares for the last time.
func (w *world) settled(t *testing.T) {
	t.Helper()
	w.compare()
	w.end()
	for _, p := range w.problems {
		t.Error(p)
	}
}

// key makes a session for an external key on both sides.
func (w *world) key(s *side) pair {
	any := s.l.NewConn()
	defer any.Free()
	m, l := w.ledger.New(), libssl.New(any, int(session.TLS13))
	m.SetVersion(session.TLS13)
	w.got(s, "key", m, l)
	return s.own[len(s.own)-1]
}

// forget takes the last own reference out of the account of a side: the library
// has it now.
func (s *side) forget() { s.own = s.own[:len(s.own)-1] }

func TestExternalKeys(t *testing.T) {
	for _, test := range []struct {
		name               string
		useOK, findOK      bool
		use, find, connect bool
	}{
		{"accepted", true, true, true, true, true},
		{"use callback fails with a session: the library frees it", false, true, true, false, false},
		{"use callback fails without one", false, true, false, false, false},
		{"no key offered", true, true, false, false, true},
		{"find callback fails with a session: the library leaves it", true, false, true, true, false},
		{"find callback knows none", true, true, true, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := plain(t, session.TLS13, 1)
			var use, find pair
			if test.use {
				use = w.key(w.sides[0])
			}
			if test.find {
				find = w.key(w.sides[1])
			}
			w.sides[0].m.OnUsePSK(func(*session.Conn) (*session.Session, bool) { return use.m, test.useOK })
			w.sides[1].m.OnFindPSK(func(*session.Conn, []byte) (*session.Session, bool) { return find.m, test.findOK })
			libssl.OnPSK(w.sides[0].l, w.sides[1].l)
			libssl.SetPSK(use.l, test.useOK, find.l, test.findOK)
			// Connections copy these callbacks when they are made.
			c, s := w.newConn(w.sides[0]), w.newConn(w.sides[1])
			ok := w.same("connect", session.Connect(c.m, s.m), libssl.Connect(c.l, s.l))
			if ok != test.connect {
				t.Errorf("connect: %v", ok)
			}
			libssl.TakeEvents()
			if test.use {
				w.sides[0].forget()
			}
			if test.find && test.findOK {
				w.sides[1].forget()
			}
			if !ok {
				// A failed handshake leaves half-made sessions behind in the
				// library; they go with the connections.
				for _, c := range []*conn{c, s} {
					c.m.Free()
					c.l.Free()
				}
				w.sides[0].conns, w.sides[1].conns = nil, nil
			}
			w.settled(t)
		})
	}
}

// A key's session that is handed out twice needs a reference each time.
func TestExternalKeyTwice(t *testing.T) {
	w := plain(t, session.TLS13, 0)
	use, find := w.key(w.sides[0]), w.key(w.sides[1])
	w.sides[0].m.OnUsePSK(func(*session.Conn) (*session.Session, bool) { use.m.UpRef(); return use.m, true })
	w.sides[1].m.OnFindPSK(func(*session.Conn, []byte) (*session.Session, bool) { find.m.UpRef(); return find.m, true })
	libssl.OnPSK(w.sides[0].l, w.sides[1].l)
	libssl.SetPSK(use.l, true, find.l, true)
	for range 2 {
		use.l.UpRef()
		find.l.UpRef()
		w.connect()
		libssl.TakeEvents()
		w.compare()
	}
	w.settled(t)
}

// d2i into a session that fails after parsing keeps the object and its count,
// here as there. (What is left inside differs: the library has begun to
// overwrite it, the model has not.)
func TestD2ISemanticError(t *testing.T) {
	w := plain(t, session.TLS12, 0)
	s := w.sides[0]
	w.connect()
	c := s.conns[0]
	w.got(s, "get1", c.m.Get1Session(), c.l.Get1Session())
	p := s.own[0]
	cipher := func(der []byte) []byte {
		i := bytes.Index(der, []byte{0x04, 0x02})
		der[i+2], der[i+3] = 0xee, 0xee
		return der
	}
	l, lder := p.l, cipher(p.l.I2D())
	if r := libssl.D2I(&l, lder); !r.IsNil() || l != p.l {
		t.Error("library: d2i succeeded, or changed *a")
	}
	m := p.m
	bad := p.m.I2D()
	bad[bytes.Index(bad, []byte{2, 1, 1})+2] = 2 // SSL_SESSION_ASN1_VERSION is 1
	if r := w.ledger.D2I(&m, bad); r != nil || m != p.m {
		t.Error("model: d2i succeeded, or changed *a")
	}
	w.compare()
	w.settled(t)
}

// What the model writes the library reads, and the other way round: id, time,
// timeout and the right to be resumed. A session that the library wrote, with
// ticket, ALPN and certificate, is written back byte for byte.
func TestSerialisation(t *testing.T) {
	for _, v := range []session.Version{session.TLS12, session.TLS13} {
		w := plain(t, v, 1)
		s := w.sides[0]
		w.connect()
		c := s.conns[0]
		c.m.Read()
		c.l.Read()
		w.got(s, "get1", c.m.Get1Session(), c.l.Get1Session())
		p := s.own[0]
		p.m.SetTimeout(777)
		p.l.SetTimeout(777)

		m := w.ledger.D2I(nil, p.l.I2D())
		if m == nil || !bytes.Equal(m.ID(), p.l.ID()) || m.Timeout() != 777 || m.Time() != p.l.Time() || !m.Resumable() {
			t.Errorf("%x: the model misreads what the library wrote", v)
		}
		d, rest, err := der.Parse(p.l.I2D())
		if err != nil || len(rest) != 0 || string(d.ALPN) != "h2" || d.Peer == nil || d.Ticket == nil {
			t.Errorf("%x: the library's session reads as %+v, %v", v, d, err)
		}
		if !bytes.Equal(m.I2D(), p.l.I2D()) {
			t.Errorf("%x: the model writes a session of the library in other bytes", v)
		}
		m.Free()
		l := libssl.D2I(nil, p.m.I2D())
		if l.IsNil() || !bytes.Equal(l.ID(), p.m.ID()) || l.Timeout() != 777 || l.Time() != p.m.Time() || !l.Resumable() {
			t.Errorf("%x: the library misreads what the model wrote", v)
		}
		l.Free()
		w.settled(t)
	}
}

// Contexts live as long as their connections, whoever is freed first.
func TestContextOutlivedByConnection(t *testing.T) {
	w := plain(t, session.TLS12, 0)
	s := w.sides[1]
	w.newSession(s)
	s.m.AddSession(s.own[0].m)
	s.l.AddSession(s.own[0].l)
	s.m.Free()
	s.l.Free()
	w.compare()
	for _, c := range s.conns {
		c.m.Free()
		c.l.Free()
	}
	s.conns = nil
	if m, l := count(s.own[0].m), s.own[0].l.Refs(); m != 1 || l != 1 {
		t.Errorf("count after the context's end: model %d, library %d", m, l)
	}
	s.own[0].m.Free()
	s.own[0].l.Free()
	if m, l := w.ledger.Live(session.SessionObject), libssl.Live()-w.base; m != 0 || l != 0 {
		t.Errorf("alive: model %d, library %d", m, l)
	}
}
