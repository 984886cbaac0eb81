// Package analyzer is the suite: every analyzer of sessionlint, wired to one
// engine under one set of settings.
//
// In: settings. Out: analyzers that any driver of golang.org/x/tools/go/analysis
// can run: the vet tool in cmd/sessionlint, golangci-lint, Bazel's nogo,
// analysistest. What may not happen here: two engines in one suite (their facts
// would be registered twice, and settings of one would not reach the other).
package analyzer
