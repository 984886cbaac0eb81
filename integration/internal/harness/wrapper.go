package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The published bindings of OpenSSL, which compile against the installed one.
const (
	Bindings        = "github.com/libp2p/go-openssl"
	BindingsVersion = "v0.1.0"
)

// Wrapper writes a module to dir, which must not exist: the published bindings with
// what integration/realcode/testdata/wrapper adds to them, among it a package that
// stands on them and never sees a C type. It returns what the comments `// want CHECK`
// there ask for, as "file:line CHECK": all that may be reported about counts.
func Wrapper(dir string) (wants []string, err error) {
	from, err := Download(Bindings, BindingsVersion)
	if err != nil {
		return nil, err
	}
	if err := CopyWithoutTests(from, dir); err != nil {
		return nil, err
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	added := filepath.Join(root, "integration", "realcode", "testdata", "wrapper")
	if err := os.CopyFS(dir, os.DirFS(added)); err != nil {
		return nil, err
	}
	for _, file := range []string{"session_handle.go", "client/client.go"} {
		text, err := os.ReadFile(filepath.Join(added, filepath.FromSlash(file)))
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if _, check, ok := strings.Cut(line, "// want "); ok {
				wants = append(wants, fmt.Sprintf("%s:%d %s", file, i+1, strings.TrimSpace(check)))
			}
		}
	}
	return wants, nil
}

// CopyWithoutTests copies a module to where it can be changed. The tests of its first
// package are left out: with them the go command runs cgo twice.
func CopyWithoutTests(from, to string) error {
	if err := CopyModule(from, to); err != nil {
		return err
	}
	tests, err := filepath.Glob(filepath.Join(to, "*_test.go"))
	if err != nil {
		return err
	}
	for _, name := range tests {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
