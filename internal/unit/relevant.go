package unit

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
)

// Relevance is what the decision to leave needs to know of the contracts. The
// functions are called only when a unit cannot be decided without them, so
// they may decode tables on their first call.
type Relevance struct {
	// Mentions reports whether the text of a _cgo_gotypes.go mentions a C name
	// that a contract, or a shim of one, is about.
	Mentions func(src []byte) bool
	// Imports reports whether the Go package with this path has contracts.
	Imports func(path string) bool
	// NoReturn returns the names, without package and receiver, of functions that
	// never return: "Exit", "Fatal".
	NoReturn func() []string
}

var directiveMark = []byte("//sessionlint:")

// relevant reports whether the unit can matter, to itself or to a package that
// imports it, and why it does.
//
// It does if C names with a contract are mentioned, if a direct import has facts
// that are not quiet, if a direct import has contracts, if a directive of ours is
// written somewhere, or, in a main module only, if there may be a function that
// does not return, which a relevant package may call. Everything else has no
// handle to follow and nothing to tell.
func relevant(in *imported, rel Relevance) (yes bool, reason string) {
	cfg := in.cfg
	for _, path := range sortedValues(cfg.ImportMap) {
		if rel.Imports(path) {
			return true, "imports " + path
		}
	}
	if path, ok := in.loud(); ok {
		return true, "facts of " + path
	}
	main := cfg.inMainModule() || cfg.ImportPath == "command-line-arguments"
	var texts []text
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
		case main && !cgo:
			texts = append(texts, text{name, src})
		}
	}
	if main && mayNotReturn(in, rel, texts) {
		return true, "may hold a function that does not return"
	}
	return false, "nothing to follow"
}

// leave ends a unit that does not matter: every output that the go command
// waits for is written, empty but for what is handed on. Under -fix the archive
// must be a valid zip file: an empty file is an error to the go command, and a
// missing one is never cached.
func leave(in *imported) error {
	cfg := in.cfg
	if cfg.VetxOutput != "" {
		f := &factsFile{variant: in.variant(), sections: in.quiet()}
		if err := os.WriteFile(cfg.VetxOutput, f.bytes(), 0o666); err != nil {
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

func sortedKeys[V any](m map[string]V) []string {
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
