// Package opaque pins what sessionlint knowingly misses of code that calls C.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import "errors"

var errNoSession = errors.New("no session")

type attributed struct{ attr *C.SSL_SESSION }

// KeepsIfFreshForgets stores the reference on one way and loses it on the other: the
// caller has one that was stored, or it has one more, and by the answer it cannot tell.
func (o *attributed) KeepsIfFreshForgets(s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) != 1 { // miss missingfree
		return
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return
	}
	C.SSL_SESSION_free(o.attr)
	o.attr = s
}

type undo struct{ steps []func() }

func (u *undo) add(step func()) { u.steps = append(u.steps, step) }

func (u *undo) run() {
	for _, step := range u.steps {
		step()
	}
}

// StackedTooLate returns before it has put its second on the pile: what a list of
// functions frees is not followed.
func StackedTooLate(a, b *C.SSL) error {
	var u undo
	defer u.run()
	s := C.SSL_get1_session(a)
	u.add(func() { C.SSL_SESSION_free(s) })
	t := C.SSL_get1_session(b) // miss missingfree
	if C.SSL_SESSION_is_resumable(t) != 1 {
		return errNoSession
	}
	u.add(func() { C.SSL_SESSION_free(t) })
	return nil
}

// AskedMapDeleted takes a key out between two questions, as in package limitations.
func AskedMapDeleted(ssl *C.SSL, hosts map[string]int) {
	var s *C.SSL_SESSION
	if _, ok := hosts["www"]; ok {
		s = C.SSL_get1_session(ssl) // miss missingfree
	}
	delete(hosts, "www")
	if _, ok := hosts["www"]; ok {
		C.SSL_SESSION_free(s)
	}
}

// AskedOtherFloat compares one fraction with two bounds, as there.
func AskedOtherFloat(ssl *C.SSL, load float64) {
	s := C.SSL_get1_session(ssl) // miss missingfree
	if load > 0.75 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_pending(ssl)
	if !(load > 0.5) {
		C.SSL_SESSION_free(s)
	}
}

// AskedTimeChanged sets what it has asked for, as there.
func AskedTimeChanged(ssl *C.SSL, other *C.SSL_SESSION) {
	var s *C.SSL_SESSION
	if C.SSL_SESSION_get_time(other) > 60 {
		s = C.SSL_get1_session(ssl) // miss missingfree
	}
	C.SSL_SESSION_set_time(other, 30)
	if C.SSL_SESSION_get_time(other) > 60 {
		C.SSL_SESSION_free(s)
	}
}
