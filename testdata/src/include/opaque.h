/* The handles as every binding sees them: incomplete types. */
#ifndef FIXTURES_OPAQUE_H
#define FIXTURES_OPAQUE_H
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct bio_st BIO;
typedef struct x509_st X509;
#include "calls.h"
#endif
