package opaque

/*
#include "opaque.h"
*/
import "C"

import "sync"

// Frees in goroutines: which comes first makes no difference to the count (trap:
// go statement).

// SpawnedAndHere frees in a goroutine and here.
func SpawnedAndHere(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	go func() { C.SSL_SESSION_free(s) }()
	C.SSL_SESSION_free(s) // want doublefree
}

// SpawnedAndDeferred frees in a goroutine and at the end.
func SpawnedAndDeferred(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	go func(own *C.SSL_SESSION) {
		C.SSL_SESSION_set_timeout(own, 1) // may useafterfree
		C.SSL_SESSION_free(own)
	}(s)
}

// SpawnedPerTurn frees one session in each of two goroutines.
func SpawnedPerTurn(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	for range 2 {
		go func() { C.SSL_SESSION_free(s) }() // want doublefree
	}
}

// GroupAndHere waits for the group that frees, and frees.
func GroupAndHere(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	var wg sync.WaitGroup
	wg.Go(func() { C.SSL_SESSION_free(s) })
	wg.Wait()
	C.SSL_SESSION_free(s) // want doublefree
}

// SpawnedWithReference has a reference for each.
func SpawnedWithReference(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	go func() { C.SSL_SESSION_free(s) }()
	C.SSL_SESSION_free(s)
}

// SpawnedOwnPerTurn gets one for each goroutine.
func SpawnedOwnPerTurn(ssl *C.SSL) {
	for range 2 {
		s := C.SSL_get1_session(ssl)
		go func() { C.SSL_SESSION_free(s) }()
	}
}

// SpawnedEither frees on one side or on the other.
func SpawnedEither(ssl *C.SSL, later bool) {
	s := C.SSL_get1_session(ssl)
	if later {
		go func() { C.SSL_SESSION_free(s) }()
		return
	}
	C.SSL_SESSION_free(s)
}

// SpawnedByFlag leaves it to the flag who frees.
func SpawnedByFlag(ssl *C.SSL, later bool) {
	s := C.SSL_get1_session(ssl)
	go func() {
		if later {
			C.SSL_SESSION_free(s)
		}
	}()
	if !later {
		C.SSL_SESSION_free(s)
	}
}

// SpawnedReaders is waited for, then frees.
func SpawnedReaders(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { C.SSL_SESSION_get_time(s) })
	}
	wg.Wait()
	C.SSL_SESSION_free(s)
}

// SpawnedOnce has two that may free, and one that does.
func SpawnedOnce(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	var once sync.Once
	go func() { once.Do(func() { C.SSL_SESSION_free(s) }) }()
	once.Do(func() { C.SSL_SESSION_free(s) })
}
