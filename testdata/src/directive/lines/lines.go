// Package lines holds fixtures of directives on calls, lines and fields.
package lines

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
static void registry_put(int id, SSL_SESSION *s) { (void)id; (void)s; }
*/
import "C"

// Assumed says what the C function does.
func Assumed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.registry_put(1, s) //sessionlint:assume consumed
}

// AssumedAndFreed frees what was taken.
func AssumedAndFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.registry_put(1, s)  //sessionlint:assume consumed
	C.SSL_SESSION_free(s) // want doublefree
}

// AssumedAbove has the directive above the call.
func AssumedAbove(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	//sessionlint:assume consumed
	C.registry_put(1, s)
}

// AssumedOnOnePath leaves the other one alone.
func AssumedOnOnePath(ssl *C.SSL, keep bool) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if keep {
		C.registry_put(1, s) //sessionlint:assume consumed
	}
}

// AssumedOfBorrow gives away what it was lent.
func AssumedOfBorrow(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	C.registry_put(1, s) //sessionlint:assume consumed // want borrowedfree
}

// AssumedLater is about the deferred call.
func AssumedLater(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	defer C.registry_put(1, s) //sessionlint:assume consumed
	return int64(C.SSL_SESSION_get_time(s))
}

// AssumedInGo is about a Go function that is seen to do nothing of the kind.
func AssumedInGo(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	look(s) //sessionlint:assume consumed
}

// AssumedInGoAndFreed frees what was taken.
func AssumedInGoAndFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	look(s)               //sessionlint:assume consumed
	C.SSL_SESSION_free(s) // want doublefree
}

// AssumedInGoThatFrees is about one that is seen to do so.
func AssumedInGoThatFrees(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	end(s) //sessionlint:assume consumed
}

// AssumedOfValue is about a function value that nobody knows.
func AssumedOfValue(ssl *C.SSL, f func(*C.SSL_SESSION)) {
	s := C.SSL_get1_session(ssl)
	f(s)                  //sessionlint:assume consumed
	C.SSL_SESSION_free(s) // want doublefree
}

// AssumedOfSome is about one that is seen to do so on one of its ways.
func AssumedOfSome(ssl *C.SSL, really func() bool) {
	s := C.SSL_get1_session(ssl)
	endIf(s, really()) //sessionlint:assume consumed
}

// AssumedOfMore is about one that is seen to count, and to return.
func AssumedOfMore(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	t := counted(s) //sessionlint:assume consumed
	if t == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(t))
}

func endIf(s *C.SSL_SESSION, really bool) {
	if really {
		C.SSL_SESSION_free(s)
	}
}

func counted(s *C.SSL_SESSION) *C.SSL_SESSION {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

func end(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

func look(s *C.SSL_SESSION) { C.SSL_SESSION_get_time(s) }

// AssumedOfNothing stands at a call without a session.
func AssumedOfNothing(ssl *C.SSL) {
	C.SSL_clear(ssl) //sessionlint:assume consumed // want directive "no call"
}

// Ignored is accepted on its line.
func Ignored(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl) //sessionlint:ignore missingfree lives as long as the process
	return int64(C.SSL_SESSION_get_time(s))
}

// IgnoredAbove is accepted above it.
func IgnoredAbove(ssl *C.SSL) int64 {
	//sessionlint:ignore missingfree lives as long as the process
	s := C.SSL_get1_session(ssl)
	return int64(C.SSL_SESSION_get_time(s))
}

// IgnoredNext speaks of its own line, not of the next.
func IgnoredNext(ssl *C.SSL) int64 {
	n := int64(C.SSL_session_reused(ssl)) //sessionlint:ignore missingfree of this line // want directive "no missingfree finding to ignore"
	s := C.SSL_get1_session(ssl)          // want missingfree
	return n + int64(C.SSL_SESSION_get_time(s))
}

// IgnoredOther names another check.
func IgnoredOther(ssl *C.SSL) int64 {
	//sessionlint:ignore doublefree not this one // want directive "no doublefree finding to ignore"
	s := C.SSL_get1_session(ssl) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// IgnoredBoth names two checks for two findings of one line.
func IgnoredBoth(s *C.SSL_SESSION, ssl *C.SSL) {
	//sessionlint:ignore missingfree,uncheckedupref for a demonstration
	C.SSL_SESSION_up_ref(C.SSL_get1_session(ssl))
}

// IgnoredInVain has nothing to ignore.
func IgnoredInVain(s *C.SSL_SESSION) {
	C.SSL_SESSION_free(s) //sessionlint:ignore doublefree once was enough // want directive
}

// IgnoredWithoutReason is not ignored.
func IgnoredWithoutReason(ssl *C.SSL) int64 {
	//sessionlint:ignore missingfree // want directive "gives no reason"
	s := C.SSL_get1_session(ssl) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// IgnoredMisspelt is not ignored.
func IgnoredMisspelt(ssl *C.SSL) int64 {
	//sessionlint:ignore mising-free of no use // want directive "did you mean missingfree"
	s := C.SSL_get1_session(ssl) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// conn has fields of both kinds.
type conn struct {
	ssl *C.SSL
	// peer is what the connection under ssl owns.
	//
	//sessionlint:borrowed
	peer *C.SSL_SESSION
	own  *C.SSL_SESSION //sessionlint:owned // want directive "declared to own, but only loans are stored there"
	last *C.SSL_SESSION //sessionlint:borrowed // want directive "declared to borrow, but"
	n    int            //sessionlint:owned // want directive "can hold no handle"
}

func (c *conn) close() {
	C.SSL_SESSION_free(c.own)
	C.SSL_SESSION_free(c.last)
}

// Watch keeps a loan where it was declared to be one.
func (c *conn) watch(ssl *C.SSL) { c.peer = C.SSL_get0_session(ssl) }

// Grab keeps it where it was not.
func (c *conn) grab(ssl *C.SSL) {
	c.own = C.SSL_get0_session(ssl) // want danglingborrow
}

//sessionlint:owned // want directive "belongs to a struct field"
var global *C.SSL_SESSION

var _ = []any{(*conn).close, (*conn).watch, (*conn).grab, global, conn{}.n}
