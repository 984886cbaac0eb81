// Package report is the last stage of the stand-alone front end: what a person,
// or another program, sees of the findings.
//
// In: one Record a unit (record.go), written by the unit driver on the standard
// output that the go command copies through. Out: text, JSON or SARIF. What may
// not happen here: a finding read back from prose, an absolute path where the
// file lies below the user's folder, output that depends on the order in which
// the units ran.
package report
