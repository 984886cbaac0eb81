package opaque

/*
#include "opaque.h"
*/
import "C"

// Getters that add a reference to what somebody else holds, and return it: the
// reference is their caller's (trap: retained by a getter).

type vault struct {
	current *C.SSL_SESSION
	byHost  map[string]*C.SSL_SESSION
}

var shared *C.SSL_SESSION

// Retained returns what the field holds, with a reference.
func (h *vault) Retained() *C.SSL_SESSION {
	s := h.current
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

func mustRetain(s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) != 1 {
		panic("count overflow")
	}
}

// RetainedBy leaves the counting to a helper.
func (h *vault) RetainedBy() *C.SSL_SESSION {
	mustRetain(h.current)
	return h.current
}

// RetainedHost looks it up.
func (h *vault) RetainedHost(host string) (*C.SSL_SESSION, bool) {
	s, ok := h.byHost[host]
	if !ok || C.SSL_SESSION_up_ref(s) != 1 {
		return nil, false
	}
	return s, true
}

// RetainedShared does it to a package variable.
func RetainedShared() *C.SSL_SESSION {
	if shared == nil || C.SSL_SESSION_up_ref(shared) != 1 {
		return nil
	}
	return shared
}

// Peeked returns it without one.
func (h *vault) Peeked() *C.SSL_SESSION { return h.current }

// RetainedLost reads it and forgets it.
func RetainedLost(h *vault) int64 {
	s := h.Retained() // want missingfree
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// RetainedByLost does so with the other getter.
func RetainedByLost(h *vault) int64 {
	s := h.RetainedBy() // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// RetainedHostLost forgets one of a map.
func RetainedHostLost(h *vault, host string) int64 {
	s, ok := h.RetainedHost(host) // want missingfree
	if !ok {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// RetainedSharedLost forgets the shared one.
func RetainedSharedLost() int64 {
	s := RetainedShared() // want missingfree
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_timeout(s))
}

// RetainedEarlyReturn frees on one of its paths.
func RetainedEarlyReturn(h *vault) (int64, error) {
	s := h.Retained() // want missingfree
	if s == nil {
		return 0, errNoSession
	}
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return 0, errNoSession
	}
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t, nil
}

// RetainedFreed gives it back.
func RetainedFreed(h *vault) int64 {
	s := h.Retained()
	if s == nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// RetainedByFreed does so with the other getter.
func RetainedByFreed(h *vault) int64 {
	s := h.RetainedBy()
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// RetainedHostFreed gives back one of a map.
func RetainedHostFreed(h *vault, host string) int64 {
	s, ok := h.RetainedHost(host)
	if !ok {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// RetainedSharedFreed gives back the shared one on every path.
func RetainedSharedFreed() int64 {
	s := RetainedShared()
	defer C.SSL_SESSION_free(s)
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_timeout(s))
}

// RetainedMoved puts it into another vault.
func RetainedMoved(from, to *vault) {
	C.SSL_SESSION_free(to.current)
	to.current = from.Retained()
}

// RetainedPassedOn returns it.
func RetainedPassedOn(h *vault) *C.SSL_SESSION { return h.Retained() }

// RetainedInside returns it in an object of its own.
func RetainedInside(h *vault) *vault { return &vault{current: h.RetainedBy()} }

// PeekedRead owes nothing.
func PeekedRead(h *vault) int64 {
	s := h.Peeked()
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}
