package action

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The metadata names a script that is there, and hands over every input.
func TestMetadata(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Description, Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" || len(action.Runs.Steps) != 1 {
		t.Fatalf("want one step of a composite action, got %+v", action.Runs)
	}
	step := action.Runs.Steps[0]
	script := strings.Trim(strings.Replace(step.Run, "$GITHUB_ACTION_PATH", root(t), 1), `"`)
	if info, err := os.Stat(script); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("script %s: not there, or not to be run: %v", step.Run, err)
	}
	var used []string
	for _, value := range step.Env {
		used = append(used, strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}"))
	}
	var declared []string
	for name := range action.Inputs {
		declared = append(declared, name)
	}
	slices.Sort(used)
	slices.Sort(declared)
	if !slices.Equal(used, declared) {
		t.Errorf("inputs %q, the script gets %q", declared, used)
	}
}

// run runs the action's script with the inputs and returns what it printed.
func run(t *testing.T, env ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(filepath.Join(root(t), "scripts", "action", "run"))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestScript(t *testing.T) {
	clean := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/clean\n\ngo 1.26.0\n", "a.go": "package a\n"} {
		if err := harness.Write(clean, name, text); err != nil {
			t.Fatal(err)
		}
	}
	example := filepath.Join(root(t), "examples", "cgo")
	tests := []struct {
		name string
		env  []string
		exit int
		want string
	}{
		{"findings", []string{"SESSIONLINT_DIR=" + example}, 1, "[missingfree]"},
		{"arguments", []string{"SESSIONLINT_ARGS=-C " + example + " ."}, 1, "[missingfree]"},
		{"clean", []string{"SESSIONLINT_DIR=" + clean, "SESSIONLINT_ARGS=./..."}, 0, "::add-matcher::"},
		{"no such flag", []string{"SESSIONLINT_DIR=" + clean, "SESSIONLINT_ARGS=-nosuchflag"}, 2, "nosuchflag"},
		{"no such version", []string{"SESSIONLINT_DIR=" + clean, "SESSIONLINT_VERSION=v0.0.0-nosuchversion", "GOPROXY=off"}, 2, "nosuchversion"},
		{"no Go", []string{"SESSIONLINT_DIR=" + clean, "PATH=" + pathWithoutGo(t)}, 2, "actions/setup-go"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, exit := run(t, tt.env...)
			if exit != tt.exit || !strings.Contains(out, tt.want) {
				t.Errorf("exit status %d, want %d with %q in:\n%s", exit, tt.exit, tt.want, out)
			}
		})
	}
}

// pathWithoutGo returns a PATH of just what the script calls before it needs go.
func pathWithoutGo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"env", "bash", "dirname"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Every finding that the script prints becomes an annotation, and nothing else does.
func TestMatcher(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "scripts", "action", "matcher.json"))
	if err != nil {
		t.Fatal(err)
	}
	var matcher struct {
		ProblemMatcher []struct {
			Owner   string
			Pattern []struct {
				Regexp                            string
				File, Line, Column, Message, Code int
			}
		}
	}
	if err := json.Unmarshal(text, &matcher); err != nil {
		t.Fatal(err)
	}
	pattern := matcher.ProblemMatcher[0].Pattern[0]
	re, err := regexp.Compile(pattern.Regexp)
	if err != nil {
		t.Fatal(err)
	}

	out, _ := run(t, "SESSIONLINT_DIR="+filepath.Join(root(t), "examples", "cgo"))
	var annotated []string
	findings := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasSuffix(line, "]") && !strings.HasPrefix(line, "\t") && strings.Contains(line, ".go:") {
			findings++
		}
		if m := re.FindStringSubmatch(line); m != nil {
			annotated = append(annotated, filepath.Base(m[pattern.File])+" "+m[pattern.Code])
			if m[pattern.Line] == "" || m[pattern.Column] == "" || m[pattern.Message] == "" {
				t.Errorf("annotation without place or text: %q", line)
			}
		}
	}
	if len(annotated) != findings || !slices.Contains(annotated, "mistakes.go missingfree") {
		t.Errorf("%d findings, annotations %q, of:\n%s", findings, annotated, out)
	}
	for _, line := range []string{"# example.com/resume", "\tmistakes.go:9:2: held 1", "note.txt:1:2: text [missingfree]"} {
		if re.MatchString(line) {
			t.Errorf("%q is no finding, but is annotated", line)
		}
	}
}
