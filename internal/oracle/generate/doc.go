// Package generate writes random Go functions over package session.
//
// In: a seed and a number. Out: programs, each a function with the helpers and
// types it needs, tagged with the traps that it combines. The same seed gives
// the same programs.
//
// A program is put together from episodes: a way to come to a session, a way to
// see whether there is one, steps in between, and a way to give it up, nested into
// each other and into loops and branches. As it is put together it is correct;
// then none, one or two random changes make most of the mistakes that people
// make. Whether the result is right or wrong nobody decides here: package execute
// finds out.
//
// Every program is asked for the two traps that were together in the fewest programs
// so far, so that each pair is covered; those that no program can have are declared
// (exclusive), with the reason.
//
// What may not happen here: nothing is known about the analysis.
package generate
