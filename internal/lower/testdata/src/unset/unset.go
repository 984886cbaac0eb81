// Package unset has variables without an assignment: some keep their zero value, others
// get one where nobody sees it.
package unset

/*
typedef struct ssl_session_st SSL_SESSION;
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int fetch(SSL_SESSION **out) { return 0; }
*/
import "C"

import (
	_ "embed"
	_ "unsafe"
)

var (
	never   *C.SSL_SESSION
	ratio   float64
	parts   struct{ a, b *C.SSL_SESSION }
	passed  *C.SSL_SESSION
	onePart struct{ a, b *C.SSL_SESSION }
	Open    *C.SSL_SESSION
)

//go:embed data.txt
var embedded []byte

//go:linkname linked example.com/elsewhere.linked
var linked *C.SSL_SESSION

// Unset reads what nobody sets here.
func Unset() bool {
	C.SSL_SESSION_free(never)
	C.SSL_SESSION_free(parts.b)
	return ratio == 0
}

// Set reads what somebody may set.
func Set() int {
	C.fetch(&passed)
	onePart.a = never
	C.SSL_SESSION_free(passed)
	C.SSL_SESSION_free(onePart.b)
	C.SSL_SESSION_free(Open)
	C.SSL_SESSION_free(linked)
	if embedded == nil {
		return 0
	}
	return 1
}

// Captured reads what no literal sets.
func Captured() func() {
	var s *C.SSL_SESSION
	return func() { C.SSL_SESSION_free(s) }
}

// Wrapped reads what C sets.
func Wrapped() func() {
	var s *C.SSL_SESSION
	C.fetch(&s)
	return func() { C.SSL_SESSION_free(s) }
}
