package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"errors"
	"fmt"
)

// fetch returns a session that its caller owns, or an error.
func fetch(ssl *C.SSL) (*C.SSL_SESSION, error) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return nil, errNoSession
	}
	return s, nil
}

// lend returns a session that stays the connection's.
func lend(ssl *C.SSL) *C.SSL_SESSION { return C.SSL_get_session(ssl) }

// age only reads.
func age(s *C.SSL_SESSION) int64 {
	if s == nil {
		return -1
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// drop frees, nil included.
func drop(s *C.SSL_SESSION) {
	if s != nil {
		C.SSL_SESSION_free(s)
	}
}

// dropIf frees only when told to.
func dropIf(s *C.SSL_SESSION, really bool) {
	if really {
		C.SSL_SESSION_free(s)
	}
}

// dropAll frees a list.
func dropAll(list ...*C.SSL_SESSION) {
	for _, s := range list {
		C.SSL_SESSION_free(s)
	}
}

// HelperFrees hands the session to the one who frees it.
func HelperFrees(ssl *C.SSL) {
	s, err := fetch(ssl)
	if err != nil {
		return
	}
	defer drop(s)
	age(s)
}

// HelperOnlyReads hands it to somebody who does not (trap: helper that does not
// close).
func HelperOnlyReads(ssl *C.SSL) int64 {
	s, err := fetch(ssl) // want missingfree
	if err != nil {
		return 0
	}
	return age(s)
}

// HelperMaybe frees by a helper that was told not to (trap: bool parameter).
func HelperMaybe(ssl *C.SSL) {
	s, err := fetch(ssl) // want missingfree
	if err != nil {
		return
	}
	dropIf(s, false)
}

// HelperCertainly tells it to.
func HelperCertainly(ssl *C.SSL) {
	s, err := fetch(ssl)
	if err != nil {
		return
	}
	dropIf(s, true)
}

// HelperAsConfigured passes on what it was told and frees by itself otherwise.
func HelperAsConfigured(ssl *C.SSL, really bool) {
	s, err := fetch(ssl)
	if err != nil {
		return
	}
	dropIf(s, really)
	if !really {
		C.SSL_SESSION_free(s)
	}
}

// HelperAsConfiguredLost only passes it on.
func HelperAsConfiguredLost(ssl *C.SSL, really bool) {
	s, err := fetch(ssl) // want missingfree
	if err != nil {
		return
	}
	dropIf(s, really)
}

// VariadicFree frees two by one call (trap: variadic release).
func VariadicFree(a, b *C.SSL) {
	x := C.SSL_get1_session(a)
	y := C.SSL_get1_session(b)
	dropAll(x, y)
}

// VariadicForgetsOne passes one of them.
func VariadicForgetsOne(a, b *C.SSL) {
	x := C.SSL_get1_session(a)
	y := C.SSL_get1_session(b) // want missingfree
	if y != nil {
		C.SSL_SESSION_set_timeout(y, 1)
	}
	dropAll(x)
}

// ForwardedTuple passes the results straight on (trap: tuple forwarding).
func ForwardedTuple(ssl *C.SSL) (*C.SSL_SESSION, error) { return fetch(ssl) }

// must turns an error into a panic.
func must(s *C.SSL_SESSION, err error) *C.SSL_SESSION {
	if err != nil {
		panic(err)
	}
	return s
}

// MustFree frees what came through must.
func MustFree(ssl *C.SSL) {
	s := must(ForwardedTuple(ssl))
	C.SSL_SESSION_free(s)
}

// MustForget does not.
func MustForget(ssl *C.SSL) int64 {
	s := must(ForwardedTuple(ssl)) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// ErrOverwritten asks a different error before it looks at fetch's (trap: err
// overwritten before the check).
func ErrOverwritten(ssl *C.SSL, ping func() error) error {
	s, err := fetch(ssl) // want missingfree
	err = ping()
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ErrKept looks at both.
func ErrKept(ssl *C.SSL, ping func() error) error {
	s, err := fetch(ssl)
	if err != nil {
		return err
	}
	if err := ping(); err != nil {
		C.SSL_SESSION_free(s)
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ErrIs asks for one particular error, which implies that there is one (trap:
// errors.Is as a guard).
func ErrIs(ssl *C.SSL) error {
	s, err := fetch(ssl)
	if errors.Is(err, errNoSession) {
		return nil
	}
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ErrWrapped returns a wrapped error only where there is no session (trap:
// wrapped error).
func ErrWrapped(ssl *C.SSL) (*C.SSL_SESSION, error) {
	s, err := fetch(ssl)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	return s, nil
}

// ErrWrappedLost wraps the wrong error: the session was there.
func ErrWrappedLost(ssl *C.SSL, ping func() error) (*C.SSL_SESSION, error) {
	s, err := fetch(ssl) // want missingfree
	if err != nil {
		return nil, err
	}
	if perr := ping(); perr != nil {
		return nil, fmt.Errorf("ping: %w", perr)
	}
	return s, nil
}

// evenOnError returns a session with its error (trap: owned even on error).
func evenOnError(ssl *C.SSL) (*C.SSL_SESSION, error) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return s, errExpired
	}
	return s, nil
}

// FreedEvenOnError knows that.
func FreedEvenOnError(ssl *C.SSL) error {
	s, err := evenOnError(ssl)
	defer C.SSL_SESSION_free(s)
	if err != nil {
		return err
	}
	C.SSL_SESSION_set_timeout(s, 1)
	return nil
}

// ForgottenOnError expects the usual.
func ForgottenOnError(ssl *C.SSL) error {
	s, err := evenOnError(ssl) // want missingfree
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// lookup is the comma-ok form.
func lookup(ssl *C.SSL) (s *C.SSL_SESSION, ok bool) {
	s = C.SSL_get1_session(ssl)
	return s, s != nil
}

// CommaOk frees where ok says so.
func CommaOk(ssl *C.SSL) int64 {
	s, ok := lookup(ssl)
	if !ok {
		return 0
	}
	t := age(s)
	C.SSL_SESSION_free(s)
	return t
}

// CommaOkLost returns on the arm that owns.
func CommaOkLost(ssl *C.SSL) int64 {
	if s, ok := lookup(ssl); ok { // want missingfree
		return age(s)
	}
	return 0
}

// open returns a session with the function that frees it (trap: returned
// cleanup function).
func open(ssl *C.SSL) (s *C.SSL_SESSION, release func(), err error) {
	s = C.SSL_get1_session(ssl)
	if s == nil {
		return nil, nil, errNoSession
	}
	return s, func() { C.SSL_SESSION_free(s) }, nil
}

// CleanupCalled defers it.
func CleanupCalled(ssl *C.SSL) int64 {
	s, release, err := open(ssl)
	if err != nil {
		return 0
	}
	defer release()
	return age(s)
}

// CleanupDropped throws it away.
func CleanupDropped(ssl *C.SSL) int64 {
	s, _, err := open(ssl) // want missingfree
	if err != nil {
		return 0
	}
	return age(s)
}

// CleanupOnOneWay calls it on one way out only.
func CleanupOnOneWay(ssl *C.SSL, limit int64) int64 {
	s, release, err := open(ssl) // want missingfree
	if err != nil {
		return 0
	}
	if age(s) > limit {
		return limit
	}
	release()
	return 1
}

// renew takes a session and gives another one back.
func renew(s *C.SSL_SESSION) *C.SSL_SESSION {
	d := C.SSL_SESSION_dup(s)
	C.SSL_SESSION_free(s)
	return d
}

// RenewedAndFreed owes one free in the end.
func RenewedAndFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	s = renew(s)
	C.SSL_SESSION_free(s)
}

// RenewedAndLost loses what renew gave back.
func RenewedAndLost(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	s = renew(s) // want missingfree
	age(s)
}

// fill writes an owned session through its parameter.
func fill(ssl *C.SSL, out **C.SSL_SESSION) bool {
	*out = C.SSL_get1_session(ssl)
	return *out != nil
}

// FilledAndFreed frees where the status says so.
func FilledAndFreed(ssl *C.SSL) {
	var s *C.SSL_SESSION
	if fill(ssl, &s) {
		C.SSL_SESSION_free(s)
	}
}

// FilledAndLost does not free.
func FilledAndLost(ssl *C.SSL) int64 {
	var s *C.SSL_SESSION
	if !fill(ssl, &s) { // want missingfree
		return 0
	}
	return age(s)
}

// clearTo frees what the variable holds and clears it.
func clearTo(p **C.SSL_SESSION) {
	C.SSL_SESSION_free(*p)
	*p = nil
}

// ClearedTwice is right: the second call frees nil.
func ClearedTwice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	clearTo(&s)
	clearTo(&s)
}

// countdown frees at the end of its recursion.
func countdown(s *C.SSL_SESSION, n int) {
	if n <= 0 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_set_timeout(s, C.long(n))
	countdown(s, n-1)
}

// FreedByRecursion leaves the free to it (trap: recursion).
func FreedByRecursion(ssl *C.SSL) {
	countdown(C.SSL_get1_session(ssl), 3)
}

// even and odd read the session in turns and never free it.
func even(s *C.SSL_SESSION, n int) bool {
	if n == 0 {
		return C.SSL_SESSION_is_resumable(s) == 1
	}
	return odd(s, n-1)
}

func odd(s *C.SSL_SESSION, n int) bool {
	if n == 0 {
		return C.SSL_SESSION_has_ticket(s) == 1
	}
	return even(s, n-1)
}

// ForgottenByRecursion believes that they do (trap: mutual recursion).
func ForgottenByRecursion(ssl *C.SSL, n int) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	return even(s, n)
}

// retain adds a reference for its caller.
func retain(s *C.SSL_SESSION) *C.SSL_SESSION {
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

// RetainedAndFreed gives it back.
func RetainedAndFreed(ssl *C.SSL) {
	if s := retain(lend(ssl)); s != nil {
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s)
	}
}

// RetainedAndLost keeps it for nobody.
func RetainedAndLost(ssl *C.SSL) int64 {
	s := retain(lend(ssl)) // want missingfree
	return age(s)
}

// ByFunctionVariable frees through a variable that holds a function.
func ByFunctionVariable(ssl *C.SSL) {
	release := drop
	s := C.SSL_get1_session(ssl)
	age(s)
	release(s)
}

// ByFunctionVariableLost calls a variable that holds the wrong one.
func ByFunctionVariableLost(ssl *C.SSL) {
	look := age
	s := C.SSL_get1_session(ssl) // want missingfree
	look(s)
}

// ByUnknownFunction hands the session to a function that nobody knows.
func ByUnknownFunction(ssl *C.SSL, take func(*C.SSL_SESSION)) {
	s := C.SSL_get1_session(ssl)
	take(s)
}
