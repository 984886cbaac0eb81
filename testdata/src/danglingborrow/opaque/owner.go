// Package opaque holds fixtures of danglingborrow over incomplete C types: this
// file the owners that die, keep.go the borrows that are kept.
package opaque

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

import (
	"fmt"
	"sync"
)

// OwnerFreed reads a borrow after its connection was freed.
func OwnerFreed(ctx *C.SSL_CTX) int64 {
	ssl := C.SSL_new(ctx)
	C.SSL_connect(ssl)
	s := C.SSL_get_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// OwnerFreedLater reads first.
func OwnerFreedLater(ctx *C.SSL_CTX) int64 {
	ssl := C.SSL_new(ctx)
	C.SSL_connect(ssl)
	s := C.SSL_get_session(ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_free(ssl)
	return t
}

// OwnerParameterFreed consumes its connection and reads what it lent.
func OwnerParameterFreed(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	C.SSL_shutdown(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_timeout(s)) // want danglingborrow
}

// OwnReference reads what it owns itself.
func OwnReference(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_free(ssl)
	t := int64(C.SSL_SESSION_get_timeout(s))
	C.SSL_SESSION_free(s)
	return t
}

// UpRefBeforeOwnerDies ends the worry in time.
func UpRefBeforeOwnerDies(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_free(ssl)
		return 0
	}
	C.SSL_free(ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// UpRefAfterOwnerDied comes too late.
func UpRefAfterOwnerDied(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get_session(ssl)
	C.SSL_free(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 { // want danglingborrow
		return nil
	}
	return s
}

// UpRefFailedThenOwnerDied has no reference on that path.
func UpRefFailedThenOwnerDied(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		C.SSL_free(ssl)
		return 0
	}
	ok := C.SSL_SESSION_up_ref(s) == 1
	C.SSL_free(ssl)
	t := int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
	if ok {
		C.SSL_SESSION_free(s)
	}
	return t
}

// DupBeforeOwnerDies goes on with a copy.
func DupBeforeOwnerDies(ssl *C.SSL) *C.SSL_SESSION {
	d := C.SSL_SESSION_dup(C.SSL_get_session(ssl))
	C.SSL_free(ssl)
	return d
}

// ReturnedPastDeferredFree returns a borrow that its defer kills.
func ReturnedPastDeferredFree(ctx *C.SSL_CTX) *C.SSL_SESSION {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	if C.SSL_connect(ssl) != 1 {
		return nil
	}
	return C.SSL_get_session(ssl) // want danglingborrow
}

// ReturnedOwnedPastDeferredFree returns a reference of its own.
func ReturnedOwnedPastDeferredFree(ctx *C.SSL_CTX) *C.SSL_SESSION {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	if C.SSL_connect(ssl) != 1 {
		return nil
	}
	return C.SSL_get1_session(ssl)
}

// ReturnedNumberPastDeferredFree returns a number read before the defer runs.
func ReturnedNumberPastDeferredFree(ctx *C.SSL_CTX) C.long {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	return C.SSL_SESSION_get_time(C.SSL_get_session(ssl))
}

// DeferredReadPastDeferredFree runs the read after the free.
func DeferredReadPastDeferredFree(ctx *C.SSL_CTX) {
	ssl := C.SSL_new(ctx)
	C.SSL_connect(ssl)
	s := C.SSL_get_session(ssl)
	defer func() {
		fmt.Println(C.SSL_SESSION_get_time(s)) // want danglingborrow
	}()
	defer C.SSL_free(ssl)
}

// OtherConnectionFreed frees a connection that did not lend.
func OtherConnectionFreed(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	C.SSL_free(b)
	return int64(C.SSL_SESSION_get_time(s))
}

// FreedOnOnePath reads on both.
func FreedOnOnePath(ssl *C.SSL, done bool) int64 {
	s := C.SSL_get_session(ssl)
	if done {
		C.SSL_free(ssl)
	}
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// FreedOnTheOtherPath reads only where the connection lives (trap: repeated
// condition).
func FreedOnTheOtherPath(ssl *C.SSL, done bool) int64 {
	s := C.SSL_get_session(ssl)
	if done {
		C.SSL_free(ssl)
	}
	if !done {
		return int64(C.SSL_SESSION_get_time(s))
	}
	return 0
}

// ReplacedByOther gives the connection another session, which ends the loan.
func ReplacedByOther(ssl *C.SSL) int64 {
	old := C.SSL_get_session(ssl)
	next := C.SSL_SESSION_new()
	if next == nil {
		return 0
	}
	ok := C.SSL_set_session(ssl, next) == 1
	C.SSL_SESSION_free(next)
	if !ok {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(old)) // want danglingborrow
}

// ReplacedByItself gives the connection its own session again.
func ReplacedByItself(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if C.SSL_set_session(ssl, s) != 1 {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// ReplacedByUnknown gives it one that may be the same.
func ReplacedByUnknown(ssl *C.SSL, next *C.SSL_SESSION) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_set_session(ssl, next)
	return int64(C.SSL_SESSION_get_time(s))
}

// ReplacedByNothing clears the connection's session.
func ReplacedByNothing(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_set_session(ssl, nil)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// FetchedAgain asks the connection anew after the replacement.
func FetchedAgain(ssl *C.SSL) int64 {
	next := C.SSL_SESSION_new()
	C.SSL_set_session(ssl, next)
	C.SSL_SESSION_free(next)
	return int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
}

// SecondLender is borrowed from the connection to which it was given, too.
func SecondLender(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	if s == nil || C.SSL_set_session(b, s) != 1 {
		C.SSL_free(a)
		return 0
	}
	C.SSL_free(a)
	return int64(C.SSL_SESSION_get_time(s))
}

// SecondLenderFreed loses both.
func SecondLenderFreed(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	if s == nil || C.SSL_set_session(b, s) != 1 {
		C.SSL_free(a)
		C.SSL_free(b)
		return 0
	}
	C.SSL_free(a)
	C.SSL_free(b)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// LoopOwnerFreed keeps the borrow of the turn before.
func LoopOwnerFreed(conns []*C.SSL) (newest int64) {
	var last *C.SSL_SESSION
	for _, c := range conns {
		if last != nil {
			newest = int64(C.SSL_SESSION_get_time(last)) // want danglingborrow
		}
		last = C.SSL_get_session(c)
		C.SSL_free(c)
	}
	return newest
}

// closeConn frees a connection and clears the variable.
func closeConn(p **C.SSL) {
	C.SSL_free(*p)
	*p = nil
}

// HelperFreesOwner reads after a helper freed the connection.
func HelperFreesOwner(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	closeConn(&ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// peek borrows and reads.
func peek(ssl *C.SSL) (s *C.SSL_SESSION, age int64) {
	s = C.SSL_get_session(ssl)
	return s, int64(C.SSL_SESSION_get_time(s))
}

// HelperLends reads what a helper lent after the owner died.
func HelperLends(ssl *C.SSL) int64 {
	s, age := peek(ssl)
	C.SSL_free(ssl)
	return age + int64(C.SSL_SESSION_get_timeout(s)) // want danglingborrow
}

// HelperLendsNumber keeps only the number.
func HelperLendsNumber(ssl *C.SSL) int64 {
	_, age := peek(ssl)
	C.SSL_free(ssl)
	return age
}

// Conn owns its connection.
type Conn struct {
	ssl  *C.SSL
	sess *C.SSL_SESSION
	mu   sync.Mutex
}

// Dial makes one.
func Dial(ctx *C.SSL_CTX) *Conn { return &Conn{ssl: C.SSL_new(ctx)} }

// Close frees it.
func (c *Conn) Close() {
	C.SSL_free(c.ssl)
	c.ssl = nil
}

// Session lends.
func (c *Conn) Session() *C.SSL_SESSION { return C.SSL_get_session(c.ssl) }

// ReadAfterClose reads what the closed connection lent.
func ReadAfterClose(ctx *C.SSL_CTX) int64 {
	c := Dial(ctx)
	s := c.Session()
	c.Close()
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// ReadBeforeDeferredClose reads while it is open.
func ReadBeforeDeferredClose(ctx *C.SSL_CTX) int64 {
	c := Dial(ctx)
	defer c.Close()
	return int64(C.SSL_SESSION_get_time(c.Session()))
}

// ReturnPastDeferredClose returns what it lent.
func ReturnPastDeferredClose(ctx *C.SSL_CTX) *C.SSL_SESSION {
	c := Dial(ctx)
	defer c.Close()
	return c.Session() // want danglingborrow
}

// SubObject reads a part of a session after the session's last reference went.
func SubObject(ssl *C.SSL) byte {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	var n C.uint
	id := C.SSL_SESSION_get_id(s, &n)
	C.SSL_SESSION_free(s)
	if id == nil {
		return 0
	}
	return byte(*id) // want danglingborrow
}

// SubObjectCopied copies it in time.
func SubObjectCopied(ssl *C.SSL) byte {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	var n C.uint
	if id := C.SSL_SESSION_get_id(s, &n); id != nil {
		return byte(*id)
	}
	return 0
}

// SubObjectText reads a host name of a dead session.
func SubObjectText(ssl *C.SSL) string {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return ""
	}
	name := C.SSL_SESSION_get0_hostname(s)
	C.SSL_SESSION_free(s)
	return C.GoString(name) // want danglingborrow
}

// SubObjectTextCopied copies it in time.
func SubObjectTextCopied(ssl *C.SSL) string {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return ""
	}
	name := C.GoString(C.SSL_SESSION_get0_hostname(s))
	C.SSL_SESSION_free(s)
	return name
}
