// Package lower turns go/ssa into reference programs.
//
// In: the SSA form of one package, its syntax (for names and for assignments to
// the blank identifier), and the contract tables. Out: a refprog.Program, and one
// Problem for each function that could not be lowered.
//
// What is gone afterwards: cgo's wrappers (closures that are called where they
// are made are spliced into their caller), variables that live in memory only
// because such a wrapper captured them (they are lifted to registers), copies,
// conversions between pointer types, and computations nobody reads. What lower
// does not understand becomes Opaque, Unknown or Escape with a reason; it never
// guesses.
//
// No knowledge of a C function or of a Go library lives here: what a call does is
// looked up in the contracts. The only names this package knows are cmd/cgo's own.
//
// The stages, in order: collect.go finds the functions, relevant.go leaves out
// those that cannot matter, template.go keeps generic functions for other packages
// and instance.go instantiates theirs, body.go and its neighbours emit operations,
// lift.go makes registers of private cells, clean.go removes what is noise.
package lower
