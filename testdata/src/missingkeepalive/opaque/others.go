package opaque

/*
#include "opaque.h"
*/
import "C"

import "runtime"

// A Voucher has a cleanup that gets the session as its argument.
type Voucher struct {
	s       *C.SSL_SESSION
	host    string
	cleanup runtime.Cleanup
}

func NewVoucher(ssl *C.SSL, host string) *Voucher {
	t := &Voucher{s: C.SSL_get1_session(ssl), host: host}
	t.cleanup = runtime.AddCleanup(t, func(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }, t.s)
	return t
}

// Time is not safe.
func (t *Voucher) Time() int64 {
	return int64(C.SSL_SESSION_get_time(t.s)) // want missingkeepalive "and its cleanup frees t.s"
}

// Host is.
func (t *Voucher) Host() (string, int64) {
	at := int64(C.SSL_SESSION_get_time(t.s))
	return t.host, at
}

// Close stops the cleanup first.
func (t *Voucher) Close() {
	t.cleanup.Stop()
	C.SSL_SESSION_set_timeout(t.s, 0)
	C.SSL_SESSION_free(t.s)
}

// A Lease frees what its finalizer captured.
type Lease struct {
	s *C.SSL_SESSION
}

func NewLease(ssl *C.SSL) *Lease {
	s := C.SSL_get1_session(ssl)
	l := &Lease{s: s}
	runtime.SetFinalizer(l, func(*Lease) { C.SSL_SESSION_free(s) })
	return l
}

func (l *Lease) Timeout() int64 {
	return int64(C.SSL_SESSION_get_timeout(l.s)) // want missingkeepalive
}

// A View has no finalizer: whoever made it keeps the session.
type View struct {
	s *C.SSL_SESSION
}

func (v *View) Time() int64 { return int64(C.SSL_SESSION_get_time(v.s)) }

// A Listed is kept in a table until it is closed (trap: a finalizer that cannot
// run).
type Listed struct {
	ssl *C.SSL
}

var all = map[*C.SSL]*Listed{}

func NewListed(ssl *C.SSL) *Listed {
	l := &Listed{ssl: ssl}
	all[ssl] = l
	runtime.SetFinalizer(l, func(l *Listed) { C.SSL_free(l.ssl) })
	return l
}

func (l *Listed) Reused() bool { return C.SSL_session_reused(l.ssl) == 1 }

// A Watched has a finalizer that frees nothing.
type Watched struct {
	ssl *C.SSL
}

func NewWatched(ssl *C.SSL) *Watched {
	w := &Watched{ssl: ssl}
	runtime.SetFinalizer(w, func(w *Watched) { C.SSL_shutdown(w.ssl) })
	return w
}

func (w *Watched) Reused() bool { return C.SSL_session_reused(w.ssl) == 1 }
