package openssl

// #include "shim.h"
import "C"

import "errors"

// A Session is one reference to a TLS session.
type Session struct {
	session *C.SSL_SESSION
}

// TakeSession returns the session of the connection with a reference of its own.
func (c *Conn) TakeSession() (*Session, error) {
	session := C.SSL_get1_session(c.ssl)
	if session == nil {
		return nil, errors.New("connection has no session")
	}
	return &Session{session}, nil
}

// Close gives the reference back.
func (s *Session) Close() {
	C.SSL_SESSION_free(s.session)
	s.session = nil
}

// Lifetime only looks.
func (s *Session) Lifetime() int64 {
	return int64(C.SSL_SESSION_get_timeout(s.session))
}
