package opaque

/*
#include "opaque.h"
*/
import "C"

import "errors"

// Connections that a helper makes, and of which there may be none: their end is
// the end of what they lend (trap: owner that may be nil).

var errDial = errors.New("dial")

func dial(ctx *C.SSL_CTX) *C.SSL {
	ssl := C.SSL_new(ctx)
	if ssl == nil {
		return nil
	}
	if C.SSL_connect(ssl) != 1 {
		C.SSL_free(ssl)
		return nil
	}
	return ssl
}

func dialErr(ctx *C.SSL_CTX) (*C.SSL, error) {
	ssl := C.SSL_new(ctx)
	if ssl == nil {
		return nil, errDial
	}
	return ssl, nil
}

// DialledGone reads a loan of a connection that is gone.
func DialledGone(ctx *C.SSL_CTX) int64 {
	ssl := dial(ctx)
	if ssl == nil {
		return 0
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// DialledErrGone has its connection from a helper with an error.
func DialledErrGone(ctx *C.SSL_CTX) (int64, error) {
	ssl, err := dialErr(ctx)
	if err != nil {
		return 0, err
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)), nil // want danglingborrow
}

// DialledSometimesGone makes one on one path.
func DialledSometimesGone(ctx *C.SSL_CTX, online bool) int64 {
	var ssl *C.SSL
	if online {
		ssl = C.SSL_new(ctx)
	}
	if ssl == nil {
		return 0
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// DialledOrGivenGone takes one that it was given on the other path.
func DialledOrGivenGone(ctx *C.SSL_CTX, given *C.SSL, online bool) int64 {
	ssl := given
	if online {
		ssl = C.SSL_new(ctx)
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// Dialled reads first.
func Dialled(ctx *C.SSL_CTX) int64 {
	ssl := dial(ctx)
	if ssl == nil {
		return 0
	}
	t := int64(C.SSL_SESSION_get_time(C.SSL_get0_session(ssl)))
	C.SSL_free(ssl)
	return t
}

// DialledDeferred frees at the end.
func DialledDeferred(ctx *C.SSL_CTX) (int64, error) {
	ssl, err := dialErr(ctx)
	if err != nil {
		return 0, err
	}
	defer C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(C.SSL_get0_session(ssl))), nil
}

// DialledSecond has a second reference to its connection.
func DialledSecond(ctx *C.SSL_CTX) int64 {
	ssl := dial(ctx)
	if ssl == nil {
		return 0
	}
	defer C.SSL_free(ssl)
	if C.SSL_up_ref(ssl) != 1 {
		return 0
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s))
}

// DialledOther frees another connection than the one that lends.
func DialledOther(ctx *C.SSL_CTX, given *C.SSL) int64 {
	ssl := dial(ctx)
	if ssl == nil {
		return 0
	}
	s := C.SSL_get0_session(given)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s))
}

// DialledRetained keeps a reference of its own beyond the connection.
func DialledRetained(ctx *C.SSL_CTX) int64 {
	ssl := dial(ctx)
	if ssl == nil {
		return 0
	}
	s := C.SSL_get1_session(ssl)
	C.SSL_free(ssl)
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}
