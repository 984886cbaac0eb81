// Package useafterfree reports that a session is used after its last owned reference was freed.
//
// # Analyzer useafterfree
//
// useafterfree: a session is used after its last owned reference was freed
//
// The check reports any use of a session after the code gave up the last reference
// it owned: as an argument of a call, of a go or defer statement, or as a result. One
// that is stored where others can reach it is reported at the store, if it is still
// there when the function returns.
//
//	C.SSL_SESSION_free(s)
//	return C.SSL_SESSION_get_time(s)
//
// The connection may still keep the object alive, so that the use works in tests;
// it fails when the connection drops it first.
//
// Not reported: use after the session was given to a connection or a cache by a
// successful call that took a reference of its own, while that owner lives; use
// after the session reached a function that is not known; a freed session that is
// returned beside an error (or beside false), where nobody looks at it.
package useafterfree
