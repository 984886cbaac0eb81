// Package danglingborrow reports that a borrowed session outlives its owner.
//
// # Analyzer danglingborrow
//
// danglingborrow: a borrowed session outlives its owner
//
// The check reports a borrowed session (SSL_get_session, SSL_get0_session) or a part
// borrowed from a session that is used after the owner was freed or has replaced
// it. A part dies with the session, and when it is overwritten (SSL_SESSION_set1_hostname,
// d2i_SSL_SESSION into the session). A session that was given to a connection or a
// cache is borrowed from it once the last reference was freed.
//
//	s := C.SSL_get0_session(ssl)
//	C.SSL_free(ssl)
//	return C.SSL_SESSION_get_time(s) // ssl took it along
//
// Take a reference of one's own with SSL_SESSION_up_ref, or finish before the owner
// goes.
//
// A borrow that is kept where it outlives the call is reported at the store: in a
// package variable, a field, a map, a channel or a function value that somebody else
// has, without an up_ref, and not beside its owner; if it was not taken out again
// before the function returns.
//
// Under -strict also what may end a borrow, depending on a state that the code does
// not see, with the condition: SSL_read, SSL_write, SSL_do_handshake and their kin,
// which replace the session if a ticket arrives or the handshake ends in another one;
// SSL_clear and SSL_copy_session_id; SSL_CTX_flush_sessions, SSL_CTX_remove_session
// and SSL_CTX_add_session for what only the cache keeps; SSL_free and SSL_set_session
// without SSL_shutdown, which take the session out of the cache.
//
//	s := C.SSL_get0_session(ssl)
//	C.SSL_read(ssl, buf, n)
//	return C.SSL_SESSION_get_time(s) // if a TLS 1.3 ticket came, it is another one's memory
//
// Not reported: owners that another reference keeps alive; a session that is set and
// may be the one that the connection has; what does not belong to the session that is
// replaced (SSL_get_SSL_CTX, SSL_get0_verified_chain) or is shared with the next one
// (SSL_get0_peer_certificate).
package danglingborrow
