/* Just enough of OpenSSL for this example to compile without its headers: opaque types and functions that do
   nothing. With the real library this file is one line: #include <openssl/ssl.h> */

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_session_st SSL_SESSION;

static inline SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static inline SSL_SESSION *SSL_get0_session(const SSL *ssl) { return 0; }
static inline SSL_SESSION *SSL_get_session(const SSL *ssl) { return 0; }
static inline int SSL_set_session(SSL *ssl, SSL_SESSION *session) { return 0; }
static inline int SSL_CTX_add_session(SSL_CTX *ctx, SSL_SESSION *session) { return 0; }
static inline SSL *SSL_new(SSL_CTX *ctx) { return 0; }
static inline void SSL_free(SSL *ssl) {}
static inline int SSL_SESSION_up_ref(SSL_SESSION *session) { return 0; }
static inline void SSL_SESSION_free(SSL_SESSION *session) {}
static inline long SSL_SESSION_get_time(const SSL_SESSION *session) { return 0; }
static inline long SSL_SESSION_get_timeout(const SSL_SESSION *session) { return 0; }
static inline int i2d_SSL_SESSION(const SSL_SESSION *session, unsigned char **out) { return 0; }
static inline SSL_SESSION *d2i_SSL_SESSION(SSL_SESSION **session, const unsigned char **in, long length) { return 0; }
