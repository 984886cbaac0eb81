// Package nogo shows how sessionlint runs in Bazel, through rules_go's nogo:
// BUILD.bazel and nogo.json are an example to copy. Its test runs the passes
// the way nogo does, without Bazel: one process a package, facts in files, only
// declared inputs, and the sources that cgo read already gone.
package nogo
