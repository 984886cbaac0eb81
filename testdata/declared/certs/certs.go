// Package certs gives certificates, keys, stores and BIOs, which the program has
// declared, to functions of libssl, which the built-in tables know (trap: a function
// that keeps its argument taken for one that only uses it).
package certs

/*
#include <stddef.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_session_st SSL_SESSION;
typedef struct x509_st X509;
typedef struct x509_store_st X509_STORE;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;

extern X509 *X509_new(void);
extern int X509_up_ref(X509 *x);
extern void X509_free(X509 *x);
extern long X509_get_version(const X509 *x);
extern X509_STORE *X509_STORE_new(void);
extern void X509_STORE_free(X509_STORE *s);
extern EVP_PKEY *EVP_PKEY_new(void);
extern void EVP_PKEY_free(EVP_PKEY *k);
extern BIO *BIO_new(const BIO_METHOD *m);
extern int BIO_free(BIO *b);

extern void SSL_set_bio(SSL *ssl, BIO *r, BIO *w);
extern void SSL_set0_rbio(SSL *ssl, BIO *r);
extern long SSL_CTX_ctrl(SSL_CTX *c, int cmd, long n, void *p);
extern int SSL_CTX_use_certificate(SSL_CTX *c, X509 *x);
extern void SSL_CTX_set_cert_store(SSL_CTX *c, X509_STORE *s);
extern void SSL_CTX_set1_cert_store(SSL_CTX *c, X509_STORE *s);
extern int SSL_CTX_set0_tmp_dh_pkey(SSL_CTX *c, EVP_PKEY *k);
extern X509 *SSL_SESSION_get0_peer(SSL_SESSION *s);
extern X509 *SSL_get1_peer_certificate(const SSL *s);
extern X509 *SSL_get0_peer_certificate(const SSL *s);
extern SSL_SESSION *SSL_get1_session(SSL *s);
extern SSL_SESSION *SSL_get0_session(const SSL *s);
extern int SSL_get0_alpn_selected(const SSL *s, const unsigned char **p, unsigned int *n);
extern void SSL_SESSION_free(SSL_SESSION *s);
extern long SSL_SESSION_get_time(const SSL_SESSION *s);
extern void SSL_free(SSL *s);
extern SSL *SSL_new(SSL_CTX *c);

extern long X_SSL_CTX_add_extra_chain_cert(SSL_CTX *c, X509 *x);
extern int X_SSL_CTX_add0_chain_cert(SSL_CTX *c, X509 *x);
extern int X_SSL_CTX_add1_chain_cert(SSL_CTX *c, X509 *x);
extern long X_SSL_get_peer_tmp_key(SSL *s, EVP_PKEY **k);
*/
import "C"

import "unsafe"

// Extra gives the certificate away.
func Extra(ctx *C.SSL_CTX) bool {
	x := C.X509_new()
	if x == nil {
		return false
	}
	if C.X_SSL_CTX_add_extra_chain_cert(ctx, x) == 0 {
		C.X509_free(x)
		return false
	}
	return true
}

// ExtraByCommand does so by the function behind the macro.
func ExtraByCommand(ctx *C.SSL_CTX) bool {
	x := C.X509_new()
	if x == nil {
		return false
	}
	if C.SSL_CTX_ctrl(ctx, 14, 0, unsafe.Pointer(x)) == 0 {
		C.X509_free(x)
		return false
	}
	return true
}

// Add0 gives it away.
func Add0(ctx *C.SSL_CTX) bool {
	x := C.X509_new()
	if x == nil {
		return false
	}
	if C.X_SSL_CTX_add0_chain_cert(ctx, x) == 0 {
		C.X509_free(x)
		return false
	}
	return true
}

// Add1 does not.
func Add1(ctx *C.SSL_CTX) bool {
	x := C.X509_new()
	if x == nil {
		return false
	}
	defer C.X509_free(x)
	return C.X_SSL_CTX_add1_chain_cert(ctx, x) == 1
}

// Add1Lost forgets its own reference.
func Add1Lost(ctx *C.SSL_CTX) bool {
	x := C.X509_new() // want missingfree
	if x == nil {
		return false
	}
	return C.X_SSL_CTX_add1_chain_cert(ctx, x) == 1
}

// Used lives on in the context.
func Used(ctx *C.SSL_CTX, s *C.SSL_SESSION) bool {
	x := C.SSL_SESSION_get0_peer(s)
	if x == nil || C.SSL_CTX_use_certificate(ctx, x) != 1 {
		return false
	}
	C.SSL_SESSION_free(s)
	return C.X509_get_version(x) == 2
}

// UsedNowhere dies with the session.
func UsedNowhere(s *C.SSL_SESSION) bool {
	x := C.SSL_SESSION_get0_peer(s)
	if x == nil {
		return false
	}
	C.SSL_SESSION_free(s)
	return C.X509_get_version(x) == 2 // want danglingborrow
}

// UsedLost forgets its own reference.
func UsedLost(ctx *C.SSL_CTX) bool {
	x := C.X509_new() // want missingfree
	if x == nil {
		return false
	}
	return C.SSL_CTX_use_certificate(ctx, x) == 1
}

// Store gives the store away.
func Store(ctx *C.SSL_CTX) bool {
	s := C.X509_STORE_new()
	if s == nil {
		return false
	}
	C.SSL_CTX_set_cert_store(ctx, s)
	return true
}

// Store1 does not.
func Store1(ctx *C.SSL_CTX) bool {
	s := C.X509_STORE_new() // want missingfree
	if s == nil {
		return false
	}
	C.SSL_CTX_set1_cert_store(ctx, s)
	return true
}

// Key gives the key away.
func Key(ctx *C.SSL_CTX) bool {
	k := C.EVP_PKEY_new()
	if k == nil {
		return false
	}
	if C.SSL_CTX_set0_tmp_dh_pkey(ctx, k) != 1 {
		C.EVP_PKEY_free(k)
		return false
	}
	return true
}

// PeerKey frees what it is given.
func PeerKey(ssl *C.SSL) bool {
	var k *C.EVP_PKEY
	if C.X_SSL_get_peer_tmp_key(ssl, &k) != 1 {
		return false
	}
	C.EVP_PKEY_free(k)
	return true
}

// BIOs gives both away.
func BIOs(ssl *C.SSL, m *C.BIO_METHOD) bool {
	r := C.BIO_new(m)
	if r == nil {
		return false
	}
	w := C.BIO_new(m)
	if w == nil {
		C.BIO_free(r)
		return false
	}
	C.SSL_set_bio(ssl, r, w)
	return true
}

// BIOLost loses the first where there is no second.
func BIOLost(ssl *C.SSL, m *C.BIO_METHOD) bool {
	r := C.BIO_new(m) // want missingfree
	if r == nil {
		return false
	}
	w := C.BIO_new(m)
	if w == nil {
		return false
	}
	C.SSL_set_bio(ssl, r, w)
	return true
}

// BIORead gives one away.
func BIORead(ssl *C.SSL, m *C.BIO_METHOD) {
	C.SSL_set0_rbio(ssl, C.BIO_new(m))
}

// Configured still knows the connection: only the BIO is out of sight.
func Configured(ctx *C.SSL_CTX, m *C.BIO_METHOD) C.long {
	ssl := C.SSL_new(ctx)
	if ssl == nil {
		return 0
	}
	s := C.SSL_get0_session(ssl)
	C.SSL_set0_rbio(ssl, C.BIO_new(m))
	C.SSL_free(ssl)
	return C.SSL_SESSION_get_time(s) // want danglingborrow
}

// Selected asks what was written.
func Selected(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl) // want missingfree "when n"
	var p *C.uchar
	var n C.uint
	C.SSL_get0_alpn_selected(ssl, &p, &n)
	if n > 0 {
		return true
	}
	C.SSL_SESSION_free(s)
	return false
}

// Peer frees what it got, a certificate in the built-in tables as well.
func Peer(ssl *C.SSL) C.long {
	x := C.SSL_get1_peer_certificate(ssl)
	if x == nil {
		return 0
	}
	defer C.X509_free(x)
	return C.X509_get_version(x)
}

// PeerLost does not.
func PeerLost(ssl *C.SSL) C.long {
	x := C.SSL_get1_peer_certificate(ssl) // want missingfree "certificate x"
	if x == nil {
		return 0
	}
	return C.X509_get_version(x)
}

// PeerLent reads what it was lent.
func PeerLent(ssl *C.SSL) C.long {
	x := C.SSL_get0_peer_certificate(ssl)
	if x == nil {
		return 0
	}
	return C.X509_get_version(x)
}

// PeerLentFreed frees it.
func PeerLentFreed(ssl *C.SSL) {
	x := C.SSL_get0_peer_certificate(ssl)
	C.X509_free(x) // want borrowedfree
}

// PeerKept keeps it with a reference of its own.
func PeerKept(s *C.SSL_SESSION) *C.X509 {
	x := C.SSL_SESSION_get0_peer(s)
	if x == nil || C.X509_up_ref(x) != 1 {
		return nil
	}
	C.SSL_SESSION_free(s)
	return x
}

// PeerKeptTwice frees both references.
func PeerKeptTwice(ssl *C.SSL) bool {
	x := C.SSL_get1_peer_certificate(ssl)
	if x == nil {
		return false
	}
	ok := C.X509_up_ref(x) == 1
	if ok {
		C.X509_free(x)
	}
	C.X509_free(x)
	return ok
}
