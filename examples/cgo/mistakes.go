package resume

// #include "stubs.h"
import "C"

// SaveInto forgets the session when it turns out to be too long.
func (c *Conn) SaveInto(buffer []byte) (int, error) {
	session := C.SSL_get1_session(c.ssl)
	if session == nil {
		return 0, errNoSession
	}
	length := C.i2d_SSL_SESSION(session, nil)
	if int(length) > len(buffer) {
		return 0, errEncoding
	}
	out := (*C.uchar)(&buffer[0])
	length = C.i2d_SSL_SESSION(session, &out)
	C.SSL_SESSION_free(session)
	return int(length), nil
}

// Age frees what was only lent to it. The program crashes much later, when the
// connection or a cache looks at its session.
func (c *Conn) Age(now int64) int64 {
	session := C.SSL_get0_session(c.ssl)
	if session == nil {
		return 0
	}
	defer C.SSL_SESSION_free(session)
	return now - int64(C.SSL_SESSION_get_time(session))
}

// Share believes that the cache took its reference over. The cache took one of
// its own, and the deferred release is one too many after the explicit one.
func (c *Conn) Share(cache *C.SSL_CTX) bool {
	session := C.SSL_get1_session(c.ssl)
	if session == nil {
		return false
	}
	defer C.SSL_SESSION_free(session)
	if C.SSL_CTX_add_session(cache, session) != 1 {
		C.SSL_SESSION_free(session)
		return false
	}
	return true
}

// Lifetime looks at the session after it gave it back.
func (c *Conn) Lifetime() int64 {
	session := C.SSL_get1_session(c.ssl)
	if session == nil {
		return 0
	}
	from := C.SSL_SESSION_get_time(session)
	C.SSL_SESSION_free(session)
	return int64(from + C.SSL_SESSION_get_timeout(session))
}

// Keep does not see that the reference may have been refused.
func (c *Conn) Keep() *Ticket {
	session := C.SSL_get0_session(c.ssl)
	if session == nil {
		return nil
	}
	C.SSL_SESSION_up_ref(session)
	return &Ticket{session}
}
