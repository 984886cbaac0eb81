// Package rewrite says the same in other words: rewrites of Go source that change
// neither what it does nor on which line it does it.
//
// In: type-checked files. Out: their text after one rewrite, applied wherever it
// can be. What an analyzer says of a program, check by check and line by line,
// must not change.
//
// What may not happen here: nothing about sessions is known, except what makes a
// rewrite wrong.
package rewrite
