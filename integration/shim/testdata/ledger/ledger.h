/* The control side of the ledger: what a driver says and asks. */
#ifndef SHIM_LEDGER_H
#define SHIM_LEDGER_H

/* Kinds of parameters. */
enum { SHIM_SESSION, SHIM_CONN, SHIM_CONTEXT, SHIM_OTHER };
/* How sessions among them are passed: to be consumed or not, as the function
 * likes; for the call only; to a callback whose result says whether it keeps them. */
enum { SHIM_GIVEN, SHIM_LENT, SHIM_OFFERED };

void shim_begin(unsigned long long seed); /* forgets everything; outcomes are drawn from the seed */
unsigned shim_draw(unsigned n);           /* a number below n */
void *shim_param(int kind, int how);      /* a handle that is the caller's, or the library's */

void shim_passed(unsigned long long at);  /* a session was passed to somebody */
void shim_end_owners(void);               /* connections and contexts lend no more */
void shim_give_back(void);                /* the library takes back what it offered */

int shim_violations(void);
const char *shim_check(int i);            /* name of the check */
const char *shim_call(int i);             /* function called */

int shim_sessions(void);
void *shim_session(int i);
int shim_owed(int i);                     /* references that the program acquired and still owns */
int shim_usable(int i);                   /* the program may use it */
int shim_ended(int i);                    /* it may not, because what lent it has ended */
int shim_lent_by(int i, unsigned long long owner);
int shim_only_lent(int i);                /* the program may use it only because somebody lends it */
#endif
