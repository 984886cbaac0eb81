package pure

import (
	"fmt"
	"io"

	"github.com/sessionlint/sessionlint/session"
)

// Snapshot frees what the variable held at the defer statement.
func Snapshot(a, b *session.Conn) {
	s := a.Get1Session()
	defer s.Free()
	s = b.Get1Session() // want missingfree
	s.SetTimeout(1)
}

// SnapshotOfNil defers the free of nothing.
func SnapshotOfNil(c *session.Conn) {
	var s *session.Session
	defer s.Free()
	s = c.Get1Session() // want missingfree
	s.SetTimeout(1)
}

// Late reads the variable when the literal runs.
func Late(c *session.Conn) {
	var s *session.Session
	defer func() { s.Free() }()
	s = c.Get1Session()
	s.SetTimeout(1)
}

// LateReassigned frees the second by it.
func LateReassigned(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	defer func() { s.Free() }()
	s = b.Get1Session()
	s.SetTimeout(1)
}

// Conditional defers where there is something.
func Conditional(c *session.Conn) bool {
	s := c.Get1Session()
	if s != nil {
		defer s.Free()
	}
	return c.Handshake()
}

// ConditionalLost defers where the caller wants it.
func ConditionalLost(c *session.Conn, tidy bool) bool {
	s := c.Get1Session() // want missingfree
	if tidy {
		defer s.Free()
	}
	return c.Handshake()
}

// OnError frees what it does not return (trap: named results and a cleanup
// defer).
func OnError(c *session.Conn, w io.Writer) (res *session.Session, err error) {
	s := c.Get1Session()
	defer func() {
		if err != nil {
			s.Free()
		}
	}()
	if _, err := fmt.Fprint(w, "GET"); err != nil {
		return nil, err
	}
	return s, nil
}

// OnErrorNamed frees the named result, which is nil by then.
func OnErrorNamed(c *session.Conn, w io.Writer) (s *session.Session, err error) {
	s = c.Get1Session() // want missingfree
	defer func() {
		if err != nil {
			s.Free()
		}
	}()
	if _, err := fmt.Fprint(w, "GET"); err != nil {
		return nil, err
	}
	return s, nil
}

// OnErrorNamedKept returns what the name holds.
func OnErrorNamedKept(c *session.Conn, w io.Writer) (s *session.Session, err error) {
	s = c.Get1Session()
	defer func() {
		if err != nil {
			s.Free()
			s = nil
		}
	}()
	if _, err = fmt.Fprint(w, "GET"); err != nil {
		return s, err
	}
	return s, nil
}

// OnErrorShadowed tests an err that the one in the if hides (trap: err
// shadowing).
func OnErrorShadowed(c *session.Conn, w io.Writer) (*session.Session, error) {
	var err error
	s := c.Get1Session() // want missingfree
	defer func() {
		if err != nil {
			s.Free()
		}
	}()
	if _, err := fmt.Fprint(w, "GET"); err != nil {
		return nil, err
	}
	return s, err
}

// Disarmed calls off its cleanup when all went well.
func Disarmed(c *session.Conn) *session.Session {
	s := c.Get1Session()
	cleanup := func() { s.Free() }
	defer func() { cleanup() }()
	if !c.Handshake() {
		return nil
	}
	cleanup = func() {}
	return s
}

// DisarmedTooSoon calls it off before it knows.
func DisarmedTooSoon(c *session.Conn) *session.Session {
	s := c.Get1Session() // want missingfree
	cleanup := func() { s.Free() }
	defer func() { cleanup() }()
	cleanup = func() {}
	if !c.Handshake() {
		return nil
	}
	return s
}

// Stacked unwinds in the order of a pile of cleanups.
func Stacked(a, b *session.Conn) error {
	var undo []func()
	defer func() {
		for i := len(undo) - 1; i >= 0; i-- {
			undo[i]()
		}
	}()
	x := a.Get1Session()
	if x == nil {
		return errNone
	}
	undo = append(undo, x.Free)
	y := b.Get1Session()
	if y == nil {
		return errNone
	}
	undo = append(undo, y.Free)
	b.SetSession(x)
	a.SetSession(y)
	return nil
}

// PerTurn defers in every turn of a loop (trap: defer in a loop).
func PerTurn(conns []*session.Conn) (n int) {
	for _, c := range conns {
		if s := c.Get1Session(); s != nil {
			defer s.Free()
			n++
		}
	}
	return n
}

// PerTurnSkipped defers in some.
func PerTurnSkipped(conns []*session.Conn) (n int) {
	for i, c := range conns {
		s := c.Get1Session() // want missingfree
		if i == 1 {
			continue
		}
		defer s.Free()
		n++
	}
	return n
}

// Recovers frees on the way out of a panic that it stops.
func Recovers(c *session.Conn, strict bool) (err error) {
	s := c.Get1Session()
	defer func() {
		s.Free()
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	if strict {
		panic("strict")
	}
	return nil
}

// RecoversAndForgets stops the panic of another call and leaves the session.
func RecoversAndForgets(c *session.Conn) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	s := c.Get1Session() // want missingfree
	if c.Handshake() {
		s.Free()
	}
	return nil
}

// BoundMethod defers a method value (trap: method value).
func BoundMethod(c *session.Conn) int64 {
	s := c.Get1Session()
	free := s.Free
	defer free()
	return s.Time()
}

// BoundMethodUnused binds it and leaves it at that.
func BoundMethodUnused(c *session.Conn) int64 {
	s := c.Get1Session() // want missingfree
	free := s.Free
	_ = free
	return s.Time()
}

// MethodExpression frees by a method expression.
func MethodExpression(c *session.Conn) {
	s := c.Get1Session()
	defer (*session.Session).Free(s)
	s.SetTimeout(3)
}
