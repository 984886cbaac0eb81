//go:build libssl

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib.h"

#define EVENTS 256
#define SERIALS (1 << 22)

static int index_;          /* of the serial number in ex_data */
static long offset_ = -1;   /* of the count in an SSL_SESSION */
static long serials_;
static int live_;
static unsigned char dead_[SERIALS];
static EVP_PKEY *key_;
static X509 *cert_;

static lib_event events_[EVENTS];
static int nevents_, keep_;
static SSL_SESSION *outside_[64];
static int noutside_, copy_ = 1;
static SSL_SESSION *psk_use_, *psk_find_;
static int psk_use_status_, psk_find_status_;

static void on_new(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx, long l, void *p)
{
    (void)parent; (void)ptr; (void)l; (void)p;
    serials_ = (serials_ + 1) % SERIALS;
    dead_[serials_] = 0;
    live_++;
    CRYPTO_set_ex_data(ad, idx, (void *)serials_);
}

/* A copy keeps the serial number it got when it was made. */
static int on_dup(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **d, int idx, long l, void *p)
{
    (void)from; (void)l; (void)p;
    *d = CRYPTO_get_ex_data(to, idx);
    return 1;
}

static void on_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx, long l, void *p)
{
    (void)parent; (void)ad; (void)idx; (void)l; (void)p;
    dead_[(long)ptr] = 1;
    live_--;
}

/* The count is the one int that goes up on up_ref and back on free. */
static void find_offset(void)
{
    SSL_SESSION *s = SSL_SESSION_new();
    size_t size = malloc_usable_size(s), i;
    unsigned char *before = malloc(size), *after = malloc(size);

    memcpy(before, s, size);
    SSL_SESSION_up_ref(s);
    memcpy(after, s, size);
    SSL_SESSION_free(s);
    for (i = 0; i + sizeof(int) <= size && offset_ < 0; i += sizeof(int)) {
        int b, a, n;
        memcpy(&b, before + i, sizeof b);
        memcpy(&a, after + i, sizeof a);
        memcpy(&n, (unsigned char *)s + i, sizeof n);
        if (b == 1 && a == 2 && n == 1)
            offset_ = (long)i;
    }
    free(before);
    free(after);
    SSL_SESSION_free(s);
}

static int make_certificate(void)
{
    X509_NAME *name;

    key_ = EVP_EC_gen("P-256");
    cert_ = X509_new();
    if (key_ == NULL || cert_ == NULL)
        return 0;
    X509_set_version(cert_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert_), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert_), 86400L);
    name = X509_get_subject_name(cert_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert_, name);
    X509_set_pubkey(cert_, key_);
    return X509_sign(cert_, key_, EVP_sha256()) > 0;
}

const char *lib_library(void) { return "openssl"; }

int lib_init(void)
{
    if (offset_ >= 0)
        return 1;
    index_ = SSL_SESSION_get_ex_new_index(0, NULL, on_new, on_dup, on_free);
    find_offset();
    return make_certificate() && offset_ >= 0;
}

int lib_refs(SSL_SESSION *s)
{
    int n;
    memcpy(&n, (char *)s + offset_, sizeof n);
    return n;
}

long lib_serial(SSL_SESSION *s) { return (long)SSL_SESSION_get_ex_data(s, index_); }
int lib_dead(long serial) { return dead_[serial]; }
int lib_live(void) { return live_; }

static void note(int kind, SSL_CTX *ctx, SSL_SESSION *s)
{
    lib_event *e;
    if (nevents_ == EVENTS)
        abort();
    e = &events_[nevents_++];
    e->kind = kind;
    e->ctx = ctx;
    e->session = s;
    e->serial = s == NULL ? 0 : lib_serial(s);
    e->refs = s == NULL ? 0 : lib_refs(s);
}

static int new_cb(SSL *ssl, SSL_SESSION *s)
{
    note(1, SSL_get_SSL_CTX(ssl), s);
    return keep_;
}

static void remove_cb(SSL_CTX *ctx, SSL_SESSION *s) { note(2, ctx, s); }

static SSL_SESSION *get_cb(SSL *ssl, const unsigned char *id, int len, int *copy)
{
    int i;
    for (i = 0; i < noutside_; i++) {
        unsigned int n;
        const unsigned char *have = SSL_SESSION_get_id(outside_[i], &n);
        if ((int)n != len || memcmp(have, id, n) != 0)
            continue;
        note(3, SSL_get_SSL_CTX(ssl), outside_[i]);
        *copy = copy_;
        if (!copy_)
            SSL_SESSION_up_ref(outside_[i]);
        return outside_[i];
    }
    note(3, SSL_get_SSL_CTX(ssl), NULL);
    return NULL;
}

static int seal_cb(SSL *ssl, void *p)
{
    (void)p;
    note(6, SSL_get_SSL_CTX(ssl), SSL_get_session(ssl));
    return 1;
}

static SSL_TICKET_RETURN open_cb(SSL *ssl, SSL_SESSION *s, const unsigned char *name, size_t n,
                                 SSL_TICKET_STATUS status, void *use)
{
    (void)name; (void)n;
    note(7, SSL_get_SSL_CTX(ssl), s);
    if (use == NULL)
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    if (status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW)
        return SSL_TICKET_RETURN_USE;
    return SSL_TICKET_RETURN_IGNORE_RENEW;
}

static int use_cb(SSL *ssl, const EVP_MD *md, const unsigned char **id, size_t *n, SSL_SESSION **out)
{
    (void)md;
    note(4, SSL_get_SSL_CTX(ssl), psk_use_);
    *id = (const unsigned char *)"identity";
    *n = 8;
    *out = psk_use_;
    return psk_use_status_;
}

static int find_cb(SSL *ssl, const unsigned char *id, size_t n, SSL_SESSION **out)
{
    (void)id; (void)n;
    note(5, SSL_get_SSL_CTX(ssl), psk_find_);
    *out = psk_find_;
    return psk_find_status_;
}

static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in, unsigned int max, void *p)
{
    (void)ssl; (void)max; (void)p;
    *out = in + 1;
    *n = in[0];
    return SSL_TLSEXT_ERR_OK;
}

SSL_CTX *lib_context(int server, int version, int no_ticket, int tickets)
{
    SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (ctx == NULL)
        return NULL;
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256");
    if (no_ticket)
        SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (server) {
        SSL_CTX_set_num_tickets(ctx, tickets);
        SSL_CTX_set_alpn_select_cb(ctx, select_alpn, NULL);
        SSL_CTX_use_certificate(ctx, cert_);
        SSL_CTX_use_PrivateKey(ctx, key_);
        SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"p", 1);
    } else {
        SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)"\x02h2", 3);
    }
    return ctx;
}

void lib_on_new(SSL_CTX *ctx) { SSL_CTX_sess_set_new_cb(ctx, new_cb); }
void lib_on_remove(SSL_CTX *ctx) { SSL_CTX_sess_set_remove_cb(ctx, remove_cb); }
void lib_on_get(SSL_CTX *ctx) { SSL_CTX_sess_set_get_cb(ctx, get_cb); }
void lib_on_tickets(SSL_CTX *ctx, int use) { SSL_CTX_set_session_ticket_cb(ctx, seal_cb, open_cb, use ? ctx : NULL); }
void lib_set_keep(int keep) { keep_ = keep; }

void lib_on_psk(SSL_CTX *client, SSL_CTX *server)
{
    SSL_CTX_set_psk_use_session_callback(client, use_cb);
    SSL_CTX_set_psk_find_session_callback(server, find_cb);
}

void lib_set_psk(SSL_SESSION *use, int use_status, SSL_SESSION *find, int find_status)
{
    psk_use_ = use;
    psk_use_status_ = use_status;
    psk_find_ = find;
    psk_find_status_ = find_status;
}

void lib_set_outside(SSL_SESSION **s, int n, int copy)
{
    noutside_ = n < 64 ? n : 64;
    if (noutside_ > 0)
        memcpy(outside_, s, sizeof *s * noutside_);
    copy_ = copy;
}

int lib_take_events(lib_event *out, int max)
{
    int n = nevents_ < max ? nevents_ : max;
    memcpy(out, events_, sizeof *out * n);
    nevents_ = 0;
    return n;
}

int lib_renegotiate(SSL *c, SSL *s)
{
    char b[1];
    int i, done = 0;

#ifdef SSL_OP_ALLOW_CLIENT_RENEGOTIATION
    SSL_set_options(s, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
#endif
    if (SSL_renegotiate(c) != 1)
        return 0;
    for (i = 0; i < 40 && !done; i++) {
        SSL_do_handshake(c);
        SSL_read(s, b, sizeof b); /* only reading takes notice of the client */
        done = SSL_is_init_finished(c) && SSL_is_init_finished(s) && !SSL_renegotiate_pending(c);
    }
    ERR_clear_error();
    return done;
}

int lib_read(SSL *ssl)
{
    char b[64];
    int n;
    do
        n = SSL_read(ssl, b, sizeof b);
    while (n > 0);
    ERR_clear_error();
    return SSL_get_error(ssl, n) == SSL_ERROR_WANT_READ;
}

struct list { SSL_SESSION **out; int n, max; };

static void collect(SSL_SESSION *s, void *p)
{
    struct list *l = p;
    if (l->n < l->max)
        l->out[l->n++] = s;
}

int lib_cached(SSL_CTX *ctx, SSL_SESSION **out, int max)
{
    struct list l = {out, 0, max};
    OPENSSL_LH_doall_arg((OPENSSL_LHASH *)SSL_CTX_sessions(ctx), (OPENSSL_LH_DOALL_FUNCARG)collect, &l);
    return l.n;
}

SSL_SESSION *lib_new(SSL *any, int version)
{
    static const unsigned char suite[2] = {0x13, 0x01};
    static const unsigned char secret[32] = {1, 2, 3};
    SSL_SESSION *s = SSL_SESSION_new();
    if (s == NULL)
        return NULL;
    SSL_SESSION_set1_master_key(s, secret, sizeof secret);
    SSL_SESSION_set_cipher(s, SSL_CIPHER_find(any, suite));
    SSL_SESSION_set_protocol_version(s, version);
    return s;
}

int lib_i2d(SSL_SESSION *s, unsigned char *out)
{
    return out == NULL ? i2d_SSL_SESSION(s, NULL) : i2d_SSL_SESSION(s, &out);
}
