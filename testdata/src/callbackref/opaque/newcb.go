// Package opaque holds fixtures of callbackref over incomplete C types: Go
// functions that libssl calls, and what they owe for what they are handed.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"

extern int keepsIt(SSL *ssl, SSL_SESSION *sess);
extern int keepsAndReturnsZero(SSL *ssl, SSL_SESSION *sess);
extern int freesAndReturnsZero(SSL *ssl, SSL_SESSION *sess);
extern int freesAndReturnsOne(SSL *ssl, SSL_SESSION *sess);
extern int upRefsAndReturnsOne(SSL *ssl, SSL_SESSION *sess);
extern int upRefsAndReturnsZero(SSL *ssl, SSL_SESSION *sess);
extern int returnsOneWithoutKeeping(SSL *ssl, SSL_SESSION *sess);
extern int onlyReads(SSL *ssl, SSL_SESSION *sess);
extern int keepsIfWanted(SSL *ssl, SSL_SESSION *sess);
extern int keepsInTwoPlaces(SSL *ssl, SSL_SESSION *sess);
extern int copiesAndReturnsZero(SSL *ssl, SSL_SESSION *sess);

static void installNew(SSL_CTX *ctx, fixtures_new_cb cb) { SSL_CTX_sess_set_new_cb(ctx, cb); }
*/
import "C"

import "sync"

var (
	mu    sync.Mutex
	store = map[*C.SSL]*C.SSL_SESSION{}
	last  *C.SSL_SESSION
	want  bool
	seen  int64
)

// keepsIt takes the reference that it is offered.
//
//export keepsIt
func keepsIt(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	mu.Lock()
	defer mu.Unlock()
	if old, ok := store[ssl]; ok {
		C.SSL_SESSION_free(old)
	}
	store[ssl] = sess
	return 1
}

// keepsAndReturnsZero keeps the session and gives the reference back.
//
//export keepsAndReturnsZero
func keepsAndReturnsZero(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	C.SSL_SESSION_free(last)
	last = sess // want danglingborrow
	return 0    // want callbackref
}

// freesAndReturnsZero frees the reference that libssl frees as well.
//
//export freesAndReturnsZero
func freesAndReturnsZero(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	C.SSL_SESSION_free(sess) // want borrowedfree
	return 0                 // want callbackref
}

// freesAndReturnsOne takes the reference and frees it: wasteful and right.
//
//export freesAndReturnsOne
func freesAndReturnsOne(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	C.SSL_SESSION_free(sess)
	return 1
}

// upRefsAndReturnsOne keeps one reference and owns two.
//
//export upRefsAndReturnsOne
func upRefsAndReturnsOne(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_SESSION_up_ref(sess) != 1 { // may missingfree
		return 0
	}
	C.SSL_SESSION_free(last)
	last = sess
	return 1 // want callbackref
}

// upRefsAndReturnsZero keeps a reference of its own and gives the other back.
//
//export upRefsAndReturnsZero
func upRefsAndReturnsZero(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_SESSION_up_ref(sess) != 1 {
		return 0
	}
	C.SSL_SESSION_free(last)
	last = sess
	return 0
}

// returnsOneWithoutKeeping takes the reference and forgets it.
//
//export returnsOneWithoutKeeping
func returnsOneWithoutKeeping(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	return 1 // want callbackref
}

// onlyReads gives it back.
//
//export onlyReads
func onlyReads(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	return 0
}

// keepsIfWanted says on each path what it did.
//
//export keepsIfWanted
func keepsIfWanted(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	mu.Lock()
	defer mu.Unlock()
	if !want {
		return 0
	}
	C.SSL_SESSION_free(last)
	last = sess
	return 1
}

// keepsInTwoPlaces keeps it once on its own account and once on libssl's.
//
//export keepsInTwoPlaces
func keepsInTwoPlaces(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_SESSION_up_ref(sess) != 1 {
		return 0
	}
	C.SSL_SESSION_free(last)
	last = sess
	C.SSL_SESSION_free(store[ssl])
	store[ssl] = sess
	return 1
}

// copiesAndReturnsZero keeps a copy.
//
//export copiesAndReturnsZero
func copiesAndReturnsZero(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if d := C.SSL_SESSION_dup(sess); d != nil {
		C.SSL_SESSION_free(last)
		last = d
	}
	return 0
}

// Install registers them, one through a helper in C.
func Install(ctx *C.SSL_CTX, which int) {
	switch which {
	case 0:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.keepsIt))
	case 1:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.keepsAndReturnsZero))
	case 2:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.freesAndReturnsZero))
	case 3:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.freesAndReturnsOne))
	case 4:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.upRefsAndReturnsOne))
	case 5:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.upRefsAndReturnsZero))
	case 6:
		C.installNew(ctx, (*[0]byte)(C.returnsOneWithoutKeeping))
	case 7:
		C.installNew(ctx, (*[0]byte)(C.onlyReads))
	case 8:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.keepsIfWanted))
	case 9:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.keepsInTwoPlaces))
	case 10:
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.copiesAndReturnsZero))
	}
}
