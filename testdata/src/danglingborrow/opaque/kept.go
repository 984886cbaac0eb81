package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"sync"
	"sync/atomic"
)

// More places that keep a loan beyond the call, each with a twin that may.

type pair struct {
	host string
	sess *C.SSL_SESSION
}

var (
	later     func() int64
	ring      [4]*C.SSL_SESSION
	pairs     = map[string]pair{}
	pairQueue = make(chan pair, 1)
	hooks     struct{ onEnd func() }
	byHost    sync.Map
	newest    atomic.Value
	views     []*view
)

// StoredClosure keeps a function that reads the loan later.
func StoredClosure(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	later = func() int64 { return int64(C.SSL_SESSION_get_time(s)) } // want danglingborrow
}

// StoredClosureOwner keeps the connection in it as well.
func StoredClosureOwner(ssl *C.SSL) {
	later = func() int64 { return int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl))) }
}

// StoredClosureBeside has both.
func StoredClosureBeside(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	later = func() int64 {
		if C.SSL_session_reused(ssl) == 0 {
			return 0
		}
		return int64(C.SSL_SESSION_get_time(s))
	}
}

// StoredClosureOwned keeps a reference, which it frees.
func StoredClosureOwned(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	later = func() int64 {
		defer C.SSL_SESSION_free(s)
		return int64(C.SSL_SESSION_get_time(s))
	}
}

// StoredClosureInField keeps it in a field.
func StoredClosureInField(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	hooks.onEnd = func() { C.SSL_SESSION_set_timeout(s, 0) } // want danglingborrow
}

// InArray keeps a loan in an array.
func InArray(ssl *C.SSL, i int) {
	ring[i&3] = C.SSL_get_session(ssl) // want danglingborrow
}

// InArrayOwned keeps a reference.
func InArrayOwned(ssl *C.SSL, i int) {
	C.SSL_SESSION_free(ring[i&3])
	ring[i&3] = C.SSL_get1_session(ssl)
}

// InMapOfStructs keeps a loan in a struct in a map.
func InMapOfStructs(ssl *C.SSL, host string) {
	pairs[host] = pair{host, C.SSL_get_session(ssl)} // want danglingborrow
}

// InMapOfStructsOwned keeps a reference.
func InMapOfStructsOwned(ssl *C.SSL, host string) {
	C.SSL_SESSION_free(pairs[host].sess)
	pairs[host] = pair{host, C.SSL_get1_session(ssl)}
}

// SentInStruct sends it.
func SentInStruct(ssl *C.SSL, host string) {
	pairQueue <- pair{host, C.SSL_get_session(ssl)} // want danglingborrow
}

// SentInStructOwned sends a reference.
func SentInStructOwned(ssl *C.SSL, host string) {
	pairQueue <- pair{host, C.SSL_get1_session(ssl)}
}

// RememberAll keeps loans in a list of the longer-lived cache.
func (l *List) RememberAll(conns []*C.SSL) {
	for _, ssl := range conns {
		l.all = append(l.all, C.SSL_get_session(ssl)) // want danglingborrow
	}
}

// A List outlives the connections.
type List struct{ all []*C.SSL_SESSION }

// All is what others may free.
func (l *List) All() []*C.SSL_SESSION { return l.all }

// RememberAllOwned keeps references.
func (l *List) RememberAllOwned(conns []*C.SSL) {
	for _, ssl := range conns {
		if s := C.SSL_get_session(ssl); s != nil && C.SSL_SESSION_up_ref(s) == 1 {
			l.all = append(l.all, s)
		}
	}
}

// Times only reads what it has collected.
func Times(conns []*C.SSL) (sum int64) {
	var all []*C.SSL_SESSION
	for _, ssl := range conns {
		all = append(all, C.SSL_get_session(ssl))
	}
	for _, s := range all {
		sum += int64(C.SSL_SESSION_get_time(s))
	}
	return sum
}

// InSyncMap keeps a loan in a map of another kind.
func InSyncMap(ssl *C.SSL, host string) {
	byHost.Store(host, C.SSL_get_session(ssl)) // want danglingborrow
}

// InSyncMapOwned keeps a reference.
func InSyncMapOwned(ssl *C.SSL, host string) {
	byHost.Store(host, C.SSL_get1_session(ssl))
}

// InAtomic keeps a loan in a pointer.
func InAtomic(ssl *C.SSL) {
	newest.Store(C.SSL_get_session(ssl)) // want danglingborrow
}

// InAtomicOwned keeps a reference and frees the one before.
func InAtomicOwned(ssl *C.SSL) {
	if old, ok := newest.Swap(C.SSL_get1_session(ssl)).(*C.SSL_SESSION); ok {
		C.SSL_SESSION_free(old)
	}
}

// InMapForAWhile takes the loan out again.
func InMapForAWhile(ssl *C.SSL, host string) int64 {
	table[host] = C.SSL_get_session(ssl)
	defer delete(table, host)
	return int64(C.SSL_SESSION_get_time(table[host]))
}

// InSyncMapForAWhile takes it out of the map.
func InSyncMapForAWhile(ssl *C.SSL, host string, work func()) {
	byHost.Store(host, C.SSL_get_session(ssl))
	defer byHost.Delete(host)
	work()
}

// InLocalSyncMap has a map for the call.
func InLocalSyncMap(conns []*C.SSL) (n int) {
	var seen sync.Map
	for _, ssl := range conns {
		seen.Store(C.SSL_get_session(ssl), true)
	}
	seen.Range(func(_, _ any) bool { n++; return true })
	return n
}

// SentAndReceived takes it out again, or what another has sent before.
func SentAndReceived(ssl *C.SSL) int64 {
	queue <- C.SSL_get_session(ssl)
	return int64(C.SSL_SESSION_get_time(<-queue))
}

// view has the object that keeps the owner.
type view struct {
	conn *Conn
	sess *C.SSL_SESSION
}

// WithGoOwner keeps the loan beside the Go object whose connection lends it.
func WithGoOwner(c *Conn) {
	views = append(views, &view{conn: c, sess: c.Session()})
}

// WithOtherOwner keeps it beside another one.
func WithOtherOwner(c, other *Conn) {
	views = append(views, &view{conn: other, sess: c.Session()}) // want danglingborrow
}

// SpawnedDeferredFree frees the owner at the end, without waiting.
func SpawnedDeferredFree(ctx *C.SSL_CTX, report func(int64)) {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	s := C.SSL_get_session(ssl)
	go func() { // want danglingborrow
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
}

// SpawnedDeferredFreeJoined waits.
func SpawnedDeferredFreeJoined(ctx *C.SSL_CTX, report func(int64)) {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	s := C.SSL_get_session(ssl)
	done := make(chan struct{})
	go func() {
		defer close(done)
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
	<-done
}

// SpawnedOwned has a reference in the goroutine.
func SpawnedOwned(ctx *C.SSL_CTX, report func(int64)) {
	ssl := C.SSL_new(ctx)
	defer C.SSL_free(ssl)
	s := C.SSL_get1_session(ssl)
	go func() {
		defer C.SSL_SESSION_free(s)
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
}

// SpawnedOwnerClosed closes the Go object that has the owner.
func SpawnedOwnerClosed(ctx *C.SSL_CTX, report func(int64)) {
	c := Dial(ctx)
	s := c.Session()
	go func() { // want danglingborrow
		report(int64(C.SSL_SESSION_get_time(s)))
	}()
	c.Close()
}

// SetUncaches sets another session where the cache was the only other holder.
func SetUncaches(ctx *C.SSL_CTX, ssl *C.SSL, next *C.SSL_SESSION) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_CTX_add_session(ctx, s) != 1 {
		return 0
	}
	C.SSL_set_session(ssl, nil)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow
}

// SetShutDown does so when it was shut down: the cache keeps it.
func SetShutDown(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_CTX_add_session(ctx, s) != 1 {
		return 0
	}
	C.SSL_shutdown(ssl)
	C.SSL_set_session(ssl, nil)
	return int64(C.SSL_SESSION_get_time(s))
}
