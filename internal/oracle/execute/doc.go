// Package execute runs Go functions over package session in every way they can
// go, and says what they do wrong.
//
// In: the source of a package, type-checked. Out: for one function the violations
// that the runtime notices, each with the lines that were being executed, over
// all arguments and all outcomes of the operations that can fail.
//
// It is an interpreter of Go's syntax tree, on purpose: no SSA form, no control
// flow graph, nothing that the analysis under test stands on. What it cannot
// execute is an error, never a guess. The language it knows is what package
// generate writes, and a good deal of what the fixtures use.
//
// Callbacks that are registered are run by the runtime as libssl runs them
// (callback.go). A goroutine runs as soon or as late as it can (goroutine.go).
//
// What a function returns, or leaves in a variable, a struct or a container that
// was passed to it, is its owner's to free: the owner frees one reference for
// every place that holds a session, and reads what it was only lent. A reference
// beyond that is a leak; a run that ends in a panic or an exit owes nothing.
//
// What may not happen here: nothing is imported from the analysis, nothing is
// compared.
package execute
