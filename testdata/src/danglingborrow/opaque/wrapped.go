package opaque

/*
#include "opaque.h"
*/
import "C"

// An Entry frees its session when it is closed.
type Entry struct {
	sess *C.SSL_SESSION
	host string
}

// Close frees.
func (e *Entry) Close() {
	C.SSL_SESSION_free(e.sess)
	e.sess = nil
}

// NewEntry makes an entry of a loan, which Close will free: what is wrong is that
// free, and whoever closes it sees both ends.
func NewEntry(ssl *C.SSL, host string) *Entry {
	return &Entry{sess: C.SSL_get_session(ssl), host: host}
}

// NewEntryOwned makes one of a reference.
func NewEntryOwned(ssl *C.SSL, host string) *Entry {
	return &Entry{sess: C.SSL_get1_session(ssl), host: host}
}

// EntryClosed closes it.
func EntryClosed(ssl *C.SSL) {
	e := NewEntry(ssl, "")
	e.Close() // want borrowedfree
}

// EntryOwnedClosed closes one that owns.
func EntryOwnedClosed(ssl *C.SSL) {
	e := NewEntryOwned(ssl, "")
	e.Close()
}

// A Sight lends what its connection lends.
type Sight struct {
	sess *C.SSL_SESSION
}

// NewSight gives a loan to whoever has the connection.
func NewSight(ssl *C.SSL) *Sight { return &Sight{sess: C.SSL_get_session(ssl)} }

// SightTooLong reads it when the connection is gone.
func SightTooLong(ssl *C.SSL) int64 {
	v := NewSight(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(v.sess)) // want danglingborrow
}

// SightInTime reads it before.
func SightInTime(ssl *C.SSL) int64 {
	v := NewSight(ssl)
	t := int64(C.SSL_SESSION_get_time(v.sess))
	C.SSL_free(ssl)
	return t
}

// A Peer holds both.
type Peer struct {
	ssl  *C.SSL
	sess *C.SSL_SESSION
}

// NewPeer keeps the loan beside its owner.
func NewPeer(ctx *C.SSL_CTX) *Peer {
	p := &Peer{ssl: C.SSL_new(ctx)}
	p.sess = C.SSL_get_session(p.ssl)
	return p
}

// Close lets both go.
func (p *Peer) Close() {
	C.SSL_free(p.ssl)
	p.ssl, p.sess = nil, nil
}

// PeerClosed reads what the closed one has lent.
func PeerClosed(ctx *C.SSL_CTX) int64 {
	p := NewPeer(ctx)
	s := p.sess
	p.Close()
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// PeerOpen reads it before.
func PeerOpen(ctx *C.SSL_CTX) int64 {
	p := NewPeer(ctx)
	defer p.Close()
	return int64(C.SSL_SESSION_get_time(p.sess))
}

// DeferredOwnerParameter reads in a literal that runs when the connection is gone.
func DeferredOwnerParameter(ssl *C.SSL) (t int64) {
	s := C.SSL_get_session(ssl)
	defer func() { t = int64(C.SSL_SESSION_get_time(s)) }() // want danglingborrow
	defer C.SSL_free(ssl)
	return 0
}
