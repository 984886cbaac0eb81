// Package simulate is property simulation of reference programs: it follows one
// reference at a time along every path of a function, counts, and claims
// violations.
//
// In: a refprog.Universe, the contract.Table that says what the API operations
// do, and the key of one function. Out: Claims, each with the witness that leads
// to it, and Stats that say for every site whether it was decided and, if not,
// why.
//
// What may not happen here: no finding is reported (replay has to confirm it
// first), no C name is known (contracts name them), no limit is hit silently
// (Stats counts it), and nothing depends on the order of a map.
//
// # Method
//
// Property simulation after Das, Lerner and Seigle (ESP, PLDI 2002). A base run
// of the function finds the sites: operations that give a reference, lend one, or
// are the first to change the count of one that came from outside. Then, site by
// site, the function is simulated again with that one reference as the subject.
// States with the same property (count, aliases, lenders, deferred calls) are
// merged and their facts joined; states with different properties stay apart. A
// site in a loop stands for an arbitrary one of its instances: on each execution
// one state makes it the subject and another one skips it.
//
// A parameter whose count changes is followed from the entry as well, for the
// cases in which the function leaves its count (cases.go): two that a caller cannot
// tell apart become a Pair. A loop over all elements of a container that is made
// here has the subject's element in exactly one turn (ranges.go). What the package
// does with the fields of its structs, and with its variables, is surveyed first (fields.go):
// each place that frees what it holds needs a reference of its own (owners.go), and who
// takes one out of it has it from then on (taken.go).
//
// Callees with a body are executed in place (the state carries the frames), so a helper, a
// closure, a method value and a deferred function need no special cases; those that cannot
// reach the subject are passed over. For a call that is too deep or too large, or of one of
// several functions that call each other while another one is under way, the summary of the
// callee is applied (package summary): the function is run once with the reference at the
// place where the call gives it as the subject, or for what it acquires, or for nothing
// (summarise.go); each way out becomes a case (project.go); in the caller each way whose
// guard holds gives a state, with the way's steps in its trail, so that replay walks the
// callee all the same (apply.go). Summaries are computed when such a call asks for one;
// functions that call each other are iterated as one, from the assumption that they do not
// return, until nothing is added. Where there is no summary the call is skipped: its results
// are unknown, a path that needs a certain one of them is weak, and what it can reach
// escapes.
//
// # Silence
//
// A leak is claimed only if at a return nobody but this activation can name the
// object. An over-release is claimed only on must-alias with nothing unknown in
// between. A path is weak, and claimed only in strict mode, if it needs an unknown
// call to have changed its mind about the same question, or two computations with
// the same value to be independent of each other.
package simulate
