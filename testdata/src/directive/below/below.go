// Package below declares for package above what nobody could see in its C.
package below

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
static SSL_SESSION *registry_find(int id) { (void)id; return 0; }
static void registry_put(SSL_SESSION *s) { (void)s; }
static SSL_SESSION *registry_peek(SSL_CTX *c) { (void)c; return 0; }
static void registry_look(SSL_SESSION *s) { (void)s; }
*/
import "C"

// A Session is a session of libssl.
type Session = C.SSL_SESSION

// A Context is a context of libssl.
type Context = C.SSL_CTX

// A Slot holds sessions for somebody.
type Slot struct {
	Peer  *C.SSL_SESSION //sessionlint:borrowed
	Other *C.SSL_SESSION
}

// Peek peeks.
//
//sessionlint:returns borrowed from c
func Peek(c *Context) *Session { return C.registry_peek(c) }

// Find finds.
//
//sessionlint:returns owned
func Find(id int) *Session { return C.registry_find(C.int(id)) }

// Put puts.
//
//sessionlint:consumes s
func Put(s *Session) { C.registry_put(s) }

// Look looks.
//
//sessionlint:borrows s
func Look(s *Session) { look(s) }

//sessionlint:borrows s
func look(s *C.SSL_SESSION) { C.registry_look(s) }

// LookHarder has no directive; what it calls has.
func LookHarder(s *Session) {
	look(s)
	look(s)
}

// PutSlowly has none either.
func PutSlowly(s *Session) {
	look(s)
	Put(s)
}
