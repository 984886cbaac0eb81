// Package doublefree reports that a reference is freed more often than it is owned.
//
// # Analyzer doublefree
//
// doublefree: a reference is freed more often than it is owned
//
// The check reports a free for which no reference is left: explicit twice, explicit
// and deferred, once by a helper and once by hand, or of a reference that came from
// outside and was freed here already.
//
//	defer C.SSL_SESSION_free(s)
//	if bad {
//		C.SSL_SESSION_free(s)
//		return // freed again by the deferred call
//	}
//
// A field or package variable out of which some function of the package frees what is
// there, without asking a flag, needs a reference of its own. One that is
// freed although it is still there when the function returns is freed again later, and
// so is one that was put into two such places. A function that fails may leave behind
// an object that it has filled in itself.
//
//	c.Put(s) // c.sess = s, which Close frees
//	C.SSL_SESSION_free(s)
//
// The finding stands at the second free; for a deferred one at the defer statement; for two
// places at the second store, or at the call that stores.
// The object may survive because somebody else holds a reference: that reference is
// then the one that was given up.
//
// Fix: the free is removed, if on every path that is all that is wrong with the
// reference, the function made it itself, and nothing else in it is never freed.
//
// Not reported: a free after which the variable was set to nil, a free of nil, and
// anything after the session has reached a function that is not known.
package doublefree
