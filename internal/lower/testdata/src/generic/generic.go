// Package generic has generic functions and types, one program for each instance.
package generic

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

// scoped lends x to f and gives it back.
func scoped[T any](x T, release func(T), f func(T)) {
	defer release(x)
	f(x)
}

// Scoped instantiates it with a session.
func Scoped(ssl *C.SSL) {
	scoped(C.SSL_get1_session(ssl), free, func(s *C.SSL_SESSION) {
		if s == nil {
			return
		}
	})
}

func free(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

type freer interface{ Free() }

// Box holds anything that can be freed.
type Box[T freer] struct{ v T }

// Close frees the content.
func (b *Box[T]) Close() { b.v.Free() }

// Session wraps the C handle.
type Session struct{ s *C.SSL_SESSION }

// Free gives the reference back.
func (s *Session) Free() { C.SSL_SESSION_free(s.s) }

// Boxed uses a method of an instance.
func Boxed(ssl *C.SSL) {
	b := &Box[*Session]{&Session{C.SSL_get1_session(ssl)}}
	b.Close()
}

// unused generic functions have no program.
func unused[T any](s *C.SSL_SESSION, x T) T {
	C.SSL_SESSION_free(s)
	return x
}
