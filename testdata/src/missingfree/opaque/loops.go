package opaque

/*
#include "opaque.h"
*/
import "C"

// LoopLosesAll forgets the session of each iteration.
func LoopLosesAll(conns []*C.SSL) (n int) {
	for _, c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if s != nil {
			n++
		}
	}
	return n
}

// LoopFreesAll frees at the end of each iteration.
func LoopFreesAll(conns []*C.SSL) (n int) {
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		if s != nil {
			n++
		}
		C.SSL_SESSION_free(s)
	}
	return n
}

// ContinueSkipsFree forgets what it skips (trap: loop continue).
func ContinueSkipsFree(conns []*C.SSL) (total int64) {
	for _, c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if C.SSL_SESSION_has_ticket(s) != 1 {
			continue
		}
		total += int64(C.SSL_SESSION_get_time(s))
		C.SSL_SESSION_free(s)
	}
	return total
}

// ContinueFreesFirst frees before it skips.
func ContinueFreesFirst(conns []*C.SSL) (total int64) {
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		if C.SSL_SESSION_has_ticket(s) != 1 {
			C.SSL_SESSION_free(s)
			continue
		}
		total += int64(C.SSL_SESSION_get_time(s))
		C.SSL_SESSION_free(s)
	}
	return total
}

// BreakSkipsFree leaves the loop with the session in hand.
func BreakSkipsFree(conns []*C.SSL) bool {
	found := false
	for _, c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if C.SSL_SESSION_is_resumable(s) == 1 {
			found = true
			break
		}
		C.SSL_SESSION_free(s)
	}
	return found
}

// BreakCarriesOut hands the session that it found to its caller.
func BreakCarriesOut(conns []*C.SSL) *C.SSL_SESSION {
	var found *C.SSL_SESSION
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		if C.SSL_SESSION_is_resumable(s) == 1 {
			found = s
			break
		}
		C.SSL_SESSION_free(s)
	}
	return found
}

// LastOneWins overwrites what an earlier iteration found.
func LastOneWins(conns []*C.SSL) *C.SSL_SESSION {
	var last *C.SSL_SESSION
	for _, c := range conns {
		last = C.SSL_get1_session(c) // want missingfree
	}
	return last
}

// LastOneWinsFreed frees the earlier one first.
func LastOneWinsFreed(conns []*C.SSL) *C.SSL_SESSION {
	var last *C.SSL_SESSION
	for _, c := range conns {
		C.SSL_SESSION_free(last)
		last = C.SSL_get1_session(c)
	}
	return last
}

// BestOfAll keeps the best and frees the rest.
func BestOfAll(conns []*C.SSL) *C.SSL_SESSION {
	var best *C.SSL_SESSION
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		if s == nil {
			continue
		}
		if best == nil || C.SSL_SESSION_get_time(s) > C.SSL_SESSION_get_time(best) {
			C.SSL_SESSION_free(best)
			best = s
			continue
		}
		C.SSL_SESSION_free(s)
	}
	return best
}

// BestOfAllLosesOld forgets the one that was best before.
func BestOfAllLosesOld(conns []*C.SSL) *C.SSL_SESSION {
	var best *C.SSL_SESSION
	for _, c := range conns {
		s := C.SSL_get1_session(c) // want missingfree
		if s == nil {
			continue
		}
		if best == nil || C.SSL_SESSION_get_time(s) > C.SSL_SESSION_get_time(best) {
			best = s
			continue
		}
		C.SSL_SESSION_free(s)
	}
	return best
}

// CountedLoopFirst must not hide a leak behind it (trap: loop with a constant
// number of turns).
func CountedLoopFirst(ssl *C.SSL) (sum int) {
	s := C.SSL_get1_session(ssl) // want missingfree
	for i := 0; i < 10; i++ {
		sum += i
	}
	C.SSL_SESSION_set_timeout(s, C.long(sum))
	return sum
}

// CountedLoopRuns acquires in a loop that runs at least once: there is no way
// around the free.
func CountedLoopRuns(ssl *C.SSL) {
	var s *C.SSL_SESSION
	n := 0
	for i := 0; i < 3; i++ {
		if i == 0 {
			s = C.SSL_get1_session(ssl)
		}
		n++
	}
	if n == 3 {
		C.SSL_SESSION_free(s)
	}
}

// RetryUntilSession frees each refused session before it tries again.
func RetryUntilSession(ssl *C.SSL, tries int) *C.SSL_SESSION {
	for i := 0; i < tries; i++ {
		s := C.SSL_get1_session(ssl)
		if s != nil && C.SSL_SESSION_is_resumable(s) == 1 {
			return s
		}
		C.SSL_SESSION_free(s)
		C.SSL_connect(ssl)
	}
	return nil
}

// RetryForgetsRefused does not.
func RetryForgetsRefused(ssl *C.SSL, tries int) *C.SSL_SESSION {
	for i := 0; i < tries; i++ {
		s := C.SSL_get1_session(ssl) // want missingfree
		if s != nil && C.SSL_SESSION_is_resumable(s) == 1 {
			return s
		}
		C.SSL_connect(ssl)
	}
	return nil
}

// LabelledContinue leaves two loops at once (trap: labelled continue).
func LabelledContinue(pools [][]*C.SSL) (n int) {
pools:
	for _, pool := range pools {
		first := C.SSL_get1_session(pool[0])
		for _, c := range pool[1:] {
			if C.SSL_session_reused(c) == 1 {
				C.SSL_SESSION_free(first)
				continue pools
			}
		}
		n++
		C.SSL_SESSION_free(first)
	}
	return n
}

// LabelledContinueLost forgets the outer loop's session on that way.
func LabelledContinueLost(pools [][]*C.SSL) (n int) {
pools:
	for _, pool := range pools {
		first := C.SSL_get1_session(pool[0]) // want missingfree
		for _, c := range pool[1:] {
			if C.SSL_session_reused(c) == 1 {
				continue pools
			}
		}
		n++
		C.SSL_SESSION_free(first)
	}
	return n
}

// GotoCleanup is written by somebody who came from C (trap: goto).
func GotoCleanup(ssl *C.SSL) (rc int) {
	var s, d *C.SSL_SESSION
	s = C.SSL_get1_session(ssl)
	if s == nil {
		rc = 1
		goto out
	}
	d = C.SSL_SESSION_dup(s)
	if d == nil {
		rc = 2
		goto out
	}
	if C.SSL_SESSION_set1_hostname(d, nil) != 1 {
		rc = 3
		goto out
	}
	C.SSL_set_session(ssl, d)
out:
	C.SSL_SESSION_free(d)
	C.SSL_SESSION_free(s)
	return rc
}

// GotoSkipsOne jumps over one of the frees.
func GotoSkipsOne(ssl *C.SSL) (rc int) {
	var s, d *C.SSL_SESSION
	s = C.SSL_get1_session(ssl)
	if s == nil {
		return 1
	}
	d = C.SSL_SESSION_dup(s) // want missingfree
	if d == nil {
		rc = 2
		goto out
	}
	if C.SSL_SESSION_set1_hostname(d, nil) != 1 {
		rc = 3
		goto out
	}
	C.SSL_SESSION_free(d)
out:
	C.SSL_SESSION_free(s)
	return rc
}

// RangeOverInt runs the body n times.
func RangeOverInt(ssl *C.SSL, n int) {
	for range n {
		s := C.SSL_get1_session(ssl)
		C.SSL_SESSION_free(s)
	}
}

// InfiniteLoopOwesNothing never returns from its loop with a session.
func InfiniteLoopOwesNothing(ssl *C.SSL) bool {
	for {
		s := C.SSL_get1_session(ssl)
		if s == nil {
			return false
		}
		done := C.SSL_SESSION_is_resumable(s) == 1
		C.SSL_SESSION_free(s)
		if done {
			return true
		}
	}
}

// LeftByReturn returns from inside of two loops.
func LeftByReturn(pools [][]*C.SSL, want int) bool {
	for _, pool := range pools {
		for _, c := range pool {
			s := C.SSL_get1_session(c) // want missingfree
			if int(C.SSL_SESSION_get_protocol_version(s)) == want {
				return true
			}
			C.SSL_SESSION_free(s)
		}
	}
	return false
}
