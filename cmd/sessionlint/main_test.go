package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// asCommand makes the test binary be sessionlint, for the front end and for the
// units that it lets the go command start.
const asCommand = "SESSIONLINT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == asCache {
		if err := serveCache(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// sessions is a module with a leak in a cgo package, a package that imports it,
// and one that neither has nor imports sessions.
const sessions = `
-- go.mod --
module example.com/m

go 1.26
-- toy/toy.go --
package toy

/*
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

type Conn struct{ ssl *C.SSL }

func Leak(c *Conn, stop bool) {
	s := C.SSL_get1_session(c.ssl)
	if stop {
		return
	}
	C.SSL_SESSION_free(s)
}
-- user/user.go --
package user

import "example.com/m/toy"

func Use(c *toy.Conn) { toy.Leak(c, false) }
-- plain/plain.go --
package plain

func Plain() int { return 1 }
`

// leak is the finding in toy, without its notes.
const leak = "toy/toy.go:14:7: session s from SSL_get1_session is not freed when "

// A sandbox is a module and an environment.
type sandbox struct {
	t   *testing.T
	dir string
	env []string
}

func newSandbox(t *testing.T, archives ...string) *sandbox {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &sandbox{t: t, dir: dir}
	s.env = append(os.Environ(), asCommand+"=1", "GOFLAGS=", "GOWORK=", "CGO_ENABLED=1", "SESSIONLINT_CONFIG=")
	for _, a := range archives {
		for _, f := range txtar.Parse([]byte(a)).Files {
			s.write(f.Name, string(f.Data))
		}
	}
	return s
}

func (s *sandbox) write(name, text string) {
	s.t.Helper()
	name = filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// setenv sets variables for the commands that follow.
func (s *sandbox) setenv(vars ...string) { s.env = append(slices.Clone(s.env), vars...) }

// output is what a command did.
type output struct {
	stdout, stderr string
	code           int
}

// lint runs sessionlint.
func (s *sandbox) lint(args ...string) output {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	return s.run(exe, args...)
}

// vet runs go vet with sessionlint as the tool.
func (s *sandbox) vet(args ...string) output {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	return s.run("go", append([]string{"vet", "-vettool=" + exe}, args...)...)
}

func (s *sandbox) run(name string, args ...string) output {
	s.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return output{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// wants checks the exit code and that each text is printed, or, after a "!", is
// not.
func (s *sandbox) wants(what string, got output, code int, texts ...string) {
	s.t.Helper()
	all := got.stdout + got.stderr
	bad := got.code != code
	for _, text := range texts {
		if absent, ok := strings.CutPrefix(text, "!"); ok {
			bad = bad || strings.Contains(all, absent)
		} else {
			bad = bad || !strings.Contains(all, text)
		}
	}
	if bad {
		s.t.Errorf("%s: exit code %d, want %d and %q; output\n%s%s", what, got.code, code, texts, got.stdout, got.stderr)
	}
}
