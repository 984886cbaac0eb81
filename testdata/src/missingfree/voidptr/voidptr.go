// Package voidptr holds fixtures of missingfree over handles behind void *:
// only the names of the functions tell what a pointer is.
package voidptr

/*
typedef void SSL_SESSION;
typedef void SSL;

static inline void *SSL_get1_session(void *ssl) { return ssl; }
static inline void *SSL_get_session(const void *ssl) { return (void *)ssl; }
static inline void *SSL_SESSION_new(void) { return 0; }
static inline void *SSL_SESSION_dup(void *s) { return s; }
static inline int SSL_SESSION_up_ref(void *s) { return s != 0; }
static inline void SSL_SESSION_free(void *s) { (void)s; }
static inline int SSL_set_session(void *ssl, void *s) { return ssl != s; }
static inline long SSL_SESSION_get_time(const void *s) { return s != 0; }
static inline int SSL_SESSION_is_resumable(const void *s) { return s != 0; }

static inline void *tlsx_SSL_get1_session(void *ssl) { return SSL_get1_session(ssl); }
static inline void tlsx_SSL_SESSION_free(void *s) { SSL_SESSION_free(s); }
*/
import "C"

import (
	"errors"
	"unsafe"
)

var errNoSession = errors.New("no session")

// Session stands for a session in Go: an address and nothing else.
type Session unsafe.Pointer

// Forgotten loses a bare pointer.
func Forgotten(ssl unsafe.Pointer) int64 {
	s := C.SSL_get1_session(ssl) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// Freed frees it.
func Freed(ssl unsafe.Pointer) int64 {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// Converted keeps it under a type of its own.
func Converted(ssl unsafe.Pointer) error {
	s := Session(C.SSL_get1_session(ssl)) // want missingfree
	if s == nil {
		return errNoSession
	}
	if C.SSL_SESSION_is_resumable(unsafe.Pointer(s)) != 1 {
		return errNoSession
	}
	C.SSL_SESSION_free(unsafe.Pointer(s))
	return nil
}

// ConvertedFreed frees under both types.
func ConvertedFreed(ssl unsafe.Pointer) error {
	s := Session(C.SSL_get1_session(ssl))
	if s == nil {
		return errNoSession
	}
	defer C.SSL_SESSION_free(unsafe.Pointer(s))
	if C.SSL_SESSION_is_resumable(unsafe.Pointer(s)) != 1 {
		return errNoSession
	}
	return nil
}

// Shim acquires and frees through shims with a prefix.
func Shim(ssl unsafe.Pointer) bool {
	s := C.tlsx_SSL_get1_session(ssl)
	if s == nil {
		return false
	}
	ok := C.SSL_SESSION_is_resumable(s) == 1
	C.tlsx_SSL_SESSION_free(s)
	return ok
}

// ShimForgets loses what the shim acquired.
func ShimForgets(ssl unsafe.Pointer) bool {
	s := C.tlsx_SSL_get1_session(ssl) // want missingfree
	if s == nil || C.SSL_SESSION_is_resumable(s) != 1 {
		return false
	}
	C.tlsx_SSL_SESSION_free(s)
	return true
}

// SetAndForget believes that the connection took it.
func SetAndForget(ssl unsafe.Pointer) bool {
	s := C.SSL_SESSION_new() // want missingfree
	return s != nil && C.SSL_set_session(ssl, s) == 1
}

// SetAndFree does not.
func SetAndFree(ssl unsafe.Pointer) bool {
	s := C.SSL_SESSION_new()
	ok := s != nil && C.SSL_set_session(ssl, s) == 1
	C.SSL_SESSION_free(s)
	return ok
}

// A Jar owns bare pointers.
type Jar struct{ items []unsafe.Pointer }

// Put hands one over.
func (j *Jar) Put(ssl unsafe.Pointer) {
	if s := C.SSL_get1_session(ssl); s != nil {
		j.items = append(j.items, s)
	}
}

// Close frees all.
func (j *Jar) Close() {
	for _, s := range j.items {
		C.SSL_SESSION_free(s)
	}
	j.items = nil
}

// UpRefLost adds a reference to a loan and loses it.
func UpRefLost(ssl unsafe.Pointer) bool {
	s := C.SSL_get_session(ssl)
	return s != nil && C.SSL_SESSION_up_ref(s) == 1 // want missingfree
}

// acquire is a wrapper that a binding would have.
func acquire(ssl unsafe.Pointer) (unsafe.Pointer, error) {
	if s := C.SSL_get1_session(ssl); s != nil {
		return s, nil
	}
	return nil, errNoSession
}

// ThroughWrapper frees what the wrapper acquired.
func ThroughWrapper(ssl unsafe.Pointer) error {
	s, err := acquire(ssl)
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ThroughWrapperForgets does not, on one path.
func ThroughWrapperForgets(ssl unsafe.Pointer) error {
	s, err := acquire(ssl) // want missingfree
	if err != nil {
		return err
	}
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return errNoSession
	}
	C.SSL_SESSION_free(s)
	return nil
}
