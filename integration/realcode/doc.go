// Package realcode holds sessionlint against code that nobody wrote for it: a
// published OpenSSL binding and its mutants, a package that wraps it, large Go
// modules without any session in them, and, where they lie beside the
// repository, the acceptance cases.
//
// There is no code here, only tests. They build cmd/sessionlint and run it
// under `go vet -vettool`, so they need what `make deps` installs; the modules
// come through the go command's own proxy.
package realcode
