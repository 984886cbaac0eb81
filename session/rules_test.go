package session_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// A rule is a small program and what it breaks: "kind op" in order, with the
// fault behind a slash if there is one.
type rule struct {
	name string
	run  func()
	want []string
}

func summary(vs []session.Violation) []string {
	var out []string
	for _, v := range vs {
		line := string(v.Kind) + " " + v.Op
		switch v.Fault {
		case session.Immediate:
			line += " /now"
		case session.Delayed:
			line += " /" + v.FaultBy.Op
		}
		out = append(out, line)
	}
	return out
}

func check(t *testing.T, rules []rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			got := fmt.Sprint(summary(session.Run(r.run).Violations))
			if want := fmt.Sprint(r.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestOwned(t *testing.T) {
	check(t, []rule{
		{"new and free", func() { session.New().Free() }, nil},
		{"new", func() { session.New() }, []string{"missingfree New"}},
		{"up_ref is matched first in, first out", func() {
			s := session.New()
			s.UpRef()
			s.Free()
		}, []string{"missingfree Session.UpRef"}},
		{"two frees", func() {
			s := session.New()
			s.Free()
			s.Free()
		}, []string{"doublefree Session.Free /now"}},
		{"use after the last free", func() {
			s := session.New()
			s.Free()
			s.Time()
		}, []string{"useafterfree Session.Time /now"}},
		{"up_ref after the last free", func() {
			s := session.New()
			s.Free()
			s.UpRef()
		}, []string{"useafterfree Session.UpRef /now"}},
		{"nil everywhere", func() {
			var s *session.Session
			s.Free()
			s.UpRef()
			s.Dup().Free()
			s.SetTime(1)
			s.Peer0().Read()
			_ = s.ID()
			var c *session.Conn
			c.Get1Session().Free()
			c.SetSession(nil)
			c.Free()
			var x *session.Context
			x.NewConn().Free()
			x.AddSession(nil)
			x.FlushSessions(0)
			x.Free()
		}, nil},
		{"dup is an object of its own", func() {
			s := session.New()
			d := s.Dup()
			s.Free()
			d.Time()
			d.Free()
			if session.Same(s, d) {
				panic("same")
			}
		}, nil},
		{"dup leaks", func() {
			s := session.New()
			s.Dup()
			s.Free()
		}, []string{"missingfree Session.Dup"}},
	})
}

func TestBorrowed(t *testing.T) {
	check(t, []rule{
		{"get0 and use", func() {
			c := session.ParamConn()
			c.Get0Session().Time()
		}, nil},
		{"get0 and free", func() {
			c := session.ParamConn()
			c.Get0Session().Free()
			c.Free()
		}, []string{"borrowedfree Session.Free /Conn.Free"}},
		{"get0, up_ref, two frees", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			s.UpRef()
			s.Free()
			s.Free()
		}, []string{"doublefree Session.Free"}},
		{"get0 and a leftover up_ref", func() {
			s := session.ParamConn().Get0Session()
			s.UpRef()
		}, []string{"missingfree Session.UpRef"}},
		{"get0 outlives its connection", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			c.Free()
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"get0 with up_ref outlives its connection", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			s.UpRef()
			c.Free()
			s.Time()
			s.Free()
		}, nil},
		{"what went last decides: the own reference", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			s.UpRef()
			c.Free()
			s.Free()
			s.Time()
		}, []string{"useafterfree Session.Time /now"}},
		{"what went last decides: the lender", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			s.UpRef()
			s.Free()
			c.Free()
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"replaced by another session", func() {
			c, n := session.ParamConn(), session.New()
			s := c.Get0Session()
			c.SetSession(n)
			n.Free()
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"replaced by itself", func() {
			c := session.ParamConn()
			s, own := c.Get0Session(), c.Get1Session()
			c.SetSession(own)
			own.Free()
			s.Time()
		}, nil},
		{"released by nil", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			c.SetSession(nil)
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"kept without up_ref", func() {
			c := session.ParamConn()
			session.Keep(c.Get0Session())
		}, []string{"danglingborrow Keep"}},
		{"kept with up_ref", func() {
			s := session.ParamConn().Get0Session()
			if s.UpRef() {
				session.Keep(s)
			}
			s.Time()
		}, nil},
		{"the connection lives on by another reference", func() {
			ctx := session.NewContext()
			c := ctx.NewConn()
			c.Handshake()
			s := c.Get0Session()
			c.UpRef()
			c.Free()
			s.Time()
			c.Free()
			ctx.Free()
		}, nil},
	})
}

func TestHandlesAreNotObjects(t *testing.T) {
	check(t, []rule{
		{"get1 stands on its own reference alone", func() {
			c := session.ParamConn()
			s := c.Get1Session()
			s.Free()
			s.Time()
		}, []string{"useafterfree Session.Time"}},
		{"get1, free, free: the connection's reference is not ours", func() {
			c := session.ParamConn()
			s := c.Get1Session()
			s.Free()
			s.Free()
			c.Free()
		}, []string{"doublefree Session.Free /Conn.Free"}},
		{"get0 beside a freed get1 is good", func() {
			c := session.ParamConn()
			b, s := c.Get0Session(), c.Get1Session()
			if b == s || !session.Same(b, s) {
				panic("handles")
			}
			s.Free()
			b.Time()
		}, nil},
		{"one of two get1 freed twice: the other leaks", func() {
			c := session.ParamConn()
			a, b := c.Get1Session(), c.Get1Session()
			a.Free()
			a.Free()
			b.Time()
		}, []string{"doublefree Session.Free", "missingfree Conn.Get1Session"}},
		{"set_session adds a lender", func() {
			c, s := session.ParamConn(), session.New()
			c.SetSession(s)
			s.Free()
			s.Time()
		}, nil},
		{"a lender lends, it gives nothing to free", func() {
			c, s := session.ParamConn(), session.New()
			c.SetSession(s)
			s.Free()
			s.Free()
		}, []string{"doublefree Session.Free"}},
		{"the lender's end", func() {
			c, s := session.ParamConn(), session.New()
			c.SetSession(s)
			s.Free()
			c.Free()
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"set_session does not take the reference", func() {
			c, s := session.ParamConn(), session.New()
			c.SetSession(s)
		}, []string{"missingfree New"}},
		{"add_session adds a lender, flush ends it", func() {
			x, s := session.ParamContext(), session.New()
			x.AddSession(s)
			s.Free()
			s.Time()
			x.FlushSessions(0)
			s.Time()
		}, []string{"danglingborrow Session.Time /now"}},
		{"a second cache", func() {
			x, y, s := session.ParamContext(), session.ParamContext(), session.New()
			x.AddSession(s)
			y.AddSession(s)
			s.Free()
		}, []string{"twocaches Context.AddSession"}},
	})
}

func TestOutside(t *testing.T) {
	check(t, []rule{
		{"a parameter that is only used", func() { session.Param().Time() }, nil},
		{"a parameter that is consumed", func() { session.Param().Free() }, nil},
		{"consumed twice", func() {
			s := session.Param()
			s.Free()
			s.Free()
		}, []string{"doublefree Session.Free /now"}},
		{"used after it was consumed", func() {
			s := session.Param()
			s.Free()
			s.Time()
		}, []string{"useafterfree Session.Time /now"}},
		{"retain is no leak", func() { session.Param().UpRef() }, nil},
		{"an owner parameter consumed kills its borrows", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			c.Free()
			s.Time()
			c.Free()
		}, []string{"danglingborrow Session.Time /now", "doublefree Conn.Free /now"}},
	})
}

func TestParts(t *testing.T) {
	check(t, []rule{
		{"peer of a live session", func() {
			s := session.New()
			s.Peer0().Read()
			s.Free()
		}, nil},
		{"peer after the last free", func() {
			s := session.New()
			p := s.Peer0()
			s.Free()
			p.Read()
		}, []string{"danglingborrow Part.Read /now"}},
		{"peer after the end of the borrow it came from", func() {
			c := session.ParamConn()
			p := c.Get0Session().Peer0()
			c.Free()
			p.Read()
		}, []string{"danglingborrow Part.Read /now"}},
		{"host name after it was set anew", func() {
			s := session.New()
			p := s.Hostname0()
			s.SetHostname("a")
			p.Read()
			s.Free()
		}, []string{"danglingborrow Part.Read /now"}},
		{"ticket after d2i into the session", func() {
			s := session.New()
			der, p := s.I2D(), s.Ticket0()
			session.D2I(&s, der)
			p.Read()
			s.Free()
		}, []string{"danglingborrow Part.Read /now"}},
	})
}

func TestD2I(t *testing.T) {
	bad := []byte{0x30, 0x02, 0x05, 0x00}
	check(t, []rule{
		{"no reuse", func() {
			s := session.New()
			d := session.D2I(nil, s.I2D())
			if session.Same(s, d) || d == nil || d.Time() != s.Time() {
				panic("d2i")
			}
			s.Free()
			d.Free()
		}, nil},
		{"reuse of nil: one reference under two names", func() {
			s := session.New()
			var a *session.Session
			r := session.D2I(&a, s.I2D())
			s.Free()
			a.Free()
			r.Free()
		}, []string{"doublefree Session.Free /now"}},
		{"reuse of a session: no new reference", func() {
			s := session.New()
			s.SetTime(5)
			a := session.New()
			keep := a
			if r := session.D2I(&a, s.I2D()); r != a || a != keep || a.Time() != 5 {
				panic("d2i")
			}
			s.Free()
			a.Free()
		}, nil},
		{"bad data: nil, and the reused one stays owed", func() {
			a := session.New()
			keep := a
			if session.D2I(&a, bad) != nil || a != keep {
				panic("d2i")
			}
		}, []string{"missingfree New"}},
		{"bad data and nil", func() {
			var a *session.Session
			if session.D2I(&a, bad) != nil || a != nil || session.D2I(nil, nil) != nil {
				panic("d2i")
			}
		}, nil},
		{"reuse of a dead one", func() {
			a := session.New()
			der := a.I2D()
			a.Free()
			session.D2I(&a, der)
		}, []string{"useafterfree D2I /now"}},
	})
}

// A session freed once too often while a cache lists it: nothing happens until
// the cache walks its list.
func TestDelayedFailure(t *testing.T) {
	report := session.Run(func() {
		ctx := session.NewContext()
		s := session.New()
		s.SetID([]byte{1})
		ctx.AddSession(s)
		s.Free()
		s.Free() // the cache's reference
		ctx.FlushSessions(0)
		ctx.Free()
	})
	if len(report.Violations) != 1 {
		t.Fatalf("got %v", summary(report.Violations))
	}
	v := report.Violations[0]
	if v.Kind != session.DoubleFree || v.Fault != session.Delayed || v.FaultBy.Op != "Context.FlushSessions" {
		t.Errorf("got %v", v.Error())
	}
	if v.FaultBy.At.Line != v.At.Line+1 || v.Other.At.Line != v.At.Line-1 || v.Origin.Op != "New" {
		t.Errorf("places: %s", v.Error())
	}
	if text := v.Error(); !strings.Contains(text, "rules_test.go:") || !strings.Contains(text, "Context.FlushSessions") {
		t.Errorf("text: %s", text)
	}
}

// A renegotiation gives both ends other sessions; borrows of the old ones end.
func TestRenegotiate(t *testing.T) {
	for _, version := range []session.Version{session.TLS12, session.TLS13} {
		l := session.NewLedger()
		x := l.NewContext()
		x.SetVersion(version)
		client, server := x.NewConn(), x.NewConn()
		if session.Renegotiate(client, server) || client.Renegotiate() {
			t.Error("renegotiated before any handshake")
		}
		if !session.Connect(client, server) {
			t.Fatal("no handshake")
		}
		c, s := client.Get0Session(), server.Get0Session()
		done := session.Renegotiate(client, server)
		if done != (version == session.TLS12) || client.Holds(c) == done || server.Holds(s) == done {
			t.Errorf("version %x: renegotiated %v, the client has its old session %v, the server %v", int(version), done, client.Holds(c), server.Holds(s))
		}
		before := len(l.Violations())
		c.Time()
		if got := len(l.Violations()) > before; got != done {
			t.Errorf("version %x: use of the old session is a violation: %v", int(version), got)
		}
	}
}

// A connection that came from outside drops what the context it is given has cached.
func TestMadeBy(t *testing.T) {
	for _, shutdown := range []bool{false, true} {
		l := session.NewLedger()
		x := l.NewContext()
		c := l.ParamConn()
		c.MadeBy(x)
		s := c.Get0Session()
		if !x.AddSession(s) {
			t.Fatal("not added")
		}
		if shutdown {
			c.Shutdown()
		}
		c.Free()
		if got := len(x.Sessions()) == 1; got != shutdown {
			t.Errorf("shut down %v: still cached %v", shutdown, got)
		}
		x.Free()
		if n := l.Live(session.ContextObject); n != 0 {
			t.Errorf("%d contexts are left", n)
		}
	}
}
