package nogo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// A unit is one package as the go command hands it over, compiled.
type unit struct {
	ImportPath      string
	Dir             string
	Export          string   // export data
	CompiledGoFiles []string // with cgo's output in place of what it read
	ImportMap       map[string]string
	Standard        bool
	Module          *struct {
		Path, GoVersion string
		Main            bool
	}
}

// A config is what nogo tells the driver, in the form that x/tools' driver for
// build systems reads.
type config struct {
	ID, Compiler, Dir, ImportPath, GoVersion, ModulePath string
	GoFiles                                              []string
	ImportMap, PackageFile, PackageVetx                  map[string]string
	Standard                                             map[string]bool
	VetxOnly                                             bool
	VetxOutput                                           string
}

// The passes find under a driver of nogo's shape what they find under go vet.
func TestSameAsVet(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	tool, err := harness.Build("cmd/sessionlint", bin, "")
	if err != nil {
		t.Fatal(err)
	}
	driver := filepath.Join(bin, "driver")
	execute(t, ".", "go", "build", "-o", driver, "./driver")

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
			got := sandboxed(t, driver, module)
			if !slices.Equal(got, want) {
				t.Errorf("nogo's shape:\n%s\ngo vet:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// sandboxed runs the driver over the packages of a copy of the module, in the
// order of their imports, after everything but the declared inputs was removed.
func sandboxed(t *testing.T, driver, module string) []string {
	t.Helper()
	box := t.TempDir()
	src := filepath.Join(box, "src")
	if err := harness.CopyOurs(module, src); err != nil {
		t.Fatal(err)
	}
	units := list(t, src)
	for i := range units {
		units[i].declare(t, filepath.Join(box, fmt.Sprint("unit", i)))
	}
	if err := os.RemoveAll(src); err != nil {
		t.Fatal(err)
	}

	var findings []harness.Finding
	exports, facts := map[string]string{}, map[string]string{}
	standard := map[string]bool{}
	for i, u := range units {
		exports[u.ImportPath] = u.Export
		standard[u.ImportPath] = u.Standard
		if u.Standard {
			continue
		}
		cfg := config{
			ID: u.ImportPath, Compiler: "gc", Dir: box, ImportPath: u.ImportPath, GoVersion: "go" + u.Module.GoVersion, ModulePath: u.Module.Path,
			GoFiles: u.CompiledGoFiles, ImportMap: map[string]string{}, PackageFile: exports, PackageVetx: facts, Standard: standard,
			VetxOnly: !u.Module.Main, VetxOutput: filepath.Join(box, fmt.Sprint("facts", i)),
		}
		for path := range exports {
			cfg.ImportMap[path] = path
		}
		for path, to := range u.ImportMap {
			cfg.ImportMap[path] = to
		}
		text, err := json.Marshal(cfg)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(box, fmt.Sprintf("unit%d.cfg", i))
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		found, err := harness.ParseJSON(execute(t, box, driver, "-json", name), src)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, found...)
		facts[u.ImportPath] = cfg.VetxOutput
	}
	return lines(findings)
}

// list compiles the module's packages and all that they import, imports first.
func list(t *testing.T, dir string) []unit {
	t.Helper()
	out := execute(t, dir, "go", "list", "-deps", "-export", "-compiled",
		"-json=ImportPath,Dir,Export,CompiledGoFiles,ImportMap,Standard,Module", "./...")
	var units []unit
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var u unit
		if err := dec.Decode(&u); err == io.EOF {
			return units
		} else if err != nil {
			t.Fatal(err)
		}
		units = append(units, u)
	}
}

// declare copies the unit's Go files to a folder of its own.
func (u *unit) declare(t *testing.T, folder string) {
	t.Helper()
	if u.Standard {
		return
	}
	for i, name := range u.CompiledGoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(u.Dir, name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("\n//line ")) {
			// Outside of cgo's output places are file names: keep the one that was written.
			text = append([]byte("//line "+name+":1:1\n"), text...)
		}
		if err := harness.Write(folder, filepath.Base(name), string(text)); err != nil {
			t.Fatal(err)
		}
		u.CompiledGoFiles[i] = filepath.Join(folder, filepath.Base(name))
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

// execute runs a command and returns its standard output.
func execute(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return out
}
