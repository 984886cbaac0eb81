//go:build libssl

package libssl

/*
#include <stdlib.h>
#include <time.h>
#include "lib.h"
*/
import "C"

import "unsafe"

// Version returns the library's name and version.
func Version() string { return C.GoString(C.OpenSSL_version(C.OPENSSL_VERSION)) }

// Now returns the second it is to the library.
func Now() int64 { return int64(C.time(nil)) }

// New returns a session of the given version with a cipher and a key, so that it
// can be serialised. The caller owns one reference.
func New(c Conn, version int) Session { return Session{C.lib_new(c.p, C.int(version))} }

// Serial returns the object's number; numbers, unlike addresses, are not used
// again.
func (s Session) Serial() int { return int(C.lib_serial(s.p)) }

// Dead reports whether the object with the given number has been destroyed.
func Dead(serial int) bool { return C.lib_dead(C.long(serial)) == 1 }

// Dup is SSL_SESSION_dup.
func (s Session) Dup() Session { return Session{C.SSL_SESSION_dup(s.p)} }

// UpRef is SSL_SESSION_up_ref.
func (s Session) UpRef() bool { return C.SSL_SESSION_up_ref(s.p) == 1 }

// Free is SSL_SESSION_free.
func (s Session) Free() { C.SSL_SESSION_free(s.p) }

// SetID is SSL_SESSION_set1_id.
func (s Session) SetID(id []byte) bool {
	p := C.CBytes(id)
	defer C.free(p)
	return C.SSL_SESSION_set1_id(s.p, (*C.uchar)(p), C.uint(len(id))) == 1
}

// ID is SSL_SESSION_get_id.
func (s Session) ID() []byte {
	var n C.uint
	p := C.SSL_SESSION_get_id(s.p, &n)
	return C.GoBytes(unsafe.Pointer(p), C.int(n))
}

// Time is SSL_SESSION_get_time.
func (s Session) Time() int64 { return int64(C.SSL_SESSION_get_time(s.p)) }

// SetTime is SSL_SESSION_set_time.
func (s Session) SetTime(t int64) { C.SSL_SESSION_set_time(s.p, C.long(t)) }

// Timeout is SSL_SESSION_get_timeout.
func (s Session) Timeout() int64 { return int64(C.SSL_SESSION_get_timeout(s.p)) }

// SetTimeout is SSL_SESSION_set_timeout.
func (s Session) SetTimeout(t int64) { C.SSL_SESSION_set_timeout(s.p, C.long(t)) }

// Resumable is SSL_SESSION_is_resumable.
func (s Session) Resumable() bool { return C.SSL_SESSION_is_resumable(s.p) == 1 }

// HasTicket is SSL_SESSION_has_ticket.
func (s Session) HasTicket() bool { return C.SSL_SESSION_has_ticket(s.p) == 1 }

// I2D is i2d_SSL_SESSION; nil if it fails.
func (s Session) I2D() []byte {
	n := C.lib_i2d(s.p, nil)
	if n <= 0 {
		return nil
	}
	p := C.malloc(C.size_t(n))
	defer C.free(p)
	return C.GoBytes(p, C.lib_i2d(s.p, (*C.uchar)(p)))
}

// D2I is d2i_SSL_SESSION with a, which may be nil, as first argument.
func D2I(a *Session, data []byte) Session {
	p := C.CBytes(data)
	defer C.free(p)
	if a == nil {
		return Session{C.lib_d2i(nil, (*C.uchar)(p), C.long(len(data)))}
	}
	cell := a.p
	r := C.lib_d2i(&cell, (*C.uchar)(p), C.long(len(data)))
	a.p = cell
	return Session{r}
}

// A Context is an SSL_CTX pointer.
type Context struct{ p *C.SSL_CTX }

// Config says what NewContext makes.
type Config struct {
	Server   bool
	Version  int
	NoTicket bool
	Tickets  int
}

// NewContext returns a context; a server's has a certificate and the session id
// context "p".
func NewContext(c Config) Context {
	return Context{C.lib_context(flag(c.Server), C.int(c.Version), flag(c.NoTicket), C.int(c.Tickets))}
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// Free is SSL_CTX_free.
func (x Context) Free() { C.SSL_CTX_free(x.p) }

// SetCacheMode is SSL_CTX_set_session_cache_mode.
func (x Context) SetCacheMode(mode int) {
	C.SSL_CTX_ctrl(x.p, C.SSL_CTRL_SET_SESS_CACHE_MODE, C.long(mode), nil)
}

// SetCacheSize is SSL_CTX_sess_set_cache_size.
func (x Context) SetCacheSize(n int) {
	C.SSL_CTX_ctrl(x.p, C.SSL_CTRL_SET_SESS_CACHE_SIZE, C.long(n), nil)
}

// AddSession is SSL_CTX_add_session.
func (x Context) AddSession(s Session) bool { return C.SSL_CTX_add_session(x.p, s.p) == 1 }

// RemoveSession is SSL_CTX_remove_session.
func (x Context) RemoveSession(s Session) bool { return C.SSL_CTX_remove_session(x.p, s.p) == 1 }

// FlushSessions is SSL_CTX_flush_sessions.
func (x Context) FlushSessions(now int64) { C.SSL_CTX_flush_sessions(x.p, C.long(now)) }

// Sessions returns what is in the cache, in no order.
func (x Context) Sessions() []Session {
	var p [256]*C.SSL_SESSION
	n := int(C.lib_cached(x.p, &p[0], C.int(len(p))))
	out := make([]Session, n)
	for i := range out {
		out[i] = Session{p[i]}
	}
	return out
}

// OnNew, OnRemove and OnGet register callbacks that note an Event.
func (x Context) OnNew()    { C.lib_on_new(x.p) }
func (x Context) OnRemove() { C.lib_on_remove(x.p) }
func (x Context) OnGet()    { C.lib_on_get(x.p) }

// OnTickets registers the callbacks around tickets; use is what the one that
// opens them answers for a good one.
func (x Context) OnTickets(use bool) { C.lib_on_tickets(x.p, flag(use)) }

// OnPSK registers the callbacks of both sides for external keys.
func OnPSK(client, server Context) { C.lib_on_psk(client.p, server.p) }

// SetPSK sets what these callbacks hand out and return.
func SetPSK(use Session, useStatus bool, find Session, findStatus bool) {
	C.lib_set_psk(use.p, flag(useStatus), find.p, flag(findStatus))
}

// SetKeep sets what the new-session callbacks return.
func SetKeep(keep bool) { C.lib_set_keep(flag(keep)) }

// SetOutside sets what the get-session callbacks choose from, by id. With copy
// false they add a reference to what they return.
func SetOutside(list []Session, copy bool) {
	p := make([]*C.SSL_SESSION, len(list)+1)
	for i, s := range list {
		p[i] = s.p
	}
	C.lib_set_outside(&p[0], C.int(len(list)), flag(copy))
}

// An Event is one run of a callback.
type Event struct {
	Kind    string // "new", "remove", "get", "use psk", "find psk", "seal", "open"
	Context Context
	Session Session // nil: the get callback found nothing; may be dead by now
	Serial  int     // of the session, 0 if it is nil
	Refs    int     // count at entry
}

// TakeEvents returns the events since the last call.
func TakeEvents() []Event {
	var e [256]C.lib_event
	n := int(C.lib_take_events(&e[0], C.int(len(e))))
	out := make([]Event, n)
	kinds := [...]string{"", "new", "remove", "get", "use psk", "find psk", "seal", "open"}
	for i := range out {
		out[i] = Event{kinds[e[i].kind], Context{e[i].ctx}, Session{e[i].session}, int(e[i].serial), int(e[i].refs)}
	}
	return out
}

// A Conn is an SSL pointer.
type Conn struct{ p *C.SSL }

// NewConn is SSL_new.
func (x Context) NewConn() Conn { return Conn{C.SSL_new(x.p)} }

// Free is SSL_free.
func (c Conn) Free() { C.SSL_free(c.p) }

// UpRef is SSL_up_ref.
func (c Conn) UpRef() bool { return C.SSL_up_ref(c.p) == 1 }

// Get0Session is SSL_get_session.
func (c Conn) Get0Session() Session { return Session{C.SSL_get_session(c.p)} }

// Get1Session is SSL_get1_session.
func (c Conn) Get1Session() Session { return Session{C.SSL_get1_session(c.p)} }

// SetSession is SSL_set_session.
func (c Conn) SetSession(s Session) bool { return C.SSL_set_session(c.p, s.p) == 1 }

// CopySession is SSL_copy_session_id.
func (c Conn) CopySession(from Conn) bool { return C.SSL_copy_session_id(c.p, from.p) == 1 }

// Dup is SSL_dup.
func (c Conn) Dup() Conn { return Conn{C.SSL_dup(c.p)} }

// Clear is SSL_clear.
func (c Conn) Clear() bool { return C.SSL_clear(c.p) == 1 }

// Shutdown is SSL_shutdown.
func (c Conn) Shutdown() bool {
	ok := C.SSL_shutdown(c.p) >= 0
	C.ERR_clear_error()
	return ok
}

// Connect completes a handshake between two connections in memory.
func Connect(client, server Conn) bool { return C.lib_connect(client.p, server.p) == 1 }

// Renegotiate completes another handshake between two connections that have had
// one, started by the client.
func Renegotiate(client, server Conn) bool { return C.lib_renegotiate(client.p, server.p) == 1 }

// Read reads until there is no more, tickets included.
func (c Conn) Read() bool { return C.lib_read(c.p) == 1 }

// Reused is SSL_session_reused.
func (c Conn) Reused() bool { return C.SSL_session_reused(c.p) == 1 }
