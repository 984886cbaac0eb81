// Package cgosource answers questions about the file that a person wrote when
// the compiler, and so every analyzer, sees the file that cmd/cgo made of it.
//
// In: positions in a parsed cgo file, which //line comments map to the lines and
// columns of the written one. Out: the written file, parsed, with positions
// that edits can be expressed in; whether that file is itself generated.
//
// What may not happen here: an edit at a place that is not, token for token,
// the one that was analysed (an overlay moves lines without a word), a panic on
// a last line without line feed, a file of the build cache taken for a written
// one.
package cgosource
