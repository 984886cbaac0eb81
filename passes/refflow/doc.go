// Package refflow is the engine of sessionlint as an analysis pass: it counts
// references once per package and leaves the findings to the checks.
//
// # Analyzer refflow
//
// refflow: count references of OpenSSL handles along every path
//
// The pass lowers each function to a reference program, simulates every
// reference along every path, confirms each violation by a second, concrete
// evaluation on the session runtime, and keeps what is confirmed as its result.
// The checks (missingfree, doublefree, borrowedfree, useafterfree, ...) report
// from that result; refflow itself reports only that the analysis of a function
// failed or reached a limit, and, with -refflow.stats, what was decided.
//
// It owns all settings of the suite, so they are given once:
// -refflow.strict, -refflow.stats, -refflow.summaries, -refflow.notes, -refflow.contracts.
//
// With -refflow.summaries it says at each function that counts references what a call
// of it may do, a case a line: "summary of settle: s: -1 when done".
//
// # What comes in and out
//
// In: the type-checked syntax of a package, contracts, facts of its imports.
// Out: a *Result, and facts that let other packages see through this one's
// functions. An analysis that fails never becomes an error of the pass, because
// a failing pass makes the go command lose other packages' findings: it becomes
// one diagnostic on the function.
package refflow
