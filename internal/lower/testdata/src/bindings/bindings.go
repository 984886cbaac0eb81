// Package bindings has the shapes of real OpenSSL bindings: a connection that
// owns an SSL, sessions as bytes, callbacks, finalizers, a cache.
package bindings

/*
#include <stdlib.h>

typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

static SSL *SSL_new(SSL_CTX *ctx) { return 0; }
static void SSL_free(SSL *ssl) {}
static int SSL_do_handshake(SSL *ssl) { return 0; }
static int SSL_get_error(const SSL *ssl, int ret) { return 0; }
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static SSL_SESSION *SSL_get_session(const SSL *ssl) { return 0; }
static int SSL_set_session(SSL *ssl, SSL_SESSION *s) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int SSL_SESSION_up_ref(SSL_SESSION *s) { return 0; }
static int i2d_SSL_SESSION(const SSL_SESSION *in, unsigned char **pp) { return 0; }
static SSL_SESSION *d2i_SSL_SESSION(SSL_SESSION **a, const unsigned char **pp, long n) { return 0; }
static void SSL_CTX_sess_set_new_cb(SSL_CTX *ctx, int (*cb)(SSL *, SSL_SESSION *)) {}

extern int go_new_session(SSL *, SSL_SESSION *);
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"
)

// Conn owns ssl until the garbage collector finds it.
type Conn struct {
	mu       sync.Mutex
	ssl      *C.SSL
	shutdown bool
}

var errClosed = errors.New("connection is closed")

// NewConn makes a connection with a finalizer.
func NewConn(ctx *C.SSL_CTX) (*Conn, error) {
	ssl := C.SSL_new(ctx)
	if ssl == nil {
		return nil, errors.New("no memory")
	}
	c := &Conn{ssl: ssl}
	runtime.SetFinalizer(c, func(c *Conn) { C.SSL_free(c.ssl) })
	return c, nil
}

// Session encodes the session.
func (c *Conn) Session() ([]byte, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	session := (*C.SSL_SESSION)(C.SSL_get1_session(c.ssl))
	if session == nil {
		return nil, errors.New("no session")
	}
	defer C.SSL_SESSION_free(session)
	n := C.i2d_SSL_SESSION(session, nil)
	buf := (*C.uchar)(C.malloc(C.size_t(n)))
	defer C.free(unsafe.Pointer(buf))
	tmp := buf
	if m := C.i2d_SSL_SESSION(session, &tmp); n != m {
		return nil, errors.New("length changed")
	}
	return C.GoBytes(unsafe.Pointer(buf), n), nil
}

// SetSession decodes a session and offers it to the peer.
func (c *Conn) SetSession(der []byte) error {
	ptr := (*C.uchar)(&der[0])
	s := C.d2i_SSL_SESSION(nil, &ptr, C.long(len(der)))
	if s == nil {
		return fmt.Errorf("cannot load a session of %d bytes", len(der))
	}
	defer C.SSL_SESSION_free(s)
	if ret := C.SSL_set_session(c.ssl, s); ret != 1 {
		return fmt.Errorf("cannot set the session: %d", ret)
	}
	return nil
}

// Handshake runs under the connection's lock.
func (c *Conn) Handshake() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shutdown {
		return errClosed
	}
	rv, errno := C.SSL_do_handshake(c.ssl)
	if rv > 0 {
		return nil
	}
	return c.failed(rv, errno)
}

func (c *Conn) failed(rv C.int, errno error) error {
	switch C.SSL_get_error(c.ssl, rv) {
	case 5:
		return errno
	case 6:
		return errClosed
	}
	return errors.New("handshake failed")
}

// Cache keeps one reference for each host.
type Cache struct {
	mu    sync.Mutex
	hosts map[string]*C.SSL_SESSION
}

// Put replaces the session of a host.
func (k *Cache) Put(host string, c *Conn) bool {
	s := C.SSL_get_session(c.ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.hosts[host]; ok {
		C.SSL_SESSION_free(old)
	}
	k.hosts[host] = s
	return true
}

// Close gives everything back.
func (k *Cache) Close() {
	for host, s := range k.hosts {
		C.SSL_SESSION_free(s)
		delete(k.hosts, host)
	}
}

//export go_new_session
func go_new_session(ssl *C.SSL, s *C.SSL_SESSION) C.int {
	if kept == nil {
		kept = s
		return 1
	}
	return 0
}

var kept *C.SSL_SESSION

// Register installs the callback.
func Register(ctx *C.SSL_CTX) {
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.go_new_session))
}

// With lends a session to f.
func With(c *Conn, f func(s *C.SSL_SESSION) error) (err error) {
	s := C.SSL_get1_session(c.ssl)
	if s == nil {
		return errClosed
	}
	defer func() {
		C.SSL_SESSION_free(s)
		if err != nil {
			err = fmt.Errorf("with session: %w", err)
		}
	}()
	return f(s)
}
