package precommit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// good and bad are one package, with and without its release on every path.
const (
	good = `package p

// typedef struct ssl_st SSL;
// typedef struct ssl_session_st SSL_SESSION;
// static inline SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
// static inline void SSL_SESSION_free(SSL_SESSION *session) {}
import "C"

func Resumable(ssl *C.SSL, wanted bool) bool {
	session := C.SSL_get1_session(ssl)
	if session == nil {
		return false
	}
	defer C.SSL_SESSION_free(session)
	return wanted
}
`
	module = "module example.com/p\n\ngo 1.26.0\n"
)

var bad = strings.Replace(good, "\tdefer C.SSL_SESSION_free(session)\n", "\tif wanted {\n\t\tC.SSL_SESSION_free(session)\n\t}\n", 1)

// hookRepository makes a git repository with what would be committed of ours,
// once, tagged v0.0.1: pre-commit installs hooks from repositories only.
func hookRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := harness.Checkout(dir, "v0.0.1"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A scratch is a user's repository with the hook installed.
type scratch struct {
	dir string
	env []string
}

// commit commits everything there is and returns what was printed, and whether
// the commit was made.
func (s scratch) commit(t *testing.T) (string, bool) {
	t.Helper()
	git(t, s.dir, "add", "--all")
	cmd := exec.Command("git", "commit", "--message=change")
	cmd.Dir = s.dir
	cmd.Env = s.env
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// What the hook's installation compiles is ours and what the command needs: nothing
// of golangci-lint, although its plugin is in the same module.
func TestInstallIsLight(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	light := []string{"", "github.com/sessionlint/sessionlint", "github.com/golangci/plugin-module-register", "go.yaml.in/yaml/v3",
		"golang.org/x/mod", "golang.org/x/sync", "golang.org/x/tools"}
	for _, module := range strings.Split(strings.TrimSpace(output(t, root, "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./...")), "\n") {
		if !slices.Contains(light, module) {
			t.Errorf("the installation compiles packages of %s", module)
		}
	}
}

// The hook is what the documentation says: whole packages, one process at a time.
func TestMetadata(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Entry, Language string
		Args                []string
		PassFilenames       *bool `yaml:"pass_filenames"`
		RequireSerial       bool  `yaml:"require_serial"`
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 1 {
		t.Fatalf("%d hooks, want 1", len(hooks))
	}
	h := hooks[0]
	if h.ID != "sessionlint" || h.Entry != "sessionlint" || h.Language != "golang" || !slices.Equal(h.Args, []string{"./..."}) ||
		h.PassFilenames == nil || *h.PassFilenames || !h.RequireSerial {
		t.Errorf("the hook is %+v", h)
	}
}

func TestHook(t *testing.T) {
	hook := hookRepository(t)
	home := t.TempDir() // pre-commit's own folder, shared: the hook is built once
	env := append(os.Environ(), "PRE_COMMIT_HOME="+home, "GOWORK=off", "GOFLAGS=-modcacherw",
		// pre-commit gives the build a GOPATH of its own; the modules we have need not come again.
		"GOMODCACHE="+strings.TrimSpace(output(t, hook, "go", "env", "GOMODCACHE")))

	open := func(t *testing.T, settings string) scratch {
		dir := t.TempDir()
		initialise(t, dir)
		write(t, dir, ".pre-commit-config.yaml", fmt.Sprintf("repos:\n- repo: %s\n  rev: v0.0.1\n  hooks:\n  - id: sessionlint\n%s", hook, settings))
		cmd := exec.Command("pre-commit", "install")
		cmd.Dir, cmd.Env = dir, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("pre-commit install: %v\n%s", err, out)
		}
		return scratch{dir, env}
	}

	t.Run("bad commit is refused, repaired one passes", func(t *testing.T) {
		s := open(t, "")
		write(t, s.dir, "go.mod", module)
		write(t, s.dir, "p.go", bad)
		out, made := s.commit(t)
		if made {
			t.Errorf("commit with a lost session was made:\n%s", out)
		}
		if !strings.Contains(out, "p.go:10:") || !strings.Contains(out, "[missingfree]") {
			t.Errorf("no finding shown:\n%s", out)
		}
		write(t, s.dir, "p.go", good)
		if out, made := s.commit(t); !made || !strings.Contains(out, "Passed") {
			t.Errorf("repaired commit was refused, or the hook did not run:\n%s", out)
		}
	})

	t.Run("commit without Go files is skipped", func(t *testing.T) {
		s := open(t, "")
		write(t, s.dir, "README", "text\n")
		if out, made := s.commit(t); !made || !strings.Contains(out, "Skipped") {
			t.Errorf("commit was refused, or the hook ran:\n%s", out)
		}
	})

	t.Run("header counts as Go", func(t *testing.T) {
		s := open(t, "")
		write(t, s.dir, "go.mod", module)
		write(t, s.dir, "p.go", good)
		if out, made := s.commit(t); !made {
			t.Fatalf("good commit was refused:\n%s", out)
		}
		write(t, s.dir, "p.h", "int x;\n")
		if out, made := s.commit(t); !made || !strings.Contains(out, "Passed") {
			t.Errorf("commit was refused, or the hook did not run:\n%s", out)
		}
	})

	t.Run("module in a subfolder", func(t *testing.T) {
		s := open(t, "    args: [\"-C\", \"sub\", \"./...\"]\n")
		write(t, s.dir, "sub/go.mod", module)
		write(t, s.dir, "sub/p.go", bad)
		if out, made := s.commit(t); made || !strings.Contains(out, "[missingfree]") {
			t.Errorf("commit with a lost session was made, or no finding shown:\n%s", out)
		}
		write(t, s.dir, "sub/p.go", good)
		if out, made := s.commit(t); !made || !strings.Contains(out, "Passed") {
			t.Errorf("repaired commit was refused, or the hook did not run:\n%s", out)
		}
	})

	t.Run("Go upgrade under a cached hook", func(t *testing.T) {
		s := open(t, "")
		write(t, s.dir, "go.mod", module)
		write(t, s.dir, "q/q.go", "package q\n\nconst Q = true\n")
		for _, name := range []string{"p", "r"} {
			text := strings.Replace(good, "package p\n", "package "+name+"\n", 1)
			text = strings.Replace(text, "import \"C\"\n", "import \"C\"\nimport \"example.com/p/q\"\n\nvar _ = q.Q\n", 1)
			write(t, s.dir, name+"/"+name+".go", text)
		}
		if out, made := s.commit(t); !made || !strings.Contains(out, "Passed") {
			t.Fatalf("commit before the upgrade was refused, or the hook did not run:\n%s", out)
		}
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		s.env = append(s.env, "GOFLAGS=-modcacherw -toolexec="+exe, asNewerGo+"=example.com/p/q")
		write(t, s.dir, "q/q.go", "package q\n\nconst Q = false\n") // compiled again, by the newer Go
		out, made := s.commit(t)
		if made {
			t.Errorf("commit that nobody could check was made:\n%s", out)
		}
		line := "sessionlint: built with " + runtime.Version() + ", packages compiled by " + newerGo() + ": run `go install "
		if strings.Count(out, line) != 1 || !strings.Contains(out, "`pre-commit clean`") || strings.Contains(out, "panic") || strings.Contains(out, "# example.com") {
			t.Errorf("want one line %q, got:\n%s", line, out)
		}
	})

	t.Run("install builds one command", func(t *testing.T) {
		bins, err := filepath.Glob(filepath.Join(home, "repo*", "golangenv-*", "bin", "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(bins) != 1 || filepath.Base(bins[0]) != "sessionlint" {
			t.Errorf("installed are %q, want sessionlint alone", bins)
		}
	})

	t.Run("no Go module is no silent pass", func(t *testing.T) {
		s := open(t, "")
		write(t, s.dir, "p.go", good)
		if out, made := s.commit(t); made {
			t.Errorf("commit that nobody could check was made:\n%s", out)
		}
	})
}

func initialise(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "init", "--quiet")
	git(t, dir, "config", "user.name", "test")
	git(t, dir, "config", "user.email", "test@example.com")
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return output(t, dir, "git", args...)
}

func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := harness.Write(dir, name, text); err != nil {
		t.Fatal(err)
	}
}
