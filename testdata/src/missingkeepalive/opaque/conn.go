package opaque

/*
#include "opaque.h"
static const char *version(SSL *s) { (void)s; return "TLSv1.3"; }
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// handle is what a Conn embeds, as bindings do.
type handle struct {
	ssl *C.SSL
}

// A Conn frees its SSL when it is collected.
type Conn struct {
	*handle
	mu     sync.Mutex
	name   string
	closed chan struct{}
	n      int
	onDone func()
	ctx    *Context
}

// A Context frees its SSL_CTX when it is collected.
type Context struct {
	ctx *C.SSL_CTX
}

func NewConn(ctx *Context) *Conn {
	c := &Conn{handle: &handle{ssl: C.SSL_new(ctx.ctx)}, ctx: ctx}
	runtime.SetFinalizer(c, func(c *Conn) {
		C.SSL_shutdown(c.ssl) // the finalizer's own calls are safe
		C.SSL_free(c.ssl)
	})
	return c
}

// NewContext registers in another function (trap: finalizer registered elsewhere).
func NewContext(raw *C.SSL_CTX) *Context {
	x := &Context{ctx: raw}
	x.watch()
	return x
}

func (x *Context) watch() { runtime.SetFinalizer(x, (*Context).release) }

func (x *Context) release() { C.SSL_CTX_free(x.ctx) }

// Reused is over for Go when C begins.
func (c *Conn) Reused() bool {
	return C.SSL_session_reused(c.ssl) == 1 // want missingkeepalive "c can be collected while SSL_session_reused runs, and its finalizer frees c.handle.ssl: keep it alive with runtime.KeepAlive(c) after the call"
}

// Version calls a function without a contract.
func (c *Conn) Version() string {
	return C.GoString(C.version(c.ssl)) // want missingkeepalive
}

// Session keeps only the handle (trap: the handle's value does not keep the object).
func (c *Conn) Session() *C.SSL_SESSION {
	ssl := c.ssl
	s := C.SSL_get1_session(ssl)        // want missingkeepalive
	if C.SSL_session_reused(ssl) == 0 { // want missingkeepalive
		C.SSL_SESSION_free(s)
		return nil
	}
	return s
}

// Kept says so.
func (c *Conn) Kept() *C.SSL_SESSION {
	s := C.SSL_get1_session(c.ssl)
	runtime.KeepAlive(c)
	return s
}

// KeptByDefer says so at the start.
func (c *Conn) KeptByDefer() *C.SSL_SESSION {
	defer runtime.KeepAlive(c)
	return C.SSL_get1_session(c.ssl)
}

// Locked unlocks a mutex of the receiver afterwards.
func (c *Conn) Locked() *C.SSL_SESSION {
	c.mu.Lock()
	defer c.mu.Unlock()
	return C.SSL_get1_session(c.ssl)
}

// LockedBefore unlocks too early.
func (c *Conn) LockedBefore() *C.SSL_SESSION {
	c.mu.Lock()
	ssl := c.ssl
	c.mu.Unlock()
	return C.SSL_get1_session(ssl) // want missingkeepalive
}

// UsedAfterwards reads a field on one path.
func (c *Conn) UsedAfterwards() error {
	if C.SSL_do_handshake(c.ssl) != 1 {
		return fmt.Errorf("%s: failed", c.name)
	}
	return nil
}

// ReadBefore reads it before.
func (c *Conn) ReadBefore() error {
	name := c.name
	if C.SSL_do_handshake(c.ssl) != 1 { // want missingkeepalive
		return fmt.Errorf("%s: failed", name)
	}
	return nil
}

// Closes closes a channel afterwards (trap: use by a builtin).
func (c *Conn) Closes() {
	C.SSL_shutdown(c.ssl)
	close(c.closed)
}

// Sized makes a slice of a size afterwards (trap: use that counts nothing).
func (c *Conn) Sized() []byte {
	C.SSL_shutdown(c.ssl)
	return make([]byte, c.n)
}

// Counts changes a field afterwards.
func (c *Conn) Counts() {
	C.SSL_do_handshake(c.ssl)
	c.n++
}

// Captured returns a closure that uses the receiver.
func (c *Conn) Captured() func() string {
	C.SSL_do_handshake(c.ssl)
	return func() string { return c.name }
}

// Later keeps the receiver in a closure that was made before the call and runs
// after it.
func (c *Conn) Later() {
	done := func() { c.n = 0 }
	C.SSL_do_handshake(c.ssl)
	done()
}

// Looped uses the receiver again in the next turn, but not after the last one.
func (c *Conn) Looped(n int) {
	for range n {
		C.SSL_do_handshake(c.ssl)
	}
}

// Passed goes on to another method.
func (c *Conn) Passed() string {
	C.SSL_do_handshake(c.ssl)
	return c.Version()
}

// Chained returns the receiver.
func (c *Conn) Chained() *Conn {
	C.SSL_set_session(c.ssl, nil)
	return c
}

// Inner uses the handle of the object that its argument holds.
func Inner(c *Conn) {
	C.SSL_CTX_flush_sessions(c.ctx.ctx, 0) // want missingkeepalive "c.ctx can be collected"
}

// InnerKept uses the outer object afterwards.
func InnerKept(c *Conn) int {
	C.SSL_CTX_flush_sessions(c.ctx.ctx, 0)
	return c.n
}

// Argument is no method.
func Argument(c *Conn) bool {
	return C.SSL_session_reused(c.ssl) == 1 // want missingkeepalive
}

// Stored is in somebody else's hand.
func Stored(c *Conn) {
	latest = c
	C.SSL_do_handshake(c.ssl)
}

var latest *Conn

// Sent is, too.
func Sent(c *Conn, to chan<- *Conn) {
	to <- c
	C.SSL_do_handshake(c.ssl)
}

// Spawned is used by a goroutine.
func Spawned(c *Conn) {
	go c.Counts()
	C.SSL_do_handshake(c.ssl)
}

// state is called only where the connection is used afterwards.
func (c *Conn) state() bool { return C.SSL_session_reused(c.ssl) == 1 }

func (c *Conn) State() string {
	if c.state() {
		return c.name
	}
	return ""
}

// ready is called where it is not.
func (c *Conn) ready() bool {
	return C.SSL_session_reused(c.ssl) == 1 // want missingkeepalive
}

func (c *Conn) Ready() error {
	if !c.ready() {
		return errors.New("not ready")
	}
	return nil
}

// Fresh drops the connection it made.
func Fresh(x *Context) bool {
	c := NewConn(x)
	return C.SSL_do_handshake(c.ssl) == 1 // want missingkeepalive
}

// FreshKept returns it.
func FreshKept(x *Context) *Conn {
	c := NewConn(x)
	C.SSL_do_handshake(c.ssl)
	return c
}

// Close takes the finalizer away first.
func (c *Conn) Close() {
	runtime.SetFinalizer(c, nil)
	C.SSL_shutdown(c.ssl)
	C.SSL_free(c.ssl)
}

// CloseLate does it afterwards, which is a use.
func (c *Conn) CloseLate() {
	C.SSL_shutdown(c.ssl)
	C.SSL_free(c.ssl)
	runtime.SetFinalizer(c, nil)
}
