package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

type handle struct{ ssl *C.SSL }

// A Conn frees its SSL when it is collected.
type Conn struct {
	*handle
	name string
}

// NewConn makes one.
func NewConn(ctx *C.SSL_CTX) *Conn {
	c := &Conn{handle: &handle{ssl: C.SSL_new(ctx)}}
	runtime.SetFinalizer(c, func(c *Conn) { C.SSL_free(c.ssl) })
	return c
}

// LaterObject has one with the connection, which is over when the literal is:
// whoever calls it can keep it.
func (c *Conn) LaterObject() func() bool {
	return func() bool {
		return C.SSL_session_reused(c.ssl) == 1 // miss missingkeepalive
	}
}

// Pending is a method of the inner object that the outer one has as well, by
// embedding it: what is called is the inner one's, and the outer one is over.
func (h *handle) Pending() bool { return C.SSL_pending(h.ssl) != 0 } // miss missingkeepalive
