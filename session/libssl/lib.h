/* What the Go side of package libssl needs of the library. */
#ifndef SESSIONLINT_LIBSSL_H
#define SESSIONLINT_LIBSSL_H

#ifdef LIB_WOLFSSL
#include <wolfssl/options.h>
#endif
#include <openssl/err.h>
#include <openssl/ssl.h>

/* One run of a callback. */
typedef struct {
    int kind; /* 1 new, 2 remove, 3 get, 4 use psk, 5 find psk, 6 seal, 7 open */
    SSL_CTX *ctx;
    SSL_SESSION *session;
    long serial;
    int refs; /* count at entry */
} lib_event;

const char *lib_library(void); /* as contracts name it */
int lib_init(void); /* 1 if the count was found in the object */

int lib_refs(SSL_SESSION *s);
long lib_serial(SSL_SESSION *s);   /* unlike an address never used again */
int lib_dead(long serial);
int lib_live(void);                /* objects not destroyed */

SSL_CTX *lib_context(int server, int version, int no_ticket, int tickets);
void lib_on_new(SSL_CTX *ctx);
void lib_on_remove(SSL_CTX *ctx);
void lib_on_get(SSL_CTX *ctx);
void lib_on_psk(SSL_CTX *client, SSL_CTX *server);
void lib_on_tickets(SSL_CTX *ctx, int use); /* use: what the callback that opens them says */
void lib_set_keep(int keep);       /* what the new-session callback returns */
void lib_set_outside(SSL_SESSION **s, int n, int copy); /* what the get callback chooses from, by id */
void lib_set_psk(SSL_SESSION *use, int use_status, SSL_SESSION *find, int find_status);
int lib_take_events(lib_event *out, int max);

int lib_connect(SSL *client, SSL *server);
int lib_renegotiate(SSL *client, SSL *server);
int lib_read(SSL *ssl);
int lib_cached(SSL_CTX *ctx, SSL_SESSION **out, int max);
SSL_SESSION *lib_new(SSL *any, int version); /* with a cipher, so that it can be serialised */
SSL_SESSION *lib_d2i(SSL_SESSION **reuse, unsigned char *data, long n);
int lib_i2d(SSL_SESSION *s, unsigned char *out);
#endif
