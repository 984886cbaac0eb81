//go:build libssl || boringssl || wolfssl

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

static void count_before(lib_bench *b)
{
    b->slot_serial = lib_serial(b->slot);
    b->slot_before = lib_refs(b->slot);
    b->arg_before = lib_refs(b->arg);
    b->old = b->arg;
    b->old_serial = lib_serial(b->arg);
}

static void count_after(lib_bench *b)
{
    b->slot_after = lib_dead(b->slot_serial) ? 0 : lib_refs(b->slot);
    b->arg_after = lib_refs(b->arg);
}

/* A new object with the same contents. */
static SSL_SESSION *copy_of(SSL *any, SSL_SESSION *s)
{
#ifdef OPENSSL_IS_BORINGSSL
    unsigned char *der = NULL;
    size_t n = 0;
    SSL_SESSION *made;
    if (!SSL_SESSION_to_bytes(s, &der, &n))
        return NULL;
    made = SSL_SESSION_from_bytes(der, n, SSL_get_SSL_CTX(any));
    OPENSSL_free(der);
    return made;
#else
    (void)any;
    return SSL_SESSION_dup(s);
#endif
}

/* The argument is another session than the connection's. */
static void other(lib_bench *b)
{
    b->arg = copy_of(b->client, b->slot);
    if (b->arg == NULL)
        abort();
}

/* One reference more, for the call to take. */
static void twice(lib_bench *b)
{
    other(b);
    SSL_SESSION_up_ref(b->arg);
}

static void own_id(lib_bench *b)
{
    static const unsigned char id[4] = {1, 2, 3, 4};
    other(b);
    SSL_SESSION_set1_id(b->arg, id, sizeof id);
}

static void cached(lib_bench *b)
{
    own_id(b);
    SSL_CTX_add_session(b->client_ctx, b->arg);
}

/* A second, unconnected client that offers arg, which its server refuses. */
static SSL *refused_, *refusing_;
static void offering(lib_bench *b)
{
    BIO *x = NULL, *y = NULL;
    own_id(b);
    refused_ = SSL_new(b->client_ctx);
    refusing_ = SSL_new(b->server_ctx);
    BIO_new_bio_pair(&x, 1 << 16, &y, 1 << 16);
    SSL_set_bio(refused_, x, x);
    SSL_set_bio(refusing_, y, y);
    SSL_set_connect_state(refused_);
    SSL_set_accept_state(refusing_);
    SSL_set_session(refused_, b->arg);
    SSL_set_session(refusing_, b->arg);
}

static void offered(lib_bench *b)
{
    (void)b;
    SSL_free(refused_);
    SSL_free(refusing_);
    refused_ = refusing_ = NULL;
}

static void shake(int (*client)(SSL *), int (*server)(SSL *))
{
    int i, rc = 0, rs = 0;
    for (i = 0; i < 40 && !(rc == 1 && rs == 1); i++) {
        rc = client(refused_);
        rs = server(refusing_);
    }
}

static BIO *memory_;
static unsigned char *der_;
static int nder_;

static void serial(lib_bench *b)
{
    unsigned char *p;
    other(b);
    nder_ = i2d_SSL_SESSION(b->slot, NULL);
    p = der_ = OPENSSL_malloc(nder_);
    i2d_SSL_SESSION(b->slot, &p);
    memory_ = BIO_new(BIO_s_mem());
}

static void serial_reuse(lib_bench *b)
{
    serial(b);
    b->reused = 1;
}

static void serialised(lib_bench *b)
{
    (void)b;
    OPENSSL_free(der_);
    BIO_free(memory_);
}

static FILE *file_;
static void in_file(lib_bench *b)
{
    serial(b);
    file_ = tmpfile();
}

#ifndef LIBWOLFSSL_VERSION_HEX
static void written_file(lib_bench *b)
{
    in_file(b);
    PEM_write_SSL_SESSION(file_, b->slot);
    rewind(file_);
}

static void closed_file(lib_bench *b)
{
    fclose(file_);
    serialised(b);
}
#endif

static int cb_new(SSL *s, SSL_SESSION *x) { (void)s; (void)x; return 0; }
static void cb_remove(SSL_CTX *c, SSL_SESSION *x) { (void)c; (void)x; }
static SSL_SESSION *cb_get(SSL *s, const unsigned char *id, int n, int *copy)
{ (void)s; (void)id; (void)n; (void)copy; return NULL; }

#if !defined(OPENSSL_IS_BORINGSSL) && !defined(LIBWOLFSSL_VERSION_HEX)
static BIO *to_, *from_;
static void in_bios(lib_bench *b)
{
    SSL *to = SSL_new(b->client_ctx);
    to_ = BIO_new(BIO_f_ssl());
    from_ = BIO_new(BIO_f_ssl());
    BIO_set_ssl(to_, to, BIO_CLOSE);
    BIO_set_ssl(from_, b->client, BIO_NOCLOSE);
}

static void out_of_bios(lib_bench *b)
{
    (void)b;
    BIO_free_all(to_);
    BIO_free_all(from_);
}
#endif

#if !defined(OPENSSL_IS_BORINGSSL) && !defined(LIBWOLFSSL_VERSION_HEX)
static void texts(lib_bench *b)
{
    static const unsigned char alpn[2] = {'h', '2'};
    SSL_SESSION_set1_hostname(b->arg, "one");
    SSL_SESSION_set1_alpn_selected(b->arg, alpn, sizeof alpn);
    SSL_SESSION_set1_ticket_appdata(b->arg, "app", 3);
}
#else
static SSL *spare_; /* a connection that only we hold */
static void spare(lib_bench *b) { spare_ = SSL_new(b->client_ctx); }

/* It shares the session. */
static void spare_other(lib_bench *b)
{
    other(b);
    spare(b);
    SSL_set_session(spare_, b->slot);
}

static void no_spare(lib_bench *b)
{
    (void)b;
    SSL_free(spare_);
}
#endif

static void nothing(lib_bench *b) { (void)b; }

static int app_index_ = -1;
static void app_data(lib_bench *b)
{
    if (app_index_ < 0)
        app_index_ = SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    SSL_SESSION_set_ex_data(b->arg, app_index_, b);
}

#define STATUS(e) (b->has_status = 1, b->status = (e))
#define LENT(e) (b->first = (const void *)(e), b->second = (const void *)(e))
#define LENT_OUT(call) do { const unsigned char *p_ = NULL, *q_ = NULL; size_t n_ = 0; \
    { const unsigned char **o_ = &p_; call; } { const unsigned char **o_ = &q_; call; } b->first = p_; b->second = q_; } while (0)

#define X(name, before, call, after) #name,
static const char *const names_[] = {
#include "experiments.def"
};
#undef X

int lib_experiments(void) { return sizeof names_ / sizeof *names_; }
const char *lib_experiment_name(int i) { return names_[i]; }

void lib_experiment(int i, lib_bench *b)
{
    int n = 0;
#define X(name, before, call, after) \
    if (i == n++) { before(b); count_before(b); call; count_after(b); after(b); }
#include "experiments.def"
#undef X
    if (b->result != NULL)
        lib_serial(b->result); /* from here on its end is seen */
    ERR_clear_error();
}

lib_bench *lib_bench_new(void)
{
    lib_bench *b = calloc(1, sizeof *b);
    b->client_ctx = lib_context(0, TLS1_2_VERSION, 1, 0);
    b->server_ctx = lib_context(1, TLS1_2_VERSION, 1, 0);
    b->client = SSL_new(b->client_ctx);
    b->server = SSL_new(b->server_ctx);
    if (!lib_connect(b->client, b->server))
        abort();
    b->slot = b->arg = SSL_get1_session(b->client);
    return b;
}

void lib_bench_free(lib_bench *b)
{
    if (b->arg != b->slot)
        SSL_SESSION_free(b->arg);
    SSL_SESSION_free(b->slot);
    SSL_free(b->client);
    SSL_free(b->server);
    SSL_CTX_free(b->client_ctx);
    SSL_CTX_free(b->server_ctx);
    ERR_clear_error();
    free(b);
}
