// Package complete holds fixtures of doublefree over complete, pointer-free C
// structs.
package complete

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "complete.h"
*/
import "C"

// A Slot holds one session of a table.
type Slot struct {
	sess *C.SSL_SESSION
	used bool
}

// Twice frees the same pointer twice.
func Twice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// DeferredToo frees by hand and by its defer.
func DeferredToo(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	if s != nil && s.timeout == 0 {
		C.SSL_SESSION_free(s)
		return false
	}
	return true
}

// DeferredVariable clears the variable that the deferred literal reads.
func DeferredVariable(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	defer func() { C.SSL_SESSION_free(s) }()
	if s != nil && s.timeout == 0 {
		C.SSL_SESSION_free(s)
		s = nil
		return false
	}
	return true
}

// Evict frees a slot of a parameter and clears it.
func Evict(sl *Slot) {
	if sl.used {
		C.SSL_SESSION_free(sl.sess)
		sl.sess, sl.used = nil, false
	}
}

// EvictTwice frees the field twice.
func EvictTwice(sl *Slot) {
	C.SSL_SESSION_free(sl.sess)
	if sl.used {
		C.SSL_SESSION_free(sl.sess) // want doublefree
	}
	sl.sess = nil
}

// Swap frees the old session and stores the new one.
func Swap(sl *Slot, ssl *C.SSL) {
	old := sl.sess
	sl.sess = C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(old)
}

// SwapTwice frees the old session under both of its names.
func SwapTwice(sl *Slot, ssl *C.SSL) {
	old := sl.sess
	C.SSL_SESSION_free(sl.sess)
	sl.sess = C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(old) // want doublefree
}

// Loop frees before it knows whether there is another turn.
func Loop(ssl *C.SSL, tries int) bool {
	s := C.SSL_get1_session(ssl)
	for tries > 0 {
		C.SSL_SESSION_free(s)
		if C.SSL_connect(ssl) == 1 {
			return true
		}
		s = C.SSL_get1_session(ssl)
		tries--
	}
	C.SSL_SESSION_free(s)
	return false
}

// LoopForgetsRenewal frees the same session in the next turn and after the loop.
func LoopForgetsRenewal(ssl *C.SSL, tries int) bool {
	s := C.SSL_get1_session(ssl)
	for tries > 0 {
		C.SSL_SESSION_free(s) // want doublefree
		if C.SSL_connect(ssl) == 1 {
			return true
		}
		tries--
	}
	C.SSL_SESSION_free(s) // want doublefree
	return false
}

// UpRefPaysForSecond has two references for two frees.
func UpRefPaysForSecond(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	defer C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s)
}

// UpRefFailsForSecond has not, on one path.
func UpRefFailsForSecond(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	defer C.SSL_SESSION_free(s) // want doublefree
	if C.SSL_SESSION_up_ref(s) == 0 {
		s.timeout = 0
	}
	C.SSL_SESSION_free(s)
}
