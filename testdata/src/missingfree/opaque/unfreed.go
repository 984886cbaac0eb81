package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// A forgetter keeps a session that no function frees.
type forgetter struct {
	sess *C.SSL_SESSION
	name string
}

// newForgetter stores what it acquires (trap: a field nobody ever frees).
func newForgetter(ssl *C.SSL) *forgetter {
	return &forgetter{sess: C.SSL_get1_session(ssl)} // want missingfree "nothing frees what forgetter.sess holds"
}

// set stores over what was there.
func (f *forgetter) set(s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) == 1 {
		f.sess = s
	}
}

// refresh stores what it acquires.
func (f *forgetter) refresh(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl) // want missingfree "nothing frees"
	if s == nil {
		return false
	}
	f.sess = s
	return true
}

// resume only reads the field.
func (f *forgetter) resume(ssl *C.SSL) bool {
	return f.sess != nil && C.SSL_set_session(ssl, f.sess) == 1
}

// Forgetting uses one: what is wrong is wrong in its constructor.
func Forgetting(ssl, next *C.SSL) bool {
	f := newForgetter(ssl)
	return f.resume(next) && f.refresh(ssl)
}

// A lazy keeps a session that its list frees.
type lazy struct {
	sess *C.SSL_SESSION
	next *lazy
}

func newLazy(ssl *C.SSL) *lazy { return &lazy{sess: C.SSL_get1_session(ssl)} }

// FreeAll frees it in a loop over the list.
func FreeAll(list *lazy) {
	for ; list != nil; list = list.next {
		C.SSL_SESSION_free(list.sess)
	}
}

// A loose one lends its session to anybody.
type loose struct{ sess *C.SSL_SESSION }

func newLoose(ssl *C.SSL) *loose { return &loose{sess: C.SSL_get1_session(ssl)} }

// Session lends it, or gives it away.
func (l *loose) Session() *C.SSL_SESSION { return l.sess }

// A passer passes it on.
type passer struct{ sess *C.SSL_SESSION }

func newPasser(ssl *C.SSL) *passer { return &passer{sess: C.SSL_get1_session(ssl)} }

// End has somebody else end it.
func (p *passer) End(end func(*C.SSL_SESSION)) { end(p.sess) }

// A mover moves it elsewhere.
type mover struct{ sess *C.SSL_SESSION }

func newMover(ssl *C.SSL) *mover { return &mover{sess: C.SSL_get1_session(ssl)} }

// MoveTo moves it to one that frees.
func (m *mover) MoveTo(l *Link) { l.sess, m.sess = m.sess, l.sess }

// An Open field is everybody's.
type Open struct{ Sess *C.SSL_SESSION }

// NewOpen may well be followed by a free.
func NewOpen(ssl *C.SSL) *Open { return &Open{Sess: C.SSL_get1_session(ssl)} }

// A raw one is freed by its address.
type raw struct{ sess *C.SSL_SESSION }

func newRaw(ssl *C.SSL) *raw { return &raw{sess: C.SSL_get1_session(ssl)} }

func freeAt(p **C.SSL_SESSION) {
	C.SSL_SESSION_free(*p)
	*p = nil
}

// Close passes the address of the field.
func (r *raw) Close() { freeAt(&r.sess) }

// A shown one is seen as another type.
type shown struct{ sess *C.SSL_SESSION }

type freer struct{ sess *C.SSL_SESSION }

func newShown(ssl *C.SSL) *shown { return &shown{sess: C.SSL_get1_session(ssl)} }

// Close frees it as that.
func (s *shown) Close() {
	f := (*freer)(s)
	C.SSL_SESSION_free(f.sess)
}

// A cast one is seen by C.
type cast struct{ sess *C.SSL_SESSION }

func newCast(ssl *C.SSL) *cast { return &cast{sess: C.SSL_get1_session(ssl)} }

// Pointer gives it out.
func (c *cast) Pointer() unsafe.Pointer { return unsafe.Pointer(c) }

// A server lives as long as the process.
type server struct{ sess *C.SSL_SESSION }

var theServer = &server{}

// Keep keeps a session for the server.
func (s *server) Keep(ssl *C.SSL) { s.sess = C.SSL_get1_session(ssl) }

// Serve uses the only one.
func Serve(ssl *C.SSL) {
	theServer.Keep(ssl)
	fmt.Println("kept")
}

// A generic one is freed where it is instantiated.
type generic[T any] struct {
	sess *C.SSL_SESSION
	v    T
}

func newGeneric(ssl *C.SSL) *generic[int] {
	return &generic[int]{sess: C.SSL_get1_session(ssl)}
}

// A branded one is freed by a generic function that nobody here instantiates.
type branded struct{ sess *C.SSL_SESSION }

func newBranded(ssl *C.SSL) *branded { return &branded{sess: C.SSL_get1_session(ssl)} }

// FreeBranded frees it.
func FreeBranded[T any](b *branded, _ T) { C.SSL_SESSION_free(b.sess) }
