package opaque

/*
#include "opaque.h"
*/
import "C"

import "sync"

// Goroutines that acquire, and goroutines that are lent (trap: go statement).

// SpawnedEarlyReturn leaves its session inside the goroutine.
func SpawnedEarlyReturn(ssl *C.SSL, idle bool) {
	go func() {
		s := C.SSL_get1_session(ssl) // want missingfree
		if idle {
			return
		}
		C.SSL_SESSION_free(s)
	}()
}

// SpawnedDropped does not even look at it.
func SpawnedDropped(ssl *C.SSL) {
	go func() { C.SSL_get1_session(ssl) }() // want missingfree
}

// SpawnedWithArgument passes what it needs.
func SpawnedWithArgument(ssl *C.SSL, idle bool) {
	go func(own *C.SSL) {
		s := C.SSL_get1_session(own) // want missingfree
		if idle {
			return
		}
		C.SSL_SESSION_free(s)
	}(ssl)
}

// SpawnedAwaited tells when it is done, and forgets.
func SpawnedAwaited(ssl *C.SSL) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		s := C.SSL_get1_session(ssl) // want missingfree
		C.SSL_SESSION_set_timeout(s, 1)
	}()
	wg.Wait()
}

// SpawnedTidy frees on both of its paths.
func SpawnedTidy(ssl *C.SSL, idle bool) {
	go func() {
		s := C.SSL_get1_session(ssl)
		defer C.SSL_SESSION_free(s)
		if idle {
			return
		}
		C.SSL_SESSION_set_timeout(s, 1)
	}()
}

// SpawnedSends has its session received elsewhere.
func SpawnedSends(ssl *C.SSL, out chan<- *C.SSL_SESSION) {
	go func() {
		s := C.SSL_get1_session(ssl)
		out <- s
	}()
}

// SpawnedFills leaves it in a variable of its maker's, who waits.
func SpawnedFills(ssl *C.SSL) *C.SSL_SESSION {
	var s *C.SSL_SESSION
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		s = C.SSL_get1_session(ssl)
	}()
	wg.Wait()
	return s
}

// SpawnedKeeps leaves it in an object of its caller's.
func SpawnedKeeps(ssl *C.SSL, h *vault) {
	go func() { h.current = C.SSL_get1_session(ssl) }()
}

// GroupReads lends to a group that only reads (trap: WaitGroup.Go).
func GroupReads(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	var wg sync.WaitGroup
	wg.Go(func() { C.SSL_SESSION_set_timeout(s, 1) })
	wg.Wait()
}

// GroupReadsFreed frees after the wait.
func GroupReadsFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	var wg sync.WaitGroup
	wg.Go(func() { C.SSL_SESSION_set_timeout(s, 1) })
	wg.Go(func() { C.SSL_SESSION_is_resumable(s) })
	wg.Wait()
	C.SSL_SESSION_free(s)
}

// GroupFrees leaves the free to the group.
func GroupFrees(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	var wg sync.WaitGroup
	wg.Go(func() {
		C.SSL_SESSION_set_timeout(s, 1)
		C.SSL_SESSION_free(s)
	})
	wg.Wait()
}

// GroupOfOwners adds a reference for each of the group.
func GroupOfOwners(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	var wg sync.WaitGroup
	for range 3 {
		if C.SSL_SESSION_up_ref(s) != 1 {
			break
		}
		wg.Go(func() { C.SSL_SESSION_free(s) })
	}
	wg.Wait()
	C.SSL_SESSION_free(s)
}
