/* The control side of the ledger: what a driver says and asks. */
#ifndef SHIM_LEDGER_H
#define SHIM_LEDGER_H

/* Kinds of handles. */
enum { SHIM_SESSION, SHIM_CONN, SHIM_CONTEXT, SHIM_CERTIFICATE, SHIM_OTHER };
/* How sessions among the parameters are passed: to be consumed or not, as the
 * function likes; for the call only; to a callback whose result says whether it keeps them. */
enum { SHIM_GIVEN, SHIM_LENT, SHIM_OFFERED };

void shim_on_endless(void (*f)(void));    /* called, and not returned from, when a run makes too many calls */
void shim_begin(unsigned long long seed); /* forgets everything; outcomes are drawn from the seed */
unsigned shim_draw(unsigned n);           /* a number below n */
void *shim_param(int kind, int how);      /* a handle that is the caller's, or the library's */

void shim_passed(unsigned long long at);  /* a session was passed to somebody */
int shim_touched(unsigned long long at);  /* the program looked at a closed place: whether it is the ledger's */
void shim_end_owners(void);               /* connections and contexts lend no more */
void shim_late(void);                     /* the call is over: only finalizers run */
void shim_give_back(void);                /* the library takes back what it offered */

int shim_died(void);                      /* libssl would have crashed */
int shim_endless(void);                   /* the run made too many calls; 2 if it then owned sessions */
int shim_violations(void);
const char *shim_check(int i);            /* name of the check */
const char *shim_call(int i);             /* function called */

int shim_objects(void);
void *shim_session(int i);                /* the handle, if object i is a session */
int shim_owns(int i);                     /* references that the program may give back, its caller's among them */
int shim_param_of(int i);                 /* it is the caller's, and not only for the call */
int shim_usable(int i);                   /* the program may use it */
int shim_ended(int i);                    /* it may not, because what lent it has ended */
int shim_lent_by(int i, unsigned long long owner);
int shim_only_lent(int i);                /* the program may use it only because somebody lends it */
#endif
