// Package missingkeepalive reports that the garbage collector can free a handle while a call works on it.
//
// # Analyzer missingkeepalive
//
// missingkeepalive: a finalizer can free the handle while C still uses it
//
// The check reports a call that gets a handle out of a Go object whose finalizer or
// cleanup (runtime.SetFinalizer, runtime.AddCleanup) frees that handle, if the call
// is the last use of the object. Go's garbage collector does not know what C does:
// an object that Go code no longer uses is dead, even while a method of it runs.
//
//	func newConn(ctx *C.SSL_CTX) *Conn {
//		c := &Conn{ssl: C.SSL_new(ctx)}
//		runtime.SetFinalizer(c, func(c *Conn) { C.SSL_free(c.ssl) })
//		return c
//	}
//
//	func (c *Conn) Session() *C.SSL_SESSION {
//		return C.SSL_get1_session(c.ssl) // c can be collected here
//	}
//
// The value of c.ssl does not keep c alive. Anything that uses c after the call
// does:
//
//	s := C.SSL_get1_session(c.ssl)
//	runtime.KeepAlive(c)
//	return s
//
// The finding stands at the call; a note shows where the finalizer is registered.
//
// Fix: runtime.KeepAlive after the call, or deferred before it, in files that
// import runtime.
//
// Not reported: objects that are used later on some path, by whatever means (a
// field, a method, a mutex that a deferred call unlocks, runtime.KeepAlive, a
// closure that is kept, a value that a function made of them); objects that were
// stored, sent, deferred, or given to a function that is not known, before the
// call, because somebody else can keep them alive; methods that are not exported,
// where each caller in the package keeps the object alive; calls after the
// finalizer was taken away; and the call that frees the handle, which is a matter
// of counts. Also not reported: a handle that is passed to a function of another
// package whose body is not known, a handle whose object holds it in a slice or map, a finalizer that frees by
// means the check cannot follow, a closure that has the object and is over itself when
// the call begins, and the methods that a type has from a type embedded in it, where
// only the outer one has the finalizer.
//
// A handle that is passed to a function that passes it on to C is reported where it is
// passed. A deferred call is one at the function's end. In a
// closure that has captured the handle and not the object, the call is reported if the
// object is not used behind the place where the closure runs, or is given away.
//
// Under -strict also: a pointer that C has lent from the handle (SSL_get0_session) and
// that is used when the object can be dead.
package missingkeepalive
