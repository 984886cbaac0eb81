// Package memory has cells, aggregates, containers and conversions.
package memory

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

type optional struct {
	s  *C.SSL_SESSION
	ok bool
}

type pair struct{ a, b optional }

var global struct{ last *C.SSL_SESSION }

// Aggregate: structs are copied whole.
func Aggregate(ssl *C.SSL) optional {
	s := C.SSL_get1_session(ssl)
	o := optional{s, s != nil}
	p := pair{a: o}
	p.b = p.a
	return p.b
}

// FieldOfValue reads a field of a struct that was never in memory.
func FieldOfValue(f func() optional) {
	C.SSL_SESSION_free(f().s)
}

// Array: elements at constant places.
func Array(ssl *C.SSL) {
	var a [2]*C.SSL_SESSION
	a[0] = C.SSL_get1_session(ssl)
	b := a
	C.SSL_SESSION_free(b[0])
}

// Pointer: a variable's address in another variable.
func Pointer(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	p := &s
	C.SSL_SESSION_free(*p)
}

// Out writes through a parameter.
func Out(ssl *C.SSL, out **C.SSL_SESSION) { *out = C.SSL_get1_session(ssl) }

// CallOut passes the address of a variable.
func CallOut(ssl *C.SSL) {
	var s *C.SSL_SESSION
	Out(ssl, &s)
	C.SSL_SESSION_free(s)
}

// Global: a field of a package variable.
func Global(s *C.SSL_SESSION) {
	C.SSL_SESSION_free(global.last)
	global.last = s
}

// Slices: literals, append, copy, ranges.
func Slices(ssl *C.SSL, to []*C.SSL_SESSION) {
	all := []*C.SSL_SESSION{C.SSL_get1_session(ssl)}
	all = append(all, C.SSL_get1_session(ssl), nil)
	copy(to, all[1:])
	if len(all) > 2 && cap(all) == len(all) {
		all = make([]*C.SSL_SESSION, 2)
	}
	for _, s := range all {
		C.SSL_SESSION_free(s)
	}
}

// Maps: load, comma-ok, store, delete, range.
func Maps(m map[string]*C.SSL_SESSION, ssl *C.SSL) {
	C.SSL_SESSION_free(m["a"])
	if old, ok := m["b"]; ok {
		C.SSL_SESSION_free(old)
	}
	m["b"] = C.SSL_get1_session(ssl)
	delete(m, "a")
	for _, s := range m {
		C.SSL_SESSION_free(s)
	}
	clear(m)
}

// Channels: made, sent, received.
func Channels(ssl *C.SSL) {
	c := make(chan *C.SSL_SESSION, 1)
	c <- C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(<-c)
	s, ok := <-c
	if ok {
		C.SSL_SESSION_free(s)
	}
	close(c)
}

// Conversions: what keeps the identity and what loses it.
func Conversions(ssl *C.SSL) uintptr {
	s := C.SSL_get1_session(ssl)
	p := unsafe.Pointer(s)
	C.SSL_SESSION_free((*C.SSL_SESSION)(p))
	return uintptr(p)
}

// Interfaces: made, asserted, compared.
func Interfaces(s *C.SSL_SESSION, x any) bool {
	var y any = s
	t, ok := x.(*C.SSL_SESSION)
	if !ok {
		t = x.(interface{ Session() *C.SSL_SESSION }).Session()
	}
	C.SSL_SESSION_free(t)
	return x == y
}

// Numbers: what is followed and what is not.
func Numbers(s *C.SSL_SESSION, n int, f float64, b byte) bool {
	m := int32(n*2 + 1)
	if m > 3 && f < 2 && -n != 4 && !(b == 7) && uint8(n) == 3 {
		C.SSL_SESSION_free(s)
		return true
	}
	return string(rune(n)) == "x"
}

// Unknown: what goes to functions nobody knows, and strings that do not matter.
func Unknown(s *C.SSL_SESSION, name string) {
	text := "session " + name
	for i, r := range name {
		if r == 'x' {
			fmt.Println(i, text[i:])
		}
	}
	fmt.Println(text, s)
	var w fmt.Stringer
	fmt.Println(w.String())
}
