// Package opaque holds fixtures of missingkeepalive over incomplete C types: Go
// wrappers whose finalizer or cleanup frees the C object.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import (
	"runtime"
	"sync"
)

// Session is a wrapper with a finalizer.
type Session struct {
	ptr *C.SSL_SESSION
	mu  sync.Mutex
	log func(string)
}

// NewSession takes a reference of its own and frees it when the wrapper is
// collected.
func NewSession(ssl *C.SSL) *Session {
	p := C.SSL_get1_session(ssl)
	if p == nil {
		return nil
	}
	s := &Session{ptr: p}
	runtime.SetFinalizer(s, (*Session).free)
	return s
}

func (s *Session) free() {
	C.SSL_SESSION_free(s.ptr)
	s.ptr = nil
}

// Time passes the pointer on: the wrapper may be collected while C reads.
func (s *Session) Time() int64 {
	return int64(C.SSL_SESSION_get_time(s.ptr)) // want missingkeepalive
}

// TimeKept keeps the wrapper alive until C has read.
func (s *Session) TimeKept() int64 {
	t := C.SSL_SESSION_get_time(s.ptr)
	runtime.KeepAlive(s)
	return int64(t)
}

// TimeKeptDeferred keeps it by a defer.
func (s *Session) TimeKeptDeferred() int64 {
	defer runtime.KeepAlive(s)
	return int64(C.SSL_SESSION_get_time(s.ptr))
}

// TimeLocked has a deferred call on the wrapper, which keeps it.
func (s *Session) TimeLocked() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(C.SSL_SESSION_get_time(s.ptr))
}

// TimeUsedAfter uses the wrapper after the call.
func (s *Session) TimeUsedAfter() int64 {
	t := int64(C.SSL_SESSION_get_time(s.ptr))
	if s.log != nil {
		s.log("time")
	}
	return t
}

// TimeUsedBefore uses it only before.
func (s *Session) TimeUsedBefore() int64 {
	if s.log != nil {
		s.log("time")
	}
	return int64(C.SSL_SESSION_get_time(s.ptr)) // want missingkeepalive
}

// Ticket is a wrapper with a cleanup.
type Ticket struct{ ptr *C.SSL_SESSION }

// NewTicket frees when the wrapper is collected.
func NewTicket(ssl *C.SSL) *Ticket {
	p := C.SSL_get1_session(ssl)
	if p == nil {
		return nil
	}
	t := &Ticket{ptr: p}
	runtime.AddCleanup(t, func(p *C.SSL_SESSION) { C.SSL_SESSION_free(p) }, p)
	return t
}

// Resumable passes the pointer on.
func (t *Ticket) Resumable() bool {
	return C.SSL_SESSION_is_resumable(t.ptr) == 1 // want missingkeepalive
}

// ResumableKept keeps the wrapper.
func (t *Ticket) ResumableKept() bool {
	ok := C.SSL_SESSION_is_resumable(t.ptr) == 1
	runtime.KeepAlive(t)
	return ok
}

// Plain is a wrapper that nobody finalizes.
type Plain struct{ ptr *C.SSL_SESSION }

// NewPlain must be closed.
func NewPlain(ssl *C.SSL) *Plain { return &Plain{ptr: C.SSL_get1_session(ssl)} }

// Close frees.
func (p *Plain) Close() { C.SSL_SESSION_free(p.ptr) }

// Time has nothing to fear from the collector.
func (p *Plain) Time() int64 { return int64(C.SSL_SESSION_get_time(p.ptr)) }
