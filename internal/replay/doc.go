// Package replay is the second opinion on every finding: a concrete evaluator
// that follows one witness through the reference program, calls the session
// runtime, and says whether the claimed violation really is what happens.
//
// In: a refprog.Claim, the universe of functions it runs through, and the
// contract table (which of the runtime's operations a function is; what a
// function means that only a user's contract knows).
// Out: a Verdict: confirmed, unconfirmed or refuted, with the reason, with what
// contradicts the witness, and with a trace that a person can read.
//
// What may not happen here: an effect that is read from the witness (it holds
// none), and code shared with package simulate. The evaluator owns its heap,
// its frames, its defer stacks and its knowledge of unknown values; where the
// two packages disagree, one of them is wrong and the finding is not reported.
//
// # How it runs
//
// Execution starts at the entry of the witness's function. Parameters, results
// of unknown calls and memory that nobody here has written are unknown values
// with an identity (unknown.go). A branch whose condition is known must agree
// with the witness; a branch on an unknown value is an assumption, which every
// later branch has to respect (solve.go). Calls of contracts change the ledger
// (runtime.go); the first violation on the claimed reference ends the run. At
// the return of a leak claim the heap is searched for holders (leak.go).
//
// A confirmed claim has run twice: as it is, and in a counterfactual that takes
// the cause away (confirm.go). The second run has to be free of the violation. Two
// ways that no caller can tell apart are run both and compared by what a caller
// can see (pair.go).
package replay
