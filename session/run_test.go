package session_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

func TestExploreEnumerates(t *testing.T) {
	var paths []string
	report := session.Explore(func() {
		path := ""
		for path != "2" && len(path) < 2 {
			path += fmt.Sprint(session.Choose(3))
		}
		paths = append(paths, path)
	}, 100)
	want := "[00 01 02 10 11 12 2]"
	if got := fmt.Sprint(paths); got != want || report.Runs != 7 || report.Truncated {
		t.Errorf("got %v, %d runs, truncated %v, want %v", got, report.Runs, report.Truncated, want)
	}
}

func TestExploreFailsOperations(t *testing.T) {
	program := func() {
		s := session.New()
		if !s.UpRef() {
			s.Free() // right
			return
		}
		s.Free()
	}
	report := session.Explore(program, 100)
	if got := fmt.Sprint(summary(report.Violations)); got != "[missingfree Session.UpRef]" {
		t.Errorf("got %s", got)
	}
	// New fails and so does up_ref of nil, which is no operation; both succeed;
	// up_ref fails alone.
	equal(t, "runs", report.Runs, 3)
	equal(t, "runs without failing up_ref", session.Explore(program, 100, "Session.UpRef").Runs, 2)
	limited := session.Explore(program, 2)
	equal(t, "limited", limited.Runs, 2)
	equal(t, "truncated", limited.Truncated, true)
}

func TestExploreKeepsPureAnswers(t *testing.T) {
	other := 0
	report := session.Explore(func() {
		c := session.ParamConn()
		first := c.Get0Session() == nil
		if again := c.Get0Session() == nil; again != first {
			t.Error("two answers")
		}
		c.UpRef()
		if first != (c.Get0Session() == nil) {
			other++
		}
	}, 100, "Conn.UpRef")
	equal(t, "runs", report.Runs, 4)
	equal(t, "different after another operation", other, 2)
}

func TestFailedUpRefIsNamed(t *testing.T) {
	report := session.Explore(func() {
		s := session.ParamConn().Get0Session()
		s.UpRef()
		s.Free()
	}, 100)
	if len(report.Violations) != 1 {
		t.Fatalf("got %v", summary(report.Violations))
	}
	v := report.Violations[0]
	equal(t, "kind", v.Kind, session.BorrowedFree)
	equal(t, "the ignored status", v.FailedUpRef.Op, "Session.UpRef")
	equal(t, "its line", v.FailedUpRef.At.Line, v.At.Line-1)
}

func TestOutcomes(t *testing.T) {
	l := session.NewLedger()
	next := session.Fail
	l.SetOutcome(func(string) session.Outcome { return next })
	if l.New() != nil || l.NewContext() != nil || l.D2I(nil, nil) != nil {
		t.Error("failing operations returned something")
	}
	next = session.Succeed
	d := l.D2I(nil, nil)
	x := l.NewContext()
	c := x.NewConn()
	s := c.Get1Session()
	if d == nil || s == nil || !session.Same(s, c.Get0Session()) {
		t.Error("forced operations returned nothing")
	}
	equal(t, "handshake", c.Handshake(), true)
	over := l.New()
	equal(t, "d2i of nothing into a session", l.D2I(&over, nil), over)
	next = session.Fail
	equal(t, "up_ref", s.UpRef(), false)
	equal(t, "set", c.SetSession(d), false)
	equal(t, "add", x.AddSession(d), false)
	equal(t, "count", count(d), 1)
	equal(t, "get0", c.Get0Session(), nil)
	equal(t, "clear", c.Clear(), false)
}

func TestPlaces(t *testing.T) {
	l := session.NewLedger()
	l.SetPlace(func() session.Place { return session.Place{File: "a.go", Line: 7} })
	l.New()
	equal(t, "own places", l.Leaks()[0].At.String(), "a.go:7")
	report := session.Run(func() { helperThatLeaks() })
	at := report.Violations[0].At
	equal(t, "function", at.Func, "github.com/sessionlint/sessionlint/session_test.helperThatLeaks")
}

func helperThatLeaks() { session.New() }

func TestPanicOnViolation(t *testing.T) {
	l := session.NewLedger()
	l.PanicOnViolation(true)
	s := l.New()
	s.Free()
	defer func() {
		v, ok := recover().(*session.Violation)
		if !ok || v.Kind != session.UseAfterFree {
			t.Errorf("got %v", v)
		}
		equal(t, "ledger still works", l.New().Timeout(), 304)
	}()
	s.Time()
	t.Error("no panic")
}

func TestTwoLedgersDoNotMeet(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	session.NewLedger().NewContext().AddSession(session.NewLedger().New())
}

func TestRunsAreApart(t *testing.T) {
	session.Run(func() { session.New() })
	equal(t, "clean", session.Run(func() {}).Clean(), true)
	report := session.Run(func() { session.New(); session.New().Free() })
	equal(t, "leaks", len(report.Of(session.MissingFree)), 1)
	equal(t, "others", len(report.Of(session.DoubleFree)), 0)
}

func TestOwnedAndLent(t *testing.T) {
	check(t, []rule{
		{"owned", func() { session.Owned(session.New()) }, nil},
		{"owned nil", func() { session.Owned(nil); session.Lent(nil); session.Keep(nil) }, nil},
		{"owned, but borrowed", func() { session.Owned(session.ParamConn().Get0Session()) }, []string{"borrowedfree Session.Free"}},
		{"lent, but dead", func() {
			c := session.ParamConn()
			s := c.Get0Session()
			c.Free()
			session.Lent(s)
		}, []string{"danglingborrow Session.Time /now"}},
		{"nothing to take back", func() {
			if session.TakeBack(session.Param()) {
				panic("took")
			}
		}, nil},
	})
}

func TestDefaultLedger(t *testing.T) {
	before := len(session.Default().Leaks())
	s := session.New()
	equal(t, "owed", len(session.Default().Leaks()), before+1)
	s.Free()
	equal(t, "settled", len(session.Default().Leaks()), before)
}

func TestConcurrent(t *testing.T) {
	report := session.Run(func() {
		x := session.NewContext()
		x.SetCacheMode(session.CacheBoth)
		x.OnNewSession(func(_ *session.Conn, s *session.Session) bool { s.Time(); return false })
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				for range 50 {
					c := x.NewConn()
					c.Handshake()
					c.Read()
					s := c.Get1Session()
					x.AddSession(s)
					x.RemoveSession(s)
					if i%2 == 0 {
						x.FlushSessions(0)
					}
					s.Free()
					c.Free()
				}
			})
		}
		wait.Wait()
		x.Free()
	})
	if !report.Clean() {
		t.Errorf("got %v", summary(report.Violations))
	}
}

// Random operations that keep the rules break none, and every count is what the
// holders add up to.
func TestRandomCorrectPrograms(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := session.NewLedger()
		x := l.NewContext()
		x.SetCacheMode(session.CacheMode(r.IntN(4)))
		c := x.NewConn()
		var own []*session.Session
		add := func(s *session.Session) {
			if s != nil {
				own = append(own, s)
			}
		}
		pick := func() *session.Session {
			if len(own) == 0 {
				return nil
			}
			return own[r.IntN(len(own))]
		}
		for range 60 {
			step(r.IntN(14), x, c, l, pick, add, func(s *session.Session) {
				for i, o := range own {
					if o == s {
						own = append(own[:i], own[i+1:]...)
						s.Free()
						return
					}
				}
			})
		}
		for _, s := range own {
			s.Free()
		}
		c.Free()
		x.Free()
		if got := append(l.Violations(), l.Leaks()...); len(got) > 0 {
			t.Fatalf("seed %d: %v", seed, summary(got))
		}
	}
}

func step(op int, x *session.Context, c *session.Conn, l *session.Ledger,
	pick func() *session.Session, add, free func(*session.Session)) {
	s := pick()
	switch op {
	case 0:
		add(l.New())
	case 1:
		add(s.Dup())
	case 2:
		add(c.Get1Session())
	case 3:
		if s.UpRef() {
			s.Free()
		}
	case 4, 5:
		free(s)
	case 6:
		c.SetSession(s)
	case 7:
		x.AddSession(s)
	case 8:
		x.RemoveSession(s)
	case 9:
		c.Handshake()
	case 10:
		c.Read()
	case 11:
		c.Clear()
	case 12:
		if b := c.Get0Session(); b != nil && b.UpRef() {
			add(b)
		}
	case 13:
		x.FlushSessions(0)
		c.Shutdown()
	}
}

func FuzzD2I(f *testing.F) {
	s := session.New()
	defer s.Free()
	f.Add(s.I2D())
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		l := session.NewLedger()
		d := l.D2I(nil, data)
		if d == nil {
			if len(l.Leaks()) != 0 {
				t.Error("failed and owed")
			}
			return
		}
		if d.Timeout() == 0 {
			return // is left out, and read back as a default
		}
		again := l.D2I(nil, d.I2D())
		if again == nil || !bytes.Equal(again.ID(), d.ID()) || again.Time() != d.Time() || again.Timeout() != d.Timeout() {
			t.Error("does not read what it wrote")
		}
	})
}
