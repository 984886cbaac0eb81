// Sessionlint finds wrong reference counts of OpenSSL SSL_SESSION objects in Go
// code that reaches OpenSSL through cgo.
//
// Usage:
//
//	sessionlint [flags] [packages]        lint packages (default ".")
//	sessionlint explain [CHECK]           what a check reports, and what not
//	sessionlint contracts [NAME]          what a C or Go function does to references
//	sessionlint config                    the settings in force, and where they come from
//	sessionlint version
//	go vet -vettool=$(which sessionlint) [flags] [packages]
//
// The first form runs the last one and shows its findings with the path that
// leads to each. Both analyse the same way and share the go command's cache.
// With -vettool the go command runs sessionlint in place of vet's own checks:
// run `go vet` too.
//
// The exit code is 0 if nothing was found, 1 if something was, 2 if the command
// was used wrongly or a package could not be analysed.
package main
