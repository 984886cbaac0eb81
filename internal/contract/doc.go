// Package contract is the one place where knowledge of APIs lives: what each C
// and Go function does to references, which types are counted, what a callback
// owes, and what ends a borrow.
//
// In: YAML files, the built-in ones under tables/ and users' own, in the words
// that words.go lists. Out: a Table, which finds the contract of a function, a
// handle, a callback or a Go function's behaviour by name; or every fault of
// the files, each with its place.
//
// Nothing here knows go/types, go/ssa or any other package of this module, and
// no other package may contain the name of a contracted C function. Entries are
// shared and never changed after Load.
package contract
