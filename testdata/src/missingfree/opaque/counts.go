package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"fmt"
	"log"
	"os"
	"runtime"
)

// UpRefLeftOver frees one of two references: the later one is reported.
func UpRefLeftOver(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree "SSL_SESSION_up_ref"
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
}

// UpRefBalanced frees twice what it holds twice.
func UpRefBalanced(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) == 1 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_SESSION_free(s)
}

// UpRefOfBorrowForgotten makes a borrow its own and forgets it.
func UpRefOfBorrowForgotten(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 { // want missingfree
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// UpRefComparedOtherwise tests the status in three more ways (trap: status
// comparisons).
func UpRefComparedOtherwise(ssl *C.SSL, kind int) {
	s := C.SSL_get_session(ssl)
	if s == nil {
		return
	}
	switch kind {
	case 0:
		if C.SSL_SESSION_up_ref(s) == 0 {
			return
		}
		C.SSL_SESSION_free(s)
	case 1:
		if C.SSL_SESSION_up_ref(s) > 0 {
			C.SSL_SESSION_free(s)
		}
	case 2:
		rc := C.SSL_SESSION_up_ref(s)
		if rc != 0 {
			C.SSL_SESSION_free(s)
		}
	}
}

// UpRefTestInverted frees where nothing was added and keeps where it was.
func UpRefTestInverted(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	if C.SSL_SESSION_up_ref(s) == 1 { // want missingfree
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_free(s)
}

// LogFatalOwesNothing ends the process (trap: functions that do not return).
func LogFatalOwesNothing(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		log.Fatal("session cannot be resumed")
	}
	C.SSL_SESSION_free(s)
}

// LogPrintReturns only says so.
func LogPrintReturns(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if C.SSL_SESSION_is_resumable(s) != 1 {
		log.Print("session cannot be resumed")
		return
	}
	C.SSL_SESSION_free(s)
}

// ExitOwesNothing ends the process from a branch.
func ExitOwesNothing(ssl *C.SSL, broken bool) {
	s := C.SSL_get1_session(ssl)
	if broken {
		fmt.Fprintln(os.Stderr, "broken")
		os.Exit(3)
	}
	C.SSL_SESSION_free(s)
}

// GoexitOwesNothing ends the goroutine.
func GoexitOwesNothing(ssl *C.SSL, broken bool) {
	s := C.SSL_get1_session(ssl)
	if broken {
		runtime.Goexit()
	}
	C.SSL_SESSION_free(s)
}

// PanicOwesNothing leaves by a panic (trap: panic exits).
func PanicOwesNothing(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_has_ticket(s) != 1 {
		panic("no ticket")
	}
	C.SSL_SESSION_free(s)
}

// DeserialiseLost loses what it decoded when a later step fails.
func DeserialiseLost(der []byte) (int64, error) {
	p := (*C.uchar)(C.CBytes(der))
	s := C.d2i_SSL_SESSION(nil, &p, C.long(len(der))) // want missingfree "d2i_SSL_SESSION"
	if s == nil {
		return 0, errNoSession
	}
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return 0, errExpired
	}
	t := int64(C.SSL_SESSION_get_timeout(s))
	C.SSL_SESSION_free(s)
	return t, nil
}

// Deserialise frees what it decoded on both ways out.
func Deserialise(p *C.uchar, n int) (int64, error) {
	s := C.d2i_SSL_SESSION(nil, &p, C.long(n))
	if s == nil {
		return 0, errNoSession
	}
	defer C.SSL_SESSION_free(s)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		return 0, errExpired
	}
	return int64(C.SSL_SESSION_get_timeout(s)), nil
}

// DeserialiseOutParameter gets one reference under two names and frees one.
func DeserialiseOutParameter(p *C.uchar, n C.long) {
	var s *C.SSL_SESSION
	if C.d2i_SSL_SESSION(&s, &p, n) == nil {
		return
	}
	C.SSL_SESSION_set_timeout(s, 5)
	C.SSL_SESSION_free(s)
}

// DeserialiseOutParameterLost forgets it.
func DeserialiseOutParameterLost(p *C.uchar, n C.long) {
	var s *C.SSL_SESSION
	if C.d2i_SSL_SESSION(&s, &p, n) == nil { // want missingfree
		return
	}
	C.SSL_SESSION_set_timeout(s, 5)
}

// ReadPEMLost is the same for the reader with the innocent name.
func ReadPEMLost(b *C.BIO) bool {
	s := C.PEM_read_bio_SSL_SESSION(b, nil, nil, nil) // want missingfree "PEM_read_bio_SSL_SESSION"
	return s != nil
}
