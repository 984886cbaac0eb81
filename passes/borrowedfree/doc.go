// Package borrowedfree reports that a borrowed reference is freed.
//
// # Analyzer borrowedfree
//
// borrowedfree: a borrowed reference is freed
//
// The check reports a free of a reference that the code was only lent: the result
// of SSL_get_session or SSL_get0_session, a callback's parameter, the result of a
// getter that lends.
//
//	s := C.SSL_get0_session(ssl)
//	C.SSL_SESSION_free(s) // ssl still uses it
//
// A field in which the package stores nothing but loans is borrowed, too: a method
// that frees what it holds is reported at the free.
//
// Call SSL_get1_session instead, or SSL_SESSION_up_ref before, if a reference of
// one's own is needed; else remove the free.
//
// Fix: the free is removed, if what it frees is lent on every path.
//
// Not reported: a free that gives back a reference that an up_ref added.
package borrowedfree
