// Package opaque holds fixtures of uncheckedupref over incomplete C types.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import "sync"

// Ignored takes the new reference for granted and frees it.
func Ignored(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref "and SSL_SESSION_free frees somebody else's"
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// IgnoredAndReturned hands the reference that may not exist to its caller.
func IgnoredAndReturned(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get_session(ssl)
	if s != nil {
		C.SSL_SESSION_up_ref(s) // want uncheckedupref
	}
	return s
}

// IgnoredAndLost is two mistakes: nobody looks whether there is a reference, and
// nobody frees it.
func IgnoredAndLost(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// Deliberate says that it does not care.
func Deliberate(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return nil
	}
	_ = C.SSL_SESSION_up_ref(s) // strict uncheckedupref
	return s
}

// Checked asks.
func Checked(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

// CheckedBySwitch asks in its own way.
func CheckedBySwitch(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return nil
	}
	switch C.SSL_SESSION_up_ref(s) {
	case 1:
		return s
	default:
		return nil
	}
}

// CheckedLater keeps the status in a variable.
func CheckedLater(ssl *C.SSL, mu *sync.Mutex) *C.SSL_SESSION {
	mu.Lock()
	s := C.SSL_get_session(ssl)
	rc := C.int(0)
	if s != nil {
		rc = C.SSL_SESSION_up_ref(s)
	}
	mu.Unlock()
	if rc == 0 {
		return nil
	}
	return s
}

// retain reports whether there is one more reference.
func retain(s *C.SSL_SESSION) bool { return s != nil && C.SSL_SESSION_up_ref(s) == 1 }

// CheckedInHelper asks a helper that asks.
func CheckedInHelper(ssl *C.SSL) *C.SSL_SESSION {
	if s := C.SSL_get_session(ssl); retain(s) {
		return s
	}
	return nil
}

// Hold adds a reference for its caller and keeps the status to itself.
func Hold(s *C.SSL_SESSION) {
	C.SSL_SESSION_up_ref(s) // want uncheckedupref
}

// holder keeps one session.
type holder struct{ s *C.SSL_SESSION }

// Close frees it.
func (h *holder) Close() { C.SSL_SESSION_free(h.s) }

// NewHolder stores what it may not own.
func NewHolder(ssl *C.SSL) *holder {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return &holder{}
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref
	return &holder{s: s}
}

// NewHolderChecked stores what it owns.
func NewHolderChecked(ssl *C.SSL) *holder {
	h := &holder{}
	if s := C.SSL_get_session(ssl); s != nil && C.SSL_SESSION_up_ref(s) > 0 {
		h.s = s
	}
	return h
}

// InGoroutine ignores the status and gives the reference away.
func InGoroutine(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref "frees somebody else's"
	go C.SSL_SESSION_free(s)
}

// InLoop ignores one status per turn.
func InLoop(conns []*C.SSL) (list []*C.SSL_SESSION) {
	for _, c := range conns {
		if s := C.SSL_get_session(c); s != nil {
			C.SSL_SESSION_up_ref(s) // want uncheckedupref
			list = append(list, s)
		}
	}
	return list
}

// hold adds a reference and says nothing.
func hold(s *C.SSL_SESSION) {
	C.SSL_SESSION_up_ref(s) // want uncheckedupref "frees somebody else's"
}

// HeldByHelper frees what a helper has added.
func HeldByHelper(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	hold(s)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// HeldByLiteral adds it in a literal.
func HeldByLiteral(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	more := func() {
		C.SSL_SESSION_up_ref(s) // want uncheckedupref "frees somebody else's"
	}
	more()
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// DeliberateAndFreed says that it does not care, and frees it all the same.
func DeliberateAndFreed(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	_ = C.SSL_SESSION_up_ref(s) // strict uncheckedupref "frees somebody else's"
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// SecondReference frees its first reference, and then one that may not be there.
func SecondReference(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return nil
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref "frees somebody else's"
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s)
	return nil
}

// FirstReference frees its first one only.
func FirstReference(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return nil
	}
	C.SSL_SESSION_up_ref(s) // want uncheckedupref "no reference was added to session s [uncheckedupref]"
	C.SSL_SESSION_free(s)
	return s
}

// OwnedOnly needs no second reference and asks for none.
func OwnedOnly(ssl *C.SSL) *C.SSL_SESSION { return C.SSL_get1_session(ssl) }
