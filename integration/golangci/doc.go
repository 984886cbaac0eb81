// Package golangci shows how sessionlint runs inside golangci-lint.
//
// Users build their own golangci-lint with `golangci-lint custom`, from a
// .custom-gcl.yml like the one here. That command clones golangci-lint's
// repository; the main package in custom does the same with nothing but the Go
// module proxy. The test builds it and holds its findings against go vet's.
// golangci-lint brings a newer x/tools than ours, so this is also where our
// passes are compiled and run with that one.
package golangci
