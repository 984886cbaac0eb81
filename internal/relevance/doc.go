// Package relevance decides whether a compilation unit can matter at all, and
// ends those that cannot: almost every package of a build.
//
// In: vet.cfg, the facts files of the direct imports, the bytes of the unit's
// files. Out: yes or no, with the reason; for no, the outputs that the go command
// waits for.
//
// config.go reads vet.cfg, factsfile.go the container of facts (the facts in it
// are of no concern here, but for functions that never return), relevant.go decides,
// endings.go looks for functions that never return. Where syntax tells which do, that
// is all the facts that such a unit has, and it is left with them.
//
// The go command starts a process for each package, and most of them do nothing
// but this. So the package imports neither go/types nor anything of x/tools nor
// the contracts: package cmd/sessionlint/internal/early decides before they are
// initialised. What may not happen here: a unit that matters and is left.
package relevance
