package opaque

/*
#include "opaque.h"
*/
import "C"

import "unsafe"

// Parts of a session that are lent through an out parameter (trap: get0 with an
// address).

// ProtocolGone copies the protocol after the session is gone.
func ProtocolGone(s *C.SSL_SESSION) []byte {
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_alpn_selected(s, &p, &n)
	C.SSL_SESSION_free(s)
	return C.GoBytes(unsafe.Pointer(p), C.int(n)) // want danglingborrow
}

// Protocol copies it before.
func Protocol(s *C.SSL_SESSION) []byte {
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_alpn_selected(s, &p, &n)
	b := C.GoBytes(unsafe.Pointer(p), C.int(n))
	C.SSL_SESSION_free(s)
	return b
}
