package unit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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

// shared is one unpacked copy of toys for all tests that change nothing: its
// packages are compiled once.
var shared struct {
	once sync.Once
	dir  string
	err  error
}

// sharedToys returns the shared copy of toys, with a vet cache of its own.
func sharedToys(t *testing.T) *module {
	t.Helper()
	shared.once.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "toys"); shared.err == nil {
			shared.dir, shared.err = filepath.EvalSymlinks(shared.dir)
		}
		m := &module{t: t, dir: shared.dir}
		for _, f := range txtar.Parse([]byte(toys)).Files {
			m.write(f.Name, string(f.Data))
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	m := &module{t: t, dir: shared.dir}
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

// work runs go vet with cold results and returns its work folder, which holds
// what every unit was told and what it wrote.
func (m *module) work(args ...string) string {
	m.t.Helper()
	m.coldCache()
	_, stderr, _ := m.vet(append([]string{"-work"}, args...)...)
	for line := range strings.Lines(stderr) {
		if dir, ok := strings.CutPrefix(line, "WORK="); ok {
			dir = strings.TrimSpace(dir)
			m.t.Cleanup(func() { os.RemoveAll(dir) })
			return dir
		}
	}
	m.t.Fatalf("go vet -work named no folder:\n%s", stderr)
	return ""
}

// unitConfig returns the vet.cfg of a package.
func (m *module) unitConfig(path string) map[string]any {
	m.t.Helper()
	names, err := filepath.Glob(filepath.Join(m.work("./..."), "*", "vet.cfg"))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			m.t.Fatal(err)
		}
		var cfg map[string]any
		if err := json.Unmarshal(data, &cfg); err != nil {
			m.t.Fatal(err)
		}
		if cfg["ImportPath"] == path {
			cfg["Stdout"] = ""
			cfg["VetxOutput"] = filepath.Join(m.t.TempDir(), "facts")
			return cfg
		}
	}
	m.t.Fatalf("no vet.cfg of %s among %d", path, len(names))
	return nil
}

// unit runs the tool on one vet.cfg, as another build system would.
func (m *module) unit(cfg map[string]any, args ...string) (code int, out string) {
	m.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		m.t.Fatal(err)
	}
	data, err := json.Marshal(cfg)
	if err != nil {
		m.t.Fatal(err)
	}
	name := filepath.Join(m.t.TempDir(), "vet.cfg")
	if err := os.WriteFile(name, data, 0o666); err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command(exe, append(args, name)...)
	cmd.Env = m.env
	output, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		m.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(output)
}
