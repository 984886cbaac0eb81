// Package use counts sessions on paths that end.
package use

/*
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

import (
	"log"
	"os"
	"runtime"

	"example.com/ends/die"
	"example.com/ends/doubt"
	"example.com/ends/hand"
)

var conn *C.SSL

type quiet struct{}

func (quiet) Fatal() {}

func get() *C.SSL_SESSION { return C.SSL_get1_session(conn) }

func free(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

// Ends gives the session up on every path that returns.
func Ends(n int) {
	s := C.SSL_get1_session(conn)
	switch n {
	case 1:
		log.Fatal("no")
		return
	case 2:
		os.Exit(1)
		return
	case 3:
		runtime.Goexit()
		return
	case 4:
		die.Die("no")
		return
	case 5:
		die.Exit(1)
		return
	case 6:
		new(die.Stop).Now()
		return
	case 7:
		doubt.Always(1)
		return
	case 8:
		hand.Die()
		return
	case 9:
		hand.Get().Now()
		return
	}
	C.SSL_SESSION_free(s)
}

// Logs returns after a word.
func Logs(bad bool) {
	s := C.SSL_get1_session(conn) // want
	if bad {
		log.Print("bad")
		return
	}
	C.SSL_SESSION_free(s)
}

// Recovers returns because the panic is caught.
func Recovers(bad bool) {
	s := C.SSL_get1_session(conn) // want
	if bad {
		die.Recovers()
		return
	}
	C.SSL_SESSION_free(s)
}

// Perhaps returns because what it calls does.
func Perhaps(bad bool) {
	s := C.SSL_get1_session(conn) // want
	if bad {
		doubt.Perhaps(quiet{})
		return
	}
	C.SSL_SESSION_free(s)
}
