// Package libssl is the operations of package session on the real library, by
// cgo, and the proof that both do the same to reference counts.
//
// In: calls of the operations; build tag libssl, and the headers and libraries of
// OpenSSL 3.0 or later. Out: besides each operation's own result what package
// session has to agree with: the count of a session, read out of the object
// without changing it, whether the object has been destroyed, what a context's
// cache holds, which callbacks ran with what.
//
// Every contract of a C function is executed, too: one experiment for each
// (experiments.def) shows what a call does to the counts. That part also builds
// against wolfSSL and BoringSSL, under build tags of those names, with the
// compiler's flags in the environment; see scripts/test. What each library has
// and where it differs is in the contracts and their profiles.
//
// The tests run scripts of operations on both and compare after every step. They
// are the only users: nothing here is safe for concurrent use, no misuse is
// noticed, and without a build tag the package is empty.
package libssl
