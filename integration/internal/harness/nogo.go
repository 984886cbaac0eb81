package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A nogoUnit is one package as the go command hands it over, compiled.
type nogoUnit struct {
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

// A nogoConfig is what nogo tells the driver, in the form that x/tools' driver for
// build systems reads.
type nogoConfig struct {
	ID, Compiler, Dir, ImportPath, GoVersion, ModulePath string
	GoFiles                                              []string
	ImportMap, PackageFile, PackageVetx                  map[string]string
	Standard                                             map[string]bool
	VetxOnly                                             bool
	VetxOutput                                           string
}

// Nogo runs a driver of nogo's shape over a copy of the module at from: one process
// a package, in the order of imports, facts in files, and everything but the
// declared inputs removed before, the sources that cgo read among it.
func Nogo(driver, from string, flags ...string) ([]Finding, error) {
	box, err := os.MkdirTemp("", "nogo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(box)
	if box, err = filepath.EvalSymlinks(box); err != nil {
		return nil, err
	}
	src := filepath.Join(box, "src")
	if err := copyBeside(from, src); err != nil {
		return nil, err
	}
	units, err := compiled(src)
	if err != nil {
		return nil, err
	}
	for i := range units {
		if err := units[i].declare(filepath.Join(box, fmt.Sprint("unit", i))); err != nil {
			return nil, err
		}
	}
	if err := os.RemoveAll(src); err != nil {
		return nil, err
	}
	var findings []Finding
	exports, facts, standard := map[string]string{}, map[string]string{}, map[string]bool{}
	for i, u := range units {
		exports[u.ImportPath], standard[u.ImportPath] = u.Export, u.Standard
		if u.Standard {
			continue
		}
		cfg := nogoConfig{
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
			return nil, err
		}
		name := filepath.Join(box, fmt.Sprintf("unit%d.cfg", i))
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return nil, err
		}
		out, err := output(box, driver, append(append([]string{"-json"}, flags...), name)...)
		if err != nil {
			return nil, err
		}
		found, err := ParseJSON(out, src)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
		facts[u.ImportPath] = cfg.VetxOutput
	}
	return findings, nil
}

// compiled compiles the module's packages and all that they import, imports first.
func compiled(dir string) ([]nogoUnit, error) {
	out, err := output(dir, "go", "list", "-deps", "-export", "-compiled",
		"-json=ImportPath,Dir,Export,CompiledGoFiles,ImportMap,Standard,Module", "./...")
	if err != nil {
		return nil, err
	}
	var units []nogoUnit
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var u nogoUnit
		if err := dec.Decode(&u); err == io.EOF {
			return units, nil
		} else if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
}

// declare copies the unit's Go files to a folder of its own.
func (u *nogoUnit) declare(folder string) error {
	if u.Standard {
		return nil
	}
	for i, name := range u.CompiledGoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(u.Dir, name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Contains(text, []byte("\n//line ")) {
			// Outside of cgo's output places are file names: keep the one that was written.
			text = append([]byte("//line "+name+":1:1\n"), text...)
		}
		if err := Write(folder, filepath.Base(name), string(text)); err != nil {
			return err
		}
		u.CompiledGoFiles[i] = filepath.Join(folder, filepath.Base(name))
	}
	return nil
}

// output runs a command and returns what it printed on standard output.
func output(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return out, nil
}
