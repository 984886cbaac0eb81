package opaque

/*
#include "opaque.h"

static inline int hold_ref(SSL_SESSION *s) { return SSL_SESSION_up_ref(s); }

struct held { SSL *ssl; SSL_SESSION *s; };
static inline int hold_inside(struct held *h) { return SSL_SESSION_up_ref(h->s); }
*/
import "C"

import "runtime"

// A loan that a function which nobody knows has got: it may have added a reference,
// so that it is kept as more than a loan (trap: an up_ref by another name).

var (
	strangerKept  *C.SSL_SESSION
	strangerTable = map[string]*C.SSL_SESSION{}
	strangerPeer  *C.X509
)

type strangerBox struct{ raw *C.SSL_SESSION }

// StrangerGlobal keeps it in a variable if that succeeds.
func StrangerGlobal(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	if s == nil || C.hold_ref(s) != 1 {
		return
	}
	strangerKept = s
}

// StrangerAfter asks once it is kept.
func StrangerAfter(ssl *C.SSL) {
	strangerKept = C.SSL_get0_session(ssl)
	if strangerKept != nil && C.hold_ref(strangerKept) != 1 {
		strangerKept = nil
	}
}

// StrangerTwin asks nobody.
func StrangerTwin(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return
	}
	strangerKept = s // want danglingborrow
}

// StrangerInMap keeps it in a map.
func StrangerInMap(ssl *C.SSL, host string) {
	if s := C.SSL_get0_session(ssl); s != nil && C.hold_ref(s) == 1 {
		strangerTable[host] = s
	}
}

// StrangerInMapTwin does so without a reference.
func StrangerInMapTwin(ssl *C.SSL, host string) {
	if s := C.SSL_get0_session(ssl); s != nil {
		strangerTable[host] = s // want danglingborrow
	}
}

// StrangerSent sends it.
func StrangerSent(ssl *C.SSL, to chan<- *C.SSL_SESSION) {
	if s := C.SSL_get0_session(ssl); s != nil && C.hold_ref(s) == 1 {
		to <- s
	}
}

// StrangerByValue leaves it to a function from outside.
func StrangerByValue(ssl *C.SSL, retain func(*C.SSL_SESSION) error) error {
	s := C.SSL_get0_session(ssl)
	if err := retain(s); err != nil {
		return err
	}
	strangerKept = s
	return nil
}

// StrangerFinalized has it freed by a finalizer.
func StrangerFinalized(ssl *C.SSL) *strangerBox {
	s := C.SSL_get0_session(ssl)
	if s == nil || C.hold_ref(s) != 1 {
		return nil
	}
	b := &strangerBox{raw: s}
	runtime.SetFinalizer(b, func(b *strangerBox) { C.SSL_SESSION_free(b.raw) })
	return b
}

// StrangerInside gives it away inside a C struct.
func StrangerInside(ssl *C.SSL) *strangerBox {
	s := C.SSL_get0_session(ssl)
	if s == nil {
		return nil
	}
	h := C.struct_held{ssl: ssl, s: s}
	if C.hold_inside(&h) != 1 {
		return nil
	}
	b := &strangerBox{raw: s}
	runtime.SetFinalizer(b, func(b *strangerBox) { C.SSL_SESSION_free(b.raw) })
	return b
}

// StrangerBoxed gives the box away.
func StrangerBoxed(ssl *C.SSL, retain func(*strangerBox)) *strangerBox {
	b := &strangerBox{raw: C.SSL_get0_session(ssl)}
	retain(b)
	runtime.SetFinalizer(b, func(b *strangerBox) { C.SSL_SESSION_free(b.raw) })
	return b
}

// StrangerPeer counts a certificate that it was lent.
func StrangerPeer(s *C.SSL_SESSION) {
	if x := C.SSL_SESSION_get0_peer(s); x != nil && C.X509_up_ref(x) == 1 {
		strangerPeer = x
	}
}

// StrangerPeerTwin does not.
func StrangerPeerTwin(s *C.SSL_SESSION) {
	if x := C.SSL_SESSION_get0_peer(s); x != nil {
		strangerPeer = x // want danglingborrow
	}
}
