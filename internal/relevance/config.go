package relevance

import (
	"bytes"
	"errors"
	"os"
	"slices"
)

// A Config is vet.cfg: one unit as the go command describes it. The names are
// those of cmd/go/internal/work.vetConfig.
type Config struct {
	ID           string // package path; the same for a package and its test variants
	Compiler     string // "gc" or "gccgo"
	Dir          string
	ImportPath   string
	GoVersion    string   // "go1.26": the module's language version
	GoFiles      []string // absolute; for cgo packages the files that cmd/cgo wrote
	NonGoFiles   []string
	IgnoredFiles []string

	ModulePath    string  // "" for the standard library
	ModuleVersion string  // "" for a main module
	Module        *Module // since Go 1.27

	ImportMap   map[string]string // import path as written -> package path
	PackageFile map[string]string // package path -> export data
	PackageVetx map[string]string // package path of a direct import -> facts file

	VetxOnly   bool   // the package is only a dependency: facts, no findings
	VetxOutput string // where the facts go
	Stdout     string // where standard output goes, or ""
	FixArchive string // where repaired files go, or ""

	SucceedOnTypecheckFailure bool
}

// A Module is what vet.cfg says of the unit's module.
type Module struct {
	Path      string
	Version   string // "" for a main module
	GoVersion string
}

// readConfig reads and checks a vet.cfg file.
func readConfig(filename string, buf []byte) (*Config, error) {
	data, err := readFile(filename, buf)
	if err != nil {
		return nil, err
	}
	cfg := new(Config)
	if err := cfg.decode(string(data)); err != nil {
		return nil, errors.New("cannot decode " + filename + ": " + err.Error())
	}
	if len(cfg.GoFiles) == 0 {
		return nil, errors.New(filename + ": package " + cfg.ImportPath + " has no Go files")
	}
	return cfg, nil
}

// decode reads the JSON of a vet.cfg file. Fields that are not of a Config are
// passed over.
func (cfg *Config) decode(text string) error {
	d := &decoder{text: text}
	err := d.object(func(key string) error {
		switch key {
		case "ID":
			return d.string(&cfg.ID)
		case "Compiler":
			return d.string(&cfg.Compiler)
		case "Dir":
			return d.string(&cfg.Dir)
		case "ImportPath":
			return d.string(&cfg.ImportPath)
		case "GoVersion":
			return d.string(&cfg.GoVersion)
		case "GoFiles":
			return d.strings(&cfg.GoFiles)
		case "NonGoFiles":
			return d.strings(&cfg.NonGoFiles)
		case "IgnoredFiles":
			return d.strings(&cfg.IgnoredFiles)
		case "ModulePath":
			return d.string(&cfg.ModulePath)
		case "ModuleVersion":
			return d.string(&cfg.ModuleVersion)
		case "Module":
			return cfg.decodeModule(d)
		case "ImportMap":
			return d.stringMap(&cfg.ImportMap)
		case "PackageFile":
			return d.stringMap(&cfg.PackageFile)
		case "PackageVetx":
			return d.stringMap(&cfg.PackageVetx)
		case "VetxOnly":
			return d.bool(&cfg.VetxOnly)
		case "VetxOutput":
			return d.string(&cfg.VetxOutput)
		case "Stdout":
			return d.string(&cfg.Stdout)
		case "FixArchive":
			return d.string(&cfg.FixArchive)
		case "SucceedOnTypecheckFailure":
			return d.bool(&cfg.SucceedOnTypecheckFailure)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	return d.end()
}

func (cfg *Config) decodeModule(d *decoder) error {
	if d.null() {
		return nil
	}
	cfg.Module = new(Module)
	return d.object(func(key string) error {
		switch key {
		case "Path":
			return d.string(&cfg.Module.Path)
		case "Version":
			return d.string(&cfg.Module.Version)
		case "GoVersion":
			return d.string(&cfg.Module.GoVersion)
		}
		return d.skip()
	})
}

// TheModule returns what is known of the unit's module, or nil.
func (cfg *Config) TheModule() *Module {
	if cfg.Module != nil {
		return cfg.Module
	}
	if cfg.ModulePath == "" {
		return nil
	}
	return &Module{
		Path:      cfg.ModulePath,
		Version:   cfg.ModuleVersion,
		GoVersion: cfg.GoVersion,
	}
}

// inMainModule reports whether the unit belongs to a module that the user is
// working in (there are several in a workspace).
func (cfg *Config) inMainModule() bool {
	m := cfg.TheModule()
	return m != nil && m.Path != "" && m.Version == ""
}

// isStandard reports whether the unit is of the standard library: no module has it,
// and its path does not begin with a host, as paths below GOPATH do.
func (cfg *Config) isStandard() bool {
	first, _, _ := cut(cfg.ImportPath, '/')
	_, _, host := cut(first, '.')
	return cfg.TheModule() == nil && !host
}

// hasTestFiles reports whether the unit is compiled with _test.go files.
func (cfg *Config) hasTestFiles() bool {
	return slices.ContainsFunc(cfg.GoFiles, func(name string) bool {
		return hasSuffix(name, "_test.go")
	})
}

// testFiles looks for test files in the folder of the package: inside says that
// there are some of the same package, outside that there are some of its
// external test package.
//
// With tests inside, the go command makes a variant of the package with them,
// and that variant, not the plain package, is the one whose findings are shown.
// Tests outside are the only code that can call what test files declare.
func (cfg *Config) testFiles() (inside, outside bool) {
	entries, err := os.ReadDir(cfg.Dir)
	if err != nil {
		return false, false
	}
	external := cfg.isExternalTest()
	for _, entry := range entries {
		name := entry.Name()
		if !hasSuffix(name, "_test.go") || hasPrefix(name, "_") || hasPrefix(name, ".") {
			continue
		}
		filename := cfg.Dir + string(os.PathSeparator) + name
		switch {
		case slices.Contains(cfg.IgnoredFiles, filename): // build constraints exclude it
		case !external && slices.Contains(cfg.GoFiles, filename):
			inside = true
		default:
			switch name := packageOf(filename); {
			case name == "":
			case hasSuffix(name, "_test"):
				outside = true
			default:
				inside = true
			}
		}
	}
	return inside, outside
}

// packageOf returns the name in the package clause of a file, "" if there is none. Mostly
// the beginning of the file has it.
func packageOf(filename string) string {
	head := readHead(filename, make([]byte, 4<<10))
	// What is behind the last line may be a part of a name.
	if name := packageName(head[:bytes.LastIndexByte(head, '\n')+1]); name != "" {
		return name
	}
	src, err := readFile(filename, make([]byte, 0, 64<<10))
	if err != nil {
		return ""
	}
	return packageName(src)
}

// isExternalTest reports whether the unit is an external test package, which no
// package can import.
func (cfg *Config) isExternalTest() bool {
	return hasSuffix(cfg.ImportPath, "_test") && !slices.ContainsFunc(cfg.GoFiles, func(name string) bool {
		return !hasSuffix(name, "_test.go")
	})
}

// ShowsFindings reports whether this unit emits findings.
//
// The key under which the go command caches a unit's result does not contain
// VetxOnly: a package that was first analysed as a dependency is later answered
// as a root with the output of that first run. So a package of a main module
// emits its findings whenever the unit could be the one that is shown: not if a
// variant with in-package tests is shown in its place, and not if the unit is
// itself such a variant of a dependency (variant), which is never shown.
// Everything else follows VetxOnly.
func (cfg *Config) ShowsFindings(variant bool) bool {
	if !cfg.VetxOnly {
		return true
	}
	return cfg.inMainModule() && cfg.IsShown(variant)
}

// IsShown reports whether the unit, a dependency now, is what the go command
// shows when its package is named as a root.
func (cfg *Config) IsShown(variant bool) bool {
	inside, _ := cfg.testFiles()
	return !variant && !inside
}
