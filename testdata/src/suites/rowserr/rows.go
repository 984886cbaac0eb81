// Package rowserr carries scenarios of rowserrcheck's tests and reports over to
// sessions: the status of UpRef plays the part of rows.Err.
package rowserr

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errRef = errors.New("no reference")

// Unchecked does not ask, and frees.
func Unchecked(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	s.UpRef() // want uncheckedupref
	s.SetTimeout(1)
	s.Free()
}

// Checked asks.
func Checked(c *session.Conn) error {
	s := c.Get0Session()
	if s == nil {
		return nil
	}
	if ok := s.UpRef(); !ok {
		return errRef
	}
	defer s.Free()
	return nil
}

// CheckedInDefer asks in a defer.
func CheckedInDefer(c *session.Conn) (err error) {
	s := c.Get0Session()
	if s == nil {
		return nil
	}
	ok := s.UpRef()
	defer func() {
		if ok {
			s.Free()
		} else {
			err = errRef
		}
	}()
	return nil
}

// AssignedInClosure is acquired in a literal and freed outside.
func AssignedInClosure(c *session.Conn, retry func(func() error) error) error {
	var s *session.Session
	err := func() error {
		if s = c.Get1Session(); s == nil {
			return errRef
		}
		return nil
	}()
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// AssignedInClosureBad is not freed.
func AssignedInClosureBad(c *session.Conn) error {
	var s *session.Session
	get := func() error {
		if s = c.Get1Session(); s == nil { // want missingfree
			return errRef
		}
		return nil
	}
	if err := get(); err != nil {
		return err
	}
	s.SetTimeout(1)
	return nil
}

// rows steps through the sessions of a connection.
type rows struct {
	c    *session.Conn
	cur  *session.Session
	left int
}

func (r *rows) next() bool {
	r.cur.Free()
	r.cur = nil
	if r.left == 0 {
		return false
	}
	r.left--
	r.cur = r.c.Get1Session()
	return r.cur != nil
}

func (r *rows) close() {
	r.cur.Free()
	r.cur = nil
}

// Rows steps to the end.
func Rows(c *session.Conn) (sum int64) {
	r := &rows{c: c, left: 2}
	defer r.close()
	for r.next() {
		sum += r.cur.Time()
	}
	return sum
}

// RowsToEnd needs no close if it steps to the end.
func RowsToEnd(c *session.Conn) (sum int64) {
	r := &rows{c: c, left: 2}
	for r.next() {
		sum += r.cur.Time()
	}
	return sum
}

// RowsLeft leaves before.
func RowsLeft(c *session.Conn) bool {
	r := &rows{c: c, left: 2}
	for r.next() { // want missingfree
		if r.cur.Time() >= 0 {
			return true
		}
	}
	return false
}

// Returned hands the rows out.
func Returned(c *session.Conn) *rows {
	r := &rows{c: c, left: 2}
	r.next()
	return r
}
