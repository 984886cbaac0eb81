package unit_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// toys is a module with a cgo package, a package that uses it, one between that
// and a third, a package without toys, and tests of all kinds.
const toys = `
-- go.mod --
module example.com/toys

go 1.26
-- toy/toy.go --
package toy

/*
typedef struct toy toy;
static void toy_free(toy *t) {}
*/
import "C"

type Toy struct{ p *C.toy }

func Free(t Toy) {
	C.toy_free(t.p)
}
-- user/user.go --
package user

import "example.com/toys/toy"

func Use(t toy.Toy) {
	toy.Free(t)
}
-- plain/plain.go --
package plain

func Plain() int { return 1 }
-- top/top.go --
package top

import (
	"example.com/toys/plain"
	"example.com/toys/user"
	"example.com/toys/toy"
)

func Top(t toy.Toy) int {
	user.Use(t)
	return plain.Plain()
}
`

var nonces atomic.Int64

// A module is an unpacked module with a vet cache of its own.
type module struct {
	t   *testing.T
	dir string
	env []string
}

// newModule unpacks archives of files into a new folder.
func newModule(t *testing.T, archives ...string) *module {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := &module{t: t, dir: dir}
	for _, a := range archives {
		for _, f := range txtar.Parse([]byte(a)).Files {
			m.write(f.Name, string(f.Data))
		}
	}
	m.coldCache()
	return m
}

func (m *module) write(name, text string) {
	m.t.Helper()
	name = filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

func (m *module) read(name string) string {
	m.t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		m.t.Fatal(err)
	}
	return string(data)
}

// coldCache makes the go command forget all results of the toy tool.
func (m *module) coldCache() {
	nonce := fmt.Sprintf("TOY_NONCE=%d-%d", time.Now().UnixNano(), nonces.Add(1))
	m.env = append(os.Environ(), "GOFLAGS=", "GOWORK=", "GO111MODULE=on", "CGO_ENABLED=1", nonce)
}

// vet runs go vet with this test binary as the tool.
func (m *module) vet(args ...string) (stdout, stderr string, code int) {
	m.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + exe}, args...)...)
	cmd.Dir, cmd.Env = m.dir, m.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			m.t.Fatal(err)
		}
		code = exit.ExitCode()
	}
	return out.String(), errs.String(), code
}

// findings runs go vet and returns its findings in a fixed order: the go
// command prints packages and analyzers in none.
func (m *module) findings(args ...string) []string {
	m.t.Helper()
	_, stderr, _ := m.vet(args...)
	return findingLines(stderr)
}

func findingLines(stderr string) []string {
	var lines []string
	for line := range strings.Lines(stderr) {
		if strings.Contains(line, ".go:") && !strings.Contains(line, ": \t") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return sorted(lines)
}
