// Package pure holds fixtures of uncheckedupref over package session. Every
// function here is executed in every way it can go.
package pure

import "github.com/sessionlint/sessionlint/session"

// Ignored frees what it may not have got.
func Ignored(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	s.UpRef() // want uncheckedupref "frees somebody else's"
	defer s.Free()
	return s.Time()
}

// IgnoredOwned has a reference of its own besides.
func IgnoredOwned(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	s.UpRef() // want uncheckedupref
	s.Free()
	s.Free()
}

// IgnoredReturned hands it on.
//
//fixture:norun its caller would find out
func IgnoredReturned(c *session.Conn) *session.Session {
	s := c.Get0Session()
	if s != nil {
		s.UpRef() // want uncheckedupref
	}
	return s
}

// IgnoredOwnerGone goes on after the owner is gone.
func IgnoredOwnerGone(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		c.Free()
		return 0
	}
	s.UpRef() // want uncheckedupref
	c.Free()
	t := s.Time()
	s.Free()
	return t
}

// Deliberate says that it does not care.
func Deliberate(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	_ = s.UpRef() // strict uncheckedupref
	s.Free()
}

// Checked asks.
func Checked(c *session.Conn) *session.Session {
	s := c.Get0Session()
	if s != nil && s.UpRef() {
		return s
	}
	return nil
}

// CheckedLater asks later.
func CheckedLater(c *session.Conn) *session.Session {
	s := c.Get0Session()
	ok := false
	if s != nil {
		ok = s.UpRef()
	}
	if !ok {
		return nil
	}
	return s
}

// CheckedTwice asks by two conditions.
func CheckedTwice(c *session.Conn, verbose bool) *session.Session {
	s := c.Get0Session()
	if s == nil {
		return nil
	}
	ok := s.UpRef()
	if verbose && !ok {
		s.SetTimeout(0)
	}
	if ok {
		return s
	}
	return nil
}

func retain(s *session.Session) bool { return s != nil && s.UpRef() }

// CheckedByHelper asks a helper.
func CheckedByHelper(c *session.Conn) *session.Session {
	s := c.Get0Session()
	if !retain(s) {
		return nil
	}
	return s
}
