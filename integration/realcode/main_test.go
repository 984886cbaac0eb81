package realcode

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// tool is the command under test; twin is the same program under another
// identity, for which the go command has no cached answers.
var tool, twin harness.Tool

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "realcode")
	if err == nil {
		tool.Path, err = harness.Build("cmd/sessionlint", folder, "")
	}
	if err == nil {
		twin.Path, err = harness.Build("cmd/sessionlint", folder, "twin")
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// download returns a module's folder in the module cache.
func download(t *testing.T, module, version string) string {
	t.Helper()
	dir, err := harness.Download(module, version)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// vet runs the tool and fails the test if anything but findings comes out.
func vet(t *testing.T, with harness.Tool, dir string, patterns ...string) *harness.Run {
	t.Helper()
	run, err := with.Vet(dir, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Errors) > 0 {
		t.Errorf("%s: go vet printed more than findings:\n%q", dir, run.Errors)
	}
	return run
}

// counted are the checks about reference counts proper. The others judge
// lifetimes in the garbage collector's eyes or the engine itself.
func counted(f harness.Finding) bool { return f.Check != "missingkeepalive" }

func filter(findings []harness.Finding, keep func(harness.Finding) bool) []harness.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f harness.Finding) bool { return !keep(f) })
}
