// Package relevance decides whether a compilation unit can matter at all, and
// ends those that cannot: almost every package of a build.
//
// In: vet.cfg, the facts files of the direct imports, the bytes of the unit's
// files. Out: yes or no, with the reason; for no, the outputs that the go command
// waits for.
//
// config.go reads vet.cfg, factsfile.go the container of facts (the facts in it
// are of no concern here), file_unix.go files of all kinds, with as few system calls as
// can be; relevant.go decides, words.go looks for functions that may never return. Of
// those, words tell too little now and then (doubt.go); package endings then asks the
// syntax.
//
// The go command starts a process for each package, and most of them do nothing
// but this. So the package imports nothing that takes long to initialise, neither fmt
// nor reflect nor a parser: package cmd/sessionlint/internal/early decides before
// they are. What may not happen here: a unit that matters and is left.
package relevance
