package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"fmt"
	"io"
)

// DeferSnapshot frees the session that the variable held at the defer
// statement, and that is the only one (trap: argument snapshot).
func DeferSnapshot(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	s = C.SSL_get_session(ssl)
	C.SSL_SESSION_get_time(s)
}

// DeferSnapshotTooEarly defers the free of a variable that is still nil.
func DeferSnapshotTooEarly(ssl *C.SSL) {
	var s *C.SSL_SESSION
	defer C.SSL_SESSION_free(s)
	s = C.SSL_get1_session(ssl) // want missingfree
	C.SSL_SESSION_set_timeout(s, 1)
}

// DeferClosureReadsLate defers a literal that reads the variable when it runs
// (trap: snapshot or capture).
func DeferClosureReadsLate(ssl *C.SSL) {
	var s *C.SSL_SESSION
	defer func() { C.SSL_SESSION_free(s) }()
	s = C.SSL_get1_session(ssl)
	C.SSL_SESSION_set_timeout(s, 1)
}

// DeferClosureReassigned frees the second session in its deferred literal and
// forgets the first (trap: reassignment after defer).
func DeferClosureReassigned(a, b *C.SSL) {
	s := C.SSL_get1_session(a) // want missingfree
	defer func() { C.SSL_SESSION_free(s) }()
	s = C.SSL_get1_session(b)
	C.SSL_SESSION_set_timeout(s, 1)
}

// DeferSnapshotReassigned frees the first and forgets the second.
func DeferSnapshotReassigned(a, b *C.SSL) {
	s := C.SSL_get1_session(a)
	defer C.SSL_SESSION_free(s)
	s = C.SSL_get1_session(b) // want missingfree
	C.SSL_SESSION_set_timeout(s, 1)
}

// DeferEach defers once per acquisition.
func DeferEach(a, b *C.SSL) {
	s := C.SSL_get1_session(a)
	defer C.SSL_SESSION_free(s)
	s = C.SSL_get1_session(b)
	defer C.SSL_SESSION_free(s)
}

// DeferConditional defers on the arm on which there is something to free (trap:
// conditional defer).
func DeferConditional(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl)
	if s != nil {
		defer C.SSL_SESSION_free(s)
	}
	return C.SSL_connect(ssl) == 1
}

// DeferConditionalLost defers on a condition of its own.
func DeferConditionalLost(ssl *C.SSL, eager bool) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	if eager {
		defer C.SSL_SESSION_free(s)
	}
	return C.SSL_connect(ssl) == 1
}

// DeferWithParameter hands the session to the deferred literal by value.
func DeferWithParameter(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer func(t *C.SSL_SESSION) {
		C.SSL_SESSION_set_timeout(t, 9)
		C.SSL_SESSION_free(t)
	}(s)
	s = nil
	C.SSL_connect(ssl)
}

// DeferIgnoresParameter has a deferred literal that looks as if it freed.
func DeferIgnoresParameter(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	defer func(t *C.SSL_SESSION) {
		if t != nil {
			C.SSL_SESSION_set_timeout(t, 9)
		}
	}(s)
	C.SSL_connect(ssl)
}

// CleanupOnError frees in a deferred literal when the named error is set (trap:
// named results and a cleanup defer).
func CleanupOnError(ssl *C.SSL, w io.Writer) (s *C.SSL_SESSION, err error) {
	t := C.SSL_get1_session(ssl)
	defer func() {
		if err != nil {
			C.SSL_SESSION_free(t)
		}
	}()
	if _, err = fmt.Fprintln(w, "resuming"); err != nil {
		return nil, err
	}
	return t, nil
}

// CleanupOnErrorTooLate frees the named result, which the return statement has
// set to nil by then.
func CleanupOnErrorTooLate(ssl *C.SSL, w io.Writer) (s *C.SSL_SESSION, err error) {
	s = C.SSL_get1_session(ssl) // want missingfree
	defer func() {
		if err != nil {
			C.SSL_SESSION_free(s)
		}
	}()
	if _, err = fmt.Fprintln(w, "resuming"); err != nil {
		return nil, err
	}
	return s, nil
}

// CleanupOnErrorBareReturn keeps the named result as it is.
func CleanupOnErrorBareReturn(ssl *C.SSL, w io.Writer) (s *C.SSL_SESSION, err error) {
	s = C.SSL_get1_session(ssl)
	defer func() {
		if err != nil {
			C.SSL_SESSION_free(s)
			s = nil
		}
	}()
	_, err = fmt.Fprintln(w, "resuming")
	return
}

// CleanupShadowed tests the outer err, which the inner one hides (trap: err
// shadowing).
func CleanupShadowed(ssl *C.SSL, w io.Writer) (*C.SSL_SESSION, error) {
	var err error
	s := C.SSL_get1_session(ssl) // want missingfree
	defer func() {
		if err != nil {
			C.SSL_SESSION_free(s)
		}
	}()
	if _, err := fmt.Fprintln(w, "resuming"); err != nil {
		return nil, err
	}
	return s, nil
}

// CommittedFlag frees in the defer unless the session was handed out.
func CommittedFlag(ssl *C.SSL, w io.Writer) (*C.SSL_SESSION, error) {
	s := C.SSL_get1_session(ssl)
	committed := false
	defer func() {
		if !committed {
			C.SSL_SESSION_free(s)
		}
	}()
	if _, err := fmt.Fprintln(w, "resuming"); err != nil {
		return nil, err
	}
	committed = true
	return s, nil
}

// CommittedTooEarly sets the flag before the step that can fail.
func CommittedTooEarly(ssl *C.SSL, w io.Writer) (*C.SSL_SESSION, error) {
	s := C.SSL_get1_session(ssl) // want missingfree
	committed := false
	defer func() {
		if !committed {
			C.SSL_SESSION_free(s)
		}
	}()
	committed = true
	if _, err := fmt.Fprintln(w, "resuming"); err != nil {
		return nil, err
	}
	return s, nil
}

// DeferBehindPanic runs its defer on the panicking path too.
func DeferBehindPanic(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		panic("not resumable")
	}
}

// RecoveredPanic comes back from the panic through its own deferred literal and
// frees there.
func RecoveredPanic(ssl *C.SSL, parse func() int) (n int, err error) {
	s := C.SSL_get1_session(ssl)
	defer func() {
		C.SSL_SESSION_free(s)
		if r := recover(); r != nil {
			err = fmt.Errorf("parse: %v", r)
		}
	}()
	return parse(), nil
}

// MethodValueDeferred frees through a bound method (trap: method value).
func MethodValueDeferred(ssl *C.SSL) {
	h := &holder{s: C.SSL_get1_session(ssl)}
	done := h.Close
	defer done()
	C.SSL_SESSION_set_timeout(h.s, 4)
}

// MethodValueUnused binds the method and never calls it.
func MethodValueUnused(ssl *C.SSL) {
	h := &holder{s: C.SSL_get1_session(ssl)} // want missingfree
	done := h.Close
	_ = done
	C.SSL_SESSION_set_timeout(h.s, 4)
}

// InterfaceDeferred frees through an interface whose dynamic type is in sight
// (trap: deferred call on an interface).
func InterfaceDeferred(ssl *C.SSL) {
	h := &holder{s: C.SSL_get1_session(ssl)}
	var c io.Closer = h
	defer c.Close()
	C.SSL_SESSION_set_timeout(h.s, 4)
}

// DeferInLoop defers once per iteration (trap: defer in a loop).
func DeferInLoop(conns []*C.SSL) (total int64) {
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		if s == nil {
			continue
		}
		defer C.SSL_SESSION_free(s)
		total += int64(C.SSL_SESSION_get_time(s))
	}
	return total
}

// DeferInLoopConditional defers only for some iterations.
func DeferInLoopConditional(conns []*C.SSL) (total int64) {
	for _, c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if s == nil {
			continue
		}
		if C.SSL_SESSION_has_ticket(s) == 1 {
			defer C.SSL_SESSION_free(s)
		}
		total += int64(C.SSL_SESSION_get_time(s))
	}
	return total
}

// DeferOfCall evaluates the acquiring call at the defer statement.
func DeferOfCall(ssl *C.SSL) {
	defer C.SSL_SESSION_free(C.SSL_get1_session(ssl))
	C.SSL_connect(ssl)
}

// holder owns one reference until Close.
type holder struct{ s *C.SSL_SESSION }

// Close gives the reference back.
func (h *holder) Close() error {
	C.SSL_SESSION_free(h.s)
	h.s = nil
	return nil
}

// DeferredForever defers in a loop that never ends, so that nothing is freed.
func DeferredForever(conns <-chan *C.SSL) {
	for {
		s := C.SSL_get1_session(<-conns) // want missingfree
		defer C.SSL_SESSION_free(s)
		C.SSL_SESSION_set_timeout(s, 1)
	}
}

// DeferredPerCall leaves the defer to a function that returns each time.
func DeferredPerCall(conns <-chan *C.SSL) {
	for {
		func() {
			s := C.SSL_get1_session(<-conns)
			defer C.SSL_SESSION_free(s)
			C.SSL_SESSION_set_timeout(s, 1)
		}()
	}
}

type undo struct{ steps []func() }

func (u *undo) add(step func()) { u.steps = append(u.steps, step) }

func (u *undo) run() {
	for _, step := range u.steps {
		step()
	}
}

// StackedAtOnce puts each on the pile as soon as it has it.
func StackedAtOnce(a, b *C.SSL) error {
	var u undo
	defer u.run()
	s := C.SSL_get1_session(a)
	u.add(func() { C.SSL_SESSION_free(s) })
	t := C.SSL_get1_session(b)
	u.add(func() { C.SSL_SESSION_free(t) })
	if C.SSL_SESSION_is_resumable(t) != 1 {
		return errNoSession
	}
	return nil
}
