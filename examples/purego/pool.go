// Package pool keeps the sessions of a client between its connections. It
// stands on package session, whose operations count references as OpenSSL's
// do, in Go alone. This file counts right; mistakes.go does not.
package pool

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNoSession = errors.New("connection has no session")

// A Pool holds one reference to each of its sessions.
type Pool struct {
	byHost map[string]*session.Session
}

// New returns an empty pool.
func New() *Pool { return &Pool{byHost: map[string]*session.Session{}} }

// Put keeps the session of the connection, in place of an older one.
func (p *Pool) Put(host string, c *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoSession
	}
	p.byHost[host].Free()
	p.byHost[host] = s
	return nil
}

// Use makes the connection resume the host's session, if there is one. The
// connection takes a reference of its own.
func (p *Pool) Use(host string, c *session.Conn) bool {
	s := p.byHost[host]
	return s != nil && c.SetSession(s)
}

// Close gives all sessions back.
func (p *Pool) Close() {
	for _, s := range p.byHost {
		s.Free()
	}
	clear(p.byHost)
}

// Encode returns the session of the connection as bytes.
func Encode(c *session.Conn) ([]byte, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errNoSession
	}
	defer s.Free()
	if !s.Resumable() {
		return nil, errors.New("session cannot be resumed")
	}
	return s.I2D(), nil
}

// Decode makes the connection resume a session that was encoded.
func Decode(c *session.Conn, data []byte) error {
	s := session.D2I(nil, data)
	if s == nil {
		return errors.New("bytes are no session")
	}
	ok := c.SetSession(s)
	s.Free()
	if !ok {
		return errors.New("connection refuses the session")
	}
	return nil
}

// Renamed returns a copy of the session for another host; the caller frees it.
func Renamed(s *session.Session, host string) (*session.Session, error) {
	other := s.Dup()
	if other == nil {
		return nil, errors.New("no memory")
	}
	if !other.SetHostname(host) {
		other.Free()
		return nil, errors.New("host name is refused")
	}
	return other, nil
}
