// Package closures has function literals, defers, method values and iterators.
package closures

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int SSL_SESSION_up_ref(SSL_SESSION *s) { return 0; }
*/
import "C"

import (
	"errors"
	"io"
	"iter"
)

var errEmpty = errors.New("empty")

// InPlace: a literal that is called where it is made is part of the caller.
func InPlace(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	ok, n := func(n int) (bool, int) {
		if s == nil {
			return false, n
		}
		C.SSL_SESSION_free(s)
		s = nil
		return true, n + 1
	}(3)
	return ok && n == 4 && s == nil
}

// InPlaceDefers: a literal with defers of its own is not.
func InPlaceDefers(ssl *C.SSL) {
	func() {
		s := C.SSL_get1_session(ssl)
		defer C.SSL_SESSION_free(s)
	}()
}

// CellDefer: the deferred literal reads the variable when it runs.
func CellDefer(ssl, other *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer func() { C.SSL_SESSION_free(s) }()
	s = C.SSL_get1_session(other)
}

// Assigned once: the literal reads it, the function knows it.
func AssignedOnce(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer func() { C.SSL_SESSION_free(s) }()
	if s == nil {
		return
	}
	C.SSL_SESSION_up_ref(s)
}

// NamedResults: the deferred literal sees and changes them.
func NamedResults(ssl *C.SSL) (s *C.SSL_SESSION, err error) {
	defer func() {
		if err != nil {
			C.SSL_SESSION_free(s)
			s = nil
		}
	}()
	s = C.SSL_get1_session(ssl)
	if s == nil {
		return nil, errEmpty
	}
	return
}

// Stored: the literal is a value.
func Stored(ssl *C.SSL) (*C.SSL_SESSION, func()) {
	s := C.SSL_get1_session(ssl)
	return s, func() { C.SSL_SESSION_free(s) }
}

// Twice: one literal, two calls.
func Twice(s *C.SSL_SESSION, again bool) {
	free := func() { C.SSL_SESSION_free(s) }
	free()
	if again {
		free()
	}
}

// Recovers: the recover block is no way out.
func Recovers(s *C.SSL_SESSION) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errEmpty
		}
	}()
	C.SSL_SESSION_free(s)
	return nil
}

// Holder owns a session.
type Holder struct{ s *C.SSL_SESSION }

// Close frees it.
func (h *Holder) Close() error {
	C.SSL_SESSION_free(h.s)
	h.s = nil
	return nil
}

// Methods: as values, as expressions, promoted, through an interface.
func Methods(h *Holder, w *struct{ *Holder }) func() error {
	defer h.Close()
	f := h.Close
	defer f()
	defer w.Close()
	var c io.Closer = h
	defer c.Close()
	g := (*Holder).Close
	apply(g, h)
	return h.Close
}

func apply(f func(*Holder) error, h *Holder) { _ = f(h) }

// Spawned: a goroutine of Go code.
func Spawned(s *C.SSL_SESSION, done chan bool) {
	go func() {
		C.SSL_SESSION_free(s)
		done <- true
	}()
	go apply((*Holder).Close, &Holder{s})
}

// Unknown iterator: the body runs any number of times.
func RangeUnknown(seq iter.Seq[int], ssl *C.SSL) *C.SSL_SESSION {
	for n := range seq {
		s := C.SSL_get1_session(ssl)
		if n == 3 {
			return s
		}
		defer C.SSL_SESSION_free(s)
	}
	return nil
}

func sessions(ssl *C.SSL) iter.Seq[*C.SSL_SESSION] {
	return func(yield func(*C.SSL_SESSION) bool) {
		s := C.SSL_get1_session(ssl)
		defer C.SSL_SESSION_free(s)
		yield(s)
	}
}

// RangeKnown: an iterator of this package.
func RangeKnown(ssl *C.SSL) {
	for s := range sessions(ssl) {
		if C.SSL_SESSION_up_ref(s) != 1 {
			break
		}
	}
}

var release = func(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// Hook calls a function variable that nobody assigns.
func Hook(s *C.SSL_SESSION) { release(s) }
