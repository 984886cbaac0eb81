// Package harness runs sessionlint from outside, as a user does: a built
// binary under `go vet -vettool` on modules that are none of ours.
//
// In come a module directory and flags; out come the findings as data, and
// everything that was printed besides. Nothing here looks inside the tool:
// what it offers is only what a user could have seen.
package harness
