/* The handles as complete structs without pointers, as some vendored headers
 * and older forks have them: cgo passes pointers to such structs without a
 * wrapper around the call. */
#ifndef FIXTURES_COMPLETE_H
#define FIXTURES_COMPLETE_H
typedef struct ssl_session_st { int references; long time; long timeout; } SSL_SESSION;
typedef struct ssl_st { int references; int state; } SSL;
typedef struct ssl_ctx_st { int references; long mode; } SSL_CTX;
typedef struct bio_st { int references; } BIO;
typedef struct x509_st { int references; } X509;
#include "calls.h"
#endif
