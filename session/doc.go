// Package session is an executable account of SSL_SESSION lifetimes: sessions,
// connections and contexts that count references as libssl does, and a ledger
// that notices when the code that uses them gets a count wrong.
//
// In: calls of the operations, in Go. Out: a [Report] of typed violations, each
// with the place of the wrong operation and the place it contradicts, and the
// references that nobody has given back.
//
//	report := session.Run(func() {
//		ctx := session.NewContext()
//		defer ctx.Free()
//		s := session.New()
//		ctx.AddSession(s) // the cache takes a reference of its own
//	})
//	// report.Violations: missingfree at the line of session.New
//
// Nothing here speaks TLS or links C. A Handshake exchanges no bytes; it does to
// the counts what a handshake does.
//
// # Two layers
//
// Objects keep counts, cache lists and links exactly as libssl 3.0 does, and
// follow the code into its mistakes: a session that was freed too often while a
// cache still lists it is found dead when FlushSessions walks that list
// (Violation.Fault, FaultBy).
//
// Handles say what the code may do. Every [Session] is a handle of its own:
// where it came from, how many references it carries, who lends it. Get0Session
// and Get1Session on one connection give two handles to one object; use [Same]
// to compare objects, not ==. A Free spends a reference of the handle it is
// applied to. A Free without one is a violation, even if the object survives
// because somebody else still holds it.
//
//	handle                 starts with       Free without a reference
//	New, Dup, D2I, Get1    1 reference       doublefree
//	Get0, callbacks        a lender          borrowedfree; doublefree once one was up_ref'd and freed
//	Param                  1, not ours       doublefree; what is left is no leak
//
// A successful SetSession or AddSession adds a lender to the very handle it was
// given: after the last Free that handle may be used while the connection or the
// cache keeps the session. References are matched first in, first out.
//
// # Testing code
//
// [Run] executes a function on a ledger of its own. [Explore] executes it once
// for every way its choices can go: [Choose], and every operation that can fail
// (New and the gets return nil, UpRef false).
//
// Who owns what at the end is said in Go itself wherever possible. A driver
// passes [Param] handles as arguments, and settles what comes back:
//
//   - a function that returns a session of its caller's own: Owned(f()), which
//     frees it;
//   - a function that returns a borrow: Lent(f()), which uses it;
//   - a function that stores into a field, slice or map of an argument: the
//     driver frees what it finds there, or calls the release method;
//   - a function that stores into a global or anything else that outlives the
//     run: it says Keep(s) where it stores, or the driver does, afterwards, for
//     what it finds in the global;
//   - a callback that frees a reference that another callback has kept:
//     TakeBack(s) before the Free.
//
// A reference on a Go variable that is simply dropped is a leak.
//
// Places are file and line of the call. A deferred call has the line where its
// function returns; Place.Func names the function.
//
// # What is modelled, and what is not
//
// Package session/libssl runs the same operations on the real library and finds
// no difference in counts, lives, cache contents, callbacks and identities.
// [Connect] is a handshake between two connections of one ledger, with all that
// resumption does on both sides: ids, tickets, external keys, the callbacks. A
// Handshake has a peer that nobody has modelled, which accepts what it is
// offered; in TLS 1.2 it knows no tickets. [Renegotiate] is a second handshake
// between two connections that have had one.
//
// Go's garbage collector frees as well, by finalizers, and does not wait for a call
// to return. [Ledger.SetCollector] lets it come in the middle of every operation.
//
// Left out: post-handshake authentication; early data; fatal alerts, which take the
// session out of the cache; the automatic flush at every 255th handshake; what a
// failed D2I into a session leaves inside that session (libssl may have overwritten
// half of it); what SSL_set_session does to the record layer of a live connection.
//
// What may not happen here: no global state besides the default ledger, no
// dependency beyond the standard library. All of it is safe for concurrent use.
// The interface is version 0: it may change.
package session
