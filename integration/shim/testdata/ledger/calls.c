/* The functions of libssl that programs call, as far as references go. */
#include <errno.h>
#include <stddef.h>

#include "objects.h"

static void *handle(object *o) { return o == NULL ? NULL : page(o); }

/* Sessions. */

static void *fresh(void)
{
    object *s;
    if (fails())
        return NULL;
    s = make(SHIM_SESSION);
    own(s);
    return page(s);
}

void *SSL_SESSION_new(void) { HOLD; return fresh(); }
void *SSL_SESSION_dup(const void *p) { HOLD; must(p, "SSL_SESSION_dup"); return fresh(); }

int SSL_SESSION_up_ref(void *p)
{
    HOLD;
    object *s = must(p, "SSL_SESSION_up_ref");
    if (s == NULL || fails())
        return 0;
    add(s, 1);
    own(s);
    return 1;
}

void SSL_SESSION_free(void *p)
{
    HOLD;
    object *s = find(p, SHIM_SESSION);
    if (s != NULL)
        give_up(s, "SSL_SESSION_free");
}

static void *decode(void **a)
{
    void *s;
    object *old = a != NULL ? find(*a, SHIM_SESSION) : NULL;
    if (old != NULL) {
        int i;
        look(old, "d2i_SSL_SESSION");
        if (fails())
            return NULL;
        for (i = 0; i < REWRITTEN; i++)
            old->edition[i]++;
        old->certificate = NULL;
        return *a;
    }
    s = fresh();
    if (a != NULL && s != NULL)
        *a = s;
    return s;
}

void *d2i_SSL_SESSION(void **a, const unsigned char **pp, long n) { HOLD; (void)pp; (void)n; return decode(a); }
void *PEM_read_bio_SSL_SESSION(void *b, void **x, void *cb, void *u) { HOLD; (void)b; (void)cb; (void)u; return decode(x); }

int i2d_SSL_SESSION(const void *p, unsigned char **pp)
{
    HOLD;
    use(p, "i2d_SSL_SESSION");
    if (p == NULL || fails())
        return 0;
    if (pp != NULL && *pp != NULL)
        *pp += 16;
    return 16;
}

int PEM_write_bio_SSL_SESSION(void *b, const void *p) { HOLD; (void)b; use(p, "PEM_write_bio_SSL_SESSION"); return p != NULL && !fails(); }
int SSL_SESSION_print(void *b, const void *p) { HOLD; (void)b; use(p, "SSL_SESSION_print"); return p != NULL && !fails(); }

/* What a session answers stays the same until it is changed. NULL is good for
 * the times alone. */
long SSL_SESSION_get_time(const void *p) { HOLD; object *s = use(p, "SSL_SESSION_get_time"); return s == NULL ? 0 : s->time; }
long SSL_SESSION_get_timeout(const void *p) { HOLD; object *s = use(p, "SSL_SESSION_get_timeout"); return s == NULL ? 0 : s->timeout; }
int SSL_SESSION_get_protocol_version(const void *p) { HOLD; object *s = must(p, "SSL_SESSION_get_protocol_version"); return s == NULL ? 0 : s->version; }
int SSL_SESSION_is_resumable(const void *p) { HOLD; object *s = must(p, "SSL_SESSION_is_resumable"); return s == NULL ? 0 : s->resumable; }
int SSL_SESSION_has_ticket(const void *p) { HOLD; object *s = must(p, "SSL_SESSION_has_ticket"); return s == NULL ? 0 : s->ticket; }

long SSL_SESSION_set_time(void *p, long t) { HOLD; object *s = use(p, "SSL_SESSION_set_time"); return s == NULL ? 0 : (s->time = t); }
long SSL_SESSION_set_timeout(void *p, long t) { HOLD; object *s = use(p, "SSL_SESSION_set_timeout"); return s != NULL && (s->timeout = t, 1); }

int SSL_SESSION_set1_id(void *p, const unsigned char *id, unsigned n) { HOLD; (void)id; (void)n; must(p, "SSL_SESSION_set1_id"); return !fails(); }

/* What was there is gone even if there is no memory for the new. */
static int rewrite(void *p, int what, const char *call)
{
    object *s = must(p, call);
    if (s == NULL)
        return 0;
    s->edition[what]++;
    return !fails();
}

int SSL_SESSION_set1_hostname(void *p, const char *h) { HOLD; (void)h; return rewrite(p, HOSTNAME, "SSL_SESSION_set1_hostname"); }
int SSL_SESSION_set1_alpn_selected(void *p, const unsigned char *b, size_t n) { HOLD; (void)b; (void)n; return rewrite(p, PROTOCOL, "SSL_SESSION_set1_alpn_selected"); }
int SSL_SESSION_set1_ticket_appdata(void *p, const void *b, size_t n) { HOLD; (void)b; (void)n; return rewrite(p, APPDATA, "SSL_SESSION_set1_ticket_appdata"); }

/* Parts of sessions. */

static void *part_of(const void *p, int what, const char *call) { return handle(part(must(p, call), what, NULL)); }

const char *SSL_SESSION_get0_hostname(const void *p) { HOLD; return part_of(p, HOSTNAME, "SSL_SESSION_get0_hostname"); }

static const unsigned char *array(const void *p, unsigned *n, int what, const char *call)
{
    if (n != NULL)
        *n = 4;
    return part_of(p, what, call);
}

const unsigned char *SSL_SESSION_get_id(const void *p, unsigned *n) { HOLD; return array(p, n, ID, "SSL_SESSION_get_id"); }
const unsigned char *SSL_SESSION_get0_id_context(const void *p, unsigned *n) { HOLD; return array(p, n, ID_CONTEXT, "SSL_SESSION_get0_id_context"); }

static void bytes(const void *p, void **out, size_t *n, int what, const char *call)
{
    *out = part_of(p, what, call);
    *n = *out == NULL ? 0 : 4;
}

void SSL_SESSION_get0_alpn_selected(const void *p, void **out, size_t *n) { HOLD; bytes(p, out, n, PROTOCOL, "SSL_SESSION_get0_alpn_selected"); }
void SSL_SESSION_get0_ticket(const void *p, void **out, size_t *n) { HOLD; bytes(p, out, n, TICKET, "SSL_SESSION_get0_ticket"); }
int SSL_SESSION_get0_ticket_appdata(void *p, void **out, size_t *n) { HOLD; bytes(p, out, n, APPDATA, "SSL_SESSION_get0_ticket_appdata"); return 1; }

/* Certificates. */

static object *slot_of(const void *ssl);

static object *certificate(object *s)
{
    if (s != NULL && s->certificate == NULL && !fails())
        s->certificate = make(SHIM_CERTIFICATE);
    return s == NULL ? NULL : s->certificate;
}

static void *lent_certificate(object *s, object *by)
{
    object *c = certificate(s);
    if (c != NULL)
        lend(c, by);
    return handle(c);
}

void *SSL_SESSION_get0_peer(void *p) { HOLD; object *s = must(p, "SSL_SESSION_get0_peer"); return lent_certificate(s, s); }
void *SSL_get0_peer_certificate(const void *ssl) { HOLD; return lent_certificate(slot_of(ssl), find(ssl, SHIM_CONN)); }

int X509_up_ref(void *x)
{
    HOLD;
    object *c = find(x, SHIM_CERTIFICATE);
    look(c, "X509_up_ref");
    if (c == NULL || fails())
        return 0;
    own(c);
    return 1;
}

void X509_free(void *x)
{
    HOLD;
    object *c = find(x, SHIM_CERTIFICATE);
    if (c != NULL && c->owned > 0)
        c->owned--;
}

void *SSL_get1_peer_certificate(const void *ssl)
{
    HOLD;
    object *c = certificate(slot_of(ssl));
    if (c != NULL)
        own(c);
    return handle(c);
}

int X509_digest(const void *x) { HOLD; look(find(x, SHIM_CERTIFICATE), "X509_digest"); return 1; }

void *SSL_get_peer_cert_chain(const void *ssl) { HOLD; return handle(part(slot_of(ssl), CHAIN, find(ssl, SHIM_CONN))); }
void *SSL_get0_verified_chain(const void *ssl) { HOLD; return handle(part(find(ssl, SHIM_CONN), VERIFIED, NULL)); }
int sk_X509_num(const void *chain) { HOLD; look(find(chain, PART), "sk_X509_num"); return 1; }

/* Contexts. */

static void uncache(object *x, int i)
{
    object *s = x->cache[i];
    x->cache[i] = x->cache[--x->ncached];
    drop(s);
    end_lending(x, s);
}

static void drop_context(object *x)
{
    if (x == NULL || x->refs == 0)
        return;
    drop(x);
    while (x->refs == 0 && x->ncached > 0)
        uncache(x, 0);
}

/* Also what it takes out may not be resumed. */
static int removed(object *x, object *s)
{
    int i;
    if (s != NULL)
        s->resumable = 0;
    for (i = 0; x != NULL && i < x->ncached; i++) {
        if (x->cache[i] == s) {
            uncache(x, i);
            return 1;
        }
    }
    return 0;
}

void *SSL_CTX_new(const void *method)
{
    HOLD;
    object *x;
    (void)method;
    if (fails())
        return NULL;
    x = make(SHIM_CONTEXT);
    own(x);
    return page(x);
}

int SSL_CTX_up_ref(void *ctx)
{
    HOLD;
    object *x = find(ctx, SHIM_CONTEXT);
    if (x == NULL)
        return 0;
    add(x, 1);
    own(x);
    return 1;
}

void SSL_CTX_free(void *ctx) { HOLD; drop_context(find(ctx, SHIM_CONTEXT)); }

int SSL_CTX_add_session(void *ctx, void *p)
{
    HOLD;
    object *x = find(ctx, SHIM_CONTEXT), *s = must(p, "SSL_CTX_add_session");
    int i;
    if (x == NULL || s == NULL)
        return 0;
    for (i = 0; i < x->ncached; i++)
        if (x->cache[i] == s)
            return 0;
    if (fails())
        return 0;
    if (x->ncached > 0 && (x->ncached == CACHE || shim_draw(3) == 0))
        uncache(x, 0); /* it is full */
    add(s, 1);
    x->cache[x->ncached++] = s;
    if (may_use(s))
        lend(s, x);
    return 1;
}

int SSL_CTX_remove_session(void *ctx, void *p) { HOLD; return removed(find(ctx, SHIM_CONTEXT), use(p, "SSL_CTX_remove_session")); }

void SSL_CTX_flush_sessions(void *ctx, long t)
{
    HOLD;
    object *x = find(ctx, SHIM_CONTEXT);
    int i;
    (void)t;
    for (i = x == NULL ? 0 : x->ncached; i > 0; i--)
        if (shim_draw(2)) /* it has expired */
            uncache(x, i - 1);
}

void SSL_CTX_sess_set_new_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_sess_set_remove_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_sess_set_get_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_set_psk_use_session_callback(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_set_psk_find_session_callback(void *ctx, void *f) { (void)ctx; (void)f; }
int SSL_CTX_set_session_ticket_cb(void *ctx, void *g, void *d, void *arg) { (void)ctx; (void)g; (void)d; (void)arg; return 1; }

/* Connections. */

static void set_slot(object *c, object *s)
{
    if (c->slot != s) {
        if (c->slot != NULL)
            drop(c->slot);
        end_lending(c, NULL);
        c->slot = s;
        if (s != NULL)
            add(s, 1);
    }
    c->asked = 1;
}

/* The connection's session; it may turn out that there is none. */
static object *slot_of(const void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return NULL;
    if (!c->asked) {
        c->asked = 1;
        if (!fails()) {
            c->slot = make(SHIM_SESSION);
            if (shim_draw(2)) { /* it may be in the cache, too */
                add(c->slot, 1);
                if (c->context->ncached < CACHE)
                    c->context->cache[c->context->ncached++] = c->slot;
            }
        }
    }
    return c->slot;
}

/* A connection that ends without having been shut down takes its session out of
 * the cache. */
static int ends_badly(object *c)
{
    if (c->slot == NULL || !c->live || c->shut)
        return 0;
    removed(c->context, c->slot);
    return 1;
}

void *SSL_new(void *ctx)
{
    HOLD;
    object *c, *x = find(ctx, SHIM_CONTEXT);
    if (fails())
        return NULL;
    c = make(SHIM_CONN);
    own(c);
    if (x != NULL && x->refs > 0) {
        drop_context(c->context);
        c->context = x;
        add(x, 1);
    }
    return page(c);
}

int SSL_up_ref(void *ssl)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL)
        return 0;
    add(c, 1);
    own(c);
    return 1;
}

void SSL_free(void *ssl)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return;
    c->owned--;
    if (--c->refs == 0) {
        ends_badly(c);
        set_slot(c, NULL);
        end_lending(c, NULL);
        drop_context(c->context);
    }
}

void *SSL_get_session(const void *ssl)
{
    HOLD;
    object *s = slot_of(ssl);
    if (s != NULL)
        lend(s, find(ssl, SHIM_CONN));
    return handle(s);
}

void *SSL_get0_session(const void *ssl) { return SSL_get_session(ssl); }

void *SSL_get1_session(void *ssl)
{
    HOLD;
    object *s = slot_of(ssl);
    if (s != NULL) {
        add(s, 1);
        own(s);
    }
    errno = shim_draw(8) == 0 ? EINVAL : 0; /* it says nothing about success */
    return handle(s);
}

int SSL_set_session(void *ssl, void *p)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN), *s = use(p, "SSL_set_session");
    if (c == NULL || (s != NULL && fails()))
        return 0;
    if (c->slot != s)
        ends_badly(c);
    set_slot(c, s);
    if (s != NULL && may_use(s))
        lend(s, c);
    return 1;
}

int SSL_copy_session_id(void *to, const void *from)
{
    HOLD;
    object *c = find(to, SHIM_CONN);
    if (c == NULL)
        return 0;
    set_slot(c, slot_of(from));
    return 1;
}

/* The session may be replaced, by one of the same peer. */
static int moves(void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return 0;
    if (shim_draw(2)) {
        object *s = make(SHIM_SESSION);
        if (c->slot != NULL)
            s->certificate = c->slot->certificate;
        set_slot(c, s);
        drop(s);
    }
    c->reused = (int)shim_draw(2);
    if (fails())
        return 0;
    c->live = 1;
    return 1;
}

int SSL_connect(void *ssl) { HOLD; return moves(ssl); }
int SSL_accept(void *ssl) { HOLD; return moves(ssl); }
int SSL_do_handshake(void *ssl) { HOLD; return moves(ssl); }
int SSL_renegotiate(void *ssl) { HOLD; return moves(ssl); }
int SSL_read(void *ssl, void *b, int n) { HOLD; (void)b; (void)n; return moves(ssl); }
int SSL_read_ex(void *ssl, void *b, size_t n, size_t *r) { HOLD; (void)b; (void)n; (void)r; return moves(ssl); }
int SSL_peek(void *ssl, void *b, int n) { HOLD; (void)b; (void)n; return moves(ssl); }
int SSL_write(void *ssl, const void *b, int n) { HOLD; (void)b; (void)n; return moves(ssl); }

int SSL_clear(void *ssl)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return 0;
    if (ends_badly(c))
        set_slot(c, NULL);
    c->live = c->shut = 0;
    return !fails();
}

int SSL_shutdown(void *ssl)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN);
    if (c != NULL)
        c->shut = 1;
    return (int)shim_draw(2);
}

int SSL_pending(const void *ssl) { HOLD; (void)ssl; return (int)shim_draw(2); }
int SSL_is_server(const void *ssl) { HOLD; object *c = find(ssl, SHIM_CONN); return c != NULL && c->server; }
int SSL_session_reused(const void *ssl) { HOLD; object *c = find(ssl, SHIM_CONN); return c != NULL && c->reused; }

void *SSL_get_SSL_CTX(const void *ssl)
{
    HOLD;
    object *c = find(ssl, SHIM_CONN);
    return c == NULL ? NULL : handle(c->context);
}

const char *SSL_get_servername(const void *ssl, int type)
{
    HOLD;
    (void)type;
    return handle(part(find(ssl, SHIM_CONN), SERVERNAME, NULL));
}
