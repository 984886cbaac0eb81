package resume

// #include "stubs.h"
import "C"

// A Slot keeps the session of the last connection to one host. Like resume.go,
// this file counts its references right.
type Slot struct {
	session *C.SSL_SESSION
}

// Fill keeps the connection's session in place of the older one.
func (t *Slot) Fill(c *Conn) error {
	s := C.SSL_get0_session(c.ssl)
	if s == nil {
		return errNoSession
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		return errNoSession
	}
	if t.session != nil {
		C.SSL_SESSION_free(t.session)
	}
	t.session = s
	return nil
}

// Offer makes the connection resume the session, if it is younger than oldest.
func (t *Slot) Offer(c *Conn, oldest int64) bool {
	if t.session != nil && int64(C.SSL_SESSION_get_time(t.session)) < oldest {
		C.SSL_SESSION_free(t.session)
		t.session = nil
	}
	return C.SSL_set_session(c.ssl, t.session) == 1
}

// Left asks a connection that resumes the session for how long it is good.
func (t *Slot) Left(ctx *C.SSL_CTX) int64 {
	ssl := C.SSL_new(ctx)
	if ssl == nil {
		return 0
	}
	defer C.SSL_free(ssl)
	if C.SSL_set_session(ssl, t.session) != 1 {
		return 0
	}
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_timeout(s))
}

// Latest returns the youngest session of many connections.
func Latest(conns []*Conn) *Ticket {
	var latest *C.SSL_SESSION
	for _, c := range conns {
		s := C.SSL_get1_session(c.ssl)
		if s == nil {
			continue
		}
		if latest != nil && C.SSL_SESSION_get_time(s) <= C.SSL_SESSION_get_time(latest) {
			C.SSL_SESSION_free(s)
			continue
		}
		C.SSL_SESSION_free(latest)
		latest = s
	}
	if latest == nil {
		return nil
	}
	return &Ticket{latest}
}

// Total adds up how long the sessions of many connections are good.
func Total(conns []*Conn) int64 {
	var total int64
	for _, c := range conns {
		s := C.SSL_get1_session(c.ssl)
		if s == nil {
			continue
		}
		total += int64(C.SSL_SESSION_get_timeout(s))
		C.SSL_SESSION_free(s)
	}
	return total
}

// Move makes another connection resume the session, and keeps it if asked to.
func (c *Conn) Move(to *Conn, keep bool) (*Ticket, error) {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return nil, errNoSession
	}
	status := C.SSL_set_session(to.ssl, s)
	switch {
	case status != 1:
		C.SSL_SESSION_free(s)
		return nil, errRefused
	case keep:
		return &Ticket{s}, nil
	default:
		C.SSL_SESSION_free(s)
		return nil, nil
	}
}

// Older reports whether c's session is older than other's.
func (c *Conn) Older(other *Conn) (bool, error) {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return false, errNoSession
	}
	defer func() { C.SSL_SESSION_free(s) }()
	than := C.SSL_get1_session(other.ssl)
	if than == nil {
		return false, errNoSession
	}
	defer func() { C.SSL_SESSION_free(than) }()
	return C.SSL_SESSION_get_time(s) < C.SSL_SESSION_get_time(than), nil
}

// Both makes two connections resume the session of a third.
func (c *Conn) Both(a, b *Conn) bool {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return false
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return false
	}
	ok := C.SSL_set_session(a.ssl, s) == 1
	C.SSL_SESSION_free(s)
	ok = C.SSL_set_session(b.ssl, s) == 1 && ok
	C.SSL_SESSION_free(s)
	return ok
}
