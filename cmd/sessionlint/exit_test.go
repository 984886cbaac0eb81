package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
)

// Functions that never return, some in packages without sessions, end paths:
// with and without early exit.
func TestNoReturnAcrossPackages(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions, `
-- die/die.go --
package die

import "log"

func Die(why string) { log.Fatal(why) }
-- die2/die.go --
package die2

import "example.com/m/die"

func Die() { die.Die("for ever") }
-- check/check.go --
package check

import "testing"

func Equal(t testing.TB, a, b int) {
	if a != b {
		Fail(t)
	}
}

func Fail(t testing.TB) { t.Fatal("not equal") }
-- runs/runs.go --
package runs

/*
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

import (
	"example.com/m/die"
	"example.com/m/die2"
)

func F(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl)
	switch n {
	case 1:
		die.Die("")
	case 2:
		die2.Die()
	}
	C.SSL_SESSION_free(s)
}

func G(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl)
	if n == 1 {
		die2.Die()
		return
	}
	if n == 2 {
		return // found
	}
	C.SSL_SESSION_free(s)
}
`)
	with := s.lint("./...")
	without := s.lint("-early-exit=false", "./...")
	if with != without {
		t.Errorf("with early exit\n%s%s\nwithout\n%s%s", with.stdout, with.stderr, without.stdout, without.stderr)
	}
	s.wants("runs", with, exitFindings, leak, "runs/runs.go:28:7: session s from SSL_get1_session is not freed when n == 2", "!runs.go:16")
	if n := strings.Count(with.stdout, "\truns/runs.go:34:"); n != 1 {
		t.Errorf("%d notes at the return, want 1:\n%s", n, with.stdout)
	}
}

// The packages that units need no table to recognise are those in the tables.
func TestBuiltInPackages(t *testing.T) {
	t.Parallel()
	table := relevance("{}", nil)
	for _, path := range builtInPackages {
		if !table.Imports(path) {
			t.Errorf("%s is not recognised", path)
		}
	}
	if table.Imports("fmt") {
		t.Error("fmt is recognised")
	}
	checkAgainstTables(t)
}

// checkAgainstTables fails for a Go name in the built-in contracts that belongs
// to a package which is not in the list.
func checkAgainstTables(t *testing.T) {
	t.Helper()
	var names []string
	for _, f := range contract.Default().Functions() {
		if f.Go {
			names = append(names, f.Name)
		}
	}
	for _, h := range contract.Default().Handles() {
		names = append(names, h.GoTypes...)
	}
	if len(names) == 0 {
		t.Fatal("no Go names in the built-in contracts")
	}
	for _, name := range names {
		path := strings.TrimLeft(name, "(*")
		slash := strings.LastIndexByte(path, '/')
		path = path[:slash+1+strings.IndexByte(path[slash+1:], '.')]
		if !slices.Contains(builtInPackages, path) {
			t.Errorf("%s is of a package that units do not recognise: %s", name, path)
		}
	}
}
