package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"testing"
)

// ClosureCalled frees in a literal that runs.
func ClosureCalled(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	finish := func() { C.SSL_SESSION_free(s) }
	C.SSL_connect(ssl)
	finish()
}

// ClosureNeverCalled only writes it down (trap: closure that is never called).
func ClosureNeverCalled(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	finish := func() { C.SSL_SESSION_free(s) }
	C.SSL_connect(ssl)
	_ = finish
}

// ClosureOnOnePath runs on one path only (trap: closure on some paths).
func ClosureOnOnePath(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	finish := func() { C.SSL_SESSION_free(s) }
	if C.SSL_connect(ssl) != 1 {
		return false
	}
	finish()
	return true
}

// ClosureInPlace acquires and frees in a literal called where it is made.
func ClosureInPlace(ssl *C.SSL) int64 {
	return func() int64 {
		s := C.SSL_get1_session(ssl)
		defer C.SSL_SESSION_free(s)
		return int64(C.SSL_SESSION_get_time(s))
	}()
}

// ClosureInPlaceLost forgets it there.
func ClosureInPlaceLost(ssl *C.SSL) int64 {
	return func() int64 {
		s := C.SSL_get1_session(ssl) // want missingfree
		return int64(C.SSL_SESSION_get_time(s))
	}()
}

// ClosureFillsVariable assigns to a captured variable (trap: captured cell).
func ClosureFillsVariable(ssl *C.SSL) {
	var s *C.SSL_SESSION
	load := func() { s = C.SSL_get1_session(ssl) }
	load()
	C.SSL_SESSION_free(s)
}

// ClosureFillsVariableTwice loses the first.
func ClosureFillsVariableTwice(ssl *C.SSL) {
	var s *C.SSL_SESSION
	load := func() { s = C.SSL_get1_session(ssl) } // want missingfree
	load()
	load()
	C.SSL_SESSION_free(s)
}

// withSession lends a session to a function (trap: function parameter).
func withSession(ssl *C.SSL, use func(*C.SSL_SESSION) error) error {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return errNoSession
	}
	defer C.SSL_SESSION_free(s)
	return use(s)
}

// Scoped reads in the scope that withSession gives it.
func Scoped(ssl *C.SSL) (t int64, err error) {
	err = withSession(ssl, func(s *C.SSL_SESSION) error {
		t = int64(C.SSL_SESSION_get_time(s))
		return nil
	})
	return t, err
}

// ScopedUpRefLost adds a reference in that scope and forgets it.
func ScopedUpRefLost(ssl *C.SSL) error {
	return withSession(ssl, func(s *C.SSL_SESSION) error {
		if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree
			return errNoSession
		}
		C.SSL_SESSION_set_timeout(s, 2)
		return nil
	})
}

// GoroutineFrees gives the session to a goroutine (trap: go statement).
func GoroutineFrees(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	go func() {
		defer C.SSL_SESSION_free(s)
		C.SSL_SESSION_set_timeout(s, 1)
	}()
}

// GoroutineFreesDirectly spawns the free itself.
func GoroutineFreesDirectly(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	go C.SSL_SESSION_free(s)
}

// GoroutineOnlyReads leaves nobody to free.
func GoroutineOnlyReads(ssl *C.SSL, wg *sync.WaitGroup) {
	s := C.SSL_get1_session(ssl) // want missingfree
	wg.Add(1)
	go func() {
		defer wg.Done()
		C.SSL_SESSION_set_timeout(s, 1)
	}()
	wg.Wait()
}

// WaitGroupGo frees in a function that runs once (trap: functions that call
// their argument).
func WaitGroupGo(ssl *C.SSL) {
	var wg sync.WaitGroup
	s := C.SSL_get1_session(ssl)
	wg.Go(func() { C.SSL_SESSION_free(s) })
	wg.Wait()
}

// OnceDo frees through a local sync.Once.
func OnceDo(ssl *C.SSL) {
	var once sync.Once
	s := C.SSL_get1_session(ssl)
	release := func() { once.Do(func() { C.SSL_SESSION_free(s) }) }
	defer release()
	if C.SSL_connect(ssl) != 1 {
		release()
	}
}

// TestCleanup hands the free to the test (trap: t.Cleanup).
func TestCleanup(t *testing.T, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	t.Cleanup(func() { C.SSL_SESSION_free(s) })
	if C.SSL_SESSION_is_resumable(s) != 1 {
		t.Fatal("not resumable")
	}
}

// TestFatalOwesNothing ends the test.
func TestFatalOwesNothing(t *testing.T, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		t.Fatalf("session %p is not resumable", s)
	}
	C.SSL_SESSION_free(s)
}

// TestErrorReturns does not end the test.
func TestErrorReturns(t *testing.T, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if C.SSL_SESSION_is_resumable(s) != 1 {
		t.Error("not resumable")
		return
	}
	C.SSL_SESSION_free(s)
}

// AfterFunc hands the free to the context.
func AfterFunc(ctx context.Context, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	context.AfterFunc(ctx, func() { C.SSL_SESSION_free(s) })
}

// ContextDone forgets the session when the caller gives up (trap: context
// cancellation).
func ContextDone(ctx context.Context, ssl *C.SSL, ready <-chan struct{}) error {
	s := C.SSL_get1_session(ssl) // want missingfree
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-ready:
	}
	C.SSL_SESSION_free(s)
	return nil
}

// SendOrFree gives the session away or keeps and frees it (trap: select with a
// send arm).
func SendOrFree(ssl *C.SSL, out chan<- *C.SSL_SESSION) bool {
	s := C.SSL_get1_session(ssl)
	select {
	case out <- s:
		return true
	default:
		C.SSL_SESSION_free(s)
		return false
	}
}

// SendOrForget forgets it on the other arm.
func SendOrForget(ssl *C.SSL, out chan<- *C.SSL_SESSION) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	select {
	case out <- s:
		return true
	default:
		return false
	}
}

// wrapper gives the C session to the collector.
type wrapper struct{ s *C.SSL_SESSION }

// NewFinalized frees when the wrapper is collected (trap: finalizer).
func NewFinalized(ssl *C.SSL) *wrapper {
	w := &wrapper{s: C.SSL_get1_session(ssl)}
	runtime.SetFinalizer(w, func(w *wrapper) { C.SSL_SESSION_free(w.s) })
	return w
}

// NewCleaned is the newer form.
func NewCleaned(ssl *C.SSL) *wrapper {
	w := &wrapper{s: C.SSL_get1_session(ssl)}
	runtime.AddCleanup(w, func(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }, w.s)
	return w
}

// all yields a session for each connection and frees it afterwards.
func all(conns []*C.SSL) iter.Seq[*C.SSL_SESSION] {
	return func(yield func(*C.SSL_SESSION) bool) {
		for _, c := range conns {
			s := C.SSL_get1_session(c)
			more := yield(s)
			C.SSL_SESSION_free(s)
			if !more {
				return
			}
		}
	}
}

// AllLosingLast forgets the session at which the loop stopped (trap: iterator
// abandoned early).
func AllLosingLast(conns []*C.SSL) iter.Seq[*C.SSL_SESSION] {
	return func(yield func(*C.SSL_SESSION) bool) {
		for _, c := range conns {
			s := C.SSL_get1_session(c) // want missingfree
			if !yield(s) {
				return
			}
			C.SSL_SESSION_free(s)
		}
	}
}

// RangeOverFunc reads what the iterator lends (trap: range over function).
func RangeOverFunc(conns []*C.SSL) (total int64) {
	for s := range all(conns) {
		total += int64(C.SSL_SESSION_get_time(s))
	}
	return total
}

// RangeOverFuncUpRefLost keeps a reference of its own for nothing.
func RangeOverFuncUpRefLost(conns []*C.SSL) (n int) {
	for s := range all(conns) {
		if C.SSL_SESSION_up_ref(s) == 1 { // want missingfree
			n++
		}
	}
	return n
}

// RangeOverFuncDefers defers from the body of the loop to the end of the
// function.
func RangeOverFuncDefers(conns iter.Seq[*C.SSL]) (n int) {
	for c := range conns {
		s := C.SSL_get1_session(c)
		defer C.SSL_SESSION_free(s)
		n++
	}
	return n
}

// RangeOverFuncReturns leaves the function from the body with the session.
func RangeOverFuncReturns(conns iter.Seq[*C.SSL]) bool {
	for c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if C.SSL_SESSION_is_resumable(s) == 1 {
			return true
		}
		C.SSL_SESSION_free(s)
	}
	return false
}
