// Package opaque holds fixtures of useafterfree over incomplete C types.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import (
	"fmt"
	"io"
)

// ReadAfterFree reads what was freed.
func ReadAfterFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s)) // want useafterfree
}

// ReadBeforeFree has the order right.
func ReadBeforeFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// ReadOnOnePath reads after the free on one path.
func ReadOnOnePath(ssl *C.SSL, stale bool) int64 {
	s := C.SSL_get1_session(ssl)
	if stale {
		C.SSL_SESSION_free(s)
	}
	t := int64(C.SSL_SESSION_get_time(s)) // want useafterfree
	if !stale {
		C.SSL_SESSION_free(s)
	}
	return t
}

// ReadOnTheOtherPath keeps the paths apart (trap: repeated condition).
func ReadOnTheOtherPath(ssl *C.SSL, stale bool) (t int64) {
	s := C.SSL_get1_session(ssl)
	if stale {
		C.SSL_SESSION_free(s)
	}
	if !stale {
		t = int64(C.SSL_SESSION_get_time(s))
		C.SSL_SESSION_free(s)
	}
	return t
}

// OneOfTwoFreed still holds a reference of its own.
func OneOfTwoFreed(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return 0
	}
	C.SSL_SESSION_free(s)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// AliasRead reads through another name.
func AliasRead(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	seen := s
	C.SSL_SESSION_free(s)
	s = nil
	return int64(C.SSL_SESSION_get_timeout(seen)) // want useafterfree
}

// CopyRead reads a number that was taken before the free.
func CopyRead(ssl *C.SSL) string {
	s := C.SSL_get1_session(ssl)
	version := C.SSL_SESSION_get_protocol_version(s)
	C.SSL_SESSION_free(s)
	return fmt.Sprintf("TLS %d", int(version))
}

// SetAfterFree gives the connection a dead session.
func SetAfterFree(ssl, next *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_set_session(next, s) // want useafterfree
}

// SetBeforeFree gives it a live one, which it keeps alive.
func SetBeforeFree(ssl, next *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_set_session(next, s)
	C.SSL_SESSION_free(s)
}

// SetThenRead reads what the connection holds by now.
func SetThenRead(next *C.SSL, src *C.SSL_SESSION) int64 {
	s := C.SSL_SESSION_dup(src)
	if C.SSL_set_session(next, s) != 1 {
		C.SSL_SESSION_free(s)
		return 0
	}
	C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// SetFailedThenRead reads although the connection refused.
func SetFailedThenRead(next *C.SSL, src *C.SSL_SESSION) int64 {
	s := C.SSL_SESSION_dup(src)
	if C.SSL_set_session(next, s) == 1 {
		C.SSL_SESSION_free(s)
		return 0
	}
	C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s)) // want useafterfree
}

// UpRefAfterFree tries to bring it back.
func UpRefAfterFree(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	if C.SSL_SESSION_up_ref(s) == 1 { // want useafterfree
		C.SSL_SESSION_free(s)
	}
}

// DupAfterFree copies the dead.
func DupAfterFree(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return C.SSL_SESSION_dup(s) // want useafterfree
}

// DupBeforeFree copies the living.
func DupBeforeFree(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get1_session(ssl)
	d := C.SSL_SESSION_dup(s)
	C.SSL_SESSION_free(s)
	return d
}

// EncodeAfterFree serialises after the free.
func EncodeAfterFree(ssl *C.SSL) int {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return int(C.i2d_SSL_SESSION(s, nil)) // want useafterfree
}

// DeferredReadAfterFree runs its defers last first: the free comes before the
// read.
func DeferredReadAfterFree(ssl *C.SSL, log func(int64)) {
	s := C.SSL_get1_session(ssl)
	defer func() {
		log(int64(C.SSL_SESSION_get_time(s))) // want useafterfree
	}()
	defer C.SSL_SESSION_free(s)
	C.SSL_connect(ssl)
}

// DeferredFreeAfterRead has them in the other order.
func DeferredFreeAfterRead(ssl *C.SSL, log func(int64)) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	defer func() {
		log(int64(C.SSL_SESSION_get_time(s)))
	}()
	C.SSL_connect(ssl)
}

// ReturnedFreed returns what its defer frees.
func ReturnedFreed(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return nil
	}
	return s // want useafterfree
}

// ReturnedNumber returns a number, computed before the defer runs.
func ReturnedNumber(ssl *C.SSL) C.long {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	return C.SSL_SESSION_get_time(s)
}

// ParameterReadAfterFree consumes its parameter and reads it.
func ParameterReadAfterFree(s *C.SSL_SESSION) bool {
	C.SSL_SESSION_free(s)
	return C.SSL_SESSION_has_ticket(s) == 1 // want useafterfree
}

// inspect reads.
func inspect(s *C.SSL_SESSION) bool { return C.SSL_SESSION_has_ticket(s) == 1 }

// finish frees.
func finish(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// HelperReadsAfterFree reads in a helper what a helper freed.
func HelperReadsAfterFree(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	finish(s)
	return inspect(s) // want useafterfree
}

// HelperReadsBeforeFree has the order right.
func HelperReadsBeforeFree(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	defer finish(s)
	return inspect(s)
}

// PassedOnAfterFree gives a dead session to a function that nobody knows.
func PassedOnAfterFree(ssl *C.SSL, sink func(*C.SSL_SESSION)) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	sink(s) // want useafterfree
}

// LoopFreesThenReads reads in the next turn what the last turn freed.
func LoopFreesThenReads(ssl *C.SSL, rounds int) (total int64) {
	s := C.SSL_get1_session(ssl)
	for i := 0; i < rounds; i++ {
		total += int64(C.SSL_SESSION_get_time(s)) // want useafterfree
		if i == 0 {
			C.SSL_SESSION_free(s)
		}
	}
	if rounds <= 0 {
		C.SSL_SESSION_free(s)
	}
	return total
}

// LoopFreesAndRenews has a new session in every turn.
func LoopFreesAndRenews(ssl *C.SSL, rounds int) (total int64) {
	s := C.SSL_get1_session(ssl)
	for i := 0; i < rounds; i++ {
		total += int64(C.SSL_SESSION_get_time(s))
		C.SSL_SESSION_free(s)
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_SESSION_free(s)
	return total
}

// FreedInClosure frees in a literal and reads outside.
func FreedInClosure(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	func() { C.SSL_SESSION_free(s) }()
	return inspect(s) // want useafterfree
}

// ReadInClosure frees outside and reads in a literal.
func ReadInClosure(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	check := func() bool {
		return C.SSL_SESSION_has_ticket(s) == 1 // want useafterfree
	}
	C.SSL_SESSION_free(s)
	return check()
}

// ReassignedInClosure gives the variable a new session before it is read.
func ReassignedInClosure(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	renew := func() {
		C.SSL_SESSION_free(s)
		s = C.SSL_get1_session(ssl)
	}
	renew()
	ok := C.SSL_SESSION_has_ticket(s) == 1
	C.SSL_SESSION_free(s)
	return ok
}

// entry is one line of a session table.
type entry struct {
	host string
	sess *C.SSL_SESSION
}

func (e *entry) Close() error {
	C.SSL_SESSION_free(e.sess)
	return nil
}

// FieldReadAfterClose reads the field after the struct was closed.
func FieldReadAfterClose(ssl *C.SSL) int64 {
	e := &entry{host: "a", sess: C.SSL_get1_session(ssl)}
	e.Close()
	return int64(C.SSL_SESSION_get_time(e.sess)) // want useafterfree
}

// FieldReadBeforeClose closes last.
func FieldReadBeforeClose(ssl *C.SSL) int64 {
	e := &entry{host: "a", sess: C.SSL_get1_session(ssl)}
	defer e.Close()
	return int64(C.SSL_SESSION_get_time(e.sess))
}

// InterfaceReadAfterClose closes through an interface (trap: call on an
// interface).
func InterfaceReadAfterClose(ssl *C.SSL) int64 {
	e := &entry{sess: C.SSL_get1_session(ssl)}
	var c io.Closer = e
	c.Close()
	return int64(C.SSL_SESSION_get_time(e.sess)) // want useafterfree
}

// GoroutineAfterFree starts a goroutine on a dead session.
func GoroutineAfterFree(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	go inspect(s) // want useafterfree
}

// DeferAfterFree defers a read of a dead session.
func DeferAfterFree(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	defer inspect(s) // want useafterfree
}

// NilAfterFree reads nothing: the variable was cleared (trap: double-check
// idiom).
func NilAfterFree(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	s = nil
	if s != nil {
		return inspect(s)
	}
	return false
}

// ComparedAfterFree only compares the pointer, which reads no memory.
func ComparedAfterFree(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return s != nil && s == C.SSL_get_session(ssl)
}

// BorrowAfterOwnFree frees its own reference and goes on with a borrow.
func BorrowAfterOwnFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	b := C.SSL_get_session(ssl)
	if b == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(b))
}
