package main

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/cmd/sessionlint/internal/early"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/settings"
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

// What units know without a table is what the tables say.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	table := contract.Default()
	if names, want := early.NoReturn(), table.NoReturn(); !slices.Equal(names, want) {
		t.Errorf("%q never return by package early, %q by the tables", names, want)
	}
	for _, name := range early.NoReturn() {
		if !token.IsIdentifier(name) {
			t.Errorf("%q is no name", name)
		}
	}
	paths := []string{"fmt", "example.com/log"}
	for _, b := range table.Behaviours() {
		if dot := strings.LastIndexByte(b.Name, '.'); b.NoReturn && b.Name[0] != '(' {
			paths = append(paths, b.Name[:dot])
		}
	}
	ends := 0
	for _, path := range paths {
		for _, name := range append(table.NoReturn(), "Print") {
			b, ok := table.Behaviour(path + "." + name)
			if early.Ends(path, name) != (ok && b.NoReturn) {
				t.Errorf("%s.%s never returns: %v by package early", path, name, early.Ends(path, name))
			}
			if ok && b.NoReturn {
				ends++
			}
		}
	}
	if ends < 30 {
		t.Errorf("%d functions never return", ends)
	}
	var names []string
	for _, f := range table.Functions() {
		if f.Go {
			names = append(names, f.Name)
		}
	}
	for _, h := range table.Handles() {
		names = append(names, h.GoTypes...)
	}
	if len(names) == 0 {
		t.Fatal("no Go names in the built-in contracts")
	}
	for _, name := range names {
		path := strings.TrimLeft(name, "(*")
		slash := strings.LastIndexByte(path, '/')
		path = path[:slash+1+strings.IndexByte(path[slash+1:], '.')]
		if !early.Imports(path) || !table.Imports(path) {
			t.Errorf("%s is of a package that units do not recognise: %s", name, path)
		}
	}
	if early.Imports("fmt") || table.Imports("fmt") {
		t.Error("fmt is recognised")
	}
	if early.EnvVar != settings.EnvVar {
		t.Errorf("package early asks for %s, which is %s", early.EnvVar, settings.EnvVar)
	}
}
