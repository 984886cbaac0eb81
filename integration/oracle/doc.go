// Package oracle holds sessionlint, run as a vet tool, against the execution of
// generated programs.
//
// In: a number of programs and a seed (flags of the test). Out: a report, and a
// failure for every false positive and for every false negative outside of the
// declared limitations; see package internal/oracle.
package oracle
