// Package refprog is the reference program: what is left of a Go function when
// everything that cannot change a reference count is gone.
//
// In: package lower builds it from go/ssa; a decoder reads it back from a fact.
// Out: package simulate runs it abstractly, package replay runs it concretely,
// and Print shows it to a person.
//
// A reference program is plain data: it knows no SSA value, no type checker
// object and no C name other than the ones written in its operations. It holds
// no behaviour either; what an operation means is written at its Kind and
// implemented twice, in simulate and in replay, which share no code.
//
// # Shape
//
// A Func is a control-flow graph. A Block has phis, operations and one
// terminator. Operands are registers, constants, globals and functions.
// Registers are assigned once in the text; a loop assigns them again at run time.
//
// Memory is made of cells. Alloc makes one; its value is the cell's address.
// FieldAddr and IndexAddr go inside a cell; Load and Store read and write it. A
// struct or array is loaded and stored whole (an aggregate), with every
// reference in it.
//
// # Calls
//
// Five kinds of call differ in who knows the callee: API (a contract does), Call
// (a function of this or an analysed package), Invoke (a function value), Method
// (an interface method) and Unknown (nobody). Each can run now, be deferred or
// be spawned (Op.Mode). RunDefers runs what the function has deferred.
package refprog
