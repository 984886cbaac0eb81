//go:build libssl || boringssl || wolfssl

/* What is the same for every library with the interface of libssl. */

#include "lib.h"

#include <openssl/bio.h>
#include <openssl/err.h>

int lib_connect(SSL *c, SSL *s)
{
    BIO *a = NULL, *b = NULL;
    int i, rc = 0, rs = 0;

    if (!BIO_new_bio_pair(&a, 1 << 16, &b, 1 << 16))
        return 0;
    SSL_set_bio(c, a, a);
    SSL_set_bio(s, b, b);
    SSL_set_connect_state(c);
    SSL_set_accept_state(s);
    for (i = 0; i < 40 && !(rc == 1 && rs == 1); i++) {
        rc = SSL_do_handshake(c);
        rs = SSL_do_handshake(s);
    }
    ERR_clear_error();
    return rc == 1 && rs == 1;
}

SSL_SESSION *lib_d2i(SSL_SESSION **reuse, unsigned char *data, long n)
{
    const unsigned char *p = data;
    SSL_SESSION *s = d2i_SSL_SESSION(reuse, &p, n);
    ERR_clear_error();
    return s;
}
