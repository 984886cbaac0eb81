package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

// Literals that run later, with the handle only or with the object (trap: captured
// handle).

// LaterHandle has a literal with nothing but the handle.
func (c *Conn) LaterHandle() func() bool {
	ssl := c.ssl
	return func() bool {
		return C.SSL_session_reused(ssl) == 1 // want missingkeepalive
	}
}

// LaterObjectKept keeps the connection in it.
func (c *Conn) LaterObjectKept() func() bool {
	return func() bool {
		ok := C.SSL_session_reused(c.ssl) == 1
		runtime.KeepAlive(c)
		return ok
	}
}

// LaterObjectUsed uses it afterwards.
func (c *Conn) LaterObjectUsed() func() (bool, string) {
	return func() (bool, string) {
		ok := C.SSL_session_reused(c.ssl) == 1
		return ok, c.name
	}
}

// LaterHandleBeside has the handle, and the connection beside it.
func (c *Conn) LaterHandleBeside() func() bool {
	ssl := c.ssl
	return func() bool {
		ok := C.SSL_session_reused(ssl) == 1
		runtime.KeepAlive(c)
		return ok
	}
}

// NowHandle runs the literal while the connection is used.
func (c *Conn) NowHandle() (bool, string) {
	ssl := c.ssl
	reused := func() bool { return C.SSL_session_reused(ssl) == 1 }
	ok := reused()
	return ok, c.name
}

// NowHandleLast runs it last.
func (c *Conn) NowHandleLast() bool {
	ssl := c.ssl
	reused := func() bool { return C.SSL_session_reused(ssl) == 1 } // want missingkeepalive
	return reused()
}

// NowObject runs one that has the connection.
func (c *Conn) NowObject() bool {
	reused := func() bool { return C.SSL_session_reused(c.ssl) == 1 } // want missingkeepalive
	return reused()
}

// SpawnedHandle starts one with the handle.
func (c *Conn) SpawnedHandle() {
	ssl := c.ssl
	go func() {
		C.SSL_do_handshake(ssl) // want missingkeepalive
	}()
}

// SpawnedHandleJoined waits for it, and uses the connection afterwards.
func (c *Conn) SpawnedHandleJoined() string {
	ssl := c.ssl
	done := make(chan bool)
	go func() {
		C.SSL_do_handshake(ssl)
		close(done)
	}()
	<-done
	return c.name
}

// StoredHandle keeps one where others call it.
func (c *Conn) StoredHandle(later *func()) {
	ssl := c.ssl
	*later = func() {
		C.SSL_shutdown(ssl) // want missingkeepalive
	}
}

// DeferredHandle runs one at the end, when the connection is over.
func (c *Conn) DeferredHandle() string {
	ssl := c.ssl
	defer func() {
		C.SSL_shutdown(ssl) // want missingkeepalive
	}()
	return c.name
}

// DeferredObject has the connection in it.
func (c *Conn) DeferredObject() string {
	defer func() {
		C.SSL_shutdown(c.ssl)
		c.n = 0
	}()
	return c.name
}
