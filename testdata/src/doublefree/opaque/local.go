// Package opaque holds fixtures of doublefree over incomplete C types.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
)

var errRefused = errors.New("session refused")

// Twice frees one reference twice.
func Twice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree "SSL_get1_session"
}

// TwiceOfTwo frees two references.
func TwiceOfTwo(ssl *C.SSL) {
	a := C.SSL_get1_session(ssl)
	b := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(a)
	C.SSL_SESSION_free(b)
}

// TwiceByAlias frees it under two names.
func TwiceByAlias(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	alias := s
	C.SSL_SESSION_free(alias)
	C.SSL_SESSION_free(s) // want doublefree
}

// ExplicitAndDeferred frees by hand what the defer frees again.
func ExplicitAndDeferred(ssl *C.SSL) error {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		return errRefused
	}
	return nil
}

// ExplicitThenNil clears the variable that the deferred literal reads.
func ExplicitThenNil(ssl *C.SSL) error {
	s := C.SSL_get1_session(ssl)
	defer func() { C.SSL_SESSION_free(s) }()
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		s = nil
		return errRefused
	}
	return nil
}

// ExplicitThenNilSnapshot clears it too late for a defer that has its argument
// already (trap: argument snapshot).
func ExplicitThenNilSnapshot(ssl *C.SSL) error {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		s = nil
		return fmt.Errorf("session %p: %w", s, errRefused)
	}
	return nil
}

// DeferredLiteralTwice frees in the literal what was freed before.
func DeferredLiteralTwice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer func() {
		C.SSL_SESSION_free(s) // want doublefree
	}()
	C.SSL_SESSION_set_timeout(s, 1)
	C.SSL_SESSION_free(s)
}

// ErrorArmAndCommonEnd frees on the error arm and falls through to the end.
func ErrorArmAndCommonEnd(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_set_session(ssl, s) != 1 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_SESSION_free(s) // want doublefree
}

// ErrorArmReturns leaves after the free.
func ErrorArmReturns(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_set_session(ssl, s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
}

// NilArm frees nil twice, which is allowed (trap: free of nil).
func NilArm(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		C.SSL_SESSION_free(s)
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
}

// FreeAndNil is the usual idiom (trap: double-check idiom).
func FreeAndNil(ssl *C.SSL, again bool) {
	s := C.SSL_get1_session(ssl)
	if s != nil {
		C.SSL_SESSION_free(s)
		s = nil
	}
	if again && s != nil {
		C.SSL_SESSION_free(s)
	}
}

// FreeWithoutNil forgets half of it.
func FreeWithoutNil(ssl *C.SSL, again bool) {
	s := C.SSL_get1_session(ssl)
	if s != nil {
		C.SSL_SESSION_free(s)
	}
	if again && s != nil {
		C.SSL_SESSION_free(s) // want doublefree
	}
}

// LoopFreesOuter frees in every turn what was acquired before the loop: too
// often, or never.
func LoopFreesOuter(ssl *C.SSL, conns []*C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	for _, c := range conns {
		C.SSL_connect(c)
		C.SSL_SESSION_free(s) // want doublefree
	}
}

// CaptureFreedLate frees the last session of the loop once for every turn (trap:
// deferred literal over an outer variable).
func CaptureFreedLate(conns []*C.SSL) {
	var s *C.SSL_SESSION
	for _, c := range conns {
		s = C.SSL_get1_session(c) // want missingfree
		defer func() {
			C.SSL_SESSION_free(s) // want doublefree
		}()
	}
}

// CapturePerTurn has a variable of its own in every turn (trap: loop variables).
func CapturePerTurn(conns []*C.SSL) {
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		defer func() {
			C.SSL_SESSION_free(s)
		}()
	}
}

// DeferTwice queues the free twice.
func DeferTwice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	C.SSL_connect(ssl)
	func() {
		defer C.SSL_SESSION_free(s)
		C.SSL_SESSION_set_timeout(s, 1)
	}()
}

// OutParameterTwice frees one reference under the two names that d2i gave it.
func OutParameterTwice(p *C.uchar, n C.long) {
	var s *C.SSL_SESSION
	r := C.d2i_SSL_SESSION(&s, &p, n)
	if r == nil {
		return
	}
	C.SSL_SESSION_free(r)
	C.SSL_SESSION_free(s) // want doublefree
}

// FreshNeverEqualsOld keeps the new session out of the global only if they
// differ, and they always do (trap: pointer equality).
func FreshNeverEqualsOld(old *C.SSL_SESSION) *C.SSL_SESSION {
	s := C.SSL_SESSION_dup(old)
	if s != old {
		return s
	}
	return nil
}

// SetSessionLends uses the session after its last own reference went: the
// connection holds one, and only that one. Freeing it again is wrong.
func SetSessionLends(ssl *C.SSL) {
	s := C.SSL_SESSION_new()
	if s == nil || C.SSL_set_session(ssl, s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// UpRefGoesFirst matches three frees with two references.
func UpRefGoesFirst(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// UpRefFailed frees the reference that it did not get.
func UpRefFailed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_set_timeout(s, 0)
	}
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// ParameterTwice consumes its parameter and once more.
func ParameterTwice(s *C.SSL_SESSION) {
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// ParameterOnce consumes its parameter, which is its right.
func ParameterOnce(s *C.SSL_SESSION) {
	if s == nil {
		return
	}
	C.SSL_SESSION_set_timeout(s, 1)
	C.SSL_SESSION_free(s)
}

// ParameterDeferredAndExplicit consumes it twice on one path.
func ParameterDeferredAndExplicit(s *C.SSL_SESSION, w io.Writer) error {
	defer C.SSL_SESSION_free(s) // want doublefree
	if _, err := io.WriteString(w, "x"); err != nil {
		C.SSL_SESSION_free(s)
		return err
	}
	return nil
}

// consume frees.
func consume(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// peek reads.
func peek(s *C.SSL_SESSION) int64 { return int64(C.SSL_SESSION_get_time(s)) }

// HelperAndHand frees in a helper and by hand.
func HelperAndHand(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	consume(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// HandAndHelper is the other order: the helper's call is the second free.
func HandAndHelper(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	consume(s) // want doublefree
}

// HelperTwiceOnOnePath frees twice only on one way.
func HelperTwiceOnOnePath(ssl *C.SSL, strict bool) {
	s := C.SSL_get1_session(ssl)
	if strict {
		consume(s)
	}
	peek(nil)
	consume(s) // want doublefree
}

// HelperReads is no free.
func HelperReads(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	peek(s)
	consume(s)
}

// CleanupAndHand frees by hand and by the cleanup function.
func CleanupAndHand(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	cleanup := func() {
		C.SSL_SESSION_free(s) // want doublefree
	}
	C.SSL_SESSION_free(s)
	cleanup()
}

// CleanupTwice calls it twice (trap: closure called twice).
func CleanupTwice(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	cleanup := func() {
		C.SSL_SESSION_free(s) // want doublefree
	}
	defer cleanup()
	if C.SSL_connect(ssl) != 1 {
		cleanup()
		return false
	}
	return true
}

// OnceCleanup may be called twice: only the first call frees.
func OnceCleanup(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	cleanup := sync.OnceFunc(func() { C.SSL_SESSION_free(s) })
	defer cleanup()
	if C.SSL_connect(ssl) != 1 {
		cleanup()
		return false
	}
	return true
}

// guard frees once by a flag of its own.
type guard struct {
	s    *C.SSL_SESSION
	done bool
}

func (g *guard) release() {
	if g.done {
		return
	}
	g.done = true
	C.SSL_SESSION_free(g.s)
}

// FlaggedTwice may call release as often as it likes.
func FlaggedTwice(ssl *C.SSL) {
	g := &guard{s: C.SSL_get1_session(ssl)}
	defer g.release()
	g.release()
}

// careless has no such flag.
type careless struct{ s *C.SSL_SESSION }

func (c *careless) release() { C.SSL_SESSION_free(c.s) }

// CarelessTwice frees by a defer and by hand.
func CarelessTwice(ssl *C.SSL) {
	c := &careless{s: C.SSL_get1_session(ssl)}
	defer c.release() // want doublefree
	if C.SSL_connect(ssl) != 1 {
		c.release()
	}
}

// StructAndHand frees the field and the variable it came from.
func StructAndHand(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	c := careless{s: s}
	c.release()
	C.SSL_SESSION_free(s) // want doublefree
}

// ArrayElements frees each element once.
func ArrayElements(a, b *C.SSL) {
	list := [2]*C.SSL_SESSION{C.SSL_get1_session(a), C.SSL_get1_session(b)}
	C.SSL_SESSION_free(list[0])
	C.SSL_SESSION_free(list[1])
}

// ArrayElementTwice frees one of them twice and the other never.
func ArrayElementTwice(a, b *C.SSL) {
	var list [2]*C.SSL_SESSION
	list[0] = C.SSL_get1_session(a)
	list[1] = C.SSL_get1_session(b) // want missingfree
	C.SSL_SESSION_free(list[0])
	C.SSL_SESSION_free(list[0]) // want doublefree
}

// each lends every session of a list.
func each(list []*C.SSL_SESSION) iter.Seq[*C.SSL_SESSION] {
	return func(yield func(*C.SSL_SESSION) bool) {
		for _, s := range list {
			if !yield(s) {
				return
			}
		}
	}
}

// IteratorBodyFrees frees the elements of a list that its caller gave up, one
// by one (trap: range over function).
func IteratorBodyFrees(list []*C.SSL_SESSION) {
	for s := range each(list) {
		C.SSL_SESSION_free(s)
	}
}

// IteratorBodyFreesTwice frees them twice.
func IteratorBodyFreesTwice(list []*C.SSL_SESSION) {
	for s := range each(list) {
		C.SSL_SESSION_free(s)
		C.SSL_SESSION_free(s) // want doublefree
	}
}

// GoroutineAndHand frees in the goroutine and by hand.
func GoroutineAndHand(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	done := make(chan struct{})
	go func() {
		defer close(done)
		C.SSL_SESSION_free(s)
	}()
	<-done
	C.SSL_SESSION_free(s) // want doublefree
}

// PanickingPath frees twice although the second free unwinds a panic.
func PanickingPath(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		panic("not resumable")
	}
}

// SwitchArms frees in two arms of which only one runs.
func SwitchArms(ssl *C.SSL, kind int) {
	s := C.SSL_get1_session(ssl)
	switch {
	case kind == 1:
		C.SSL_SESSION_free(s)
	case kind > 1:
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s)
	default:
		C.SSL_SESSION_free(s)
	}
}

// SwitchThenFree frees in one arm and behind the switch.
func SwitchThenFree(ssl *C.SSL, kind int) {
	s := C.SSL_get1_session(ssl)
	switch kind {
	case 1:
		C.SSL_SESSION_set_timeout(s, 1)
	case 2:
		C.SSL_SESSION_free(s)
	}
	C.SSL_SESSION_free(s) // want doublefree
}
