package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

// Loans in objects whose finalizer frees (trap: wrapper around a get0).

type finalized struct{ raw *C.SSL_SESSION }

func (f *finalized) close() {
	C.SSL_SESSION_free(f.raw)
	f.raw = nil
}

// LoanFinalized hands a loan to a finalizer.
func LoanFinalized(ssl *C.SSL) *finalized {
	f := &finalized{raw: C.SSL_get0_session(ssl)}
	runtime.SetFinalizer(f, (*finalized).close) // want danglingborrow
	return f
}

// LoanFinalizedByLiteral does so by a literal.
func LoanFinalizedByLiteral(ssl *C.SSL) *finalized {
	f := &finalized{raw: C.SSL_get_session(ssl)}
	runtime.SetFinalizer(f, func(f *finalized) { C.SSL_SESSION_free(f.raw) }) // want danglingborrow
	return f
}

// RetainedFinalized adds a reference for it.
func RetainedFinalized(ssl *C.SSL) *finalized {
	f := &finalized{raw: C.SSL_get0_session(ssl)}
	if f.raw == nil || C.SSL_SESSION_up_ref(f.raw) != 1 {
		return nil
	}
	runtime.SetFinalizer(f, (*finalized).close)
	return f
}

// OwnedFinalized hands over what it owns.
func OwnedFinalized(ssl *C.SSL) *finalized {
	f := &finalized{raw: C.SSL_get1_session(ssl)}
	runtime.SetFinalizer(f, (*finalized).close)
	return f
}

// LoanFinalizedRead has a finalizer that only forgets.
func LoanFinalizedRead(ssl *C.SSL) *finalized {
	f := &finalized{raw: C.SSL_get0_session(ssl)}
	runtime.SetFinalizer(f, func(f *finalized) { f.raw = nil })
	return f
}

// LoanUnfinalized takes the finalizer away before it lends.
func LoanUnfinalized(ssl *C.SSL) *finalized {
	f := &finalized{}
	runtime.SetFinalizer(f, (*finalized).close)
	runtime.SetFinalizer(f, nil)
	f.raw = C.SSL_get0_session(ssl)
	return f
}
