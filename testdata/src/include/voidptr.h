/* The handles behind void *, as bindings have them that load the library at
 * run time: only the names of the functions tell what a pointer is. */
#ifndef FIXTURES_VOIDPTR_H
#define FIXTURES_VOIDPTR_H
typedef void SSL_SESSION;
typedef void SSL;
typedef void SSL_CTX;
typedef void BIO;
typedef void X509;
#include "calls.h"
#endif
