package opaque

/*
#include "opaque.h"
*/
import "C"

import "sync"

var (
	kept  *C.SSL_SESSION
	table = map[string]*C.SSL_SESSION{}
	queue = make(chan *C.SSL_SESSION, 1)
	tail  []*C.SSL_SESSION
)

// KeptInGlobal stores a loan in a package variable.
func KeptInGlobal(ssl *C.SSL) {
	kept = C.SSL_get_session(ssl) // want danglingborrow
}

// KeptInGlobalUpRef stores a reference.
func KeptInGlobalUpRef(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return
	}
	C.SSL_SESSION_free(kept)
	kept = s
}

// KeptInMap stores a loan in a map that outlives the call.
func KeptInMap(host string, ssl *C.SSL) {
	if s := C.SSL_get0_session(ssl); s != nil {
		table[host] = s // want danglingborrow
	}
}

// KeptInMapOwned stores a reference.
func KeptInMapOwned(host string, ssl *C.SSL) {
	if s := C.SSL_get1_session(ssl); s != nil {
		C.SSL_SESSION_free(table[host])
		table[host] = s
	}
}

// KeptInLocalMap keeps it only as long as the call.
func KeptInLocalMap(conns []*C.SSL) int {
	seen := map[*C.SSL_SESSION]bool{}
	for _, c := range conns {
		seen[C.SSL_get_session(c)] = true
	}
	return len(seen)
}

// Sent gives a loan to whoever receives.
func Sent(ssl *C.SSL) {
	queue <- C.SSL_get_session(ssl) // want danglingborrow
}

// SentOwned gives a reference.
func SentOwned(ssl *C.SSL) {
	queue <- C.SSL_get1_session(ssl)
}

// Appended keeps a loan in a global list.
func Appended(ssl *C.SSL) {
	tail = append(tail, C.SSL_get_session(ssl)) // want danglingborrow
}

// A Cache outlives the connections whose sessions it keeps.
type Cache struct {
	mu     sync.Mutex
	newest *C.SSL_SESSION
	byHost map[string]*C.SSL_SESSION
}

// Remember stores a loan in a field of the longer-lived cache.
func (c *Cache) Remember(ssl *C.SSL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.newest = C.SSL_get_session(ssl) // want danglingborrow
}

// RememberHost does it with the cache's map.
func (c *Cache) RememberHost(host string, ssl *C.SSL) {
	c.byHost[host] = C.SSL_get_session(ssl) // want danglingborrow
}

// RememberOwned stores a reference and frees the one before.
func (c *Cache) RememberOwned(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	c.mu.Lock()
	old := c.newest
	c.newest = s
	c.mu.Unlock()
	C.SSL_SESSION_free(old)
}

// Remember keeps the loan in the object that holds its owner.
func (c *Conn) Remember() {
	c.sess = C.SSL_get_session(c.ssl)
}

// Age reads the loan beside its owner.
func (c *Conn) Age() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(C.SSL_SESSION_get_time(c.sess))
}

// StoreOut stores a loan through a parameter: what its caller makes of it is
// the caller's business.
func StoreOut(ssl *C.SSL, out **C.SSL_SESSION) { *out = C.SSL_get_session(ssl) }

// ReturnedClosure returns a function that reads the loan later.
func ReturnedClosure(ssl *C.SSL) func() int64 {
	s := C.SSL_get_session(ssl)
	return func() int64 { // want danglingborrow
		return int64(C.SSL_SESSION_get_time(s))
	}
}

// ReturnedClosureOwned returns a function that frees what it read.
func ReturnedClosureOwned(ssl *C.SSL) func() int64 {
	s := C.SSL_get1_session(ssl)
	return func() int64 {
		defer C.SSL_SESSION_free(s)
		return int64(C.SSL_SESSION_get_time(s))
	}
}

// ClosureCalledInTime runs the function while the owner lives.
func ClosureCalledInTime(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	age := func() int64 { return int64(C.SSL_SESSION_get_time(s)) }
	t := age()
	C.SSL_free(ssl)
	return t
}

// ClosureCalledLate runs it after the owner died.
func ClosureCalledLate(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	age := func() int64 {
		return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
	}
	C.SSL_free(ssl)
	return age()
}

// GoroutineOwnerFreed frees the owner while a goroutine may still read.
func GoroutineOwnerFreed(ssl *C.SSL, report func(int64)) {
	s := C.SSL_get_session(ssl)
	go func() { // want danglingborrow
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
	C.SSL_free(ssl)
}

// GoroutineJoined waits for it first.
func GoroutineJoined(ssl *C.SSL, report func(int64)) {
	s := C.SSL_get_session(ssl)
	var wg sync.WaitGroup
	wg.Go(func() { report(int64(C.SSL_SESSION_get_time(s))) })
	wg.Wait()
	C.SSL_free(ssl)
}

// GoroutineOwnerLives frees nothing.
func GoroutineOwnerLives(ssl *C.SSL, report func(int64)) {
	s := C.SSL_get_session(ssl)
	go func() {
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
}

// LocalStruct keeps the loan in a struct that never leaves.
func LocalStruct(ssl *C.SSL) int64 {
	var st struct{ s *C.SSL_SESSION }
	st.s = C.SSL_get_session(ssl)
	return int64(C.SSL_SESSION_get_time(st.s))
}

// LocalStructOwnerFreed reads it after the owner died.
func LocalStructOwnerFreed(ssl *C.SSL) int64 {
	var st struct{ s *C.SSL_SESSION }
	st.s = C.SSL_get_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(st.s)) // want danglingborrow
}

// BorrowKept stores a parameter, of which nobody knows whose it is.
func BorrowKept(s *C.SSL_SESSION) {
	kept = s
}
