// Package unit is the driver for one compilation unit: the part of sessionlint
// that `go vet -vettool` starts once for every package.
//
// In: a vet.cfg file, written by the go command, that names the unit's files,
// the export data of its imports and the facts of its imports; a suite of
// analyzers. Out: the facts file, findings (text on stderr, or JSON or records
// on vet.cfg's Stdout), a zip of repaired files under -fix, and an exit code.
//
// Package relevance decides whether the unit can matter at all: everything else
// leaves before anything is parsed. The steps behind that, one file each: load.go parses and type-checks, facts.go reads and writes facts,
// exec.go runs the analyzers, output.go and fix.go print, protocol.go speaks
// with the go command and ties the steps together.
//
// What may not happen here: a search for a settings file (units run in other
// folders than the user), an absolute path in a facts file, output that depends
// on the order of a map, a unit that matters and is left.
package unit
