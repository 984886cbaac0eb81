package opaque

/*
#include "opaque.h"

extern int newWrapped(SSL *ssl, SSL_SESSION *sess);
extern int newByHelper(SSL *ssl, SSL_SESSION *sess);
extern int newHelperDrops(SSL *ssl, SSL_SESSION *sess);
extern int newSent(SSL *ssl, SSL_SESSION *sess);
extern int newAnswersFlag(SSL *ssl, SSL_SESSION *sess);
extern int newRetainsInVain(SSL *ssl, SSL_SESSION *sess);
extern int newClears(SSL *ssl, SSL_SESSION *sess);
extern int newFreesDeferred(SSL *ssl, SSL_SESSION *sess);
extern int newForgetsIfFull(SSL *ssl, SSL_SESSION *sess);
extern SSL_SESSION *getFromMap(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getFromMapBare(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getTakenOut(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getEmptied(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getFieldBare(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getRetainsAndLends(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getByHelper(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getOwnSession(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getDecodedAndKept(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *getDecodedKeptGiven(SSL *ssl, unsigned char *id, int n, int *copy);
extern int pskUseFailsBare(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int pskFindCleansUp(SSL *ssl, unsigned char *id, size_t n, SSL_SESSION **sess);
*/
import "C"

import "unsafe"

// entry is what an external cache has.
type entry struct {
	sess *C.SSL_SESSION
	hits int
}

var (
	entries = map[string]*entry{}
	byID    = map[string]*C.SSL_SESSION{}
	first   entry
	fresh   = make(chan *C.SSL_SESSION, 8)
)

func remember(ssl *C.SSL, s *C.SSL_SESSION) bool {
	if s == nil {
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	store[ssl] = s
	return true
}

func forget(ssl *C.SSL, s *C.SSL_SESSION) {
	seen = int64(C.SSL_SESSION_get_time(s))
}

func retained(s *C.SSL_SESSION) *C.SSL_SESSION {
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

// newWrapped keeps the session in an entry of its own.
//
//export newWrapped
func newWrapped(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	entries["new"] = &entry{sess: sess}
	return 1
}

// newByHelper keeps it through a helper.
//
//export newByHelper
func newByHelper(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if remember(ssl, sess) {
		return 1
	}
	return 0
}

// newHelperDrops relies on a helper that keeps nothing.
//
//export newHelperDrops
func newHelperDrops(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	forget(ssl, sess)
	return 1 // want callbackref "nothing keeps"
}

// newSent gives it to a goroutine.
//
//export newSent
func newSent(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	select {
	case fresh <- sess:
		return 1
	default:
		return 0
	}
}

// newAnswersFlag answers what it has done.
//
//export newAnswersFlag
func newAnswersFlag(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	kept := C.int(0)
	if want {
		C.SSL_SESSION_free(last)
		last = sess
		kept = 1
	}
	return kept
}

// newRetainsInVain adds a reference that nothing keeps and gives the other back.
//
//export newRetainsInVain
func newRetainsInVain(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_SESSION_up_ref(sess) != 1 { // want missingfree
		return 0
	}
	return 0
}

// newClears keeps it for a while.
//
//export newClears
func newClears(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	C.SSL_SESSION_free(last)
	last = sess
	seen = int64(C.SSL_SESSION_get_time(last))
	last = nil
	return 0
}

// newFreesDeferred takes it, uses it and frees it at the end.
//
//export newFreesDeferred
func newFreesDeferred(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	defer C.SSL_SESSION_free(sess)
	seen = int64(C.SSL_SESSION_get_time(sess))
	return 1
}

// newForgetsIfFull forgets it on one path.
//
//export newForgetsIfFull
func newForgetsIfFull(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if len(store) > 100 {
		return 1 // want callbackref
	}
	store[ssl] = sess
	return 1
}

// getFromMap adds a reference to what it gives away.
//
//export getFromMap
func getFromMap(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	mu.Lock()
	defer mu.Unlock()
	*copy = 0
	s, ok := byID[C.GoStringN((*C.char)(unsafe.Pointer(id)), n)]
	if !ok || C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

// getFromMapBare adds none.
//
//export getFromMapBare
func getFromMapBare(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	if s, ok := byID["one"]; ok {
		return s // want callbackref "without a reference"
	}
	return nil
}

// getTakenOut gives away what the cache had.
//
//export getTakenOut
func getTakenOut(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	s := byID["one"]
	delete(byID, "one")
	*copy = 0
	return s
}

// getEmptied gives away what a variable had.
//
//export getEmptied
func getEmptied(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	s := first.sess
	first.sess = nil
	*copy = 0
	return s
}

// getFieldBare gives away what a field keeps.
//
//export getFieldBare
func getFieldBare(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	e := entries["new"]
	if e == nil {
		return nil
	}
	e.hits++
	*copy = 0
	return e.sess // want callbackref
}

// getRetainsAndLends adds a reference although libssl adds its own.
//
//export getRetainsAndLends
func getRetainsAndLends(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	if shared == nil || C.SSL_SESSION_up_ref(shared) != 1 {
		return nil
	}
	return shared // want callbackref "does not take"
}

// getByHelper lets a helper add it.
//
//export getByHelper
func getByHelper(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return retained(shared)
}

// getOwnSession gives away what the connection has.
//
//export getOwnSession
func getOwnSession(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	return C.SSL_get_session(ssl) // want callbackref
}

// getDecodedAndKept lends what its cache owns from now on.
//
//export getDecodedAndKept
func getDecodedAndKept(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	s := C.d2i_SSL_SESSION(nil, &id, C.long(n))
	if s == nil {
		return nil
	}
	byID["one"] = s
	return s
}

// getDecodedKeptGiven keeps the one reference that it gives away.
//
//export getDecodedKeptGiven
func getDecodedKeptGiven(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	s := C.d2i_SSL_SESSION(nil, &id, C.long(n))
	if s == nil {
		return nil
	}
	C.SSL_SESSION_free(first.sess)
	first.sess = s
	*copy = 0
	return s // want callbackref
}

// pskUseFailsBare has its session freed even though it answers 0.
//
//export pskUseFailsBare
func pskUseFailsBare(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	*sess = psk
	if !want {
		return 0 // want callbackref
	}
	if psk != nil && C.SSL_SESSION_up_ref(psk) != 1 {
		*sess = nil
		return 0
	}
	return 1
}

// pskFindCleansUp frees what libssl does not take.
//
//export pskFindCleansUp
func pskFindCleansUp(ssl *C.SSL, id *C.uchar, n C.size_t, sess **C.SSL_SESSION) C.int {
	s := C.SSL_SESSION_dup(psk)
	if s == nil {
		return 0
	}
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		return 0
	}
	*sess = s
	return 1
}

// InstallShapes registers them.
func InstallShapes(ctx *C.SSL_CTX) {
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newWrapped))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newByHelper))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newHelperDrops))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newSent))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newAnswersFlag))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newRetainsInVain))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newClears))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newFreesDeferred))
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.newForgetsIfFull))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getFromMap))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getFromMapBare))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getTakenOut))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getEmptied))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getFieldBare))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getRetainsAndLends))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getByHelper))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getOwnSession))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getDecodedAndKept))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.getDecodedKeptGiven))
	C.SSL_CTX_set_psk_use_session_callback(ctx, (*[0]byte)(C.pskUseFailsBare))
	C.SSL_CTX_set_psk_find_session_callback(ctx, (*[0]byte)(C.pskFindCleansUp))
}
