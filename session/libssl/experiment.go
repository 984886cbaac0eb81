//go:build libssl || boringssl || wolfssl

package libssl

/*
#include "contract.h"
*/
import "C"

import "github.com/sessionlint/sessionlint/internal/contract"

// An Experiment is one call of one function, and what was seen of it.
type Experiment struct {
	Function string
	b        *C.lib_bench
}

// Experiments returns how many experiments there are.
func Experiments() int { return int(C.lib_experiments()) }

// ExperimentName returns the function that experiment i calls; some functions
// have more than one.
func ExperimentName(i int) string { return C.GoString(C.lib_experiment_name(C.int(i))) }

// Experimented runs experiment i on an established connection of its own.
func Experimented(i int) Experiment {
	e := Experiment{Function: ExperimentName(i), b: C.lib_bench_new()}
	C.lib_experiment(C.int(i), e.b)
	return e
}

// Slot returns by how much the count of the connection's session has changed.
func (e Experiment) Slot() int { return int(e.b.slot_after - e.b.slot_before) }

// Arg returns by how much the count of the session argument has changed; it may
// be the connection's session.
func (e Experiment) Arg() int { return int(e.b.arg_after - e.b.arg_before) }

// ArgIsSlot reports whether the argument is the connection's session.
func (e Experiment) ArgIsSlot() bool { return e.b.arg == e.b.slot }

// Failed reports whether the call returned a status that does not mean success.
func (e Experiment) Failed(success contract.Success) bool {
	switch status := e.b.status; {
	case e.b.has_status == 0:
		return false
	case success == contract.Zero:
		return status != 0
	case success == contract.NonZero:
		return status == 0
	default:
		return status != 1
	}
}

// Result returns a session that was returned.
func (e Experiment) Result() Session { return Session{e.b.result} }

// ResultIs reports whether the session returned is the connection's, and
// whether it is the argument.
func (e Experiment) ResultIs() (slot, arg bool) {
	return e.b.result == e.b.slot, e.b.result == e.b.arg
}

// Reused reports whether the argument was to be overwritten.
func (e Experiment) Reused() bool { return e.b.reused == 1 }

// Old returns what has become of the argument's object: the pointer to it is
// still there, it is alive, and by how much its count has changed.
func (e Experiment) Old() (kept, alive bool, count int) {
	if C.lib_dead(e.b.old_serial) == 1 {
		return false, false, -int(e.b.arg_before)
	}
	return e.b.arg == e.b.old, true, int(C.lib_refs(e.b.old) - e.b.arg_before)
}

// FreeOld gives back the reference that the pointer stood for before.
func (e Experiment) FreeOld() { C.SSL_SESSION_free(e.b.old) }

// Lends reports whether two calls in a row returned the same pointer, and
// whether it is not NULL.
func (e Experiment) Lends() (same, something bool) {
	return e.b.first == e.b.second, e.b.first != nil
}

// Owes frees the results that the caller owns, as the contract has it.
func (e Experiment) Owes(session bool) {
	if session {
		C.SSL_SESSION_free(e.b.result)
	}
	C.SSL_free(e.b.ssl)
	C.SSL_CTX_free(e.b.ctx)
	C.X509_free(e.b.x509)
}

// FreeArg gives back a reference that an up_ref has added to the argument.
func (e Experiment) FreeArg() { C.SSL_SESSION_free(e.b.arg) }

// Close gives back what the experiment held itself.
func (e Experiment) Close() { C.lib_bench_free(e.b) }
