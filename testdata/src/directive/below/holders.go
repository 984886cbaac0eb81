package below

/*
#include "opaque.h"
static SSL_SESSION *holder_find(int id) { (void)id; return 0; }
static void holder_put(SSL_SESSION *s) { (void)s; }
*/
import "C"

import "errors"

var errNone = errors.New("no session")

// Lookup says by an error whether there is one.
//
//sessionlint:returns owned
func Lookup(id int) (*Session, error) {
	if s := C.holder_find(C.int(id)); s != nil {
		return s, nil
	}
	return nil, errNone
}

// Try says so by a bool.
//
//sessionlint:returns owned
func Try(id int) (s *Session, ok bool) {
	s = C.holder_find(C.int(id))
	return s, s != nil
}

// A Registry keeps sessions where nobody can see it.
type Registry struct{ n int }

// Get counts.
//
//sessionlint:returns owned
func (r *Registry) Get(id int) *Session {
	r.n++
	return C.holder_find(C.int(id))
}

// Lend lends.
//
//sessionlint:returns borrowed from r
func (r *Registry) Lend(id int) *Session { return C.holder_find(C.int(id + r.n)) }

// Keep takes over.
//
//sessionlint:consumes s
func (r *Registry) Keep(s *Session) {
	r.n++
	C.holder_put(s)
}

// Note looks.
//
//sessionlint:borrows s
func (r *Registry) Note(s *Session) { C.holder_put(s) }

// A Directory is a registry by inheritance.
type Directory struct {
	Registry
	Name string
}

// A Keeper is a method set with directives.
type Keeper interface {
	// Get counts.
	//
	//sessionlint:returns owned
	Get(id int) *Session
	// Keep takes over.
	//
	//sessionlint:consumes s
	Keep(s *Session)
	// Note looks.
	//
	//sessionlint:borrows s
	Note(s *Session)
}

// A Box owns what nobody here frees.
type Box struct {
	Own  *C.SSL_SESSION //sessionlint:owned
	Lent *C.SSL_SESSION //sessionlint:borrowed
	Any  *C.SSL_SESSION
}

// An Envelope holds a session.
type Envelope struct{ s *C.SSL_SESSION }

// Seal makes one.
func Seal(s *Session) *Envelope { return &Envelope{s} }

// Post takes it over with what it holds.
//
//sessionlint:consumes e
func Post(e *Envelope) { C.holder_put(e.s) }

// Hand says nothing: what happens to its session is not known.
func Hand(s *Session) { C.holder_put(s) }

// Forgets contradicts itself, and its callers are told what it does.
//
//sessionlint:consumes s // want directive "no path frees it or hands it over"
func Forgets(s *Session) int64 {
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// Frees contradicts itself.
//
//sessionlint:borrows s // want directive "declared to borrow s, but frees it"
func Frees(s *Session) { C.SSL_SESSION_free(s) }

// Lends contradicts itself.
//
//sessionlint:returns owned // want directive "only lends"
func Lends(ssl *Conn) *Session { return C.SSL_get0_session(ssl) }

// Gives contradicts itself.
//
//sessionlint:returns borrowed from ssl // want directive "its caller has to free"
func Gives(ssl *Conn) *Session { return C.SSL_get1_session(ssl) }

// A Conn is a connection of libssl.
type Conn = C.SSL

// Renews is passed on by a function of its own.
//
//sessionlint:returns owned
//sessionlint:consumes s
func Renews(s *Session) *Session {
	C.holder_put(s)
	return C.holder_find(1)
}

//sessionlint:returns owned // want directive "returns nothing"
func Nothing(s *Session) { C.holder_put(s) }

//sessionlint:returns borrowed from c // want directive "has no parameter c"
func Nobody(id int) *Session { return C.holder_find(C.int(id)) }

// A Shelf is no struct.
//
//sessionlint:owned // want directive "belongs to a struct field"
type Shelf []*Session

//sessionlint:consumes s // want directive "belongs to the comment of a function declaration"
var Sink func(s *Session)

// Fills has a directive where only a line can have one.
//
//sessionlint:assume consumed // want directive "no call"
func Fills(s *Session) {
	C.holder_put(s)
}
