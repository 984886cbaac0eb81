// Package keepalive finds C calls that the garbage collector can overtake: the
// handle they work on belongs to a Go object whose finalizer frees it, and nothing
// keeps the object alive until the call returns.
//
// In: the reference programs of one package, contracts, and what the facts of its
// imports say of types with finalized handles (Field). Out: the package's own such
// fields, and a Finding for each call.
//
// An object is alive as long as something that leads to it is read later: the
// object, an address inside it, a closure, container or call result that can hold
// it. The handle's own value does not lead back to it. Everything that could make
// the object reachable from elsewhere (stored, sent, given to a function nobody
// knows, deferred, spawned) silences the check; so does a caller that keeps it
// alive, where all callers are visible. No state is simulated here and no
// function is named here: what frees and what registers is read from contracts.
package keepalive
