/* What the ledger knows of the objects behind the handles. */
#ifndef SHIM_OBJECTS_H
#define SHIM_OBJECTS_H

#include "ledger.h"

#define CACHE 16
#define LENDERS 8

/* Parts of sessions and connections, which are lent and not counted. Those of the
 * first kind are written anew when the session is changed. */
enum { HOSTNAME, PROTOCOL, TICKET, APPDATA, CHAIN, REWRITTEN, ID = REWRITTEN, ID_CONTEXT, VERIFIED, SERVERNAME };

enum { PART = SHIM_OTHER + 1 };

typedef struct object object;
struct object {
    int kind;
    int refs;        /* all references */
    int owned;       /* those that the program acquired, or was given to consume */
    int param;       /* given by the caller, who is owed nothing */
    int offered;     /* by the library to a callback */
    int ever_owned;
    int forever;     /* lent by the caller for the whole call */
    int lent_last;   /* lent since the program last had or gave up a reference */
    int ended;       /* what it was last lent by has ended */
    int closed;      /* its page is */
    object *lenders[LENDERS]; /* alive owners that lend it */
    int nlenders;
    /* a session's */
    long time, timeout;
    int version, resumable, ticket, edition[REWRITTEN];
    object *certificate;
    /* a connection's */
    object *slot, *context;
    int asked;       /* whether it has a session is known */
    int live, shut, server, reused;
    /* a context's */
    object *cache[CACHE];
    int ncached;
    /* a part's */
    object *of;
    int what, written;
    object *via;     /* the connection that lends it only while it has the session */
};

/* Every call holds the ledger, which is one. */
int hold(void);
void release(int *held);
#define HOLD int held_ __attribute__((cleanup(release), unused)) = hold()

int fails(void);
void died(void);
object *make(int kind);
void *page(const object *o);
object *find(const void *p, int kind);  /* NULL, and what belongs to an earlier run, is nobody */
object *use(const void *p, const char *call);
object *must(const void *p, const char *call); /* use, where NULL is a crash */
void violate(const char *check, const char *call, object *o);
int may_use(const object *o);
void look(object *o, const char *call); /* the program looks at it */

void add(object *o, int n);
void own(object *o);
void drop(object *o);
void give_up(object *o, const char *call); /* the program frees it */
void lend(object *s, object *by);
void end_lending(object *owner, object *s); /* of one session, or of all if s is NULL */
object *part(object *of, int what, object *via);
#endif
