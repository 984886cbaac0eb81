package opaque

/*
#include "opaque.h"
*/
import "C"

// Loans inside new objects that are kept (trap: store of an address).

type slot struct{ s *C.SSL_SESSION }

type slotOfConn struct {
	ssl *C.SSL
	s   *C.SSL_SESSION
}

type shelf struct{ top *slot }

var (
	slotKept  = &slot{}
	slotTable = map[string]*slot{}
	slotTail  []*slot
	slotQueue = make(chan *slot, 1)
	slotAny   any
	slotConn  *slotOfConn
)

// SlotInGlobal keeps the object in a package variable.
func SlotInGlobal(ssl *C.SSL) {
	slotKept = &slot{s: C.SSL_get0_session(ssl)} // want danglingborrow
}

// SlotInMap keeps it in a map.
func SlotInMap(ssl *C.SSL, host string) {
	slotTable[host] = &slot{s: C.SSL_get0_session(ssl)} // want danglingborrow
}

// SlotInSlice keeps it in a list.
func SlotInSlice(ssl *C.SSL) {
	slotTail = append(slotTail, &slot{s: C.SSL_get0_session(ssl)}) // want danglingborrow
}

// SlotSent sends it.
func SlotSent(ssl *C.SSL) {
	slotQueue <- &slot{s: C.SSL_get0_session(ssl)} // want danglingborrow
}

// SlotInAny keeps it in an interface.
func SlotInAny(ssl *C.SSL) {
	slotAny = &slot{s: C.SSL_get0_session(ssl)} // want danglingborrow
}

// SlotInField keeps it in an object of its caller's.
func SlotInField(sh *shelf, ssl *C.SSL) {
	sh.top = &slot{s: C.SSL_get0_session(ssl)} // want danglingborrow
}

// SlotWithOwner keeps the owner beside it, who decides how long both live.
func SlotWithOwner(ssl *C.SSL) {
	slotConn = &slotOfConn{ssl: ssl, s: C.SSL_get0_session(ssl)}
}

// SlotRetained adds a reference for it, or takes it out again.
func SlotRetained(ssl *C.SSL) {
	b := &slot{s: C.SSL_get0_session(ssl)}
	if b.s == nil {
		return
	}
	slotKept = b
	if C.SSL_SESSION_up_ref(b.s) != 1 {
		slotKept = nil
	}
}

// SlotReturned is a view, whose owner the caller knows.
func SlotReturned(ssl *C.SSL) *slot { return &slot{s: C.SSL_get0_session(ssl)} }

func (b *slot) read() int64 { return int64(C.SSL_SESSION_get_time(b.s)) }

// SlotLocal makes one for a call.
func SlotLocal(ssl *C.SSL) int64 {
	b := &slot{s: C.SSL_get0_session(ssl)}
	return b.read()
}

// SlotOwned keeps a reference of its own in it.
func SlotOwned(ssl *C.SSL) { slotKept = &slot{s: C.SSL_get1_session(ssl)} }

// SlotOwnedInMap does so in a map.
func SlotOwnedInMap(ssl *C.SSL, host string) {
	slotTable[host] = &slot{s: C.SSL_get1_session(ssl)}
}
