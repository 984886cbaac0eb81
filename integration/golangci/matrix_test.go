package golangci

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// xtools returns the version of x/tools that a program was built with.
func xtools(t *testing.T, program string) string {
	t.Helper()
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range info.Deps {
		if dep.Path == "golang.org/x/tools" {
			return dep.Version
		}
	}
	t.Fatalf("%s is built without x/tools", program)
	return ""
}

// The findings are the same bytes whether units that cannot matter are left early or
// analysed, under go vet and golangci-lint, with x/tools at our version and at
// golangci-lint's: in a module whose paths end in every way that takes another
// package to know it, on the examples, and on all fixtures. Only the check's name
// stands in front of golangci-lint's texts instead of at their end.
//
// golangci-lint has no version with our x/tools, and leaves nothing: it gives every
// package to the analyzers.
func TestMatrix(t *testing.T) {
	theirs := harness.Tool{Path: filepath.Join(t.TempDir(), "sessionlint")}
	if out, err := exec.Command("go", "build", "-o", theirs.Path, "github.com/sessionlint/sessionlint/cmd/sessionlint").CombinedOutput(); err != nil {
		t.Fatalf("building with golangci-lint's x/tools: %v\n%s", err, out)
	}
	if a, b, c := xtools(t, tool.Path), xtools(t, theirs.Path), xtools(t, custom); a == b || b != c {
		t.Fatalf("x/tools: ours %s, the other tool's %s, golangci-lint's %s", a, b, c)
	}
	ours := tool
	late := func(early harness.Tool) harness.Tool {
		early.Flags = append(slices.Clone(early.Flags), "-early-exit=false")
		return early
	}
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	for name, module := range map[string]string{
		"ends": filepath.Join("integration", "golangci", "testdata", "ends"), "example": filepath.Join("examples", "cgo"),
		"Go example": filepath.Join("examples", "purego"), "fixtures": filepath.Join("testdata", "src"),
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.EvalSymlinks(filepath.Join(root, module))
			if err != nil {
				t.Fatal(err)
			}
			want, first := wholeByVet(t, ours, dir)
			for _, cell := range []struct {
				what string
				tool harness.Tool
				same bool // x/tools: then the JSON is, too
			}{
				{"go vet, our x/tools, no early exit", late(ours), true},
				{"go vet, golangci-lint's x/tools, early exit", theirs, false},
				{"go vet, golangci-lint's x/tools, no early exit", late(theirs), false},
			} {
				got, run := wholeByVet(t, cell.tool, dir)
				sameBytes(t, cell.what, got, want)
				if a, b := withFindings(run), withFindings(first); cell.same && a != b {
					t.Errorf("%s: JSON\n%s\nwith early exit\n%s", cell.what, a, b)
				}
			}
			sameBytes(t, "golangci-lint", wholeByGolangci(t, dir), want)
			if name == "ends" {
				sameBytes(t, "go vet, our x/tools, early exit", places(want), wanted(t, dir))
			}
		})
	}
}

func sameBytes(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, ""), strings.Join(want, ""); g != w {
		t.Errorf("%s:\n%s\nwant\n%s", what, g, w)
	}
}

// withFindings is what a run printed of packages that it found something in.
func withFindings(run *harness.Run) string {
	var packages []string
	for _, text := range strings.Split(run.Bytes(), "\n{") {
		if text = strings.TrimPrefix(text, "{"); text != "}" {
			packages = append(packages, text)
		}
	}
	return strings.Join(packages, "\n")
}

// places are the beginnings of findings: file and line.
func places(findings []string) (places []string) {
	for _, f := range findings {
		parts := strings.SplitN(f, ":", 3)
		places = append(places, parts[0]+":"+parts[1]+"\n")
	}
	return places
}

// wanted are the lines of a module's sources that say "want".
func wanted(t *testing.T, dir string) (places []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := filepath.Rel(dir, name)
		line := 0
		for text := range strings.Lines(string(src)) {
			line++
			if strings.HasSuffix(text, "// want\n") {
				places = append(places, fmt.Sprintf("%s:%d\n", filepath.ToSlash(file), line))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(places) < 4 {
		t.Fatalf("%d lines are wanted", len(places))
	}
	slices.Sort(places)
	return places
}
