// Package pure holds fixtures of useafterfree over package session. Every
// function here is executed in every way it can go.
package pure

import (
	"errors"
	"fmt"
	"io"

	"github.com/sessionlint/sessionlint/session"
)

var errStale = errors.New("stale")

// Read reads what was freed.
func Read(c *session.Conn) int64 {
	s := c.Get1Session()
	s.Free()
	return s.Time() // want useafterfree
}

// ReadFirst reads in time.
func ReadFirst(c *session.Conn) int64 {
	s := c.Get1Session()
	t := s.Time()
	s.Free()
	return t
}

// Changed changes it.
func Changed(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	s.SetTimeout(3) // want useafterfree
}

// OneWay reads it on one way.
func OneWay(c *session.Conn, stale bool) error {
	s := c.Get1Session()
	if s == nil {
		return errStale
	}
	if stale {
		s.Free()
	}
	s.SetTimeout(7) // want useafterfree
	if !stale {
		s.Free()
	}
	return nil
}

// OtherWay keeps the ways apart (trap: repeated condition).
func OtherWay(c *session.Conn, stale bool) (t int64) {
	s := c.Get1Session()
	if stale {
		s.Free()
	} else {
		t = s.Time()
	}
	if !stale {
		s.Free()
	}
	return t
}

// StillOne has a second reference.
func StillOne(c *session.Conn) (t int64) {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	if s.UpRef() {
		s.Free()
	}
	t = s.Time()
	s.Free()
	return t
}

// NoneLeft has not, when the up_ref fails.
func NoneLeft(c *session.Conn) (t int64) {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	got := s.UpRef()
	s.Free()
	t = s.Time() // want useafterfree
	if got {
		s.Free()
	}
	return t
}

// Alias reads it under another name.
func Alias(c *session.Conn) int64 {
	s := c.Get1Session()
	t := s
	s.Free()
	s = nil
	return t.Timeout() // want useafterfree
}

// Set gives it to a connection.
func Set(c, next *session.Conn) bool {
	s := c.Get1Session()
	s.Free()
	return next.SetSession(s) // want useafterfree
}

// SetFirst gives it a live one.
func SetFirst(c, next *session.Conn) bool {
	s := c.Get1Session()
	defer s.Free()
	return next.SetSession(s)
}

// SetLent reads what the connection keeps alive.
func SetLent(c *session.Conn) int64 {
	s := session.New()
	if !c.SetSession(s) {
		s.Free()
		return 0
	}
	s.Free()
	return s.Time()
}

// SetNotLent reads what nobody keeps.
func SetNotLent(c *session.Conn) int64 {
	s := session.New()
	if c.SetSession(s) {
		s.Free()
		return 0
	}
	s.Free()
	return s.Time() // want useafterfree
}

// Cached reads what the cache keeps.
func Cached(x *session.Context) int64 {
	s := session.New()
	ok := x.AddSession(s)
	s.Free()
	if !ok {
		return 0
	}
	return s.Time()
}

// CachedNot reads what it does not.
func CachedNot(x *session.Context) int64 {
	s := session.New()
	if ok := x.AddSession(s); ok {
		s.Free()
		return 0
	}
	s.Free()
	return s.Time() // want useafterfree
}

// Revived adds a reference too late.
func Revived(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	if s.UpRef() { // want useafterfree
		s.Free()
	}
}

// Copied copies too late.
func Copied(c *session.Conn) *session.Session {
	s := c.Get1Session()
	s.Free()
	return s.Dup() // want useafterfree
}

// CopiedFirst copies in time.
func CopiedFirst(c *session.Conn) *session.Session {
	s := c.Get1Session()
	defer s.Free()
	return s.Dup()
}

// Written encodes too late.
func Written(c *session.Conn, w io.Writer) error {
	s := c.Get1Session()
	s.Free()
	_, err := w.Write(s.I2D()) // want useafterfree
	return err
}

// Deferred runs the free before the read: last in, first out.
func Deferred(c *session.Conn) {
	s := c.Get1Session()
	defer s.SetTimeout(1) // want useafterfree
	defer s.Free()
	c.Handshake()
}

// DeferredRight has them the other way round.
func DeferredRight(c *session.Conn) {
	s := c.Get1Session()
	defer s.Free()
	defer s.SetTimeout(1)
	c.Handshake()
}

// Returned returns what its defer frees.
func Returned(c *session.Conn) (*session.Session, error) {
	s := c.Get1Session()
	defer s.Free()
	if !c.Handshake() {
		return nil, errStale
	}
	return s, nil // want useafterfree
}

// ReturnedNumber returns a number.
func ReturnedNumber(c *session.Conn) (int64, error) {
	s := c.Get1Session()
	defer s.Free()
	if !c.Handshake() {
		return 0, errStale
	}
	return s.Time(), nil
}

// Parameter reads its parameter after it was consumed.
func Parameter(s *session.Session) bool {
	s.Free()
	return s.Resumable() // want useafterfree
}

func check(s *session.Session) bool { return s.Resumable() }

func end(s *session.Session) { s.Free() }

func endUnless(s *session.Session, keep bool) {
	if !keep {
		s.Free()
	}
}

// Helped reads in a helper what a helper freed.
func Helped(c *session.Conn) bool {
	s := c.Get1Session()
	end(s)
	return check(s) // want useafterfree
}

// HelpedRight reads first.
func HelpedRight(c *session.Conn) bool {
	s := c.Get1Session()
	defer end(s)
	return check(s)
}

// HelpedUnless keeps it (trap: bool parameter).
func HelpedUnless(c *session.Conn) bool {
	s := c.Get1Session()
	endUnless(s, true)
	ok := check(s)
	endUnless(s, false)
	return ok
}

// HelpedUnlessNot does not.
func HelpedUnlessNot(c *session.Conn) bool {
	s := c.Get1Session()
	endUnless(s, false)
	return check(s) // want useafterfree
}

// Unknown gives a dead session to a function that nobody knows.
func Unknown(c *session.Conn, f func(*session.Session)) {
	s := c.Get1Session()
	s.Free()
	f(s) // want useafterfree
}

// Turns reads in a turn what the turn before freed.
func Turns(c *session.Conn, conns []*session.Conn) {
	s := c.Get1Session()
	if s == nil || len(conns) == 0 {
		s.Free()
		return
	}
	for i, d := range conns {
		d.SetSession(nil)
		s.SetTimeout(int64(i)) // want useafterfree
		if i == 0 {
			s.Free()
		}
	}
}

// TurnsRenewed has a new one in each.
func TurnsRenewed(c *session.Conn, n int) {
	s := c.Get1Session()
	for range n {
		s.SetTimeout(1)
		s.Free()
		s = c.Get1Session()
	}
	s.Free()
}

// InClosure reads in a literal that runs too late.
func InClosure(c *session.Conn) bool {
	s := c.Get1Session()
	look := func() bool {
		return s.Resumable() // want useafterfree
	}
	s.Free()
	return look()
}

// InClosureRenewed gives the variable a new session in time.
func InClosureRenewed(c *session.Conn) bool {
	s := c.Get1Session()
	look := func() bool { return s.Resumable() }
	s.Free()
	s = c.Get1Session()
	ok := look()
	s.Free()
	return ok
}

type entry struct {
	s    *session.Session
	host string
}

func (e *entry) Close() error {
	e.s.Free()
	return nil
}

func (e *entry) String() string { return fmt.Sprint(e.host, e.s.Time()) }

// Field reads a field of a closed struct.
func Field(c *session.Conn) int64 {
	e := &entry{s: c.Get1Session()}
	e.Close()
	return e.s.Time() // want useafterfree
}

// Method reads it in a method.
func Method(c *session.Conn) string {
	e := &entry{s: c.Get1Session(), host: "h"}
	e.Close()
	return e.String() // want useafterfree
}

// MethodRight has the order right.
func MethodRight(c *session.Conn) string {
	e := &entry{s: c.Get1Session(), host: "h"}
	defer e.Close()
	return e.String()
}

// Spawned starts a goroutine on a dead session.
func Spawned(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	go check(s) // want useafterfree
}

// Cleared reads nothing (trap: double-check idiom).
func Cleared(c *session.Conn) bool {
	s := c.Get1Session()
	s.Free()
	s = nil
	return s != nil && check(s)
}

// Compared only compares.
func Compared(c *session.Conn) bool {
	s := c.Get1Session()
	s.Free()
	return s == nil
}

// Borrowed goes on with a loan after its own reference.
func Borrowed(c *session.Conn) int64 {
	s := c.Get1Session()
	s.Free()
	return c.Get0Session().Time()
}

type machine struct{ s *session.Session }

func (m *machine) close()      { m.s.Free() }
func (m *machine) time() int64 { return m.s.Time() }

// run calls methods in an order that comes from data.
func run(m *machine, order []string) (t int64) {
	for _, step := range order {
		switch step {
		case "close":
			m.close()
		case "time":
			t += m.time() // want useafterfree
		}
	}
	return t
}

// Data reads and closes in a bad order.
func Data(c *session.Conn) int64 {
	return run(&machine{s: c.Get1Session()}, []string{"close", "time"}) // may useafterfree
}
