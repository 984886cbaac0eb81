package golangci

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

var (
	tool   harness.Tool // the vet tool
	custom string       // golangci-lint with the plugin
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "golangci")
	if err == nil {
		tool.Path, err = harness.Build("cmd/sessionlint", folder, "")
	}
	if err == nil {
		custom = filepath.Join(folder, "custom")
		var out []byte
		if out, err = exec.Command("go", "build", "-o", custom, "./custom").CombinedOutput(); err != nil {
			err = fmt.Errorf("building golangci-lint: %v\n%s", err, out)
		}
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

// engine is the analyzer that says where a limit was reached. That is about the
// SSA form of a function, which is not the same in golangci-lint's x/tools.
const engine = "refflow"

// An issue is what golangci-lint makes of a diagnostic.
type issue struct {
	FromLinter, Text string
	Pos              struct {
		Filename     string
		Line, Column int
	}
}

// lint runs golangci-lint in the module with the settings, which may be those
// of this folder, and returns its issues, what else it said, and its exit status.
func lint(t *testing.T, dir, settings string) ([]issue, string, int) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(custom, "run", "--config="+settings, "--output.json.path="+report, "--path-mode=abs", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOLANGCI_LINT_CACHE="+t.TempDir(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var parsed struct{ Issues []issue }
	if text, err := os.ReadFile(report); err == nil {
		if err := json.Unmarshal(text, &parsed); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	return parsed.Issues, string(out), cmd.ProcessState.ExitCode()
}

func settings(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// whole is a finding in one text: place, check, message and path.
func whole(file string, line, column int, text string) string {
	return fmt.Sprintf("%s:%d:%d: %s\n", filepath.ToSlash(file), line, column, text)
}

// wholeByVet are the findings of go vet, whole, without those of the engine about
// itself.
func wholeByVet(t *testing.T, with harness.Tool, dir string) (findings []string, run *harness.Run) {
	t.Helper()
	run, err := with.Vet(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range run.Findings {
		if f.Check != engine {
			text := strings.TrimSuffix(f.Message, " ["+f.Check+"]") + "\n" + f.Notes
			findings = append(findings, whole(f.File, f.Line, f.Column, f.Check+": "+strings.TrimSuffix(text, "\n")))
		}
	}
	if len(findings) == 0 || len(run.Errors) > 0 {
		t.Fatalf("go vet: %d findings, errors %q", len(findings), run.Errors)
	}
	slices.Sort(findings)
	return findings, run
}

// wholeByGolangci are the same of golangci-lint.
func wholeByGolangci(t *testing.T, dir string) (findings []string) {
	t.Helper()
	issues, out, exit := lint(t, dir, settings(t))
	if exit != 1 {
		t.Errorf("exit status %d, want 1:\n%s", exit, out)
	}
	for _, i := range issues {
		if strings.HasPrefix(i.Text, engine+":") {
			continue
		}
		if i.FromLinter != "sessionlint" {
			t.Errorf("issue of %s: %s", i.FromLinter, i.Text)
		}
		file, err := filepath.Rel(dir, i.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, whole(file, i.Pos.Line, i.Pos.Column, strings.ReplaceAll(i.Text, "\n\t", "\n")))
	}
	slices.Sort(findings)
	return findings
}

// A misspelt setting stops the run: it is never taken for a default.
func TestSettingsAreStrict(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Replace(text, []byte("        type: module\n"), []byte("        type: module\n        settings:\n          chekcs: []\n"), 1)
	path := filepath.Join(t.TempDir(), "golangci.yml")
	if err := os.WriteFile(path, wrong, 0o644); err != nil {
		t.Fatal(err)
	}
	_, out, exit := lint(t, filepath.Join(root, "examples", "cgo"), path)
	if exit == 0 || exit == 1 || !strings.Contains(out, "chekcs") {
		t.Errorf("exit status %d, want failure that names the key:\n%s", exit, out)
	}
}
