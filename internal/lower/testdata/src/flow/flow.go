// Package flow has every control flow construct.
package flow

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int SSL_SESSION_up_ref(SSL_SESSION *s) { return 0; }
*/
import "C"

import (
	"errors"
	"log"
	"os"
	"runtime"
)

// ErrNone is never nil.
var ErrNone = errors.New("none")

// ErrLate may be nil.
var ErrLate error

func init() { ErrLate = ErrNone }

// PhiOfNil: nil or a session.
func PhiOfNil(ssl *C.SSL, want bool) {
	var s *C.SSL_SESSION
	if want {
		s = C.SSL_get1_session(ssl)
	}
	if s != nil {
		C.SSL_SESSION_free(s)
	}
}

// Flag: a bool beside the session.
func Flag(ssl *C.SSL, n int) {
	var s *C.SSL_SESSION
	owned := false
	if n > 3 && ssl != nil {
		s, owned = C.SSL_get1_session(ssl), true
	}
	if owned {
		C.SSL_SESSION_free(s)
	}
}

// Counted loops with constant bounds, down, over a number and over an array.
func Counted(s *C.SSL_SESSION) {
	for i := 0; i < 10; i += 3 {
		C.SSL_SESSION_up_ref(s)
	}
	for i := 5; i >= 0; i-- {
		C.SSL_SESSION_free(s)
	}
	for range 4 {
		C.SSL_SESSION_free(s)
	}
	for range [2]int{} {
		C.SSL_SESSION_free(s)
	}
	for i := 0; i != 7; i++ {
		if s == nil {
			break
		}
		C.SSL_SESSION_free(s)
	}
}

// Uncounted loops.
func Uncounted(s *C.SSL_SESSION, n int) {
	for i := 0; i < n; i++ {
		C.SSL_SESSION_up_ref(s)
	}
	for i := 0; i < 3; {
		C.SSL_SESSION_free(s)
	}
}

// Labels: goto, labelled break and continue.
func Labels(all [][]*C.SSL_SESSION) {
outer:
	for _, row := range all {
		for _, s := range row {
			if s == nil {
				continue outer
			}
			if len(row) == 2 {
				break outer
			}
			C.SSL_SESSION_free(s)
		}
	}
	if len(all) == 0 {
		goto end
	}
	C.SSL_SESSION_free(all[0][0])
end:
}

// Switch with fallthrough and a type switch.
func Switch(x any, n int) {
	switch n {
	case 1:
		fallthrough
	case 2:
		n = 0
	default:
		return
	}
	switch v := x.(type) {
	case *C.SSL_SESSION:
		C.SSL_SESSION_free(v)
	case error:
		panic(v)
	}
}

// Select: each arm does its own operation.
func Select(ssl *C.SSL, out chan<- *C.SSL_SESSION, in <-chan *C.SSL_SESSION, done <-chan struct{}) error {
	s := C.SSL_get1_session(ssl)
	select {
	case out <- s:
		return nil
	case old, ok := <-in:
		if ok {
			C.SSL_SESSION_free(old)
		}
	case <-done:
		return ErrNone
	default:
	}
	C.SSL_SESSION_free(s)
	return ErrLate
}

// Forever has no way out.
func Forever(s *C.SSL_SESSION) {
	C.SSL_SESSION_free(s)
	select {}
}

func die(why string) {
	log.Print(why)
	os.Exit(1)
}

func stop() { runtime.Goexit() }

// NoReturn: a library function, one of this package, one that unwinds.
func NoReturn(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	switch n {
	case 0:
		log.Fatal("zero")
	case 1:
		die("one")
	case 2:
		runtime.Goexit()
	case 3:
		stop()
	case 4:
		panic("four")
	}
}

// Sentinels: which errors are never nil.
func Sentinels(ssl *C.SSL) (*C.SSL_SESSION, error) {
	switch s := C.SSL_get1_session(ssl); {
	case s == nil:
		return nil, ErrNone
	case ErrLate != nil:
		return s, ErrLate
	default:
		return s, os.ErrExist
	}
}

// Constant conditions fold.
func Constant(s *C.SSL_SESSION) {
	const debug = false
	if debug {
		C.SSL_SESSION_up_ref(s)
	}
	C.SSL_SESSION_free(s)
}
