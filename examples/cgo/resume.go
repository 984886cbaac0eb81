// Package resume saves TLS sessions and resumes connections with them. This
// file counts its references right; mistakes.go has the same jobs done wrong.
package resume

// #include <stdlib.h>
// #include "stubs.h"
import "C"

import (
	"errors"
	"unsafe"
)

var (
	errNoSession = errors.New("connection has no session")
	errEncoding  = errors.New("session cannot be encoded")
	errDecoding  = errors.New("bytes are no session")
	errRefused   = errors.New("connection refuses the session")
)

// A Conn is one TLS connection.
type Conn struct {
	ssl *C.SSL
}

// Save returns the connection's session as bytes.
func (c *Conn) Save() ([]byte, error) {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return nil, errNoSession
	}
	defer C.SSL_SESSION_free(s)

	length := C.i2d_SSL_SESSION(s, nil)
	if length <= 0 {
		return nil, errEncoding
	}
	buffer := (*C.uchar)(C.malloc(C.size_t(length)))
	defer C.free(unsafe.Pointer(buffer))
	end := buffer
	if C.i2d_SSL_SESSION(s, &end) != length {
		return nil, errEncoding
	}
	return C.GoBytes(unsafe.Pointer(buffer), length), nil
}

// Resume makes the connection continue a saved session. The connection takes a
// reference of its own, so ours goes in any case.
func (c *Conn) Resume(saved []byte) error {
	if len(saved) == 0 {
		return errDecoding
	}
	in := (*C.uchar)(&saved[0])
	s := C.d2i_SSL_SESSION(nil, &in, C.long(len(saved)))
	if s == nil {
		return errDecoding
	}
	status := C.SSL_set_session(c.ssl, s)
	C.SSL_SESSION_free(s)
	if status != 1 {
		return errRefused
	}
	return nil
}

// Expires says when the session ends. It only looks, so it borrows.
func (c *Conn) Expires() (int64, bool) {
	s := C.SSL_get0_session(c.ssl)
	if s == nil {
		return 0, false
	}
	return int64(C.SSL_SESSION_get_time(s) + C.SSL_SESSION_get_timeout(s)), true
}

// A Ticket keeps a session alive beyond its connection.
type Ticket struct {
	session *C.SSL_SESSION
}

// Ticket returns the session of the connection for later; Close it.
func (c *Conn) Ticket() (*Ticket, error) {
	s := C.SSL_get0_session(c.ssl)
	if s == nil {
		return nil, errNoSession
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		return nil, errNoSession
	}
	return &Ticket{s}, nil
}

// Close gives the session back.
func (t *Ticket) Close() {
	C.SSL_SESSION_free(t.session)
	t.session = nil
}
