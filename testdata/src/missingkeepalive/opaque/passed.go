package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

// reused passes its parameter on to C.
func reused(ssl *C.SSL) bool { return C.SSL_session_reused(ssl) == 1 }

// again passes it on to that.
func again(ssl *C.SSL) bool { return reused(ssl) }

// drop frees it.
func drop(ssl *C.SSL) {
	C.SSL_shutdown(ssl)
	C.SSL_free(ssl)
}

// shown only looks at the pointer.
func shown(ssl *C.SSL) bool { return ssl != nil }

// PassedOn gives its handle to a function that gives it to C.
func (c *Conn) PassedOn() bool {
	return reused(c.ssl) // want missingkeepalive "c can be collected while SSL_session_reused runs"
}

// PassedOnTwice does it through two.
func (c *Conn) PassedOnTwice() bool {
	return again(c.ssl) // want missingkeepalive
}

// PassedOnKept keeps the connection.
func (c *Conn) PassedOnKept() bool {
	ok := reused(c.ssl)
	runtime.KeepAlive(c)
	return ok
}

// PassedOnUsed uses it afterwards.
func (c *Conn) PassedOnUsed() (string, bool) {
	ok := again(c.ssl)
	return c.name, ok
}

// PassedToNobody gives it to nobody who gives it to C.
func (c *Conn) PassedToNobody() bool { return shown(c.ssl) }

// PassedToTheEnd gives it to a function that frees it.
func (c *Conn) PassedToTheEnd() { drop(c.ssl) }

// reused is a method of the inner object.
func (h *handle) reused() bool { return C.SSL_session_reused(h.ssl) == 1 }

// Promoted calls a method of the inner object, which does not keep the outer one.
func (c *Conn) Promoted() bool {
	return c.handle.reused() // want missingkeepalive
}

// PromotedKept keeps it.
func (c *Conn) PromotedKept() bool {
	defer runtime.KeepAlive(c)
	return c.handle.reused()
}

// Deferred runs C at its end.
func (c *Conn) Deferred() string {
	defer C.SSL_shutdown(c.ssl) // want missingkeepalive
	return c.name
}

// DeferredKept runs something with the connection afterwards (trap: deferred
// calls run last first).
func (c *Conn) DeferredKept() {
	defer runtime.KeepAlive(c)
	defer C.SSL_shutdown(c.ssl)
	C.SSL_do_handshake(c.ssl)
}

// DeferredUnderLock unlocks the connection afterwards.
func (c *Conn) DeferredUnderLock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer C.SSL_shutdown(c.ssl)
}

// DeferredReturned returns the connection.
func (c *Conn) DeferredReturned() *Conn {
	defer C.SSL_shutdown(c.ssl)
	return c
}

// SpawnedCall lets C run on its own.
func (c *Conn) SpawnedCall() {
	go C.SSL_do_handshake(c.ssl) // want missingkeepalive
}

// SpawnedLiteral keeps the connection in the goroutine.
func (c *Conn) SpawnedLiteral() {
	go func() {
		C.SSL_do_handshake(c.ssl)
		runtime.KeepAlive(c)
	}()
}

// lend returns what the connection lends.
func (c *Conn) lend() *C.SSL_SESSION {
	s := C.SSL_get_session(c.ssl)
	runtime.KeepAlive(c)
	return s
}

// LentTooLong uses a loan when the connection can be gone: freed by its finalizer.
func (c *Conn) LentTooLong() int64 {
	s := C.SSL_get_session(c.ssl)           // want missingkeepalive
	return int64(C.SSL_SESSION_get_time(s)) // strict missingkeepalive "what SSL_get_session has lent is used when c can be collected already"
}

// LentKept keeps the connection until the loan is used.
func (c *Conn) LentKept() int64 {
	s := C.SSL_get_session(c.ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	runtime.KeepAlive(c)
	return t
}

// LentByMethod has it lent by a method.
func LentByMethod(c *Conn) int64 {
	s := c.lend()
	return int64(C.SSL_SESSION_get_time(s)) // strict missingkeepalive
}

// LentByMethodKept keeps it.
func LentByMethodKept(c *Conn) (int64, string) {
	s := c.lend()
	t := int64(C.SSL_SESSION_get_time(s))
	return t, c.name
}

// LentRetained has a reference of its own.
func (c *Conn) LentRetained() int64 {
	s := C.SSL_get_session(c.ssl) // want missingkeepalive
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return 0
	}
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}
