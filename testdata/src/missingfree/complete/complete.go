// Package complete holds fixtures of missingfree over complete, pointer-free C
// structs: cgo calls with such pointers have no wrapper around them.
package complete

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "complete.h"
*/
import "C"

import (
	"errors"
	"sync"
)

var errStale = errors.New("stale session")

// Refresher renews tickets for a set of connections.
type Refresher struct {
	mu    sync.Mutex
	spare *C.SSL_SESSION
	stats struct{ hits, misses int }
}

// Close frees the spare session.
func (r *Refresher) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	C.SSL_SESSION_free(r.spare)
	r.spare = nil
}

// Hit forgets the session on the path that counts a miss.
func (r *Refresher) Hit(ssl *C.SSL) bool {
	sess := C.SSL_get1_session(ssl) // want missingfree
	if sess == nil {
		r.stats.misses++
		return false
	}
	if C.SSL_SESSION_is_resumable(sess) == 0 {
		r.stats.misses++
		return false
	}
	r.stats.hits++
	C.SSL_SESSION_free(sess)
	return true
}

// HitFixed frees it there.
func (r *Refresher) HitFixed(ssl *C.SSL) bool {
	sess := C.SSL_get1_session(ssl)
	if sess == nil {
		r.stats.misses++
		return false
	}
	defer C.SSL_SESSION_free(sess)
	if C.SSL_SESSION_is_resumable(sess) == 0 {
		r.stats.misses++
		return false
	}
	r.stats.hits++
	return true
}

// Spare stores the session unless there is one, and forgets it otherwise.
func (r *Refresher) Spare(ssl *C.SSL) {
	sess := C.SSL_get1_session(ssl) // want missingfree
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.spare == nil {
		r.spare = sess
	}
}

// SpareFixed frees what it does not store.
func (r *Refresher) SpareFixed(ssl *C.SSL) {
	sess := C.SSL_get1_session(ssl)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.spare != nil {
		C.SSL_SESSION_free(sess)
		return
	}
	r.spare = sess
}

// ReadField reads the struct itself, without a call.
func ReadField(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return 0
	}
	return int64(s.timeout)
}

// ReadFieldFixed frees after the read.
func ReadFieldFixed(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	t := int64(s.timeout)
	C.SSL_SESSION_free(s)
	return t
}

// DeferredHere covers the defer of a call without a wrapper (trap: argument
// snapshot).
func DeferredHere(a, b *C.SSL) {
	s := C.SSL_get1_session(a)
	defer C.SSL_SESSION_free(s)
	s = C.SSL_get1_session(b) // want missingfree
	s.time = 0
}

// Spawned covers the go statement of a call without a wrapper.
func Spawned(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	go C.SSL_SESSION_free(s)
}

// Check returns an error for a stale session and forgets it.
func Check(ssl *C.SSL, now int64) (err error) {
	s := C.SSL_get1_session(ssl) // want missingfree
	switch {
	case s == nil:
		err = errStale
	case int64(s.time)+int64(s.timeout) < now:
		err = errStale
	default:
		C.SSL_SESSION_free(s)
	}
	return err
}

// CheckFixed leaves the switch first.
func CheckFixed(ssl *C.SSL, now int64) (err error) {
	s := C.SSL_get1_session(ssl)
	switch {
	case s == nil:
		err = errStale
	case int64(s.time)+int64(s.timeout) < now:
		err = errStale
	}
	C.SSL_SESSION_free(s)
	return err
}

// Keep counts its references right through a loop.
func Keep(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	taken := 0
	for i := 0; i < n; i++ {
		if C.SSL_SESSION_up_ref(s) == 1 {
			taken++
		}
	}
	for ; taken > 0; taken-- {
		C.SSL_SESSION_free(s)
	}
	C.SSL_SESSION_free(s)
}

// TwoResults covers the two-result form without a wrapper.
func TwoResults(ssl *C.SSL) (int64, error) {
	s, err := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return 0, err
	}
	return int64(C.SSL_SESSION_get_time(s)), nil
}

// UpRefLeftOver has one too many.
func UpRefLeftOver(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return
	}
	if rc := C.SSL_SESSION_up_ref(s); rc == 1 { // want missingfree
		s.timeout = 300
	}
}
