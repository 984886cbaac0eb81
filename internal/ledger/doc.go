// Package ledger is a machine for counted handles: who holds which reference to
// which object, who lends to whom, and what a program that breaks the rules has
// done wrong.
//
// In: objects, and operations of the code under observation on handles to them.
// Out: violations, each with the two places that contradict each other, and at
// the end the references that nobody gave back.
//
// The machine has two layers that are kept side by side.
//
// Objects are what a C library keeps: a count, and death at zero. They follow
// whatever the code does, right or wrong, so a release too many takes effect and
// the fault it causes shows where the library meets the dead object, perhaps
// much later.
//
// Permissions are what the code may do. Every acquire, borrow or parameter makes
// a handle of its own, even when two of them point to the same object. A free
// spends one token of the very handle it is applied to; a use needs a token or a
// live loan. Violations are violations of permissions: a free of a reference
// that somebody else owns is wrong although the count does not reach zero.
//
// What may not happen here: no word of TLS, no I/O, no clock, no goroutine. A
// Ledger is not safe for concurrent use; package session serialises it.
package ledger
