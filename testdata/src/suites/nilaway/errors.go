// Package nilaway carries the correlations of NilAway's reports over to sessions:
// what a nil error, an ok or a nil result says about another value.
package nilaway

import (
	"errors"
	"fmt"
	"os"

	"github.com/sessionlint/sessionlint/session"
)

// LookupError is an error with a type of its own.
type LookupError struct{ Host string }

func (e *LookupError) Error() string { return "lookup " + e.Host }

func lookup(c *session.Conn, host string) (*session.Session, error) {
	if s := c.Get1Session(); s != nil {
		return s, nil
	}
	return nil, &LookupError{host}
}

func lookupTyped(c *session.Conn, host string) (*session.Session, *LookupError) {
	if s := c.Get1Session(); s != nil {
		return s, nil
	}
	return nil, &LookupError{host}
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("wrapped: %w", err)
}

func failed(err error) bool { return err != nil }

// Wrapped wraps before it looks.
func Wrapped(c *session.Conn) error {
	s, err := lookup(c, "a")
	if err := wrap(err); err != nil {
		return err
	}
	s.Free()
	return nil
}

// WrappedBad wraps another error.
func WrappedBad(c *session.Conn, other error) error {
	s, err := lookup(c, "a") // want missingfree
	if err != nil {
		return err
	}
	if err := wrap(other); err != nil {
		return err
	}
	s.Free()
	return nil
}

// Failed asks a function about the error.
func Failed(c *session.Conn) bool {
	s, err := lookup(c, "a")
	if failed(err) {
		return false
	}
	s.Free()
	return true
}

// FailedBad asks it and takes the answer for its opposite.
func FailedBad(c *session.Conn) bool {
	s, err := lookup(c, "a") // want missingfree
	if !failed(err) {
		return true
	}
	s.Free()
	return false
}

// Typed has an error of its own type.
func Typed(c *session.Conn) error {
	s, err := lookupTyped(c, "a")
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// As looks for the type.
func As(c *session.Conn) string {
	s, err := lookup(c, "a")
	var e *LookupError
	if errors.As(err, &e) {
		return e.Host
	}
	s.Free()
	return ""
}

// Is asks for one that it cannot be.
func Is(c *session.Conn) error {
	s, err := lookup(c, "a")
	if err != nil && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// BehindFlag calls its literal if a flag says that there is one.
func BehindFlag(c *session.Conn, resume bool) {
	var free func()
	if resume {
		s := c.Get1Session()
		free = func() { s.Free() }
	}
	c.Handshake()
	if free != nil {
		free()
	}
}

// BehindFlagBad asks another.
func BehindFlagBad(c *session.Conn, resume, verbose bool) {
	free := func() {}
	if resume {
		s := c.Get1Session() // want missingfree
		free = func() { s.Free() }
	}
	c.Handshake()
	if verbose {
		free()
	}
}

// Reused checks the one err of two calls each time.
func Reused(a, b *session.Conn) error {
	var s, t *session.Session
	var err error
	if s, err = lookup(a, "a"); err != nil {
		return err
	}
	defer s.Free()
	if t, err = lookup(b, "b"); err != nil {
		return err
	}
	defer t.Free()
	return nil
}

// ReusedBad checks it once for both.
func ReusedBad(a, b *session.Conn) error {
	s, err := lookup(a, "a") // want missingfree
	t, err := lookup(b, "b")
	if err != nil {
		return err
	}
	s.Free()
	t.Free()
	return nil
}

// Both returns the error of either.
func Both(a, b *session.Conn) error {
	s, err1 := lookup(a, "a")
	t, err2 := lookup(b, "b")
	if err1 == nil {
		s.Free()
	}
	if err2 == nil {
		t.Free()
	}
	return errors.Join(err1, err2)
}

// OkMap frees what a map has.
func OkMap(m map[string]*session.Session) {
	s, ok := m["host"]
	if !ok {
		return
	}
	delete(m, "host")
	s.Free()
}

// OkMapTwice frees it and leaves it there, and frees what is there.
func OkMapTwice(m map[string]*session.Session) {
	s, ok := m["host"]
	if !ok || s == nil {
		return
	}
	s.Free()
	m["host"].Free() // may doublefree
	delete(m, "host")
}

// OkType frees what an interface holds.
func OkType(c *session.Conn) {
	var v any = c.Get1Session()
	if s, ok := v.(*session.Session); ok {
		s.Free()
	}
}

// OkTypeSwitch frees in one arm of a type switch that has two.
func OkTypeSwitch(c *session.Conn) {
	var v any = c.Get1Session()
	switch s := v.(type) {
	case *session.Session:
		s.Free()
	case nil:
	}
}
