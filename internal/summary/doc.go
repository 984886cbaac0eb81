// Package summary is what a call of a function does to one reference that it can
// reach, as data: guarded cases with effects, post-states and results, each with the
// ways through the function that show it.
//
// In: cases, one for each way out that package simulate has followed. Out: a Summary
// in which cases with equal effects are one, or which is widened if there are too
// many; its text, for people and for comparing.
//
// What may not happen here: nothing is executed and no contract is read; a case says
// no more than the ways it was made of; a literal that joining drops is remembered
// (Way.Lost, Case.Lost); nothing depends on the order in which cases came, except
// which of several equal ways is kept, and which MaxWays of more.
//
// # Shape
//
// A Path is rooted at a parameter (the receiver is the first), a captured variable or
// a package variable, and goes through fields, constant indices and [*]. A Summary is
// of one function and one focus: the path at which the reference is when the function
// is entered, Acquired for the references that the function makes, or Nothing for what
// it does whatever is followed. It has up to MaxCases cases; of Acquired there may be more
// than is known (Partial).
//
// A Case changes the count of paths by Effects, leaves Posts at paths, and returns
// Results. Its Ways say when that happens (Guard) and how (Witness): whoever believes a
// Case can follow a Way step by step.
package summary
