// Package golangci is the suite as a module plugin of golangci-lint v2.
//
// In: the plugin's settings in .golangci.yml, the same keys as in
// .sessionlint.yaml, or its text as a whole. Out: the analyzers, as golangci-lint wants them: it shows
// the check's name in front of a message, so the message does not repeat it at
// its end, and it makes an issue of its own of every related note, so the notes
// are folded into the message.
//
// What may not happen here: a setting that is read from a file (golangci-lint's
// cache does not see it), a setting that is silently ignored, a fix (golangci-lint
// drops those in cgo files, and suppression is its own as well).
//
// Users name this package in .custom-gcl.yml; see docs/integrations.md.
package golangci
