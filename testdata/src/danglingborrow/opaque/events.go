package opaque

/*
#include "opaque.h"
*/
import "C"

import "unsafe"

// The first half of this file are events that may end a loan, each with correct
// twins; what they do depends on a state that the code does not see, so they are
// reported only under -strict. The second half are events that certainly do.

// ReadMayReplace reads from the connection: in TLS 1.3 that may replace the
// session.
func ReadMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_read(ssl, nil, 0)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_read, which ends the loan if a TLS 1.3 ticket arrives and replaces the session"
}

// ReadOwned has a reference of its own.
func ReadOwned(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_read(ssl, nil, 0)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// ReadRetained has made it its own in time.
func ReadRetained(ssl *C.SSL) (t int64) {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return 0
	}
	C.SSL_read(ssl, nil, 0)
	t = int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// ReadLast uses the loan before.
func ReadLast(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_read(ssl, nil, 0)
	return t
}

// ReadOther reads from another connection.
func ReadOther(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	C.SSL_read(b, nil, 0)
	return int64(C.SSL_SESSION_get_time(s))
}

// ReadTwoLenders has lent the session to a second connection.
func ReadTwoLenders(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	if s == nil || C.SSL_set_session(b, s) != 1 {
		return 0
	}
	C.SSL_read(a, nil, 0)
	return int64(C.SSL_SESSION_get_time(s))
}

// ReadTwoLendersBoth reads from both.
func ReadTwoLendersBoth(a, b *C.SSL) int64 {
	s := C.SSL_get_session(a)
	if s == nil || C.SSL_set_session(b, s) != 1 {
		return 0
	}
	C.SSL_read(a, nil, 0)
	C.SSL_read(b, nil, 0)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow
}

// ReadAgain asks again behind each read.
func ReadAgain(ssl *C.SSL) (t int64) {
	for range 3 {
		C.SSL_read(ssl, nil, 0)
		t += int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
	}
	return t
}

// ReadInLoop uses in a turn what the turn before has read behind.
func ReadInLoop(ssl *C.SSL) (t int64) {
	s := C.SSL_get_session(ssl)
	for range 3 {
		t += int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow
		C.SSL_read(ssl, nil, 0)
	}
	return t
}

func drain(ssl *C.SSL) { C.SSL_read(ssl, nil, 0) }

// ReadInHelper reads in a helper.
func ReadInHelper(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	drain(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow
}

// ReadExMayReplace is the other form of it.
func ReadExMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if C.SSL_read_ex(ssl, nil, 0, nil) != 1 {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_read_ex"
}

// PeekMayReplace only looks at what there is to read.
func PeekMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_peek(ssl, nil, 0)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_peek"
}

// WriteMayReplace writes, which completes a handshake that is under way.
func WriteMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_write(ssl, nil, 0)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "if a pending handshake ends in another session"
}

// WriteFirst writes before.
func WriteFirst(ssl *C.SSL) int64 {
	C.SSL_write(ssl, nil, 0)
	return int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
}

// HandshakeMayReplace offers a session that may be refused.
func HandshakeMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if C.SSL_do_handshake(ssl) != 1 {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_do_handshake, which ends the loan if the handshake ends in another session"
}

// ConnectMayReplace does the same as a client.
func ConnectMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_connect(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_connect"
}

// AcceptMayReplace does it as a server.
func AcceptMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_accept(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_accept"
}

// ConnectOffered uses the session that was offered through its own reference.
func ConnectOffered(ssl *C.SSL, data []byte) int64 {
	p := (*C.uchar)(unsafe.Pointer(&data[0]))
	s := C.d2i_SSL_SESSION(nil, &p, C.long(len(data)))
	if s == nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	if C.SSL_set_session(ssl, s) != 1 || C.SSL_connect(ssl) != 1 {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// ConnectOfferedOnly has given its reference up before.
func ConnectOfferedOnly(ssl *C.SSL, data []byte) int64 {
	p := (*C.uchar)(unsafe.Pointer(&data[0]))
	s := C.d2i_SSL_SESSION(nil, &p, C.long(len(data)))
	if s == nil {
		return 0
	}
	ok := C.SSL_set_session(ssl, s) == 1
	C.SSL_SESSION_free(s)
	if !ok || C.SSL_connect(ssl) != 1 {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_connect"
}

// RenegotiateMayReplace starts another handshake.
func RenegotiateMayReplace(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_renegotiate(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_renegotiate"
}

// ClearMayDrop clears a connection that may be live.
func ClearMayDrop(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_clear(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_clear, which ends the loan if the connection is live and SSL_shutdown was not called"
}

// ClearShutDown clears one that was shut down: it keeps its session.
func ClearShutDown(ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	C.SSL_shutdown(ssl)
	C.SSL_clear(ssl)
	return int64(C.SSL_SESSION_get_time(s))
}

// ClearFirst clears it before.
func ClearFirst(ssl *C.SSL) int64 {
	C.SSL_clear(ssl)
	return int64(C.SSL_SESSION_get_time(C.SSL_get_session(ssl)))
}

// CopyMayReplace gives the connection the session of another one.
func CopyMayReplace(to, from *C.SSL) int64 {
	s := C.SSL_get_session(to)
	C.SSL_copy_session_id(to, from)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_copy_session_id, which ends the loan if the connections have different sessions"
}

// CopyFrom uses what the other one lends.
func CopyFrom(to, from *C.SSL) int64 {
	s := C.SSL_get_session(from)
	C.SSL_copy_session_id(to, from)
	return int64(C.SSL_SESSION_get_time(s))
}

// FlushMayDrop flushes the only holder of the session.
func FlushMayDrop(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	C.SSL_CTX_flush_sessions(ctx, 1)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_CTX_flush_sessions, which ends the loan if the session has expired and the cache had the last reference"
}

// FlushOwned frees behind it.
func FlushOwned(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_CTX_add_session(ctx, s)
	C.SSL_CTX_flush_sessions(ctx, 1)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// FlushLentToo has another lender, the connection.
func FlushLentToo(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_CTX_add_session(ctx, s) != 1 {
		return 0
	}
	C.SSL_CTX_flush_sessions(ctx, 1)
	return int64(C.SSL_SESSION_get_time(s))
}

// FlushOther flushes another cache.
func FlushOther(a, b *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(a, s) == 1
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	C.SSL_CTX_flush_sessions(b, 1)
	return int64(C.SSL_SESSION_get_time(s))
}

// RemoveMayDrop takes the session out of its only holder.
func RemoveMayDrop(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	C.SSL_CTX_remove_session(ctx, s)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "if the cache had the last reference"
}

// RemoveOwned frees its own behind it.
func RemoveOwned(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_CTX_remove_session(ctx, s)
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// AddMayEvict adds another session to a cache that may be full.
func AddMayEvict(ctx *C.SSL_CTX, ssl *C.SSL, next *C.SSL_SESSION) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	C.SSL_CTX_add_session(ctx, next)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "if the cache is full and drops the session"
}

// AddItself adds only the session itself.
func AddItself(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// FreeUncaches frees the connection of a cached session: without SSL_shutdown the
// cache drops it as well.
func FreeUncaches(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_CTX_add_session(ctx, s) != 1 {
		return 0
	}
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // strict danglingborrow "after SSL_free, which ends the loan if SSL_shutdown was not called"
}

// FreeShutDown leaves the session in the cache.
func FreeShutDown(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	s := C.SSL_get_session(ssl)
	if s == nil || C.SSL_CTX_add_session(ctx, s) != 1 {
		return 0
	}
	C.SSL_shutdown(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s))
}

// ReadChain reads and looks at the stack of certificates that the session had.
func ReadChain(ssl *C.SSL) int {
	chain := C.SSL_get_peer_cert_chain(ssl)
	C.SSL_read(ssl, nil, 0)
	return int(C.sk_X509_num(chain)) // strict danglingborrow
}

// ReadCertificate looks at a certificate, which the next session shares.
func ReadCertificate(ssl *C.SSL) int {
	cert := C.SSL_get0_peer_certificate(ssl)
	C.SSL_read(ssl, nil, 0)
	return int(C.X509_digest(cert))
}

// ReadContext looks at what belongs to the connection, not to its session.
func ReadContext(ssl *C.SSL) {
	ctx := C.SSL_get_SSL_CTX(ssl)
	C.SSL_read(ssl, nil, 0)
	C.SSL_CTX_flush_sessions(ctx, 1)
}

// VerifiedChain belongs to the connection, too.
func VerifiedChain(ssl *C.SSL) int {
	chain := C.SSL_get0_verified_chain(ssl)
	C.SSL_set_session(ssl, nil)
	return int(C.sk_X509_num(chain))
}

// VerifiedChainGone goes with the connection.
func VerifiedChainGone(ssl *C.SSL) int {
	chain := C.SSL_get0_verified_chain(ssl)
	C.SSL_free(ssl)
	return int(C.sk_X509_num(chain)) // want danglingborrow
}

// ChainReplaced goes with the session.
func ChainReplaced(ssl *C.SSL) int {
	chain := C.SSL_get_peer_cert_chain(ssl)
	if C.SSL_set_session(ssl, nil) != 1 {
		return 0
	}
	return int(C.sk_X509_num(chain)) // want danglingborrow
}

// CertificateReplaced goes with the session, too, when nothing takes its place.
func CertificateReplaced(ssl *C.SSL) int {
	cert := C.SSL_get0_peer_certificate(ssl)
	if C.SSL_set_session(ssl, nil) != 1 {
		return 0
	}
	return int(C.X509_digest(cert)) // want danglingborrow
}

// CertificateOwned is counted by itself.
func CertificateOwned(ssl *C.SSL) int {
	cert := C.SSL_get1_peer_certificate(ssl)
	defer C.X509_free(cert)
	C.SSL_set_session(ssl, nil)
	return int(C.X509_digest(cert))
}

// CertificateRetained is made to be.
func CertificateRetained(ssl *C.SSL) int {
	s := C.SSL_get1_session(ssl)
	cert := C.SSL_SESSION_get0_peer(s)
	if cert == nil || C.X509_up_ref(cert) != 1 {
		C.SSL_SESSION_free(s)
		return 0
	}
	C.SSL_SESSION_free(s)
	defer C.X509_free(cert)
	return int(C.X509_digest(cert))
}

// CertificateOfDead belongs to a session that is gone.
func CertificateOfDead(ssl *C.SSL) int {
	s := C.SSL_get1_session(ssl)
	cert := C.SSL_SESSION_get0_peer(s)
	C.SSL_SESSION_free(s)
	return int(C.X509_digest(cert)) // want danglingborrow
}

// CertificateOfLoan belongs to a session whose lender is gone.
func CertificateOfLoan(ssl *C.SSL) int {
	cert := C.SSL_SESSION_get0_peer(C.SSL_get_session(ssl))
	C.SSL_free(ssl)
	return int(C.X509_digest(cert)) // want danglingborrow
}

// CertificateInCache belongs to a session that a cache keeps.
func CertificateInCache(ctx *C.SSL_CTX, ssl *C.SSL) int {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	cert := C.SSL_SESSION_get0_peer(s)
	C.SSL_SESSION_free(s)
	if !added {
		return 0
	}
	return int(C.X509_digest(cert))
}

// TicketOfDead was written through an argument.
func TicketOfDead(ssl *C.SSL) []byte {
	s := C.SSL_get1_session(ssl)
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_ticket(s, &p, &n)
	C.SSL_SESSION_free(s)
	return C.GoBytes(unsafe.Pointer(p), C.int(n)) // want danglingborrow "borrowed pointer p from SSL_SESSION_get0_ticket"
}

// TicketInTime is copied before.
func TicketInTime(ssl *C.SSL) []byte {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_ticket(s, &p, &n)
	return C.GoBytes(unsafe.Pointer(p), C.int(n))
}

// ProtocolOfLoan goes with the owner of the session.
func ProtocolOfLoan(ssl *C.SSL) string {
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_alpn_selected(C.SSL_get_session(ssl), &p, &n)
	C.SSL_free(ssl)
	return C.GoStringN((*C.char)(unsafe.Pointer(p)), C.int(n)) // want danglingborrow
}

// ProtocolChanged is given another value.
func ProtocolChanged(s *C.SSL_SESSION) string {
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_alpn_selected(s, &p, &n)
	C.SSL_SESSION_set1_alpn_selected(s, nil, 0)
	return C.GoStringN((*C.char)(unsafe.Pointer(p)), C.int(n)) // want danglingborrow
}

// ProtocolKept is read while something else is changed.
func ProtocolKept(s *C.SSL_SESSION, host *C.char) string {
	var p *C.uchar
	var n C.size_t
	C.SSL_SESSION_get0_alpn_selected(s, &p, &n)
	C.SSL_SESSION_set1_hostname(s, host)
	return C.GoStringN((*C.char)(unsafe.Pointer(p)), C.int(n))
}

// DataChanged is data of the ticket that is replaced.
func DataChanged(s *C.SSL_SESSION) []byte {
	var p unsafe.Pointer
	var n C.size_t
	if C.SSL_SESSION_get0_ticket_appdata(s, &p, &n) != 1 {
		return nil
	}
	C.SSL_SESSION_set1_ticket_appdata(s, nil, 0)
	return C.GoBytes(p, C.int(n)) // want danglingborrow
}

// HostChanged is a name that is replaced.
func HostChanged(s *C.SSL_SESSION, host *C.char) string {
	old := C.SSL_SESSION_get0_hostname(s)
	C.SSL_SESSION_set1_hostname(s, host)
	return C.GoString(old) // want danglingborrow
}

// HostChangedElsewhere is the name of another session.
func HostChangedElsewhere(s, other *C.SSL_SESSION, host *C.char) string {
	old := C.SSL_SESSION_get0_hostname(s)
	C.SSL_SESSION_set1_hostname(other, host)
	return C.GoString(old)
}

// HostDecodedOver is the name in a session that is overwritten.
func HostDecodedOver(s *C.SSL_SESSION, p *C.uchar, n C.long) string {
	name := C.SSL_SESSION_get0_hostname(s)
	if C.d2i_SSL_SESSION(&s, &p, n) == nil {
		return ""
	}
	return C.GoString(name) // want danglingborrow
}

// HostDecodedAnew is the name in a session that stays.
func HostDecodedAnew(s *C.SSL_SESSION, p *C.uchar, n C.long) string {
	name := C.SSL_SESSION_get0_hostname(s)
	var other *C.SSL_SESSION
	d := C.d2i_SSL_SESSION(&other, &p, n)
	defer C.SSL_SESSION_free(d)
	return C.GoString(name)
}

// IDDecodedOver is an array inside the object, which stays.
func IDDecodedOver(s *C.SSL_SESSION, p *C.uchar, n C.long) byte {
	var size C.uint
	id := C.SSL_SESSION_get_id(s, &size)
	if C.d2i_SSL_SESSION(&s, &p, n) == nil {
		return 0
	}
	return byte(*id)
}

// IDContextOfDead is gone with the object.
func IDContextOfDead(ssl *C.SSL) byte {
	s := C.SSL_get1_session(ssl)
	var size C.uint
	id := C.SSL_SESSION_get0_id_context(s, &size)
	C.SSL_SESSION_free(s)
	return byte(*id) // want danglingborrow
}

// ServerNameOfDead is gone with its connection.
func ServerNameOfDead(ssl *C.SSL) string {
	name := C.SSL_get_servername(ssl, 0)
	C.SSL_free(ssl)
	return C.GoString(name) // want danglingborrow
}

// ServerNameRead may belong to the session or to the connection.
func ServerNameRead(ssl *C.SSL) string {
	name := C.SSL_get_servername(ssl, 0)
	C.SSL_read(ssl, nil, 0)
	return C.GoString(name)
}

// LastContextReference frees the context whose cache is the only holder.
func LastContextReference(ssl *C.SSL) int64 {
	ctx := C.SSL_CTX_new(nil)
	s := C.SSL_get1_session(ssl)
	if s == nil {
		C.SSL_CTX_free(ctx)
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	C.SSL_CTX_free(ctx)
	if !added {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// OtherContextReference frees one of two.
func OtherContextReference(ctx *C.SSL_CTX, ssl *C.SSL) int64 {
	if C.SSL_CTX_up_ref(ctx) != 1 {
		return 0
	}
	s := C.SSL_get1_session(ssl)
	if s == nil {
		C.SSL_CTX_free(ctx)
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	C.SSL_CTX_free(ctx)
	if !added {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s))
}

// ConnectionKeepsContext frees the context while a connection of it lives.
func ConnectionKeepsContext(data []byte) int64 {
	ctx := C.SSL_CTX_new(nil)
	ssl := C.SSL_new(ctx)
	p := (*C.uchar)(unsafe.Pointer(&data[0]))
	s := C.d2i_SSL_SESSION(nil, &p, C.long(len(data)))
	if s == nil || ssl == nil {
		C.SSL_SESSION_free(s)
		C.SSL_CTX_free(ctx)
		C.SSL_free(ssl)
		return 0
	}
	added := C.SSL_CTX_add_session(ctx, s) == 1
	C.SSL_SESSION_free(s)
	C.SSL_CTX_free(ctx)
	t := int64(0)
	if added {
		t = int64(C.SSL_SESSION_get_time(s))
	}
	C.SSL_free(ssl)
	return t
}
