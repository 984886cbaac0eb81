package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

// Objects with a finalizer are freed by hand as well (trap: SetFinalizer on the
// wrapper).

type finalized struct{ raw *C.SSL_SESSION }

func finalize(s *C.SSL_SESSION) *finalized {
	f := &finalized{raw: s}
	runtime.SetFinalizer(f, func(f *finalized) { f.Close() })
	return f
}

// Close frees once.
func (f *finalized) Close() {
	if f.raw != nil {
		C.SSL_SESSION_free(f.raw)
		f.raw = nil
	}
}

// TwoFinalized gives one reference to two objects and closes both.
func TwoFinalized(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	a, b := finalize(s), finalize(s)
	a.Close()
	b.Close() // want doublefree
}

// FinalizedAndFreed frees behind the back of the object.
func FinalizedAndFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	f := finalize(s)
	defer f.Close() // want doublefree
	C.SSL_SESSION_free(s)
}

// TwoFinalizedOwners has a reference for each.
func TwoFinalizedOwners(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	a, b := finalize(s), finalize(s)
	a.Close()
	b.Close()
}

// FinalizedClosedTwice closes one object twice, which is harmless.
func FinalizedClosedTwice(ssl *C.SSL) {
	f := finalize(C.SSL_get1_session(ssl))
	f.Close()
	f.Close()
}

// FinalizedLeft leaves it to the finalizer.
func FinalizedLeft(ssl *C.SSL) int64 {
	f := finalize(C.SSL_get1_session(ssl))
	t := int64(C.SSL_SESSION_get_time(f.raw))
	runtime.KeepAlive(f)
	return t
}

// FinalizedReturned leaves it to its caller, who may or may not close it.
func FinalizedReturned(ssl *C.SSL) *finalized { return finalize(C.SSL_get1_session(ssl)) }
