// Package cgo has every form in which a C call reaches the type checker.
package cgo

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct point { int x, y; } point;

static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static SSL_SESSION *SSL_SESSION_new(void) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int SSL_SESSION_up_ref(SSL_SESSION *s) { return 0; }
static SSL_SESSION *d2i_SSL_SESSION(SSL_SESSION **a, const unsigned char **pp, long n) { return 0; }
static SSL_SESSION *same(SSL_SESSION *a, SSL_SESSION *b) { return a; }
static void *X_SSL_get1_session(void *ssl) { return 0; }
static void helper(SSL_CTX *ctx, void *cb) {}
static void scale(point *p, int by) {}
static int answer(void) { return 42; }
static void nothing(void) {}

extern int on_new(SSL *, SSL_SESSION *);
extern int on_other(int);
*/
import "C"

import "unsafe"

// Plain: the argument is captured by the wrapper, and lifted again.
func Plain(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
}

// Unwrapped: no pointer argument, no wrapper.
func Unwrapped() *C.SSL_SESSION { return C.SSL_SESSION_new() }

// TwoResults: errno says nothing about ownership.
func TwoResults(ssl *C.SSL) error {
	s, err := C.SSL_get1_session(ssl)
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	_, err = C.nothing()
	return err
}

// Deferred: the argument is evaluated at the defer.
func Deferred(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	s = nil
}

// DeferredLoop defers in a loop, each time another session.
func DeferredLoop(all []*C.SSL_SESSION) {
	for _, s := range all {
		defer C.SSL_SESSION_free(s)
	}
}

// DeferredField evaluates a field at the defer.
func DeferredField(h *struct{ s *C.SSL_SESSION }) {
	defer C.SSL_SESSION_free(h.s)
	h.s = nil
}

// Spawned: a goroutine that is one C call.
func Spawned(s *C.SSL_SESSION) { go C.SSL_SESSION_free(s) }

// Nested: a C call in the argument of another.
func Nested(ssl *C.SSL) { C.SSL_SESSION_free(C.SSL_get1_session(ssl)) }

// NestedTwice: the same, deeper, and deferred.
func NestedTwice(ssl *C.SSL) {
	if C.SSL_SESSION_up_ref(C.same(C.SSL_get1_session(ssl), C.SSL_get1_session(ssl))) == 1 {
		defer C.SSL_SESSION_free(C.same(C.SSL_get1_session(ssl), nil))
	}
}

// OutPointer: the address of a variable goes to C, so it stays a cell.
func OutPointer(der []byte) *C.SSL_SESSION {
	p := (*C.uchar)(unsafe.Pointer(&der[0]))
	var s *C.SSL_SESSION
	C.d2i_SSL_SESSION(&s, &p, C.long(len(der)))
	return s
}

// Status: read, not read, and assigned to the blank identifier.
func Status(s *C.SSL_SESSION) bool {
	C.SSL_SESSION_up_ref(s)
	_ = C.SSL_SESSION_up_ref(s)
	return C.SSL_SESSION_up_ref(s) == 1
}

// Void: handles behind void pointers, found by the name of a shim.
func Void(ssl unsafe.Pointer) {
	s := C.X_SSL_get1_session(ssl)
	C.SSL_SESSION_free((*C.SSL_SESSION)(s))
}

// Branch: two values of a variable that the wrapper captures.
func Branch(ssl *C.SSL, fresh bool) {
	s := C.SSL_get1_session(ssl)
	if fresh {
		s = C.SSL_SESSION_new()
	}
	C.SSL_SESSION_free(s)
}

//export on_new
func on_new(ssl *C.SSL, s *C.SSL_SESSION) C.int { return 0 }

//export on_other
func on_other(n C.int) C.int { return n }

// Helper: functions that reach C through a helper nobody knows.
func Helper(ctx *C.SSL_CTX) {
	C.helper(ctx, C.on_new)
	C.helper(ctx, C.on_other)
}

// Complete: a struct without pointers is passed without a wrapper.
func Complete(s *C.SSL_SESSION) C.int {
	var p C.point
	C.scale(&p, C.answer())
	C.SSL_SESSION_free(s)
	return p.x
}

// Session is a Go type defined on a C handle.
type Session C.SSL_SESSION

// Free converts back.
func (s *Session) Free() { C.SSL_SESSION_free((*C.SSL_SESSION)(s)) }
