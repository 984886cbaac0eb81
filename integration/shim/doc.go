// Package shim holds labels of cgo code against execution.
//
// In: the fixtures over cgo (testdata/src), the acceptance cases where they lie
// beside the repository, and a published binding with mistakes made in it. They
// are built, as they are, over testdata/ledger, a stand-in for libssl in C that
// counts references and draws every outcome (no session, no memory, refused,
// replaced) from a seed; testdata/drive calls each function many times with drawn
// arguments and notes what it does to references.
//
// Out: test failures. A label that no run shows, and a function that does what no
// label says, contradict each other; those that are known, with the reasons,
// stand in testdata/contradictions.txt, and nothing else stands there.
//
// What is handed over follows the conventions of the cases: to a package variable,
// a map, a channel, a struct, an out parameter, a function value. Whose a
// parameter is, only its function says: what is wrong under one reading of that,
// and right under another, confirms a label, and contradicts none.
//
// There is no code here, only tests.
package shim
