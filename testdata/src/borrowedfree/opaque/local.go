// Package opaque holds fixtures of borrowedfree over incomplete C types.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import "errors"

var errNone = errors.New("no session")

// BareGet frees what SSL_get_session lent: the bare name is a get0.
func BareGet(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	C.SSL_SESSION_free(s) // want borrowedfree "SSL_get_session"
}

// Get0 is the same under the macro's name.
func Get0(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	if s != nil {
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s) // want borrowedfree
	}
}

// Get1 owns what it frees.
func Get1(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s != nil {
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s)
	}
}

// Deferred frees the borrow by a defer.
func Deferred(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	defer C.SSL_SESSION_free(s) // want borrowedfree
	return int64(C.SSL_SESSION_get_time(s))
}

// DeferredLiteral frees it in a deferred literal.
func DeferredLiteral(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	defer func() {
		if s != nil {
			C.SSL_SESSION_free(s) // want borrowedfree
		}
	}()
	return int64(C.SSL_SESSION_get_time(s))
}

// Nested frees the temporary.
func Nested(ssl *C.SSL) {
	C.SSL_SESSION_free(C.SSL_get_session(ssl)) // want borrowedfree
}

// UpRefFirst makes the borrow its own first.
func UpRefFirst(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// UpRefRefused frees where the up_ref failed.
func UpRefRefused(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return 0
	}
	if C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s) // want borrowedfree
		return 0
	}
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// UpRefOnOnePath owns a reference on one path and frees on both.
func UpRefOnOnePath(ssl *C.SSL, keep bool) {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return
	}
	if keep {
		if C.SSL_SESSION_up_ref(s) != 1 {
			return
		}
	}
	C.SSL_SESSION_free(s) // want borrowedfree
}

// UpRefAndFreeOnOnePath keeps both on one path (trap: repeated condition).
func UpRefAndFreeOnOnePath(ssl *C.SSL, keep bool) {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return
	}
	if keep && C.SSL_SESSION_up_ref(s) != 1 {
		return
	}
	C.SSL_SESSION_set_timeout(s, 1)
	if keep {
		C.SSL_SESSION_free(s)
	}
}

// AfterOwnGone frees the borrow after its own reference: this activation had
// one, so it is a double free.
func AfterOwnGone(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return
	}
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// MixedSources frees a value that is owned on one path and lent on the other
// (trap: phi of two kinds).
func MixedSources(ssl *C.SSL, own bool) {
	var s *C.SSL_SESSION
	if own {
		s = C.SSL_get1_session(ssl)
	} else {
		s = C.SSL_get0_session(ssl)
	}
	C.SSL_SESSION_free(s) // want borrowedfree
}

// MixedSourcesFlag remembers which it was.
func MixedSourcesFlag(ssl *C.SSL, own bool) {
	var s *C.SSL_SESSION
	if own {
		s = C.SSL_get1_session(ssl)
	} else {
		s = C.SSL_get0_session(ssl)
	}
	C.SSL_SESSION_set_timeout(s, 1)
	if own {
		C.SSL_SESSION_free(s)
	}
}

// FallbackBorrow frees the copy or the loan.
func FallbackBorrow(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return
	}
	if d := C.SSL_SESSION_dup(s); d != nil {
		s = d
	}
	C.SSL_SESSION_set_timeout(s, 1)
	C.SSL_SESSION_free(s) // want borrowedfree
}

// FallbackNil has only the copy or nothing.
func FallbackNil(ssl *C.SSL) {
	s := C.SSL_SESSION_dup(C.SSL_get0_session(ssl))
	if s == nil {
		return
	}
	C.SSL_SESSION_set_timeout(s, 1)
	C.SSL_SESSION_free(s)
}

// SetReadBack sets its own session, frees it rightly, and frees the
// connection's reference as well.
func SetReadBack(ssl *C.SSL, src *C.SSL_SESSION) {
	s := C.SSL_SESSION_dup(src)
	if s == nil {
		return
	}
	C.SSL_set_session(ssl, s)
	C.SSL_SESSION_free(s)
	b := C.SSL_get_session(ssl)
	C.SSL_SESSION_free(b) // want borrowedfree
}

// InLoop frees a loan in every turn.
func InLoop(conns []*C.SSL) {
	for _, c := range conns {
		s := C.SSL_get_session(c)
		if s == nil {
			continue
		}
		C.SSL_SESSION_free(s) // want borrowedfree
	}
}

// sessionOf lends.
func sessionOf(ssl *C.SSL) *C.SSL_SESSION { return C.SSL_get_session(ssl) }

// sessionOrError lends, or says why not.
func sessionOrError(ssl *C.SSL) (*C.SSL_SESSION, error) {
	if s := C.SSL_get_session(ssl); s != nil {
		return s, nil
	}
	return nil, errNone
}

// giveUp frees what it is given.
func giveUp(s *C.SSL_SESSION) {
	if s != nil {
		C.SSL_SESSION_free(s)
	}
}

// FromHelper frees what a helper lent.
func FromHelper(ssl *C.SSL) {
	s := sessionOf(ssl)
	C.SSL_SESSION_free(s) // want borrowedfree
}

// FromHelperWithError frees what a helper with an error lent.
func FromHelperWithError(ssl *C.SSL) error {
	s, err := sessionOrError(ssl)
	if err != nil {
		return err
	}
	defer C.SSL_SESSION_free(s) // want borrowedfree
	C.SSL_SESSION_set_timeout(s, 1)
	return nil
}

// ToHelper gives a loan to a helper that frees.
func ToHelper(ssl *C.SSL) {
	giveUp(C.SSL_get_session(ssl)) // want borrowedfree
}

// ToHelperUpRef gives it a reference.
func ToHelperUpRef(ssl *C.SSL) {
	s := sessionOf(ssl)
	if s != nil && C.SSL_SESSION_up_ref(s) == 1 {
		giveUp(s)
	}
}

// ToDeferredHelper gives the loan to a deferred helper.
func ToDeferredHelper(ssl *C.SSL) {
	s := sessionOf(ssl)
	defer giveUp(s) // want borrowedfree
	C.SSL_connect(ssl)
}

// ToClosure frees the loan in a literal.
func ToClosure(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	done := func() {
		C.SSL_SESSION_free(s) // want borrowedfree
	}
	C.SSL_connect(ssl)
	done()
}

// view looks at a session that belongs to its connection.
type view struct{ sess *C.SSL_SESSION }

// NewView keeps a loan beside its owner's name.
func NewView(ssl *C.SSL) view { return view{sess: C.SSL_get0_session(ssl)} }

// Age reads.
func (v view) Age() int64 { return int64(C.SSL_SESSION_get_time(v.sess)) }

// ViewFreed frees what the view only borrows.
func ViewFreed(ssl *C.SSL) int64 {
	v := NewView(ssl)
	t := v.Age()
	C.SSL_SESSION_free(v.sess) // want borrowedfree
	return t
}

// ViewRead leaves it alone.
func ViewRead(ssl *C.SSL) int64 { return NewView(ssl).Age() }

// Goroutine frees the loan in a goroutine.
func Goroutine(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	go C.SSL_SESSION_free(s) // want borrowedfree
}
