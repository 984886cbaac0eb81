// Package tls is the lower one of two packages: it wraps sessions and
// connections, and package app uses it. What a function here does to a reference
// reaches app as a fact.
package tls

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

// ErrNone says that there is no session.
var ErrNone = errors.New("no session")

// Fetch returns a session that its caller owns.
func Fetch(c *session.Conn) (*session.Session, error) {
	if s := c.Get1Session(); s != nil {
		return s, nil
	}
	return nil, ErrNone
}

// Peek returns a session that the connection owns.
func Peek(c *session.Conn) *session.Session { return c.Get0Session() }

// Age only reads.
func Age(s *session.Session) int64 { return s.Time() }

// Drop frees.
func Drop(s *session.Session) {
	if s != nil {
		s.Free()
	}
}

// DropIf frees if it is told to.
func DropIf(s *session.Session, really bool) {
	if really {
		s.Free()
	}
}

// Retain adds a reference for its caller and reports whether it did.
func Retain(s *session.Session) bool { return s != nil && s.UpRef() }

// Renew takes a session and returns another.
func Renew(s *session.Session) *session.Session {
	defer s.Free()
	return s.Dup()
}

// Into writes a session for its caller.
func Into(c *session.Conn, to **session.Session) bool {
	*to = c.Get1Session()
	return *to != nil
}

// Lease returns a session and what ends it.
func Lease(c *session.Conn) (*session.Session, func()) {
	s := c.Get1Session()
	return s, func() { s.Free() }
}

// With lends a session for a call.
func With(c *session.Conn, f func(*session.Session) error) error {
	s, err := Fetch(c)
	if err != nil {
		return fmt.Errorf("with: %w", err)
	}
	defer s.Free()
	return f(s)
}

// A Client owns a session.
type Client struct {
	conn *session.Conn
	sess *session.Session
}

// NewClient returns one that must be closed.
func NewClient(c *session.Conn) (*Client, error) {
	s, err := Fetch(c)
	if err != nil {
		return nil, err
	}
	return &Client{conn: c, sess: s}, nil
}

// Session lends the client's session.
func (c *Client) Session() *session.Session { return c.sess }

// Detach gives the client's session away.
func (c *Client) Detach() *session.Session {
	s := c.sess
	c.sess = nil
	return s
}

// Close frees what is left, once.
func (c *Client) Close() error {
	Drop(c.sess)
	c.sess = nil
	return nil
}

// A Holder owns the session in its field, which others may set.
type Holder struct {
	Sess *session.Session
	Peer *session.Session
}

// Close frees it.
func (h *Holder) Close() { Drop(h.Sess) }

// HangUp frees a connection.
func HangUp(c *session.Conn) { c.Free() }

// An Archive keeps a session that nobody frees.
type Archive struct {
	kept *session.Session
	size int
}

// Keep stores what it acquires (trap: a field nobody ever frees).
//
//fixture:norun its caller cannot free what it holds
func (a *Archive) Keep(c *session.Conn) int {
	a.kept = c.Get1Session() // want missingfree "nothing frees what "
	a.size++
	return a.size
}

// Age only reads.
func (a *Archive) Age() int64 { return a.kept.Time() }

// A Jar owns the sessions of an array, which others may set.
type Jar struct{ Slots [2]*session.Session }

// Close frees all of them.
func (j *Jar) Close() {
	for i := range j.Slots {
		Drop(j.Slots[i])
		j.Slots[i] = nil
	}
}

// A Rack owns the sessions of a slice, which others may set.
type Rack struct{ Tapes []*session.Session }

// Close frees all of them.
func (r *Rack) Close() {
	for _, s := range r.Tapes {
		Drop(s)
	}
	r.Tapes = nil
}

// Abort never returns.
//
//fixture:norun it panics in every run
func Abort(why string) { panic("tls: " + why) }

// Check returns if it is told to.
func Check(ok bool, why string) {
	if !ok {
		Abort(why)
	}
}

// Borrow returns a session and, as what ends it, a method of the session (trap: the
// package of the method knows nothing of it).
func Borrow(c *session.Conn) (*session.Session, func()) {
	s := c.Get1Session()
	return s, s.Free
}

// Freeing is a method as a function.
func Freeing() func(*session.Session) { return (*session.Session).Free }
