package unit

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Relevance is what the decision to leave needs to know of the contracts. Both
// functions are called only when a unit cannot be decided without them, so
// they may decode tables on their first call.
type Relevance struct {
	// Mentions reports whether the text of a _cgo_gotypes.go mentions a C name
	// that a contract, or a shim of one, is about.
	Mentions func(src []byte) bool
	// Imports reports whether the Go package with this path has contracts.
	Imports func(path string) bool
}

// noReturnWords are the words without which a function of a package can hardly
// end the process, the goroutine or the test.
var noReturnWords = [][]byte{
	[]byte("os.Exit"), []byte(".Exit("), []byte(".Fatal"), []byte("Goexit"), []byte("FailNow"), []byte("SkipNow"), []byte(".Skip("), []byte(".Skipf("),
}

var directiveMark = []byte("//sessionlint:")

// relevant reports whether the unit can matter, to itself or to a package that
// imports it, and why it does.
//
// It does if C names with a contract are mentioned, if a direct import has
// facts, if a direct import has contracts, if a directive of ours is written
// somewhere, or, in a main module only, if there may be a function that does
// not return, which a relevant package may call. Everything else has no handle
// to follow and nothing to tell.
func relevant(cfg *Config, rel Relevance) (yes bool, reason string) {
	for _, path := range sortedValues(cfg.ImportMap) {
		if rel.Imports(path) {
			return true, "imports " + path
		}
	}
	for _, path := range sortedKeys(cfg.PackageVetx) {
		if hasFacts(cfg.PackageVetx[path]) {
			return true, "facts of " + path
		}
	}
	main := cfg.inMainModule() || cfg.ImportPath == "command-line-arguments"
	callable := callableFromOutside(cfg)
	for _, name := range cfg.GoFiles {
		cgo := filepath.Base(name) == "_cgo_gotypes.go"
		if !cgo && cfg.module() == nil && !main {
			continue // the standard library
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return true, "unreadable file" // the parser will say so
		}
		switch {
		case cgo && rel.Mentions(src):
			return true, "mentions a C name with a contract"
		case bytes.Contains(src, directiveMark):
			return true, "directive"
		case main && mentionsAny(src, noReturnWords) && callable(name):
			return true, "may hold a function that does not return"
		}
	}
	return false, "nothing to follow"
}

// callableFromOutside returns a function that reports whether another package
// can call what a file of the unit declares. For a test file, one can only if
// the package has external tests.
func callableFromOutside(cfg *Config) func(name string) bool {
	if cfg.isExternalTest() {
		return func(string) bool { return false }
	}
	outside := sync.OnceValue(func() bool {
		_, outside := cfg.testFiles()
		return outside
	})
	return func(name string) bool { return !strings.HasSuffix(name, "_test.go") || outside() }
}

func mentionsAny(src []byte, words [][]byte) bool {
	return slices.ContainsFunc(words, func(w []byte) bool { return bytes.Contains(src, w) })
}

// leave ends a unit that does not matter: every output that the go command
// waits for is written, empty. Under -fix the archive must be a valid zip file:
// an empty file is an error to the go command, and a missing one is never
// cached.
func leave(cfg *Config, variant bool) error {
	if cfg.VetxOutput != "" {
		if err := os.WriteFile(cfg.VetxOutput, factsHeader(variant), 0o666); err != nil {
			return err
		}
	}
	if cfg.Stdout != "" {
		if err := os.WriteFile(cfg.Stdout, nil, 0o666); err != nil {
			return err
		}
	}
	if cfg.FixArchive != "" {
		return writeArchive(cfg.FixArchive, cfg.ID, nil)
	}
	return nil
}

// isVariant reports whether the unit is a test variant: compiled with test
// files, or against a package that is. A variant has the ID of the plain
// package; only its own files and the marks in its imports' facts files tell.
func isVariant(cfg *Config) bool {
	if cfg.hasTestFiles() {
		return true
	}
	for _, path := range sortedKeys(cfg.PackageVetx) {
		if strings.HasSuffix(path, "_test") {
			continue
		}
		if hasVariantMark(cfg.PackageVetx[path]) {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func sortedValues(m map[string]string) []string {
	values := make([]string, 0, len(m))
	for _, v := range m {
		values = append(values, v)
	}
	slices.Sort(values)
	return values
}
