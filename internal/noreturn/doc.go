// Package noreturn finds functions that may never return, by syntax alone.
//
// In: parsed files of a package, and the names of functions elsewhere that never
// return ("Exit", "Fatal", "panic"). Out: the functions of the package that may be
// such functions too, because some statement that all their paths come to may
// never complete.
//
// It is the fast side of a question whose exact answer needs the SSA form
// (package lower). Functions never says no where the exact answer is yes; it says yes
// too often, because a name stands for every function that has it. Surely picks those
// of which syntax knows the exact answer, in most packages all of them.
package noreturn
