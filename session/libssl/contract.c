//go:build libssl

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "contract.h"

static void count_before(lib_bench *b)
{
    b->slot_serial = lib_serial(b->slot);
    b->slot_before = lib_refs(b->slot);
    b->arg_before = lib_refs(b->arg);
}

static void count_after(lib_bench *b)
{
    b->slot_after = lib_dead(b->slot_serial) ? 0 : lib_refs(b->slot);
    b->arg_after = lib_refs(b->arg);
}

/* The argument is another session than the connection's. */
static void other(lib_bench *b)
{
    b->arg = SSL_SESSION_dup(b->slot);
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

static int cb_new(SSL *s, SSL_SESSION *x) { (void)s; (void)x; return 0; }
static void cb_remove(SSL_CTX *c, SSL_SESSION *x) { (void)c; (void)x; }
static SSL_SESSION *cb_get(SSL *s, const unsigned char *id, int n, int *copy)
{ (void)s; (void)id; (void)n; (void)copy; return NULL; }

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

static void texts(lib_bench *b)
{
    static const unsigned char alpn[2] = {'h', '2'};
    SSL_SESSION_set1_hostname(b->arg, "one");
    SSL_SESSION_set1_alpn_selected(b->arg, alpn, sizeof alpn);
    SSL_SESSION_set1_ticket_appdata(b->arg, "app", 3);
}

static void nothing(lib_bench *b) { (void)b; }

static int app_index_ = -1;
static void app_data(lib_bench *b)
{
    if (app_index_ < 0)
        app_index_ = SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    SSL_SESSION_set_ex_data(b->arg, app_index_, b);
}

/* X(name, before, call, after): the call alone is measured. */
#define STATUS(e) (b->has_status = 1, b->status = (e))
#define LENT(e) (b->first = (const void *)(e), b->second = (const void *)(e))
#define LENT_OUT(call) do { const unsigned char *p_ = NULL, *q_ = NULL; size_t n_ = 0; \
    { const unsigned char **o_ = &p_; call; } { const unsigned char **o_ = &q_; call; } b->first = p_; b->second = q_; } while (0)

#define EXPERIMENTS(X) \
  X(SSL_SESSION_new, nothing, b->result = SSL_SESSION_new(), nothing) \
  X(SSL_SESSION_dup, nothing, b->result = SSL_SESSION_dup(b->arg), nothing) \
  X(SSL_SESSION_up_ref, nothing, STATUS(SSL_SESSION_up_ref(b->arg)), nothing) \
  X(SSL_SESSION_free, twice, SSL_SESSION_free(b->arg), nothing) \
  X(SSL_get_session, nothing, b->result = SSL_get_session(b->client), nothing) \
  X(SSL_get0_session, nothing, b->result = SSL_get0_session(b->client), nothing) \
  X(SSL_get1_session, nothing, b->result = SSL_get1_session(b->client), nothing) \
  X(SSL_set_session, other, STATUS(SSL_set_session(b->client, b->arg)), nothing) \
  X(SSL_copy_session_id, nothing, STATUS(SSL_copy_session_id(b->client, b->server)), nothing) \
  X(SSL_dup, nothing, b->ssl = SSL_dup(b->client), nothing) \
  X(SSL_free, nothing, (SSL_up_ref(b->client), SSL_free(b->client)), nothing) \
  X(SSL_clear, nothing, STATUS(SSL_clear(b->client)), nothing) \
  X(SSL_shutdown, nothing, SSL_shutdown(b->client), nothing) \
  X(SSL_do_handshake, offering, shake(SSL_do_handshake, SSL_do_handshake), offered) \
  X(SSL_connect, offering, shake(SSL_connect, SSL_do_handshake), offered) \
  X(SSL_accept, offering, shake(SSL_do_handshake, SSL_accept), offered) \
  X(SSL_read, nothing, { char c_; SSL_read(b->client, &c_, 1); }, nothing) \
  X(SSL_write, nothing, SSL_write(b->client, "x", 1), nothing) \
  X(SSL_renegotiate, nothing, STATUS(SSL_renegotiate(b->client)), nothing) \
  X(SSL_set_SSL_CTX, nothing, SSL_set_SSL_CTX(b->client, b->server_ctx), nothing) \
  X(SSL_session_reused, nothing, SSL_session_reused(b->client), nothing) \
  X(BIO_ssl_copy_session_id, in_bios, STATUS(BIO_ssl_copy_session_id(to_, from_)), out_of_bios) \
  X(SSL_CTX_add_session, own_id, STATUS(SSL_CTX_add_session(b->client_ctx, b->arg)), nothing) \
  X(SSL_CTX_remove_session, cached, STATUS(SSL_CTX_remove_session(b->client_ctx, b->arg)), nothing) \
  X(SSL_CTX_flush_sessions, cached, SSL_CTX_flush_sessions(b->client_ctx, 0), nothing) \
  X(SSL_CTX_free, nothing, (SSL_CTX_up_ref(b->client_ctx), SSL_CTX_free(b->client_ctx)), nothing) \
  X(SSL_CTX_sessions, nothing, LENT(SSL_CTX_sessions(b->client_ctx)), nothing) \
  X(SSL_CTX_sess_set_new_cb, nothing, SSL_CTX_sess_set_new_cb(b->client_ctx, cb_new), nothing) \
  X(SSL_CTX_sess_set_remove_cb, nothing, SSL_CTX_sess_set_remove_cb(b->client_ctx, cb_remove), nothing) \
  X(SSL_CTX_sess_set_get_cb, nothing, SSL_CTX_sess_set_get_cb(b->client_ctx, cb_get), nothing) \
  X(SSL_CTX_sess_get_new_cb, nothing, (void)SSL_CTX_sess_get_new_cb(b->client_ctx), nothing) \
  X(SSL_CTX_sess_get_remove_cb, nothing, (void)SSL_CTX_sess_get_remove_cb(b->client_ctx), nothing) \
  X(SSL_CTX_sess_get_get_cb, nothing, (void)SSL_CTX_sess_get_get_cb(b->client_ctx), nothing) \
  X(d2i_SSL_SESSION, serial, b->result = lib_d2i(NULL, der_, nder_), serialised) \
  X(d2i_SSL_SESSION, serial_reuse, b->result = lib_d2i(&b->arg, der_, nder_), serialised) \
  X(d2i_SSL_SESSION_bio, serial, (BIO_write(memory_, der_, nder_), b->result = d2i_SSL_SESSION_bio(memory_, NULL)), serialised) \
  X(d2i_SSL_SESSION_bio, serial_reuse, (BIO_write(memory_, der_, nder_), b->result = d2i_SSL_SESSION_bio(memory_, &b->arg)), serialised) \
  X(i2d_SSL_SESSION, nothing, i2d_SSL_SESSION(b->arg, NULL), nothing) \
  X(i2d_SSL_SESSION_bio, serial, STATUS(i2d_SSL_SESSION_bio(memory_, b->arg)), serialised) \
  X(PEM_write_bio_SSL_SESSION, serial, STATUS(PEM_write_bio_SSL_SESSION(memory_, b->arg)), serialised) \
  X(PEM_read_bio_SSL_SESSION, serial, (PEM_write_bio_SSL_SESSION(memory_, b->slot), b->result = PEM_read_bio_SSL_SESSION(memory_, NULL, NULL, NULL)), serialised) \
  X(PEM_read_bio_SSL_SESSION, serial_reuse, (PEM_write_bio_SSL_SESSION(memory_, b->slot), b->result = PEM_read_bio_SSL_SESSION(memory_, &b->arg, NULL, NULL)), serialised) \
  X(PEM_write_SSL_SESSION, in_file, STATUS(PEM_write_SSL_SESSION(file_, b->arg)), closed_file) \
  X(PEM_read_SSL_SESSION, written_file, b->result = PEM_read_SSL_SESSION(file_, NULL, NULL, NULL), closed_file) \
  X(SSL_SESSION_print, serial, STATUS(SSL_SESSION_print(memory_, b->arg)), serialised) \
  X(SSL_SESSION_print_fp, in_file, STATUS(SSL_SESSION_print_fp(file_, b->arg)), closed_file) \
  X(SSL_SESSION_print_keylog, serial, STATUS(SSL_SESSION_print_keylog(memory_, b->arg)), serialised) \
  X(SSL_SESSION_get0_peer, nothing, LENT(SSL_SESSION_get0_peer(b->arg)), nothing) \
  X(SSL_SESSION_get0_cipher, nothing, LENT(SSL_SESSION_get0_cipher(b->arg)), nothing) \
  X(SSL_SESSION_get0_hostname, texts, LENT(SSL_SESSION_get0_hostname(b->arg)), nothing) \
  X(SSL_SESSION_get0_alpn_selected, texts, LENT_OUT(SSL_SESSION_get0_alpn_selected(b->arg, o_, &n_)), nothing) \
  X(SSL_SESSION_get0_ticket, nothing, { const unsigned char *p_; size_t n_; SSL_SESSION_get0_ticket(b->arg, &p_, &n_); }, nothing) \
  X(SSL_SESSION_get0_ticket_appdata, texts, LENT_OUT(STATUS(SSL_SESSION_get0_ticket_appdata(b->arg, (void **)o_, &n_))), nothing) \
  X(SSL_SESSION_get0_id_context, nothing, { unsigned int n_; LENT(SSL_SESSION_get0_id_context(b->arg, &n_)); }, nothing) \
  X(SSL_SESSION_get_id, nothing, { unsigned int n_; LENT(SSL_SESSION_get_id(b->arg, &n_)); }, nothing) \
  X(SSL_SESSION_get_ex_data, app_data, LENT(SSL_SESSION_get_ex_data(b->arg, app_index_)), nothing) \
  X(SSL_get_peer_cert_chain, nothing, LENT(SSL_get_peer_cert_chain(b->client)), nothing) \
  X(SSL_get0_peer_certificate, nothing, LENT(SSL_get0_peer_certificate(b->client)), nothing) \
  X(SSL_get1_peer_certificate, nothing, b->x509 = SSL_get1_peer_certificate(b->client), nothing) \
  X(SSL_get_peer_certificate, nothing, b->x509 = SSL_get_peer_certificate(b->client), nothing) \
  X(SSL_get0_verified_chain, nothing, (void)SSL_get0_verified_chain(b->client), nothing) \
  X(SSL_get_psk_identity, nothing, (void)SSL_get_psk_identity(b->client), nothing) \
  X(SSL_get_psk_identity_hint, nothing, (void)SSL_get_psk_identity_hint(b->client), nothing) \
  X(SSL_get_servername, nothing, (void)SSL_get_servername(b->client, TLSEXT_NAMETYPE_host_name), nothing) \
  X(SSL_SESSION_set1_hostname, nothing, STATUS(SSL_SESSION_set1_hostname(b->arg, "two")), nothing) \
  X(SSL_SESSION_set1_alpn_selected, nothing, STATUS(SSL_SESSION_set1_alpn_selected(b->arg, (const unsigned char *)"h2", 2)), nothing) \
  X(SSL_SESSION_set1_ticket_appdata, nothing, STATUS(SSL_SESSION_set1_ticket_appdata(b->arg, "x", 1)), nothing) \
  X(SSL_SESSION_set1_id, other, STATUS(SSL_SESSION_set1_id(b->arg, (const unsigned char *)"id", 2)), nothing) \
  X(SSL_SESSION_set1_id_context, other, STATUS(SSL_SESSION_set1_id_context(b->arg, (const unsigned char *)"c", 1)), nothing) \
  X(SSL_SESSION_set1_master_key, other, STATUS(SSL_SESSION_set1_master_key(b->arg, (const unsigned char *)"key", 3)), nothing) \
  X(SSL_SESSION_set_ex_data, app_data, STATUS(SSL_SESSION_set_ex_data(b->arg, app_index_, NULL)), nothing) \
  X(SSL_SESSION_get_ex_new_index, nothing, (void)SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL), nothing) \
  X(SSL_SESSION_set_cipher, nothing, STATUS(SSL_SESSION_set_cipher(b->arg, SSL_SESSION_get0_cipher(b->arg))), nothing) \
  X(SSL_SESSION_set_protocol_version, nothing, STATUS(SSL_SESSION_set_protocol_version(b->arg, TLS1_2_VERSION)), nothing) \
  X(SSL_SESSION_set_time, cached, SSL_SESSION_set_time(b->arg, 5), nothing) \
  X(SSL_SESSION_set_timeout, cached, SSL_SESSION_set_timeout(b->arg, 5), nothing) \
  X(SSL_SESSION_set_max_early_data, nothing, STATUS(SSL_SESSION_set_max_early_data(b->arg, 0)), nothing) \
  X(SSL_SESSION_get_time, nothing, SSL_SESSION_get_time(b->arg), nothing) \
  X(SSL_SESSION_get_timeout, nothing, SSL_SESSION_get_timeout(b->arg), nothing) \
  X(SSL_SESSION_get_protocol_version, nothing, SSL_SESSION_get_protocol_version(b->arg), nothing) \
  X(SSL_SESSION_get_compress_id, nothing, SSL_SESSION_get_compress_id(b->arg), nothing) \
  X(SSL_SESSION_get_max_early_data, nothing, SSL_SESSION_get_max_early_data(b->arg), nothing) \
  X(SSL_SESSION_get_ticket_lifetime_hint, nothing, SSL_SESSION_get_ticket_lifetime_hint(b->arg), nothing) \
  X(SSL_SESSION_get_max_fragment_length, nothing, SSL_SESSION_get_max_fragment_length(b->arg), nothing) \
  X(SSL_SESSION_has_ticket, nothing, SSL_SESSION_has_ticket(b->arg), nothing) \
  X(SSL_SESSION_is_resumable, nothing, SSL_SESSION_is_resumable(b->arg), nothing) \
  X(SSL_SESSION_get_master_key, nothing, { unsigned char k_[64]; SSL_SESSION_get_master_key(b->arg, k_, sizeof k_); }, nothing) \
  X(SSL_CTX_set_psk_use_session_callback, nothing, SSL_CTX_set_psk_use_session_callback(b->client_ctx, NULL), nothing) \
  X(SSL_set_psk_use_session_callback, nothing, SSL_set_psk_use_session_callback(b->client, NULL), nothing) \
  X(SSL_CTX_set_psk_find_session_callback, nothing, SSL_CTX_set_psk_find_session_callback(b->server_ctx, NULL), nothing) \
  X(SSL_set_psk_find_session_callback, nothing, SSL_set_psk_find_session_callback(b->server, NULL), nothing) \
  X(SSL_CTX_set_session_ticket_cb, nothing, STATUS(SSL_CTX_set_session_ticket_cb(b->server_ctx, NULL, NULL, NULL)), nothing) \
  X(SSL_set_session_ticket_ext, nothing, STATUS(SSL_set_session_ticket_ext(b->client, NULL, 0)), nothing) \
  X(SSL_new, nothing, b->ssl = SSL_new(b->client_ctx), nothing) \
  X(SSL_up_ref, nothing, (STATUS(SSL_up_ref(b->client)), b->ssl = b->client), nothing) \
  X(SSL_CTX_new, nothing, b->ctx = SSL_CTX_new(TLS_method()), nothing) \
  X(SSL_CTX_up_ref, nothing, (STATUS(SSL_CTX_up_ref(b->client_ctx)), b->ctx = b->client_ctx), nothing)

#define NAME(name, before, call, after) #name,
static const char *const names_[] = {EXPERIMENTS(NAME)};

#define RUN(name, before, call, after) \
    if (i == n++) { before(b); count_before(b); call; count_after(b); after(b); }

int lib_experiments(void) { return sizeof names_ / sizeof *names_; }
const char *lib_experiment_name(int i) { return names_[i]; }

void lib_experiment(int i, lib_bench *b)
{
    int n = 0;
    EXPERIMENTS(RUN)
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
