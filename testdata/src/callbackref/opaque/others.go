package opaque

/*
#include "opaque.h"

extern void removeReads(SSL_CTX *ctx, SSL_SESSION *sess);
extern void removeFrees(SSL_CTX *ctx, SSL_SESSION *sess);
extern void removeKeeps(SSL_CTX *ctx, SSL_SESSION *sess);
extern void removeKeepsUpRef(SSL_CTX *ctx, SSL_SESSION *sess);
extern SSL_SESSION *getLends(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getLendsZero(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getGives(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getGivesFresh(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getLeaksFresh(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getMisses(SSL *ssl, unsigned char *id, int n, int *copy);
extern int pskUseUpRef(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int pskUseBare(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int pskFindFresh(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int pskFindBare(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int pskFindNone(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int pskFindFailsLate(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
extern int ticketGenerate(SSL *ssl, void *arg);
extern int ticketReads(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);
extern int ticketFrees(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);
extern int ticketKeeps(SSL *ssl, SSL_SESSION *sess, unsigned char *name, size_t n, int status, void *arg);
*/
import "C"

import "unsafe"

var (
	shared *C.SSL_SESSION // owned by this package
	psk    *C.SSL_SESSION // owned by this package
)

// removeReads only looks at what it is lent.
//
//export removeReads
func removeReads(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	seen = int64(C.SSL_SESSION_get_time(sess))
}

// removeFrees frees on the cache's account.
//
//export removeFrees
func removeFrees(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	C.SSL_SESSION_free(sess) // want borrowedfree
}

// removeKeeps keeps what it is lent for the call.
//
//export removeKeeps
func removeKeeps(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	C.SSL_SESSION_free(last)
	last = sess // want danglingborrow
}

// removeKeepsUpRef keeps a reference.
//
//export removeKeepsUpRef
func removeKeepsUpRef(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(sess) != 1 {
		return
	}
	C.SSL_SESSION_free(last)
	last = sess
}

// getLends leaves *copy at 1: libssl takes a reference of its own.
//
//export getLends
func getLends(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	mu.Lock()
	defer mu.Unlock()
	return shared
}

// getLendsZero gives away the only reference that the cache has.
//
//export getLendsZero
func getLendsZero(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return shared // want callbackref
}

// getGives gives a reference of its own.
//
//export getGives
func getGives(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	if shared == nil || C.SSL_SESSION_up_ref(shared) != 1 {
		return nil
	}
	return shared
}

// getGivesFresh decodes a session and gives it away.
//
//export getGivesFresh
func getGivesFresh(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return C.d2i_SSL_SESSION(nil, &id, C.long(n))
}

// getLeaksFresh decodes a session and lends it, to be forgotten at once.
//
//export getLeaksFresh
func getLeaksFresh(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	s := C.d2i_SSL_SESSION(nil, &id, C.long(n)) // may missingfree
	return s                                    // want callbackref
}

// getMisses has nothing.
//
//export getMisses
func getMisses(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return nil
}

// pskUseUpRef gives libssl a reference on every call.
//
//export pskUseUpRef
func pskUseUpRef(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	if psk == nil || C.SSL_SESSION_up_ref(psk) != 1 {
		*sess = nil
		return 1
	}
	*sess = psk
	return 1
}

// pskUseBare gives its own only reference away, again and again.
//
//export pskUseBare
func pskUseBare(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

// pskFindFresh gives a copy away.
//
//export pskFindFresh
func pskFindFresh(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = C.SSL_SESSION_dup(psk)
	return 1
}

// pskFindBare gives away what it needs itself.
//
//export pskFindBare
func pskFindBare(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	return 1 // want callbackref
}

// pskFindNone has nothing to give.
//
//export pskFindNone
func pskFindNone(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = nil
	return 1
}

// pskFindFailsLate fails after it has set the session, which libssl does not
// free then.
//
//export pskFindFailsLate
func pskFindFailsLate(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	s := C.SSL_SESSION_dup(psk) // may missingfree
	if s == nil {
		return 0
	}
	*sess = s
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return 0 // want callbackref
	}
	return 1
}

// ticketGenerate reads the connection's own session.
//
//export ticketGenerate
func ticketGenerate(ssl *C.SSL, arg unsafe.Pointer) C.int {
	seen = int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
	return 1
}

// ticketReads looks at what it is lent.
//
//export ticketReads
func ticketReads(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		seen = int64(C.SSL_SESSION_get_time(sess))
	}
	return 1
}

// ticketFrees frees what it is lent.
//
//export ticketFrees
func ticketFrees(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	if sess != nil {
		C.SSL_SESSION_free(sess) // want borrowedfree
	}
	return 0
}

// ticketKeeps keeps it.
//
//export ticketKeeps
func ticketKeeps(ssl *C.SSL, sess *C.SSL_SESSION, name *C.uchar, n C.size_t, status C.int, arg unsafe.Pointer) C.int {
	C.SSL_SESSION_free(last)
	last = sess // want danglingborrow
	return 1
}

// InstallOthers registers them.
func InstallOthers(ctx *C.SSL_CTX, which int) {
	switch which {
	case 0:
		C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.removeReads))
	case 1:
		C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.removeFrees))
	case 2:
		C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.removeKeeps))
	case 3:
		C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.removeKeepsUpRef))
	case 4:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getLends))
	case 5:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getLendsZero))
	case 6:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getGives))
	case 7:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getGivesFresh))
	case 8:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getLeaksFresh))
	case 9:
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getMisses))
	}
	C.SSL_CTX_set_psk_use_session_callback(ctx, (*[0]byte)(C.pskUseUpRef))
	C.SSL_CTX_set_psk_use_session_callback(ctx, (*[0]byte)(C.pskUseBare))
	C.SSL_CTX_set_psk_find_session_callback(ctx, (*[0]byte)(C.pskFindFresh))
	C.SSL_CTX_set_psk_find_session_callback(ctx, (*[0]byte)(C.pskFindBare))
	C.SSL_CTX_set_psk_find_session_callback(ctx, (*[0]byte)(C.pskFindNone))
	C.SSL_CTX_set_psk_find_session_callback(ctx, (*[0]byte)(C.pskFindFailsLate))
	C.SSL_CTX_set_session_ticket_cb(ctx, (*[0]byte)(C.ticketGenerate), (*[0]byte)(C.ticketReads), nil)
	C.SSL_CTX_set_session_ticket_cb(ctx, (*[0]byte)(C.ticketGenerate), (*[0]byte)(C.ticketFrees), nil)
	C.SSL_CTX_set_session_ticket_cb(ctx, (*[0]byte)(C.ticketGenerate), (*[0]byte)(C.ticketKeeps), nil)
}
