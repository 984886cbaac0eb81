package opaque

/*
#include "opaque.h"
*/
import "C"

// Interfaces whose dynamic type decides what happens (trap: interface values).

type disposer interface{ dispose(s *C.SSL_SESSION) }

type freeing struct{}

func (freeing) dispose(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

type stamping struct{}

func (stamping) dispose(s *C.SSL_SESSION) { C.SSL_SESSION_set_time(s, 1) }

type logging struct{ inner disposer }

func (l logging) dispose(s *C.SSL_SESSION) {
	C.SSL_SESSION_set_timeout(s, 1)
	l.inner.dispose(s)
}

// OneOfTwo chooses one of two that do not do the same.
func OneOfTwo(ssl *C.SSL, tidy bool) {
	s := C.SSL_get1_session(ssl) // want missingfree
	var d disposer = stamping{}
	if tidy {
		d = freeing{}
	}
	d.dispose(s)
}

// OneOfTwoThatFree chooses one of two that do.
func OneOfTwoThatFree(ssl *C.SSL, verbose bool) {
	s := C.SSL_get1_session(ssl)
	var d disposer = freeing{}
	if verbose {
		d = logging{inner: freeing{}}
	}
	d.dispose(s)
}

// OneOfTwoAndRest frees what the one that was chosen has left.
func OneOfTwoAndRest(ssl *C.SSL, tidy bool) {
	s := C.SSL_get1_session(ssl)
	var d disposer = stamping{}
	if tidy {
		d = freeing{}
	}
	d.dispose(s)
	if !tidy {
		C.SSL_SESSION_free(s)
	}
}

// OneOfMany is given one that nobody knows.
func OneOfMany(ssl *C.SSL, d disposer) {
	s := C.SSL_get1_session(ssl)
	d.dispose(s)
}

type source interface{ next() *C.SSL_SESSION }

type connected struct{ ssl *C.SSL }

func (c connected) next() *C.SSL_SESSION { return C.SSL_get1_session(c.ssl) }

type lent struct{ ssl *C.SSL }

func (l lent) next() *C.SSL_SESSION { return C.SSL_get_session(l.ssl) }

func sourceOf(ssl *C.SSL) source { return connected{ssl} }

func loansOf(ssl *C.SSL) source { return lent{ssl} }

// MadeElsewhere gets from an interface that another function made.
func MadeElsewhere(ssl *C.SSL) int64 {
	s := sourceOf(ssl).next() // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// MadeElsewhereFreed frees what it got.
func MadeElsewhereFreed(ssl *C.SSL) int64 {
	s := sourceOf(ssl).next()
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// MadeElsewhereLent gets a loan in the same way.
func MadeElsewhereLent(ssl *C.SSL) int64 {
	return int64(C.SSL_SESSION_get_time(loansOf(ssl).next()))
}
