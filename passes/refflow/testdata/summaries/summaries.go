// Package summaries has functions with what -refflow.summaries says of each, in lines that
// start with "=".
package summaries

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// = s: -1 when done
// = s: no change when !done
func settle(s *session.Session, done bool) {
	if done {
		s.Free()
	}
}

// = s: +1; returns it, 1
// = s: no change; returns nil, nil
func retain(s *session.Session) (*session.Session, bool) {
	if !s.UpRef() {
		return nil, false
	}
	return s, true
}

// = acquired: SSL_SESSION owned; returns it, nil
func load(c *session.Conn) (*session.Session, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errNone
	}
	return s, nil
}

// = acquired: SSL_SESSION borrowed from c; returns it
func current(c *session.Conn) *session.Session { return c.Get0Session() }

// = acquired: SSL_SESSION owned; *out = it; returns 1
func fill(c *session.Conn, out **session.Session) bool {
	s := c.Get1Session()
	*out = s
	return s != nil
}

// = *p: -1; *p = nil
func clear(p **session.Session) {
	(*p).Free()
	*p = nil
}

type client struct {
	conn *session.Conn
	sess *session.Session
}

// = acquired: SSL_SESSION owned; returns new 0; new 0 is {conn: c, sess: it}
func dial(c *session.Conn) *client { return &client{c, c.Get1Session()} }

// = k.sess: -1; k.sess = nil
func (k *client) close() {
	k.sess.Free()
	k.sess = nil
}

// = k.sess: -1; k.sess = owned
// = acquired: SSL_SESSION owned; k.sess -1; k.sess = it
func (k *client) renew() {
	k.sess.Free()
	k.sess = k.conn.Get1Session()
}

// = acquired: SSL_SESSION owned; returns it, summaries.lease$1[new 0]; new 0 is it
func lease(c *session.Conn) (*session.Session, func()) {
	s := c.Get1Session()
	// = s: -1
	return s, func() { s.Free() }
}

// = s: -1 when ...
func later(s *session.Session, n int) {
	if n <= 0 {
		s.Free()
		return
	}
	later(s, n-1)
}

var last *session.Session

// = summaries.last: -1; summaries.last = owned
// = acquired: SSL_SESSION owned; summaries.last -1; summaries.last = it
func remember(c *session.Conn) {
	last.Free()
	last = c.Get1Session()
}

// = s: no change
// = s: unknown: kept in something that was passed
func keep(k *client, s *session.Session) {
	if s.UpRef() {
		k.sess = s
	}
}
