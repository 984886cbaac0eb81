//go:build boringssl || wolfssl

/* lib.h for libraries with the interface of libssl: what the experiments need. */

#include <stdlib.h>
#include <string.h>

#include "lib.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* A session's end is the free of its memory: neither library has a hook that
 * runs for every session. */
#define WATCHED 65536
#define HEADER 8 /* BoringSSL's allocator keeps the size in front */

static void *watched_[WATCHED]; /* by serial number; NULL: none, or freed */
static int nwatched_, first_ = 1, live_;
static long offset_ = -1; /* of the count in an SSL_SESSION */
static EVP_PKEY *key_;
static X509 *cert_;

extern void __libc_free(void *p);

void free(void *p)
{
    int i;
    for (i = first_; p != NULL && i <= nwatched_; i++) {
        if (watched_[i] == p || watched_[i] == (char *)p + HEADER) {
            watched_[i] = NULL;
            live_--;
        }
    }
    __libc_free(p);
}

long lib_serial(SSL_SESSION *s)
{
    int i;
    if (live_ == 0)
        first_ = nwatched_ + 1;
    for (i = first_; i <= nwatched_; i++)
        if (watched_[i] == s)
            return i;
    if (nwatched_ + 1 == WATCHED)
        abort();
    watched_[++nwatched_] = s;
    live_++;
    return nwatched_;
}

int lib_dead(long serial) { return watched_[serial] == NULL; }
int lib_live(void) { return live_; }

int lib_refs(SSL_SESSION *s)
{
    int n;
    memcpy(&n, (char *)s + offset_, sizeof n);
    return n;
}

static SSL_SESSION *blank(SSL_CTX *ctx)
{
    (void)ctx;
#ifdef OPENSSL_IS_BORINGSSL
    return SSL_SESSION_new(ctx);
#else
    return SSL_SESSION_new();
#endif
}

/* The count is the one int near the start that goes up on up_ref and back on free. */
static void find_offset(void)
{
    enum { SIZE = 256 };
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    SSL_SESSION *s = blank(ctx);
    unsigned char before[SIZE], after[SIZE];
    size_t i;

    memcpy(before, s, SIZE);
    SSL_SESSION_up_ref(s);
    memcpy(after, s, SIZE);
    SSL_SESSION_free(s);
    for (i = 0; i < SIZE && offset_ < 0; i += sizeof(int)) {
        int b, a, n;
        memcpy(&b, before + i, sizeof b);
        memcpy(&a, after + i, sizeof a);
        memcpy(&n, (unsigned char *)s + i, sizeof n);
        if (b == 1 && a == 2 && n == 1)
            offset_ = (long)i;
    }
    SSL_SESSION_free(s);
    SSL_CTX_free(ctx);
}

static int make_certificate(void)
{
    X509_NAME *name;
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);

    key_ = EVP_PKEY_new();
    cert_ = X509_new();
    if (ec == NULL || key_ == NULL || cert_ == NULL || EC_KEY_generate_key(ec) != 1)
        return 0;
    if (EVP_PKEY_assign_EC_KEY(key_, ec) != 1)
        return 0;
    X509_set_version(cert_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert_), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert_), 86400L);
    name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_subject_name(cert_, name);
    X509_set_issuer_name(cert_, name);
    X509_NAME_free(name);
    X509_set_pubkey(cert_, key_);
    return X509_sign(cert_, key_, EVP_sha256()) > 0;
}

const char *lib_library(void)
{
#ifdef OPENSSL_IS_BORINGSSL
    return "boringssl";
#else
    return "wolfssl";
#endif
}

int lib_init(void)
{
    if (offset_ >= 0)
        return 1;
    SSL_library_init();
    find_offset();
    return make_certificate() && offset_ >= 0;
}

SSL_CTX *lib_context(int server, int version, int no_ticket, int tickets)
{
    SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    (void)tickets;
    if (ctx == NULL)
        return NULL;
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
    if (no_ticket)
        SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (server) {
        SSL_CTX_use_certificate(ctx, cert_);
        SSL_CTX_use_PrivateKey(ctx, key_);
        SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"p", 1);
    }
    return ctx;
}
