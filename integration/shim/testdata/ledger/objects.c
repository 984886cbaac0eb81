/* A libssl that only counts: no TLS, no bytes. It keeps for every session how
 * many references there are, how many of them the program owns, and who lends it;
 * what the program does without the right to is noted. Handles are void *, so that
 * programs may declare them as they like.
 *
 * Every object has a page of its own, which is closed while the program may not
 * look at it: so a read without a call is noted, too.
 *
 * What a call may come to (no session, no memory, refused) is drawn from a seed.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "objects.h"

#define OBJECTS 8192
#define VIOLATIONS 64
#define CALLS 2000              /* of a run: more than any that ends makes */
#define PAGE 4096UL
#define SPACE (1UL << 34)       /* addresses for the pages, used one after the other */

static object objects_[OBJECTS];
static int nobjects_;
static struct { const char *check, *call; object *o; } violations_[VIOLATIONS];
static int nviolations_;
static unsigned long long state_;
static int failing_ = 4;        /* one outcome in so many is a failure */
static int calls_, died_, late_, endless_;
static void (*on_endless_)(void);
static char *space_, *pages_;   /* all, and this run's */
static pthread_mutex_t lock_ = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

int hold(void)
{
    if (++calls_ % CALLS == 0 && on_endless_ != NULL) {
        int i;
        for (i = 0; i < nobjects_ && endless_ < 2; i++)
            endless_ = 1 + (objects_[i].kind == SHIM_SESSION && objects_[i].owned > objects_[i].param);
        on_endless_();
    }
    return pthread_mutex_lock(&lock_) == 0;
}

void release(int *held)
{
    int i;
    for (i = 0; i < nobjects_; i++) {
        object *o = &objects_[i];
        int closed = (o->kind == SHIM_SESSION || o->kind == SHIM_CERTIFICATE || o->kind == PART) && !may_use(o);
        if (closed != o->closed && mprotect(page(o), PAGE, closed ? PROT_NONE : PROT_READ | PROT_WRITE) == 0)
            o->closed = closed;
        if (!closed) /* the count, in case the program looks inside */
            if (o->kind != PART && o->kind != SHIM_OTHER)
                *(int *)page(o) = o->refs;
    }
    if (*held)
        pthread_mutex_unlock(&lock_);
}

static unsigned long long next(void)
{
    unsigned long long z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

unsigned shim_draw(unsigned n) { return n == 0 ? 0 : (unsigned)(next() % n); }

int fails(void) { return shim_draw((unsigned)failing_) == 0; }

void died(void) { died_ = 1; }

void shim_on_endless(void (*f)(void)) { on_endless_ = f; }

void shim_begin(unsigned long long seed)
{
    size_t used = (size_t)nobjects_ * PAGE;
    if (space_ == NULL) {
        space_ = pages_ = mmap(NULL, SPACE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (space_ == MAP_FAILED)
            abort();
    }
    /* Addresses of earlier runs stay empty: a goroutine may still hold them. */
    if (used > 0 && (madvise(pages_, used, MADV_DONTNEED) != 0 || mprotect(pages_, used, PROT_READ) != 0))
        abort();
    pages_ += used;
    if (pages_ + OBJECTS * PAGE > space_ + SPACE)
        pages_ = space_;
    memset(objects_, 0, (size_t)nobjects_ * sizeof *objects_);
    nobjects_ = nviolations_ = calls_ = died_ = late_ = endless_ = 0;
    state_ = seed;
    failing_ = 2 + (int)shim_draw(6);
}

static long number(void)
{
    static const long numbers[] = {0, 1, 2, 7, 60, 300, 3600, 7200, 86400, 1L << 40};
    return numbers[shim_draw(sizeof numbers / sizeof *numbers)];
}

object *make(int kind)
{
    object *o = &objects_[nobjects_];
    if (nobjects_ + 1 == OBJECTS || mprotect(pages_ + (size_t)nobjects_ * PAGE, PAGE, PROT_READ | PROT_WRITE) != 0)
        abort();
    nobjects_++;
    o->kind = kind;
    o->refs = 1;
    switch (kind) {
    case SHIM_SESSION:
        o->time = number();
        o->timeout = number();
        o->version = shim_draw(2) ? 0x0303 : 0x0304;
        o->resumable = (int)shim_draw(2);
        o->ticket = (int)shim_draw(2);
        break;
    case SHIM_CONN:
        o->server = (int)shim_draw(2);
        o->reused = (int)shim_draw(2);
        o->context = make(SHIM_CONTEXT);
        break;
    case PART:
        strcpy(page(o), "host");
    }
    return o;
}

void *page(const object *o) { return pages_ + (size_t)(o - objects_) * PAGE; }

static object *at(uintptr_t p)
{
    uintptr_t from = (uintptr_t)pages_;
    return p >= from && p < from + (size_t)nobjects_ * PAGE ? &objects_[(p - from) / PAGE] : NULL;
}

object *find(const void *p, int kind)
{
    object *o = at((uintptr_t)p);
    return o != NULL && o->kind == kind && page(o) == p ? o : NULL;
}

void violate(const char *check, const char *call, object *o)
{
    int i;
    for (i = 0; i < nviolations_; i++)
        if (violations_[i].check == check && violations_[i].o == o)
            return;
    if (nviolations_ < VIOLATIONS && !died_) {
        violations_[nviolations_].check = check;
        violations_[nviolations_].call = call;
        violations_[nviolations_++].o = o;
    }
}

int may_use(const object *o)
{
    int i;
    if (o->owned > 0 || o->forever)
        return 1;
    switch (o->kind) {
    case SHIM_SESSION:
        return o->nlenders > 0;
    case SHIM_CERTIFICATE:
        for (i = 0; i < o->nlenders; i++) {
            const object *by = o->lenders[i], *s = by->kind == SHIM_CONN ? by->slot : by;
            if ((by == s ? may_use(s) : by->refs > 0) && s != NULL && s->certificate == o)
                return 1;
        }
        return 0;
    case PART:
        if (o->of->kind == SHIM_CONN)
            return o->of->refs > 0;
        if (o->what < REWRITTEN && o->written != o->of->edition[o->what])
            return 0;
        return o->via != NULL ? o->via->refs > 0 && o->via->slot == o->of : may_use(o->of);
    }
    return 0;
}

void look(object *o, const char *call)
{
    if (o == NULL || may_use(o))
        return;
    if (o->kind == PART || o->ended || (o->kind == SHIM_CERTIFICATE && !o->ever_owned))
        violate("danglingborrow", call, o);
    else
        violate("useafterfree", call, o);
}

object *use(const void *p, const char *call)
{
    object *s = find(p, SHIM_SESSION);
    look(s, call);
    return s;
}

object *must(const void *p, const char *call)
{
    if (p == NULL)
        died();
    return use(p, call);
}

void add(object *o, int n) { o->refs += n; }

void own(object *o)
{
    o->owned++;
    o->ever_owned = 1;
    o->ended = o->lent_last = 0;
}

void drop(object *o)
{
    if (o->refs > 0)
        o->refs--;
}

void give_up(object *o, const char *call)
{
    if (o->owned > 0) {
        o->owned--;
        o->lent_last = 0;
        drop(o);
    } else if (late_) {
        violate("danglingborrow", call, o); /* nobody knows what is left when a finalizer runs */
    } else {
        violate(o->ever_owned && !o->lent_last ? "doublefree" : "borrowedfree", call, o);
    }
}

void lend(object *s, object *by)
{
    int i;
    for (i = 0; i < s->nlenders && s->lenders[i] != by; i++)
        ;
    if (i == s->nlenders && i < LENDERS)
        s->lenders[s->nlenders++] = by;
    s->lent_last = 1;
    s->ended = 0;
}

void end_lending(object *owner, object *s)
{
    int j;
    if (s == NULL) {
        for (j = 0; j < nobjects_; j++)
            if (objects_[j].kind == SHIM_SESSION)
                end_lending(owner, &objects_[j]);
        return;
    }
    for (j = 0; j < s->nlenders; j++) {
        if (s->lenders[j] == owner) {
            s->lenders[j--] = s->lenders[--s->nlenders];
            s->ended = s->owned == 0;
        }
    }
}

object *part(object *of, int what, object *via)
{
    object *o;
    int i, written;
    if (of == NULL)
        return NULL;
    written = what < REWRITTEN ? of->edition[what] : 0;
    for (i = 0; i < nobjects_; i++) {
        o = &objects_[i];
        if (o->kind == PART && o->of == of && o->what == what && o->via == via && o->written == written)
            return o;
    }
    o = make(PART);
    o->of = of;
    o->what = what;
    o->via = via;
    o->written = written;
    return o;
}

/* The control side. */

void *shim_param(int kind, int how)
{
    HOLD;
    object *o = make(kind);
    o->offered = how == SHIM_OFFERED;
    switch (kind) {
    case SHIM_SESSION:
        if (how == SHIM_LENT) {
            o->forever = 1;
        } else {
            o->param = 1;
            own(o);
        }
        break;
    case SHIM_CONN:
        o->live = (int)shim_draw(2);
        own(o);
        break;
    default:
        own(o);
        o->forever = kind == SHIM_CERTIFICATE;
    }
    /* Connections and contexts that are passed together may belong together. */
    for (int i = 0; i < nobjects_ - 1; i++) {
        object *other = &objects_[i];
        if (kind == SHIM_CONN && other->kind == SHIM_CONTEXT && other->owned > 0 && shim_draw(2)) {
            o->context = other;
            add(other, 1);
        }
        if (kind == SHIM_CONTEXT && other->kind == SHIM_CONN && shim_draw(2)) {
            other->context = o;
            add(o, 1);
        }
    }
    return page(o);
}

void shim_passed(unsigned long long p)
{
    HOLD;
    use((void *)(uintptr_t)p, "a function that was passed");
}

int shim_touched(unsigned long long p)
{
    HOLD;
    look(at((uintptr_t)p), "a read or a write");
    return at((uintptr_t)p) != NULL;
}

void shim_end_owners(void)
{
    HOLD;
    int i;
    for (i = 0; i < nobjects_; i++)
        if (objects_[i].kind != SHIM_SESSION)
            end_lending(&objects_[i], NULL);
}

void shim_late(void) { late_ = 1; }

void shim_give_back(void)
{
    HOLD;
    int i;
    for (i = 0; i < nobjects_; i++) {
        object *s = &objects_[i];
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

int shim_died(void) { return died_; }
int shim_endless(void) { return endless_; }
int shim_violations(void) { return nviolations_; }
const char *shim_check(int i) { return violations_[i].check; }
const char *shim_call(int i) { return violations_[i].call; }

int shim_objects(void) { return nobjects_; }
void *shim_session(int i) { return objects_[i].kind == SHIM_SESSION ? page(&objects_[i]) : NULL; }
int shim_owns(int i) { return objects_[i].owned; }
int shim_param_of(int i) { return objects_[i].param; }
int shim_usable(int i) { return may_use(&objects_[i]); }
int shim_ended(int i) { return objects_[i].ended; }
int shim_only_lent(int i) { return objects_[i].owned == 0 && (objects_[i].nlenders > 0 || objects_[i].forever); }

int shim_lent_by(int i, unsigned long long owner)
{
    int j;
    for (j = 0; j < objects_[i].nlenders; j++)
        if ((uintptr_t)page(objects_[i].lenders[j]) == owner)
            return 1;
    return 0;
}
