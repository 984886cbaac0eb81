// Package functions holds fixtures of directives on functions: what they mean for
// callers, and bodies that contradict them.
package functions

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
static void registry_put(SSL_SESSION *s) { (void)s; }
static SSL_SESSION *registry_find(int id) { (void)id; return 0; }
static SSL_SESSION *registry_peek(SSL_CTX *c) { (void)c; return 0; }
*/
import "C"

import "errors"

var errNone = errors.New("no session")

// find returns a reference of the caller's; nobody could see that in C.
//
//sessionlint:returns owned
func find(id int) *C.SSL_SESSION { return C.registry_find(C.int(id)) }

// look says so with an error.
//
//sessionlint:returns owned
func look(id int) (*C.SSL_SESSION, error) {
	if s := C.registry_find(C.int(id)); s != nil {
		return s, nil
	}
	return nil, errNone
}

// try says so with a bool.
//
//sessionlint:returns owned
func try(id int) (s *C.SSL_SESSION, ok bool) {
	s = C.registry_find(C.int(id))
	return s, s != nil
}

// peek lends what the context owns.
//
//sessionlint:returns borrowed from c
func peek(c *C.SSL_CTX) *C.SSL_SESSION { return C.registry_peek(c) }

// put takes the caller's reference.
//
//sessionlint:consumes s
func put(s *C.SSL_SESSION) { C.registry_put(s) }

// note only looks at it.
//
//sessionlint:borrows s
func note(s *C.SSL_SESSION) { C.registry_put(s) }

// FoundAndFreed is right.
func FoundAndFreed(id int) {
	s := find(id)
	C.SSL_SESSION_free(s)
}

// FoundAndLost is not.
func FoundAndLost(id int) int64 {
	s := find(id) // want missingfree
	return int64(C.SSL_SESSION_get_time(s))
}

// FoundAndPut hands over.
func FoundAndPut(id int) { put(find(id)) }

// FoundAndNoted does not.
func FoundAndNoted(id int) {
	s := find(id) // want missingfree
	note(s)
}

// LookedUp is right on both paths.
func LookedUp(id int) error {
	s, err := look(id)
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// LookedUpAndLost forgets on success.
func LookedUpAndLost(id int) error {
	s, err := look(id) // want missingfree
	if err != nil {
		return err
	}
	note(s)
	return nil
}

// Tried is right on both paths.
func Tried(id int) bool {
	s, ok := try(id)
	if !ok {
		return false
	}
	put(s)
	return true
}

// TriedAndLost forgets on success.
func TriedAndLost(id int) bool {
	s, ok := try(id) // want missingfree
	if ok {
		note(s)
	}
	return ok
}

// PutTwice gives away more than it has.
func PutTwice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	put(s)
	put(s) // want doublefree
}

// PeekedAndFreed frees what was lent.
func PeekedAndFreed(c *C.SSL_CTX) {
	s := peek(c)
	C.SSL_SESSION_free(s) // want borrowedfree
}

// PeekedAndCounted counts first.
func PeekedAndCounted(c *C.SSL_CTX) {
	s := peek(c)
	if s != nil && C.SSL_SESSION_up_ref(s) == 1 {
		C.SSL_SESSION_free(s)
	}
}

// PeekedTooLong outlives the lender.
func PeekedTooLong(c *C.SSL_CTX) int64 {
	s := peek(c)
	if s == nil {
		return 0
	}
	C.SSL_CTX_free(c)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// keeper is a method set with directives.
type keeper interface {
	// Keep keeps.
	//
	//sessionlint:consumes s
	Keep(id int, s *C.SSL_SESSION)
}

// Kept hands over.
func Kept(k keeper, ssl *C.SSL) { k.Keep(1, C.SSL_get1_session(ssl)) }

// KeptTwice does so once too often.
func KeptTwice(k keeper, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	k.Keep(1, s)
	k.Keep(2, s) // want doublefree
}

// swap says nothing of s, which it keeps: that stays unknown.
//
//sessionlint:returns owned
func (b *box) swap(s *C.SSL_SESSION) *C.SSL_SESSION {
	old := b.s
	b.s = s
	return old
}

type box struct{ s *C.SSL_SESSION }

// Swapped is right.
func Swapped(b *box, ssl *C.SSL) {
	old := b.swap(C.SSL_get1_session(ssl))
	C.SSL_SESSION_free(old)
}

// SwappedAndLost forgets what came back.
func SwappedAndLost(b *box, ssl *C.SSL) {
	old := b.swap(C.SSL_get1_session(ssl)) // want missingfree
	note(old)
}

// neverFrees contradicts itself.
//
//sessionlint:consumes s // want directive "no path frees it or hands it over"
func neverFrees(s *C.SSL_SESSION) int64 {
	if s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// sometimesFrees may be right.
//
//sessionlint:consumes s
func sometimesFrees(s *C.SSL_SESSION, really bool) {
	if really {
		C.SSL_SESSION_free(s)
	}
}

// passesOn is right: put consumes.
//
//sessionlint:consumes s
func passesOn(s *C.SSL_SESSION) { put(s) }

// passesNothingOn is not: note borrows.
//
//sessionlint:consumes s // want directive
func passesNothingOn(s *C.SSL_SESSION) { note(s) }

// frees contradicts itself.
//
//sessionlint:borrows s // want directive "declared to borrow s, but frees it"
func frees(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// balances frees only what it added.
//
//sessionlint:borrows s
func balances(s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) == 1 {
		C.SSL_SESSION_free(s)
	}
}

// lends contradicts itself.
//
//sessionlint:returns owned // want directive "only lends"
func lends(ssl *C.SSL) *C.SSL_SESSION { return C.SSL_get0_session(ssl) }

// counts is right.
//
//sessionlint:returns owned
func counts(ssl *C.SSL) *C.SSL_SESSION {
	s := C.SSL_get0_session(ssl)
	if s != nil && C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	return s
}

// gives contradicts itself.
//
//sessionlint:returns borrowed from ssl // want directive "its caller has to free"
func gives(ssl *C.SSL) *C.SSL_SESSION { return C.SSL_get1_session(ssl) }

// caches is right: the box owns what it acquired.
//
//sessionlint:returns borrowed from b
func caches(b *box, ssl *C.SSL) *C.SSL_SESSION {
	if b.s == nil {
		b.s = C.SSL_get1_session(ssl)
	}
	return b.s
}

//sessionlint:consumes sess // want directive "has no parameter sess"
func misnamed(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

//sessionlint:consumes n // want directive "can hold no handle"
func plain(n int) {}

//sessionlint:returns owned // want directive "returns no handle"
func number(s *C.SSL_SESSION) int64 { return int64(C.SSL_SESSION_get_time(s)) }

//sessionlint:consume s // want directive "did you mean consumes"
func misspelt(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// sessionlint:consumes s // want directive "without a space"
func spaced(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

var _ = []any{neverFrees, sometimesFrees, passesOn, passesNothingOn, frees, balances, lends, counts, gives, caches, misnamed, plain, number, misspelt, spaced}

// toldWrong keeps what neverFrees says it consumes and does not: a directive that is
// wrong has no effect.
func toldWrong(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl) // want missingfree
	return neverFrees(s)
}

// toldWrongFreed frees twice what frees says it borrows and does not.
func toldWrongFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	frees(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// toldWrongLent frees what lends says is owned and is not.
func toldWrongLent(ssl *C.SSL) {
	s := lends(ssl)
	C.SSL_SESSION_free(s) // want borrowedfree
}

// toldWrongGiven forgets what gives says is lent and is not.
func toldWrongGiven(ssl *C.SSL) {
	s := gives(ssl) // want missingfree
	C.SSL_SESSION_get_time(s)
}

var _ = []any{toldWrong, toldWrongFreed, toldWrongLent, toldWrongGiven}
