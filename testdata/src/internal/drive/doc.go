// Package drive executes the fixtures that are written over package session, so
// that a label is a fact and not an opinion.
//
// In: the exported functions of a fixture package, its package variables, and
// the constants that its functions mention. Out: for every function the
// violations that the runtime notices when the function is run with every
// argument and every outcome that the driver can think of, each with the lines
// of the package that were being executed.
//
// What a function returns, or leaves in a variable, in a struct or map that was
// passed to it, is its owner's to free: the driver plays the owner, frees one
// reference for every place that holds a session, and reads what it was only
// lent. A reference beyond that is a leak.
//
// What may not happen here: no label is read, nothing is compared.
package drive
