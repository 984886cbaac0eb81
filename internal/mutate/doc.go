// Package mutate breaks correct reference counting on purpose.
//
// In comes the text of a Go file that counts its references right and a
// [Vocabulary] that says how this code spells acquire, release and up_ref.
// Out come mutants: the same file with one mistake in one function, and the
// finding that an analyzer owes for it. A mutant never changes the number of
// lines, so that mutants of different functions can be applied together and
// every expected line stays the line of the unmutated file.
//
// The operators are data (see [Operators]): each looks at one [Site], a
// variable that receives an owned reference and is released by name in the
// same function. What is written in another way (a release through a field,
// a helper or a closure) is no site; the package guesses nothing.
//
// Nothing here is analysis: the package is purely syntactic, shares no code
// with the analyzer, and knows no function names of its own.
package mutate
