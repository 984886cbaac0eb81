package resume

// #include "stubs.h"
import "C"

// SaveInto forgets the session when it turns out to be too long.
func (c *Conn) SaveInto(buffer []byte) (int, error) {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return 0, errNoSession
	}
	length := C.i2d_SSL_SESSION(s, nil)
	if int(length) > len(buffer) {
		return 0, errEncoding
	}
	out := (*C.uchar)(&buffer[0])
	length = C.i2d_SSL_SESSION(s, &out)
	C.SSL_SESSION_free(s)
	return int(length), nil
}

// Age frees what was only lent to it. The program crashes much later, when the
// connection or a cache looks at its session.
func (c *Conn) Age(now int64) int64 {
	s := C.SSL_get0_session(c.ssl)
	if s == nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return now - int64(C.SSL_SESSION_get_time(s))
}

// Share believes that the cache took its reference over. The cache took one of
// its own, and the deferred release is one too many after the explicit one.
func (c *Conn) Share(cache *C.SSL_CTX) bool {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return false
	}
	defer C.SSL_SESSION_free(s)
	if C.SSL_CTX_add_session(cache, s) != 1 {
		C.SSL_SESSION_free(s)
		return false
	}
	return true
}

// Lifetime looks at the session after it gave it back.
func (c *Conn) Lifetime() int64 {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return 0
	}
	from := C.SSL_SESSION_get_time(s)
	C.SSL_SESSION_free(s)
	return int64(from + C.SSL_SESSION_get_timeout(s))
}

// Keep does not see that the reference may have been refused.
func (c *Conn) Keep() *Ticket {
	s := C.SSL_get0_session(c.ssl)
	if s == nil {
		return nil
	}
	C.SSL_SESSION_up_ref(s)
	return &Ticket{s}
}
