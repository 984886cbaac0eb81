/* A libssl that only counts: no TLS, no bytes, no memory that is ever freed.
 * It keeps for every session how many references there are, how many of them
 * the program owns, and who lends it; what the program does without the right to
 * is noted. Handles are void *, so that programs may declare them as they like.
 *
 * What a call may come to (no session, no memory, refused) is drawn from a seed.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

#define OBJECTS 1024
#define VIOLATIONS 64
#define CACHE 64

typedef struct object object;
struct object {
    int references;  /* what the program's pointer points to, in case it looks inside: all references, */
    char user[60];   /* and zeros */
    int kind;
    int refs;        /* all references */
    int owned;       /* those that the program acquired, or was given to consume */
    int param;       /* given by the caller, who is owed nothing */
    int offered;     /* by the library to a callback */
    int ever_owned;
    int forever;     /* lent by the caller for the whole call */
    int lent_last;   /* lent since the program last had or gave up a reference */
    int ended;       /* what it was last lent by has ended */
    object *lenders[8]; /* alive owners that lend it */
    int nlenders;
    /* a connection's */
    object *slot, *context;
    /* a context's */
    object *cache[CACHE];
    int ncached;
};

static object *objects_[OBJECTS];
static int nobjects_;
static struct { const char *check, *call; object *o; } violations_[VIOLATIONS];
static int nviolations_;
static unsigned long long state_;
static int failing_ = 4; /* one outcome in so many is a failure */

static unsigned long long next(void)
{
    unsigned long long z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

unsigned shim_draw(unsigned n) { return n == 0 ? 0 : (unsigned)(next() % n); }

static int fails(void) { return shim_draw((unsigned)failing_) == 0; }

void shim_begin(unsigned long long seed)
{
    /* Objects of earlier runs stay: a goroutine may still hold them. */
    nobjects_ = nviolations_ = 0;
    state_ = seed;
    failing_ = 2 + (int)shim_draw(6);
}

static object *make(int kind)
{
    object *o = calloc(1, sizeof *o);
    if (o == NULL || nobjects_ == OBJECTS)
        abort();
    o->kind = kind;
    o->refs = o->references = 1;
    objects_[nobjects_++] = o;
    return o;
}

/* NULL, and what belongs to an earlier run, is nobody. */
static object *find(const void *p, int kind)
{
    int i;
    for (i = 0; i < nobjects_; i++)
        if (objects_[i] == p && objects_[i]->kind == kind)
            return objects_[i];
    return NULL;
}

static void violate(const char *check, const char *call, object *o)
{
    int i;
    for (i = 0; i < nviolations_; i++)
        if (violations_[i].check == check && violations_[i].o == o)
            return;
    if (nviolations_ < VIOLATIONS) {
        violations_[nviolations_].check = check;
        violations_[nviolations_].call = call;
        violations_[nviolations_++].o = o;
    }
}

static void add(object *o, int n)
{
    o->refs += n;
    o->references = o->refs;
}

static int may_use(const object *s) { return s->owned > 0 || s->forever || s->nlenders > 0; }

/* Every use of a session comes by here. */
static object *use(const void *p, const char *call)
{
    object *s = find(p, SHIM_SESSION);
    if (s != NULL && !may_use(s))
        violate(s->ended ? "danglingborrow" : "useafterfree", call, s);
    return s;
}

static void own(object *s)
{
    s->owned++;
    s->ever_owned = 1;
    s->ended = s->lent_last = 0;
}

static void drop(object *s) { if (s->refs > 0) add(s, -1); }

static void lend(object *s, object *by)
{
    int i;
    for (i = 0; i < s->nlenders && s->lenders[i] != by; i++)
        ;
    if (i == s->nlenders && i < 8)
        s->lenders[s->nlenders++] = by;
    s->lent_last = 1;
    s->ended = 0;
}

/* An owner lends no more: it is gone, or has another session. */
static void end_lending(object *owner)
{
    int i, j;
    for (i = 0; i < nobjects_; i++) {
        object *s = objects_[i];
        for (j = 0; j < s->nlenders; j++) {
            if (s->lenders[j] == owner) {
                s->lenders[j--] = s->lenders[--s->nlenders];
                s->ended = s->owned == 0;
            }
        }
    }
}

static void set_slot(object *c, object *s)
{
    if (c->slot == s)
        return;
    if (c->slot != NULL)
        drop(c->slot);
    end_lending(c);
    c->slot = s;
    if (s != NULL)
        add(s, 1);
}

/* The connection's session; it may turn out that there is none. */
static object *slot_of(const void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return NULL;
    if (c->slot == NULL && !fails()) {
        c->slot = make(SHIM_SESSION);
        add(c->slot, (int)shim_draw(2)); /* it may be in a cache, too */
    }
    return c->slot;
}

void *shim_param(int kind, int how)
{
    object *o = make(kind);
    o->param = 1;
    o->offered = how == SHIM_OFFERED;
    if (kind == SHIM_SESSION && how == SHIM_LENT) {
        o->forever = 1;
    } else {
        own(o);
    }
    return o;
}

void shim_passed(unsigned long long at) { use((void *)at, "a function that was passed"); }

void shim_end_owners(void)
{
    int i;
    for (i = 0; i < nobjects_; i++)
        if (objects_[i]->kind != SHIM_SESSION)
            end_lending(objects_[i]);
}

void shim_give_back(void)
{
    int i;
    for (i = 0; i < nobjects_; i++) {
        object *s = objects_[i];
        if (s->kind != SHIM_SESSION || !s->offered)
            continue;
        s->param = 0;
        if (s->owned == 0) {
            violate("borrowedfree", "the library", s);
            continue;
        }
        s->owned--;
        drop(s);
        s->ended = s->owned == 0;
    }
}

int shim_violations(void) { return nviolations_; }
const char *shim_check(int i) { return violations_[i].check; }
const char *shim_call(int i) { return violations_[i].call; }

int shim_sessions(void) { return nobjects_; }
void *shim_session(int i) { return objects_[i]->kind == SHIM_SESSION ? objects_[i] : NULL; }
int shim_owed(int i) { return objects_[i]->owned - (objects_[i]->param && !objects_[i]->forever && objects_[i]->owned > 0); }
int shim_usable(int i) { return may_use(objects_[i]); }
int shim_ended(int i) { return objects_[i]->ended; }
int shim_only_lent(int i) { return objects_[i]->owned == 0 && (objects_[i]->nlenders > 0 || objects_[i]->forever); }

int shim_lent_by(int i, unsigned long long owner)
{
    int j;
    for (j = 0; j < objects_[i]->nlenders; j++)
        if ((unsigned long long)objects_[i]->lenders[j] == owner)
            return 1;
    return 0;
}

/* Sessions. */

static void *fresh(void)
{
    object *s;
    if (fails())
        return NULL;
    s = make(SHIM_SESSION);
    own(s);
    return s;
}

void *SSL_SESSION_new(void) { return fresh(); }
void *SSL_SESSION_dup(const void *p) { use(p, "SSL_SESSION_dup"); return fresh(); }

int SSL_SESSION_up_ref(void *p)
{
    object *s = use(p, "SSL_SESSION_up_ref");
    if (s == NULL || fails())
        return 0;
    add(s, 1);
    own(s);
    return 1;
}

void SSL_SESSION_free(void *p)
{
    object *s = find(p, SHIM_SESSION);
    if (s == NULL)
        return;
    if (s->owned > 0) {
        s->owned--;
        s->lent_last = 0;
        drop(s);
        return;
    }
    violate(s->ever_owned && !s->lent_last ? "doublefree" : "borrowedfree", "SSL_SESSION_free", s);
}

static void *decode(void **a)
{
    void *s;
    if (a != NULL && *a != NULL && find(*a, SHIM_SESSION) != NULL) {
        use(*a, "d2i_SSL_SESSION");
        return fails() ? NULL : *a;
    }
    s = fresh();
    if (a != NULL && s != NULL)
        *a = s;
    return s;
}

void *d2i_SSL_SESSION(void **a, const unsigned char **pp, long n) { (void)pp; (void)n; return decode(a); }
void *PEM_read_bio_SSL_SESSION(void *b, void **x, void *cb, void *u) { (void)b; (void)cb; (void)u; return decode(x); }

int i2d_SSL_SESSION(const void *p, unsigned char **pp)
{
    use(p, "i2d_SSL_SESSION");
    if (p == NULL || fails())
        return 0;
    if (pp != NULL && *pp != NULL)
        *pp += 16;
    return 16;
}

int PEM_write_bio_SSL_SESSION(void *b, const void *p) { (void)b; use(p, "PEM_write_bio_SSL_SESSION"); return !fails(); }
int SSL_SESSION_print(void *b, const void *p) { (void)b; use(p, "SSL_SESSION_print"); return !fails(); }

static long number(void)
{
    static const long numbers[] = {0, 1, 2, 7, 60, 300, 3600, 7200, 86400, 1L << 40};
    return numbers[shim_draw(sizeof numbers / sizeof *numbers)];
}

#define READS(name, type, value) type name(const void *p) { use(p, #name); return value; }
READS(SSL_SESSION_get_time, long, number())
READS(SSL_SESSION_get_timeout, long, number())
READS(SSL_SESSION_get_protocol_version, int, shim_draw(2) ? 0x0303 : 0x0304)
READS(SSL_SESSION_is_resumable, int, (int)shim_draw(2))
READS(SSL_SESSION_has_ticket, int, (int)shim_draw(2))
READS(SSL_SESSION_get0_hostname, const char *, shim_draw(2) ? "host" : NULL)
READS(SSL_SESSION_get0_peer, void *, NULL)

long SSL_SESSION_set_time(void *p, long t) { use(p, "SSL_SESSION_set_time"); return t; }
long SSL_SESSION_set_timeout(void *p, long t) { (void)t; use(p, "SSL_SESSION_set_timeout"); return 1; }
int SSL_SESSION_set1_hostname(void *p, const char *h) { (void)h; use(p, "SSL_SESSION_set1_hostname"); return !fails(); }
int SSL_SESSION_set1_id(void *p, const unsigned char *id, unsigned n) { (void)id; (void)n; use(p, "SSL_SESSION_set1_id"); return !fails(); }

const unsigned char *SSL_SESSION_get_id(const void *p, unsigned *n)
{
    use(p, "SSL_SESSION_get_id");
    if (n != NULL)
        *n = 4;
    return (const unsigned char *)"id..";
}

void SSL_SESSION_get0_alpn_selected(const void *p, const unsigned char **out, size_t *n)
{
    use(p, "SSL_SESSION_get0_alpn_selected");
    *out = (const unsigned char *)"h2";
    *n = 2;
}

/* Connections. */

void *SSL_new(void *ctx)
{
    object *c;
    if (fails())
        return NULL;
    c = make(SHIM_CONN);
    own(c);
    c->context = find(ctx, SHIM_CONTEXT);
    return c;
}

int SSL_up_ref(void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c != NULL) {
        add(c, 1);
        own(c);
    }
    return c != NULL;
}

void SSL_free(void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c == NULL || c->refs == 0)
        return;
    c->owned--;
    if (--c->refs == 0) {
        set_slot(c, NULL);
        end_lending(c);
    }
}

void *SSL_get_session(const void *ssl)
{
    object *s = slot_of(ssl);
    if (s != NULL)
        lend(s, find(ssl, SHIM_CONN));
    return s;
}

void *SSL_get0_session(const void *ssl) { return SSL_get_session(ssl); }

void *SSL_get1_session(void *ssl)
{
    object *s = slot_of(ssl);
    if (s != NULL) {
        add(s, 1);
        own(s);
    }
    errno = shim_draw(8) == 0 ? EINVAL : 0; /* it says nothing about success */
    return s;
}

int SSL_set_session(void *ssl, void *p)
{
    object *c = find(ssl, SHIM_CONN), *s = use(p, "SSL_set_session");
    if (c == NULL || (s != NULL && fails()))
        return 0;
    set_slot(c, s);
    if (s != NULL && may_use(s))
        lend(s, c);
    return 1;
}

int SSL_copy_session_id(void *to, const void *from)
{
    object *c = find(to, SHIM_CONN);
    if (c == NULL)
        return 0;
    set_slot(c, slot_of(from));
    return 1;
}

/* The session may be replaced. */
static int moves(void *ssl)
{
    object *c = find(ssl, SHIM_CONN);
    if (c != NULL && c->refs > 0 && shim_draw(2)) {
        object *s = make(SHIM_SESSION);
        set_slot(c, s);
        drop(s);
    }
    return fails() ? 0 : 1;
}

int SSL_clear(void *ssl) { return moves(ssl); }
int SSL_connect(void *ssl) { return moves(ssl); }
int SSL_accept(void *ssl) { return moves(ssl); }
int SSL_do_handshake(void *ssl) { return moves(ssl); }
int SSL_read(void *ssl, void *b, int n) { (void)b; (void)n; return moves(ssl); }
int SSL_write(void *ssl, const void *b, int n) { (void)b; (void)n; return moves(ssl); }
int SSL_shutdown(void *ssl) { (void)ssl; return (int)shim_draw(2); }
int SSL_session_reused(const void *ssl) { (void)ssl; return (int)shim_draw(2); }

/* Contexts. */

void SSL_CTX_free(void *ctx) { object *x = find(ctx, SHIM_CONTEXT); if (x != NULL) drop(x); }

int SSL_CTX_add_session(void *ctx, void *p)
{
    object *x = find(ctx, SHIM_CONTEXT), *s = use(p, "SSL_CTX_add_session");
    if (x == NULL || s == NULL || x->ncached == CACHE || fails())
        return 0;
    add(s, 1);
    x->cache[x->ncached++] = s;
    return 1;
}

int SSL_CTX_remove_session(void *ctx, void *p)
{
    object *x = find(ctx, SHIM_CONTEXT), *s = use(p, "SSL_CTX_remove_session");
    int i;
    for (i = 0; x != NULL && i < x->ncached; i++) {
        if (x->cache[i] == s) {
            x->cache[i] = x->cache[--x->ncached];
            drop(s);
            return 1;
        }
    }
    return 0;
}

void SSL_CTX_flush_sessions(void *ctx, long t)
{
    object *x = find(ctx, SHIM_CONTEXT);
    (void)t;
    while (x != NULL && x->ncached > 0)
        drop(x->cache[--x->ncached]);
}

void SSL_CTX_sess_set_new_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_sess_set_remove_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_sess_set_get_cb(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_set_psk_use_session_callback(void *ctx, void *f) { (void)ctx; (void)f; }
void SSL_CTX_set_psk_find_session_callback(void *ctx, void *f) { (void)ctx; (void)f; }
int SSL_CTX_set_session_ticket_cb(void *ctx, void *g, void *d, void *arg) { (void)ctx; (void)g; (void)d; (void)arg; return 1; }
