package unit_test

import (
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A workspace has several main modules.
func TestWorkspace(t *testing.T) {
	t.Parallel()
	m := newModule(t, strings.ReplaceAll(toys, "-- ", "-- one/"), `
-- go.work --
go 1.26

use (
	./one
	./two
)
-- two/go.mod --
module example.com/two

go 1.26
-- two/two.go --
package two

import "example.com/toys/user"

func Two() {
	user.Use(zero)
}
-- two/zero.go --
package two

import "example.com/toys/toy"

var zero toy.Toy
`)
	checkLines(t, m.findings("-toyfree", "./two"),
		"two/two.go:6:2: toy freed in Two [toyfree]",
		"one/"+toyFinding, "one/"+userFinding)
	checkLines(t, m.findings("-toyfree", "./one/toy"), "one/"+toyFinding)
}

// A vendored package gives facts and no findings.
func TestVendored(t *testing.T) {
	t.Parallel()
	m := newModule(t, strings.ReplaceAll(toys, "-- ", "-- vendor/example.com/toys/"), `
-- go.mod --
module example.com/two

go 1.26

require example.com/toys v1.0.0
-- vendor/modules.txt --
# example.com/toys v1.0.0
## explicit; go 1.26
example.com/toys/toy
example.com/toys/user
-- two.go --
package two

import (
	"example.com/toys/toy"
	"example.com/toys/user"
)

func Two(t toy.Toy) {
	user.Use(t)
}
`)
	checkLines(t, m.findings("-toyfree", "./..."), "two.go:9:2: toy freed in Two [toyfree]")
}

// Without the go command the unit prints findings as a compiler does.
func TestPlainUnit(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	cfg := m.unitConfig("example.com/toys/user")
	code, out := m.unit(cfg, "-c=0", "-toyfree")
	name := filepath.Join(m.dir, "user", "user.go")
	want := name + ":6:2: toy freed in Use [toyfree]\n6\t\ttoy.Free(t)\n" + name + ":5:1: \tin this function\n5\tfunc Use(t toy.Toy) {\n"
	if code != 1 || out != want {
		t.Errorf("exit code %d, output\n%s\nwant\n%s", code, out, want)
	}
	cfg["VetxOnly"] = true
	cfg["ModuleVersion"] = "v1.0.0"
	if code, out := m.unit(cfg, "-toyfree"); code != 0 || out != "" {
		t.Errorf("a dependency: exit code %d, output %s", code, out)
	}
}

func TestFailureOfUnit(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("user/boom.go", "package user\n\nfunc Boom() {}\n")
	cfg := m.unitConfig("example.com/toys/user")
	code, out := m.unit(cfg)
	for _, want := range []string{"toy freed in Use", "toytool: example.com/toys/user: analyzer toycrash panicked: boom; boom\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
}

// A binary cannot read what a newer compiler wrote, and says so in one line.
func TestNewerExportData(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	cfg := m.unitConfig("example.com/toys/user")
	export := filepath.Join(t.TempDir(), "toy.a")
	text := "!<arch>\n__.PKGDEF       0           0     0     644     99        `\ngo object linux amd64 go1.99.1 X:none\n\n$$B\nu\x7f\x7f\x7f\x7f"
	if err := os.WriteFile(export, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	cfg["PackageFile"].(map[string]any)["example.com/toys/toy"] = export
	code, out := m.unit(cfg)
	if code != 2 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "packages compiled by go1.99.1: run `go install ") || !toyTool.IsTooOld(out) {
		t.Errorf("exit code %d, output\n%s", code, out)
	}
}

// A module can be in a language that a binary does not know, although its imports
// can be read.
func TestNewerLanguage(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	cfg := m.unitConfig("example.com/toys/user")
	cfg["GoVersion"] = "go1.99"
	code, out := m.unit(cfg)
	if code != 2 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "the module needs go1.99: run `go install ") || !toyTool.IsTooOld(out) {
		t.Errorf("exit code %d, output\n%s", code, out)
	}
	cfg["GoVersion"] = version.Lang(runtime.Version()) + ".99" // a patch release is the same language
	if code, out := m.unit(cfg); code != 1 || toyTool.IsTooOld(out) {
		t.Errorf("a patch release: exit code %d, output\n%s", code, out)
	}
}
