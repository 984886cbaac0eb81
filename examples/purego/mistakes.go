package pool

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

// EncodeResumable forgets the session that cannot be resumed.
func EncodeResumable(c *session.Conn) ([]byte, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errNoSession
	}
	if !s.Resumable() {
		return nil, errors.New("session cannot be resumed")
	}
	data := s.I2D()
	s.Free()
	return data, nil
}

// Expires frees what was only lent to it.
func Expires(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	end := s.Time() + s.Timeout()
	s.Free()
	return end
}

// Hand gives the session to another connection, and back twice.
func Hand(from, to *session.Conn) error {
	s := from.Get1Session()
	if s == nil {
		return errNoSession
	}
	defer s.Free()
	if !to.SetSession(s) {
		s.Free()
		return errors.New("connection refuses the session")
	}
	return nil
}

// Newest keeps the last session of many and loses those before it.
func Newest(conns []*session.Conn) *session.Session {
	var newest *session.Session
	for _, c := range conns {
		newest = c.Get1Session()
	}
	return newest
}
