// Package directive reads the comments by which a program tells sessionlint what
// cannot be seen in its code: //sessionlint:VERB ARGUMENTS.
//
// In: the parsed files of a package, with comments, and the names of the checks.
// Out: plain data. What functions, fields and lines declare, each with its
// place, and what is wrong with the directives that declare nothing.
//
// What may not happen here: a directive that is dropped without a word, an
// opinion on types or reference counts (package refflow has those), a position
// that is not the comment's own.
//
// Where a comment stands in a cgo file is what its //line comments say, so lines
// are the written ones. A comment inside the argument list of a C call is not
// seen: cmd/cgo drops it.
package directive
