// Package arith writes small numbers and short texts in few bytes.
//
// In: numbers and texts, each with contexts: what is known before it comes and tells
// something about it, such as the kind of operation that an operand belongs to. Out:
// bytes, and from them the same numbers and texts for a reader that gives the same
// contexts in the same order.
//
// Every bit is predicted from how often it was 1 in each of its contexts before; the
// predictions are mixed with weights that follow the success of each (context mixing
// after Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression",
// 2005), and the bit is coded arithmetically with the mixed probability. There is no
// table to transmit, so that a hundred bytes gain already.
//
// What may not happen here: floating point, whose last bit differs between
// processors, and anything else that would make equal input give unequal bytes.
//
// One Coder both writes and reads: each of its methods is given the value when it
// writes and returns it in either case, so that a format is described once.
package arith
