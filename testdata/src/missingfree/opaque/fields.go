package opaque

/*
#include "opaque.h"
*/
import "C"

import "sync"

// A Link owns the session in its field: Close frees it, Renew before it stores the
// next one.
type Link struct {
	ssl  *C.SSL
	sess *C.SSL_SESSION
	lent *C.SSL_SESSION
	kept bool
	mu   sync.Mutex
}

// Close frees.
func (l *Link) Close() {
	C.SSL_SESSION_free(l.sess)
	l.sess = nil
	l.lent = nil
}

// Renew frees the old one first.
func (l *Link) Renew() {
	next := C.SSL_get1_session(l.ssl)
	if l.sess != nil {
		C.SSL_SESSION_free(l.sess)
	}
	l.sess = next
}

// RenewForgets does not.
func (l *Link) RenewForgets() {
	l.sess = C.SSL_get1_session(l.ssl) // want missingfree "Link.Renew frees it first"
}

// RenewForgetsLater does not on one path.
func (l *Link) RenewForgetsLater(now bool) {
	next := C.SSL_get1_session(l.ssl)
	if now {
		l.sess = next // want missingfree "when now"
		return
	}
	C.SSL_SESSION_free(next)
}

// RenewSwaps gives the old one back behind the store.
func (l *Link) RenewSwaps() {
	old := l.sess
	l.sess = C.SSL_get1_session(l.ssl)
	C.SSL_SESSION_free(old)
}

// RenewIfNone stores over nothing.
func (l *Link) RenewIfNone() {
	if l.sess == nil {
		l.sess = C.SSL_get1_session(l.ssl)
	}
}

// Clear forgets what was there.
func (l *Link) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sess = nil // want missingfree "Link.Close frees what the field holds"
}

// ClearLent forgets a loan.
func (l *Link) ClearLent() { l.lent = nil }

// ClearIf forgets what was there on one path.
func (l *Link) ClearIf(really bool) {
	if really {
		l.sess = nil // want missingfree
	}
}

// ClearLoan asks the link whether there is anything to give back.
func (l *Link) ClearLoan() {
	if !l.kept {
		l.sess = nil
	}
}

// Detach gives it to the caller.
func (l *Link) Detach() *C.SSL_SESSION {
	s := l.sess
	l.sess = nil
	return s
}

// MoveTo gives it to another link.
func (l *Link) MoveTo(to *Link) {
	to.Close()
	to.sess, l.sess = l.sess, nil
}

// End frees, and a helper clears what is left.
func (l *Link) End() {
	C.SSL_SESSION_free(l.sess)
	l.wipe()
}

// wipe is called when the session is gone.
func (l *Link) wipe() { l.sess = nil }

// Abort only wipes, but wipe cannot know.
func (l *Link) Abort() { l.wipe() }

// Drop has a helper that nobody calls otherwise.
func (l *Link) Drop() { l.forget() }

func (l *Link) forget() {
	l.sess = nil // want missingfree
}

// NewLink prepares a link that has nothing yet.
func NewLink(ssl *C.SSL) *Link {
	l := &Link{ssl: ssl}
	l.prepare()
	return l
}

// prepare is only called on new links.
func (l *Link) prepare() { l.sess = nil }

// ResetWith has somebody else look at the link before.
func (l *Link) ResetWith(end func(*Link)) {
	end(l)
	l.sess = nil
}

// A Chain is a list of links.
type Chain struct {
	next *Chain
	sess *C.SSL_SESSION
}

// Close frees the sessions of all.
func (c *Chain) Close() {
	for n := c; n != nil; n = n.next {
		C.SSL_SESSION_free(n.sess)
	}
}

// Cut forgets the last one's.
func (c *Chain) Cut() {
	c.next.sess = nil // want missingfree "Chain.Close"
	c.next = nil
}

// A flagged frees only what it says is its own.
type flagged struct {
	sess *C.SSL_SESSION
	own  bool
}

// Close asks the flag.
func (f *flagged) Close() {
	if f.own {
		C.SSL_SESSION_free(f.sess)
	}
}

// Clear may well be right.
func (f *flagged) Clear() { f.sess = nil }

// A declared field owns because its author says so.
type declared struct {
	sess *C.SSL_SESSION //sessionlint:owned
	peer *C.SSL_SESSION //sessionlint:borrowed
}

// Clear forgets both.
func (d *declared) Clear() {
	d.sess = nil // want missingfree "the field is declared to own"
	d.peer = nil
}
