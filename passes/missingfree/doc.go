// Package missingfree reports that an owned reference is neither freed nor handed over.
//
// # Analyzer missingfree
//
// missingfree: an owned reference is neither freed nor handed over
//
// The check reports a reference that the function owns (from SSL_get1_session,
// SSL_SESSION_new, SSL_SESSION_dup, d2i_SSL_SESSION, PEM_read_bio_SSL_SESSION or a
// successful SSL_SESSION_up_ref) and that some path to a return neither frees nor
// hands over: an early return, an overwritten variable, a discarded result, a loop
// that keeps only its last value, a local struct that owns it and is dropped.
//
//	s := C.SSL_get1_session(ssl)
//	if err := prepare(); err != nil {
//		return err // s is not freed
//	}
//	C.SSL_SESSION_free(s)
//
// The finding stands at the call that gave the reference. References are matched
// first in, first out: after an up_ref and one free, the reference left over is the
// up_ref's, and that line is reported. The notes show the path and the count after
// each step.
//
// Fix: a deferred free where the function never gives the reference up, else a free
// before each return that loses it; only if the variable has this one value, and
// the function with the fix was analysed and is without a mistake of this kind.
//
// A function that adds a reference to a session of its caller's and gives it back on
// one way has lost it on another that returns the same, or that fails where the
// first one succeeds; such a finding stands at the up_ref. A function that frees a
// parameter on one way and returns the same on another without freeing it leaves
// its caller no way to be right, unless the caller can know what the ways depend
// on: an argument, memory, an answer that it can get as well. Only whether a call
// that does something succeeded is taken for hidden. The finding stands at the
// return without the free.
//
// What a package does with the fields of its structs counts, too. Where a method
// frees what a field holds, storing nil over a reference that nobody has looked at
// loses it, and so does a method that stores another one, if a function of the
// package frees the old one before it does that; such a finding stands at the store. A reference that
// is stored in an unexported field which no function frees, returns or passes on is
// reported where it was acquired. The elements of a field that is an array count alike;
// of a slice or a map only that nil is stored over all of it. Objects that package variables lead to live as
// long as the process, and their fields are left alone. The directives owned and
// borrowed on a field say what the code does not show.
//
//	func (c *Client) Close() { C.SSL_SESSION_free(c.sess) }
//	func (c *Client) Reset() { c.sess = nil } // the session is lost
//
// Whoever reads a reference from such a field, or from a package variable that is freed
// elsewhere, and then stores something else there, has it from then on, and loses it if
// he does not free it, return it or put it somewhere else; the same holds for an
// element of a map that is read and deleted. The finding stands at the read, or at the
// call of the function that has taken it out.
//
//	func (c *Client) Detach() *C.SSL_SESSION { s := c.sess; c.sess = nil; return s }
//	t := C.SSL_SESSION_get_time(c.Detach()) // the session is lost
//
// Not reported: references that were returned, stored where others can reach them,
// sent on a channel, passed to a function that is not known, captured by a function
// that lives on, given up by a goroutine, or handed to the body of a loop by an
// iterator that frees none; paths that end in a panic, os.Exit, log.Fatal or t.Fatal;
// and a parameter that the function retains for its caller.
package missingfree
