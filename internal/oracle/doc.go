// Package oracle holds the analyzer against execution.
//
// In: generated programs (package generate), the truth about each (package
// execute), and what an analyzer says of them. Out: where the two disagree, by
// program, check and line; counts with intervals; and each disagreement reduced
// to a function that can be kept as a fixture.
//
// A violation that some run shows and nobody reports is a false negative if it
// is the first thing that goes wrong with its session in that run. A finding
// without a violation of its check in the program is a false positive; one that
// stands on another line than the violation is counted apart. Before a finding
// counts as wrong its program is executed once more, with more arguments; what is
// undecided has a Reason that the runs themselves show.
//
// What may not happen here: no code is shared with the analysis; all that is
// common is the text of the programs and the names of the checks.
package oracle
