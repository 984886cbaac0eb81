// Package settings reads .sessionlint.yaml: what a project wants of the checks.
//
// In: a settings file, found upward from a package to its module's root, and the
// contract files it names. Out: one Settings value that contains everything
// (contract texts included), in a canonical text form that can be passed to
// another process in one flag; or every fault of the file with its place.
//
// What may not happen here: a setting that is silently ignored, a result that
// depends on the folder in which the file was read.
package settings
