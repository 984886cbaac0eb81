package opaque

/*
#include "opaque.h"
*/
import "C"

// A glance is lent its session by the connection.
type glance struct {
	ssl  *C.SSL
	sess *C.SSL_SESSION
}

func newGlance(ssl *C.SSL) *glance {
	return &glance{ssl: ssl, sess: C.SSL_get0_session(ssl)}
}

func (v *glance) refresh() {
	v.sess = nil
	if C.SSL_get0_session(v.ssl) != nil {
		v.sess = C.SSL_get0_session(v.ssl)
	}
}

// close frees what is not its own (trap: a field that only borrows).
func (v *glance) close() {
	C.SSL_SESSION_free(v.sess) // want borrowedfree "only loans are stored in glance.sess"
}

// closeSafely frees it on one path.
func (v *glance) closeSafely() {
	if v.sess != nil {
		drop(v.sess) // want borrowedfree "session v.sess"
		v.sess = nil
	}
}

func drop(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// timeout reads it.
func (v *glance) timeout() C.long { return C.SSL_SESSION_get_timeout(v.sess) }

// A GlanceUser uses them all.
func GlanceUser(ssl *C.SSL) {
	v := newGlance(ssl)
	v.refresh()
	v.timeout()
	v.closeSafely()
	v.close()
}

// A counting glance has a reference of its own.
type counting struct {
	sess *C.SSL_SESSION
	ok   bool
}

// NewCounting counts after it has stored.
func NewCounting(ssl *C.SSL) *counting {
	c := &counting{sess: C.SSL_get0_session(ssl)}
	if c.sess != nil {
		c.ok = C.SSL_SESSION_up_ref(c.sess) == 1
	}
	return c
}

// Close frees it.
func (c *counting) Close() {
	if c.ok {
		C.SSL_SESSION_free(c.sess)
	}
}

// A mixed one has it either way, and a flag that says which.
type mixed struct {
	sess *C.SSL_SESSION
	own  bool
}

// Lend makes one that borrows.
func Lend(ssl *C.SSL) *mixed { return &mixed{sess: C.SSL_get0_session(ssl)} }

// Own makes one that owns.
func Own(ssl *C.SSL) *mixed { return &mixed{sess: C.SSL_get1_session(ssl), own: true} }

// Close asks the flag.
func (m *mixed) Close() {
	if m.own {
		C.SSL_SESSION_free(m.sess)
	}
}

// A told one is given its session by callers, too.
type told struct{ sess *C.SSL_SESSION }

// Tell may give a reference.
func (t *told) Tell(s *C.SSL_SESSION) { t.sess = s }

// Look borrows one.
func Look(ssl *C.SSL) *told { return &told{sess: C.SSL_get0_session(ssl)} }

// Close frees whatever it was told.
func (t *told) Close() { C.SSL_SESSION_free(t.sess) }

// A registered one is counted by somebody else.
type registered struct{ sess *C.SSL_SESSION }

// Register has count make it a reference.
func Register(ssl *C.SSL, count func(*C.SSL_SESSION)) *registered {
	r := &registered{sess: C.SSL_get0_session(ssl)}
	count(r.sess)
	return r
}

// Close frees it.
func (r *registered) Close() { C.SSL_SESSION_free(r.sess) }
