// Package danglingborrow reports that a borrowed session outlives its owner.
//
// # Analyzer danglingborrow
//
// danglingborrow: a borrowed session outlives its owner
//
// The check reports a borrowed session (SSL_get_session, SSL_get0_session) or a part
// borrowed from a session that is used after the owner was freed or has replaced
// it.
//
//	s := C.SSL_get0_session(ssl)
//	C.SSL_free(ssl)
//	return C.SSL_SESSION_get_time(s) // ssl took it along
//
// Take a reference of one's own with SSL_SESSION_up_ref, or finish before the owner
// goes.
//
// Not reported: owners that another reference keeps alive, and events that may or
// may not end a borrow.
package danglingborrow
