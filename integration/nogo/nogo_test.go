package nogo

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// driver builds a command of this shape of the passes.
func driver(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "driver")
	if out, err := exec.Command("go", "build", "-o", path, "./driver").CombinedOutput(); err != nil {
		t.Fatalf("building the driver: %v\n%s", err, out)
	}
	return path
}

// The passes find under a driver of nogo's shape what they find under go vet. In
// files that cgo rewrote nothing has a fix: what was written is not there.
func TestSameAsVet(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Build("cmd/sessionlint", t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	driver := driver(t)
	for _, module := range []string{"examples/cgo", "examples/purego", "testdata/src"} {
		t.Run(module, func(t *testing.T) {
			from := filepath.Join(root, filepath.FromSlash(module))
			vetted, err := harness.Tool{Path: tool}.Vet(from)
			if err != nil {
				t.Fatal(err)
			}
			want := lines(vetted.Findings)
			if len(want) == 0 || len(vetted.Errors) > 0 {
				t.Fatalf("go vet: %d findings, errors %q", len(want), vetted.Errors)
			}
			found, err := harness.Nogo(driver, from)
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(found); !slices.Equal(got, want) {
				t.Errorf("nogo's shape:\n%s\ngo vet:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if module != "examples/cgo" {
				return
			}
			if !slices.ContainsFunc(vetted.Findings, func(f harness.Finding) bool { return f.Fix != "" }) {
				t.Error("go vet has no fix: that nogo has none shows nothing")
			}
			for _, f := range found {
				if f.Fix != "" {
					t.Errorf("a fix in a file that is not there: %s", f)
				}
			}
		})
	}
}

// The example configuration sets flags that exist, to values that they take, and
// its flags have their effect.
func TestConfiguration(t *testing.T) {
	text, err := os.ReadFile("nogo.json")
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]struct {
		AnalyzerFlags map[string]string `json:"analyzer_flags"`
	}
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	var flags []string
	for analyzer, c := range config {
		for name, value := range c.AnalyzerFlags {
			flags = append(flags, "-"+analyzer+"."+name+"="+value)
		}
	}
	if len(flags) == 0 {
		t.Fatal("the example sets no flags")
	}
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	driver, from := driver(t), filepath.Join(root, "examples", "cgo")
	found, err := harness.Nogo(driver, from, flags...)
	if err != nil {
		t.Fatal(err)
	}
	leak := func(f harness.Finding) bool { return f.Check == "missingfree" }
	if !slices.ContainsFunc(found, leak) {
		t.Errorf("with the example's flags %q: %v", flags, found)
	}
	found, err = harness.Nogo(driver, from, "-refflow.off=missingfree")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || slices.ContainsFunc(found, leak) {
		t.Errorf("with missingfree turned off: %v", found)
	}
}

// lines are the findings as text, sorted, without the packages.
func lines(findings []harness.Finding) []string {
	var text []string
	for _, f := range findings {
		text = append(text, f.String())
	}
	slices.Sort(text)
	return slices.Compact(text)
}
