// Package callbackref reports that a callback answers libssl wrongly about a reference.
//
// # Analyzer callbackref
//
// callbackref: a callback answers libssl wrongly about a reference
//
// The check reports a return of a callback whose answer does not agree with what
// the callback has done to the session.
//
// A callback of SSL_CTX_sess_set_new_cb is offered a reference. It keeps it by
// returning another value than 0; with 0 libssl frees it.
//
//	func onNew(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
//		last = sess
//		return 0 // libssl frees the reference that last was to have
//	}
//
// So keeping or freeing the session and returning 0 is wrong, and so is returning 1
// without a place that has the reference, or with one more than was kept:
// SSL_SESSION_up_ref and return 1.
//
// A callback of SSL_CTX_sess_set_get_cb that sets *copy to 0 gives libssl a
// reference with the session, so it must have added one; with *copy left at 1
// libssl adds its own, and a session that was only just decoded leaks. What a
// callback of SSL_CTX_set_psk_use_session_callback writes to *sess must carry a
// reference on every call; with SSL_CTX_set_psk_find_session_callback it must if
// the callback returns 1, and is not taken if it returns 0.
//
// Functions are callbacks if they are passed to such a function, or to a C helper
// while having the signature of exactly one kind of callback. They need not stand
// there: helpers in Go that register their argument, fields, variables and functions
// that return a callback are followed, to other packages as well. The same holds for
// the callbacks of package session, and for methods. What a function of another package
// does wrong as a callback is reported where it is registered, unless that package
// registers it itself.
//
// Not reported: answers that are not known, sessions that were handed to code that
// is not known, and references that were taken out of the place that held them.
package callbackref
