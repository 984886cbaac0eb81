/* Stand-ins for the calls of libssl that the fixtures make: they have the
 * names and the signatures that matter, and do nothing. The file that includes
 * this one declares SSL_SESSION, SSL, SSL_CTX, BIO and X509 first. */
#ifndef FIXTURES_CALLS_H
#define FIXTURES_CALLS_H

#include <stddef.h>

typedef struct fixtures_chain fixtures_chain; /* STACK_OF(X509) */

static inline SSL_SESSION *SSL_SESSION_new(void) { return 0; }
static inline SSL_SESSION *SSL_SESSION_dup(const SSL_SESSION *s) { (void)s; return 0; }
static inline int SSL_SESSION_up_ref(SSL_SESSION *s) { (void)s; return 1; }
static inline void SSL_SESSION_free(SSL_SESSION *s) { (void)s; }

static inline SSL *SSL_new(SSL_CTX *c) { (void)c; return 0; }
static inline void SSL_free(SSL *s) { (void)s; }
static inline int SSL_up_ref(SSL *s) { (void)s; return 1; }
static inline int SSL_clear(SSL *s) { (void)s; return 1; }
static inline int SSL_shutdown(SSL *s) { (void)s; return 1; }
static inline int SSL_connect(SSL *s) { (void)s; return 1; }
static inline int SSL_accept(SSL *s) { (void)s; return 1; }
static inline int SSL_do_handshake(SSL *s) { (void)s; return 1; }
static inline int SSL_read(SSL *s, void *b, int n) { (void)s; (void)b; (void)n; return 1; }
static inline int SSL_read_ex(SSL *s, void *b, size_t n, size_t *r) { (void)s; (void)b; (void)n; (void)r; return 1; }
static inline int SSL_peek(SSL *s, void *b, int n) { (void)s; (void)b; (void)n; return 1; }
static inline int SSL_write(SSL *s, const void *b, int n) { (void)s; (void)b; (void)n; return 1; }
static inline int SSL_renegotiate(SSL *s) { (void)s; return 1; }
static inline int SSL_pending(const SSL *s) { (void)s; return 0; }
static inline int SSL_is_server(const SSL *s) { (void)s; return 0; }
static inline int SSL_session_reused(const SSL *s) { (void)s; return 0; }
static inline SSL_SESSION *SSL_get_session(const SSL *s) { (void)s; return 0; }
#define SSL_get0_session SSL_get_session
static inline SSL_SESSION *SSL_get1_session(SSL *s) { (void)s; return 0; }
static inline int SSL_set_session(SSL *s, SSL_SESSION *e) { (void)s; (void)e; return 1; }
static inline int SSL_copy_session_id(SSL *to, const SSL *from) { (void)to; (void)from; return 1; }

static inline void SSL_set_accept_state(SSL *s) { (void)s; }
static inline long SSL_CTX_ctrl(SSL_CTX *c, int cmd, long n, void *p) { (void)c; (void)cmd; (void)n; (void)p; return 1; }
static inline void SSL_CTX_free(SSL_CTX *c) { (void)c; }
static inline int SSL_CTX_add_session(SSL_CTX *c, SSL_SESSION *s) { (void)c; (void)s; return 1; }
static inline int SSL_CTX_remove_session(SSL_CTX *c, SSL_SESSION *s) { (void)c; (void)s; return 1; }
static inline void SSL_CTX_flush_sessions(SSL_CTX *c, long t) { (void)c; (void)t; }

static inline SSL_SESSION *d2i_SSL_SESSION(SSL_SESSION **a, const unsigned char **pp, long n) { (void)a; (void)pp; (void)n; return 0; }
static inline int i2d_SSL_SESSION(const SSL_SESSION *s, unsigned char **pp) { (void)s; (void)pp; return 0; }
static inline SSL_SESSION *PEM_read_bio_SSL_SESSION(BIO *b, SSL_SESSION **x, void *cb, void *u) { (void)b; (void)x; (void)cb; (void)u; return 0; }
static inline int PEM_write_bio_SSL_SESSION(BIO *b, const SSL_SESSION *s) { (void)b; (void)s; return 1; }
static inline int SSL_SESSION_print(BIO *b, const SSL_SESSION *s) { (void)b; (void)s; return 1; }

static inline long SSL_SESSION_get_time(const SSL_SESSION *s) { (void)s; return 0; }
static inline long SSL_SESSION_set_time(SSL_SESSION *s, long t) { (void)s; return t; }
static inline long SSL_SESSION_get_timeout(const SSL_SESSION *s) { (void)s; return 0; }
static inline long SSL_SESSION_set_timeout(SSL_SESSION *s, long t) { (void)s; return t; }
static inline int SSL_SESSION_get_protocol_version(const SSL_SESSION *s) { (void)s; return 0; }
static inline int SSL_SESSION_is_resumable(const SSL_SESSION *s) { (void)s; return 1; }
static inline int SSL_SESSION_has_ticket(const SSL_SESSION *s) { (void)s; return 0; }
static inline const unsigned char *SSL_SESSION_get_id(const SSL_SESSION *s, unsigned int *n) { (void)s; (void)n; return 0; }
static inline const char *SSL_SESSION_get0_hostname(const SSL_SESSION *s) { (void)s; return 0; }
static inline int SSL_SESSION_set1_alpn_selected(SSL_SESSION *s, const unsigned char *p, size_t n) { (void)s; (void)p; (void)n; return 1; }
static inline int SSL_SESSION_set1_ticket_appdata(SSL_SESSION *s, const void *p, size_t n) { (void)s; (void)p; (void)n; return 1; }
static inline const unsigned char *SSL_SESSION_get0_id_context(const SSL_SESSION *s, unsigned int *n) { (void)s; (void)n; return 0; }
static inline void SSL_SESSION_get0_ticket(const SSL_SESSION *s, const unsigned char **p, size_t *n) { (void)s; (void)p; (void)n; }
static inline int SSL_SESSION_get0_ticket_appdata(SSL_SESSION *s, void **p, size_t *n) { (void)s; (void)p; (void)n; return 1; }
static inline const char *SSL_get_servername(const SSL *s, const int t) { (void)s; (void)t; return 0; }
static inline X509 *SSL_get0_peer_certificate(const SSL *s) { (void)s; return 0; }
static inline X509 *SSL_get1_peer_certificate(const SSL *s) { (void)s; return 0; }
static inline fixtures_chain *SSL_get_peer_cert_chain(const SSL *s) { (void)s; return 0; }
static inline fixtures_chain *SSL_get0_verified_chain(const SSL *s) { (void)s; return 0; }
static inline int sk_X509_num(const fixtures_chain *c) { (void)c; return 0; }
static inline int X509_up_ref(X509 *x) { (void)x; return 1; }
static inline void X509_free(X509 *x) { (void)x; }
static inline int X509_digest(const X509 *x) { (void)x; return 0; }
static inline SSL_CTX *SSL_get_SSL_CTX(const SSL *s) { (void)s; return 0; }
static inline SSL_CTX *SSL_CTX_new(const void *m) { (void)m; return 0; }
static inline int SSL_CTX_up_ref(SSL_CTX *c) { (void)c; return 1; }
static inline int SSL_SESSION_set1_hostname(SSL_SESSION *s, const char *h) { (void)s; (void)h; return 1; }
static inline int SSL_SESSION_set1_id(SSL_SESSION *s, const unsigned char *p, unsigned int n) { (void)s; (void)p; (void)n; return 1; }
static inline X509 *SSL_SESSION_get0_peer(SSL_SESSION *s) { (void)s; return 0; }
static inline void SSL_SESSION_get0_alpn_selected(const SSL_SESSION *s, const unsigned char **p, size_t *n) { (void)s; (void)p; (void)n; }

typedef int (*fixtures_new_cb)(SSL *, SSL_SESSION *);
typedef void (*fixtures_remove_cb)(SSL_CTX *, SSL_SESSION *);
typedef SSL_SESSION *(*fixtures_get_cb)(SSL *, const unsigned char *, int, int *);
typedef int (*fixtures_psk_use_cb)(SSL *, const void *, const unsigned char **, size_t *, SSL_SESSION **);
typedef int (*fixtures_psk_find_cb)(SSL *, const unsigned char *, size_t, SSL_SESSION **);
typedef int (*fixtures_ticket_gen_cb)(SSL *, void *);
typedef int (*fixtures_ticket_dec_cb)(SSL *, SSL_SESSION *, const unsigned char *, size_t, int, void *);

static inline void SSL_CTX_sess_set_new_cb(SSL_CTX *c, fixtures_new_cb f) { (void)c; (void)f; }
static inline void SSL_CTX_sess_set_remove_cb(SSL_CTX *c, fixtures_remove_cb f) { (void)c; (void)f; }
static inline void SSL_CTX_sess_set_get_cb(SSL_CTX *c, fixtures_get_cb f) { (void)c; (void)f; }
static inline void SSL_CTX_set_psk_use_session_callback(SSL_CTX *c, fixtures_psk_use_cb f) { (void)c; (void)f; }
static inline void SSL_CTX_set_psk_find_session_callback(SSL_CTX *c, fixtures_psk_find_cb f) { (void)c; (void)f; }
static inline int SSL_CTX_set_session_ticket_cb(SSL_CTX *c, fixtures_ticket_gen_cb g, fixtures_ticket_dec_cb d, void *arg) { (void)c; (void)g; (void)d; (void)arg; return 1; }

#endif
