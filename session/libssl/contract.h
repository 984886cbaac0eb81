/* One experiment for each function that a contract describes. */
#ifndef SESSIONLINT_CONTRACT_H
#define SESSIONLINT_CONTRACT_H

#include "lib.h"

/* What an experiment works on: an established TLS 1.2 connection whose session
 * is slot, with one reference of ours on slot and one on arg. */
typedef struct {
    SSL_CTX *client_ctx, *server_ctx;
    SSL *client, *server;
    SSL_SESSION *slot; /* the client connection's session */
    SSL_SESSION *arg;  /* what is passed as the session argument: slot, or a copy of it */
    SSL_SESSION *old;  /* arg before the call */
    long old_serial;

    /* What the call gave. */
    SSL_SESSION *result;
    SSL *ssl;          /* result that is a connection */
    SSL_CTX *ctx;      /* result that is a context */
    X509 *x509;        /* result that is a certificate */
    const void *first, *second; /* results of two calls in a row that lend */
    int status, has_status;
    int reused;        /* d2i: into arg */

    int slot_before, slot_after, arg_before, arg_after;
    long slot_serial;
} lib_bench;

int lib_experiments(void);
const char *lib_experiment_name(int i);
lib_bench *lib_bench_new(void);
void lib_experiment(int i, lib_bench *b);
void lib_bench_free(lib_bench *b);
#endif
