package opaque

/*
#include "opaque.h"

extern int goNewKeeps(SSL *ssl, SSL_SESSION *sess);
extern int goNewForgets(SSL *ssl, SSL_SESSION *sess);
extern void goRemoveReads(SSL_CTX *ctx, SSL_SESSION *sess);
extern void goRemoveFrees(SSL_CTX *ctx, SSL_SESSION *sess);
extern SSL_SESSION *goGetLends(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *goGetGivesBare(SSL *ssl, unsigned char *id, int n, int *copy);
extern int goUseCopied(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int goUseBare(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int goFindCopied(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int goFindBare(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int goSeal(SSL *ssl, void *arg);
extern int goOpenReads(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);
extern int goOpenFrees(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);

extern int cNewKeeps(SSL *ssl, SSL_SESSION *sess);
extern int cNewForgets(SSL *ssl, SSL_SESSION *sess);
extern void cRemoveReads(SSL_CTX *ctx, SSL_SESSION *sess);
extern void cRemoveFrees(SSL_CTX *ctx, SSL_SESSION *sess);
extern SSL_SESSION *cGetLends(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *cGetGivesBare(SSL *ssl, unsigned char *id, int n, int *copy);
extern int cUseCopied(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int cUseBare(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int cFindCopied(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int cFindBare(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int cSeal(SSL *ssl, void *arg);
extern int cOpenReads(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);
extern int cOpenFrees(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);

static void installRemove(SSL_CTX *ctx, fixtures_remove_cb f) { SSL_CTX_sess_set_remove_cb(ctx, f); }
static void installGet(SSL_CTX *ctx, fixtures_get_cb f) { SSL_CTX_sess_set_get_cb(ctx, f); }
static void installUse(SSL_CTX *ctx, fixtures_psk_use_cb f) { SSL_CTX_set_psk_use_session_callback(ctx, f); }
static void installFind(SSL_CTX *ctx, fixtures_psk_find_cb f) { SSL_CTX_set_psk_find_session_callback(ctx, f); }
static void installTickets(SSL_CTX *ctx, fixtures_ticket_gen_cb g, fixtures_ticket_dec_cb d) { SSL_CTX_set_session_ticket_cb(ctx, g, d, 0); }
static void installAny(SSL_CTX *ctx, fixtures_new_cb f) { SSL_CTX_sess_set_new_cb(ctx, f); }
*/
import "C"

import "unsafe"

// Each kind of callback registered by a helper in Go (go...) and by one in C that
// receives the pointer (c...).

func registerNew(ctx *C.SSL_CTX, f C.fixtures_new_cb)       { C.SSL_CTX_sess_set_new_cb(ctx, f) }
func registerNewTwice(ctx *C.SSL_CTX, f C.fixtures_new_cb)  { registerNew(ctx, f) }
func registerRemove(ctx *C.SSL_CTX, f C.fixtures_remove_cb) { C.SSL_CTX_sess_set_remove_cb(ctx, f) }
func registerGet(ctx *C.SSL_CTX, f C.fixtures_get_cb)       { C.SSL_CTX_sess_set_get_cb(ctx, f) }
func registerUse(ctx *C.SSL_CTX, f C.fixtures_psk_use_cb) {
	C.SSL_CTX_set_psk_use_session_callback(ctx, f)
}
func registerFind(ctx *C.SSL_CTX, f C.fixtures_psk_find_cb) {
	C.SSL_CTX_set_psk_find_session_callback(ctx, f)
}
func registerTickets(ctx *C.SSL_CTX, g C.fixtures_ticket_gen_cb, d C.fixtures_ticket_dec_cb) {
	C.SSL_CTX_set_session_ticket_cb(ctx, g, d, nil)
}

//export goNewKeeps
func goNewKeeps(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	C.SSL_SESSION_free(last)
	last = sess
	return 1
}

//export goNewForgets
func goNewForgets(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	return 1 // want callbackref "nothing keeps"
}

//export goRemoveReads
func goRemoveReads(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	seen = int64(C.SSL_SESSION_get_time(sess))
}

//export goRemoveFrees
func goRemoveFrees(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	C.SSL_SESSION_free(sess) // want borrowedfree
}

//export goGetLends
func goGetLends(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION { return shared }

//export goGetGivesBare
func goGetGivesBare(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return shared // want callbackref
}

//export goUseCopied
func goUseCopied(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = C.SSL_SESSION_dup(psk)
	return 1
}

//export goUseBare
func goUseBare(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

//export goFindCopied
func goFindCopied(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = C.SSL_SESSION_dup(psk)
	return 1
}

//export goFindBare
func goFindBare(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

//export goSeal
func goSeal(ssl *C.SSL, arg unsafe.Pointer) C.int { return 1 }

//export goOpenReads
func goOpenReads(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		seen = int64(C.SSL_SESSION_get_time(sess))
	}
	return 1
}

//export goOpenFrees
func goOpenFrees(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		C.SSL_SESSION_free(sess) // want borrowedfree
	}
	return 0
}

// RegisterByGo registers them by functions in Go.
func RegisterByGo(ctx *C.SSL_CTX, right bool) {
	if right {
		registerNewTwice(ctx, (*[0]byte)(C.goNewKeeps))
		registerRemove(ctx, (*[0]byte)(C.goRemoveReads))
		registerGet(ctx, (*[0]byte)(C.goGetLends))
		registerUse(ctx, (*[0]byte)(C.goUseCopied))
		registerFind(ctx, (*[0]byte)(C.goFindCopied))
		registerTickets(ctx, (*[0]byte)(C.goSeal), (*[0]byte)(C.goOpenReads))
		return
	}
	registerNewTwice(ctx, (*[0]byte)(C.goNewForgets))
	registerRemove(ctx, (*[0]byte)(C.goRemoveFrees))
	registerGet(ctx, (*[0]byte)(C.goGetGivesBare))
	registerUse(ctx, (*[0]byte)(C.goUseBare))
	registerFind(ctx, (*[0]byte)(C.goFindBare))
	registerTickets(ctx, (*[0]byte)(C.goSeal), (*[0]byte)(C.goOpenFrees))
}

//export cNewKeeps
func cNewKeeps(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	C.SSL_SESSION_free(last)
	last = sess
	return 1
}

//export cNewForgets
func cNewForgets(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	seen = int64(C.SSL_SESSION_get_time(sess))
	return 1 // want callbackref "nothing keeps"
}

//export cRemoveReads
func cRemoveReads(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	seen = int64(C.SSL_SESSION_get_time(sess))
}

//export cRemoveFrees
func cRemoveFrees(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	C.SSL_SESSION_free(sess) // want borrowedfree
}

//export cGetLends
func cGetLends(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION { return shared }

//export cGetGivesBare
func cGetGivesBare(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return shared // want callbackref
}

//export cUseCopied
func cUseCopied(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = C.SSL_SESSION_dup(psk)
	return 1
}

//export cUseBare
func cUseBare(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

//export cFindCopied
func cFindCopied(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = C.SSL_SESSION_dup(psk)
	return 1
}

//export cFindBare
func cFindBare(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

//export cSeal
func cSeal(ssl *C.SSL, arg unsafe.Pointer) C.int { return 1 }

//export cOpenReads
func cOpenReads(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		seen = int64(C.SSL_SESSION_get_time(sess))
	}
	return 1
}

//export cOpenFrees
func cOpenFrees(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		C.SSL_SESSION_free(sess) // want borrowedfree
	}
	return 0
}

// RegisterByC registers them by functions in C.
func RegisterByC(ctx *C.SSL_CTX, right bool) {
	if right {
		C.installAny(ctx, (*[0]byte)(C.cNewKeeps))
		C.installRemove(ctx, (*[0]byte)(C.cRemoveReads))
		C.installGet(ctx, (*[0]byte)(C.cGetLends))
		C.installUse(ctx, (*[0]byte)(C.cUseCopied))
		C.installFind(ctx, (*[0]byte)(C.cFindCopied))
		C.installTickets(ctx, (*[0]byte)(C.cSeal), (*[0]byte)(C.cOpenReads))
		return
	}
	C.installAny(ctx, (*[0]byte)(C.cNewForgets))
	C.installRemove(ctx, (*[0]byte)(C.cRemoveFrees))
	C.installGet(ctx, (*[0]byte)(C.cGetGivesBare))
	C.installUse(ctx, (*[0]byte)(C.cUseBare))
	C.installFind(ctx, (*[0]byte)(C.cFindBare))
	C.installTickets(ctx, (*[0]byte)(C.cSeal), (*[0]byte)(C.cOpenFrees))
}
