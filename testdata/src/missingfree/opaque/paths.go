// Package opaque holds fixtures of missingfree over incomplete C types, the
// shape in which cgo shows libssl to nearly every binding.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import (
	"errors"
	"fmt"
)

var (
	errNoSession = errors.New("no session")
	errExpired   = errors.New("session expired")
)

// NeverFreed acquires, reads and forgets.
func NeverFreed(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl) // want missingfree "session s from SSL_get1_session"
	return int64(C.SSL_SESSION_get_time(s))
}

// FreedOnce is its good twin.
func FreedOnce(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// EarlyReturn forgets the session on the error path (trap: early return).
func EarlyReturn(ssl *C.SSL, limit int64) error {
	sess := C.SSL_get1_session(ssl) // want missingfree "SSL_get1_session"
	if sess == nil {
		return errNoSession
	}
	if int64(C.SSL_SESSION_get_timeout(sess)) > limit {
		return errExpired
	}
	C.SSL_SESSION_free(sess)
	return nil
}

// EarlyReturnDeferred frees on every way out by one defer.
func EarlyReturnDeferred(ssl *C.SSL, limit int64) error {
	sess := C.SSL_get1_session(ssl)
	if sess == nil {
		return errNoSession
	}
	defer C.SSL_SESSION_free(sess)
	if int64(C.SSL_SESSION_get_timeout(sess)) > limit {
		return errExpired
	}
	return nil
}

// ReturnBeforeDefer leaves between the acquisition and the defer.
func ReturnBeforeDefer(ssl *C.SSL, dryRun bool) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if dryRun {
		return
	}
	defer C.SSL_SESSION_free(s)
	C.SSL_SESSION_set_timeout(s, 300)
}

// NilArmOwesNothing returns early only where there is no session (trap: nil
// correlation).
func NilArmOwesNothing(ssl *C.SSL) bool {
	if s := C.SSL_get1_session(ssl); s != nil {
		ok := C.SSL_SESSION_is_resumable(s) == 1
		C.SSL_SESSION_free(s)
		return ok
	}
	return false
}

// NilTestInverted frees on the arm on which there is nothing to free.
func NilTestInverted(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		C.SSL_SESSION_free(s)
		return false
	}
	return C.SSL_SESSION_is_resumable(s) == 1
}

// ScopedIf keeps the session in the scope of an if and forgets it there (trap:
// if with an initialiser).
func ScopedIf(ssl *C.SSL) int {
	if s := C.SSL_get1_session(ssl); s != nil { // want missingfree
		return int(C.SSL_SESSION_get_protocol_version(s))
	}
	return 0
}

// ConditionalAcquire frees behind a nil test that repeats the condition (trap:
// phi of nil and object).
func ConditionalAcquire(ssl *C.SSL, resume bool) {
	var s *C.SSL_SESSION
	if resume {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_connect(ssl)
	if s != nil {
		C.SSL_SESSION_free(s)
	}
}

// ConditionalAcquireLost tests something else.
func ConditionalAcquireLost(ssl *C.SSL, resume bool) {
	var s *C.SSL_SESSION
	if resume {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	if C.SSL_connect(ssl) == 1 {
		C.SSL_SESSION_free(s)
	}
}

// FlagTravels carries the obligation in a flag (trap: flag variable).
func FlagTravels(ssl *C.SSL, resume bool) {
	var s *C.SSL_SESSION
	held := false
	if resume {
		s = C.SSL_get1_session(ssl)
		held = true
	}
	C.SSL_do_handshake(ssl)
	if held {
		C.SSL_SESSION_free(s)
	}
}

// FlagSetOnTheOtherArm sets the flag where nothing was acquired.
func FlagSetOnTheOtherArm(ssl *C.SSL, resume bool) {
	var s *C.SSL_SESSION
	held := true
	if resume {
		s = C.SSL_get1_session(ssl) // want missingfree
		held = false
	}
	C.SSL_do_handshake(ssl)
	if held {
		C.SSL_SESSION_free(s)
	}
}

// SameConditionTwice tests one parameter at both ends (trap: repeated
// condition).
func SameConditionTwice(ssl *C.SSL, n int) {
	var s *C.SSL_SESSION
	if n > 0 {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_write(ssl, nil, C.int(n))
	if n > 0 {
		C.SSL_SESSION_free(s)
	}
}

// ConditionNarrowed frees under a stronger condition than it acquires.
func ConditionNarrowed(ssl *C.SSL, n int) {
	var s *C.SSL_SESSION
	if n > 0 {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	C.SSL_write(ssl, nil, C.int(n))
	if n > 1 {
		C.SSL_SESSION_free(s)
	}
}

// options is what a client configures.
type options struct {
	resume  bool
	verbose bool
}

// FieldConditionTwice loads the same field twice and writes nothing in between
// (trap: same opaque condition).
func FieldConditionTwice(ssl *C.SSL, o *options) {
	var s *C.SSL_SESSION
	if o.resume {
		s = C.SSL_get1_session(ssl)
	}
	if o.resume {
		C.SSL_SESSION_free(s)
	}
}

// OtherFieldCondition loads two different fields.
func OtherFieldCondition(ssl *C.SSL, o *options) {
	var s *C.SSL_SESSION
	if o.resume {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	if o.verbose {
		C.SSL_SESSION_free(s)
	}
}

// ShortCircuit repeats the nil test inside && (trap: short circuit).
func ShortCircuit(ssl *C.SSL, want int) bool {
	s := C.SSL_get1_session(ssl)
	match := s != nil && int(C.SSL_SESSION_get_protocol_version(s)) == want
	if s != nil {
		C.SSL_SESSION_free(s)
	}
	return match
}

// ShortCircuitLost frees only if the second operand held as well.
func ShortCircuitLost(ssl *C.SSL, want int) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s != nil && int(C.SSL_SESSION_get_protocol_version(s)) == want {
		C.SSL_SESSION_free(s)
		return true
	}
	return false
}

// OrReturn leaves early only with nil or after a free (trap: short circuit).
func OrReturn(ssl *C.SSL) error {
	s := C.SSL_get1_session(ssl)
	if s == nil || C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		return errNoSession
	}
	C.SSL_SESSION_free(s)
	return nil
}

// OrReturnLost leaves with a live session that is not resumable.
func OrReturnLost(ssl *C.SSL) error {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil || C.SSL_SESSION_is_resumable(s) != 1 {
		return errNoSession
	}
	C.SSL_SESSION_free(s)
	return nil
}

// SwitchMissesAnArm frees in all arms but one.
func SwitchMissesAnArm(ssl *C.SSL, mode int) {
	s := C.SSL_get1_session(ssl) // want missingfree
	switch mode {
	case 0:
		C.SSL_SESSION_free(s)
	case 1:
	default:
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s)
	}
}

// SwitchFallsThrough reaches the free from every arm.
func SwitchFallsThrough(ssl *C.SSL, mode int) {
	s := C.SSL_get1_session(ssl)
	switch mode {
	case 0:
		C.SSL_SESSION_set_timeout(s, 1)
		fallthrough
	case 1:
		fallthrough
	default:
		C.SSL_SESSION_free(s)
	}
}

// SwitchWithoutDefault falls out of the switch with the session.
func SwitchWithoutDefault(ssl *C.SSL, mode string) {
	s := C.SSL_get1_session(ssl) // want missingfree
	switch mode {
	case "drop":
		C.SSL_SESSION_free(s)
		return
	case "keep":
		C.SSL_SESSION_free(s)
	}
}

// Discarded throws the reference away at once.
func Discarded(ssl *C.SSL) {
	C.SSL_get1_session(ssl) // want missingfree
}

// DiscardedToBlank throws it away in writing.
func DiscardedToBlank(ssl *C.SSL) {
	_ = C.SSL_get1_session(ssl) // want missingfree
}

// Nested makes a temporary that nobody can free.
func Nested(ssl *C.SSL) int64 {
	return int64(C.SSL_SESSION_get_time(C.SSL_get1_session(ssl))) // want missingfree
}

// NestedBorrow reads what was only lent.
func NestedBorrow(ssl *C.SSL) int64 {
	return int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
}

// Overwritten loses the first session when the variable is reused.
func Overwritten(a, b *C.SSL) {
	s := C.SSL_get1_session(a) // want missingfree
	C.SSL_SESSION_set_timeout(s, 60)
	s = C.SSL_get1_session(b)
	C.SSL_SESSION_free(s)
}

// OverwrittenAfterFree reuses the variable in the right order.
func OverwrittenAfterFree(a, b *C.SSL) {
	s := C.SSL_get1_session(a)
	C.SSL_SESSION_free(s)
	s = C.SSL_get1_session(b)
	C.SSL_SESSION_free(s)
}

// SwappedNames frees both under the other's name.
func SwappedNames(a, b *C.SSL) {
	x, y := C.SSL_get1_session(a), C.SSL_get1_session(b)
	x, y = y, x
	C.SSL_SESSION_free(x)
	C.SSL_SESSION_free(y)
}

// SetToNil clears the variable and with it the last name of the session.
func SetToNil(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	C.SSL_SESSION_set_timeout(s, 60)
	s = nil
	C.SSL_SESSION_free(s)
}

// ErrnoIsNoGuard takes errno for a success status (trap: two-result form).
func ErrnoIsNoGuard(ssl *C.SSL) error {
	s, err := C.SSL_get1_session(ssl) // want missingfree
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ErrnoIgnored frees whatever errno says.
func ErrnoIgnored(ssl *C.SSL) error {
	s, err := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	if err != nil {
		return fmt.Errorf("get session: %w", err)
	}
	return nil
}

// MadeAndForgotten covers the maker without an argument, a call that cgo does
// not wrap.
func MadeAndForgotten() {
	s := C.SSL_SESSION_new() // want missingfree "SSL_SESSION_new"
	if s != nil {
		C.SSL_SESSION_set_time(s, 0)
	}
}

// Duplicated frees the copy and leaves the original to its owner (trap: clone
// or alias).
func Duplicated(src *C.SSL_SESSION) {
	d := C.SSL_SESSION_dup(src)
	if d == nil {
		return
	}
	C.SSL_SESSION_set_timeout(d, 10)
	C.SSL_SESSION_free(d)
}

// DuplicatedAndLost takes the copy for an alias.
func DuplicatedAndLost(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	d := C.SSL_SESSION_dup(s) // want missingfree "SSL_SESSION_dup"
	if d != nil {
		C.SSL_SESSION_set_timeout(d, 10)
	}
	C.SSL_SESSION_free(s)
}

// SetSessionTakesItsOwn believes that the connection took the reference over.
func SetSessionTakesItsOwn(ssl *C.SSL, src *C.SSL_SESSION) bool {
	s := C.SSL_SESSION_dup(src) // want missingfree
	if s == nil {
		return false
	}
	return C.SSL_set_session(ssl, s) == 1
}

// SetSessionThenFree hands the connection its own reference and drops ours.
func SetSessionThenFree(ssl *C.SSL, src *C.SSL_SESSION) bool {
	s := C.SSL_SESSION_dup(src)
	if s == nil {
		return false
	}
	ok := C.SSL_set_session(ssl, s) == 1
	C.SSL_SESSION_free(s)
	return ok
}

// FreeOnlyIfRefused frees ours only where the connection did not take one.
func FreeOnlyIfRefused(ssl *C.SSL) {
	s := C.SSL_SESSION_new() // want missingfree
	if s == nil {
		return
	}
	if C.SSL_set_session(ssl, s) != 1 {
		C.SSL_SESSION_free(s)
	}
}

// CachedAndForgotten believes the same of a cache.
func CachedAndForgotten(ctx *C.SSL_CTX, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return
	}
	C.SSL_CTX_add_session(ctx, s)
}

// CachedThenFree leaves one reference with the cache.
func CachedThenFree(ctx *C.SSL_CTX, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	C.SSL_CTX_add_session(ctx, s)
	C.SSL_SESSION_free(s)
}

// RemoveIsNoFree takes the session out of the cache and forgets its own
// reference.
func RemoveIsNoFree(ctx *C.SSL_CTX, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return
	}
	C.SSL_CTX_remove_session(ctx, s)
}
