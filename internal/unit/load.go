package unit

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

// A loaded unit is parsed and type-checked.
type loaded struct {
	fset  *token.FileSet
	files []*ast.File
	pkg   *types.Package
	info  *types.Info
	sizes types.Sizes
}

// load parses and type-checks the files of the unit. Its imports come from the
// compiler's export data. The error is the first syntax or type error, or a
// *newerError.
func load(cfg *relevance.Config) (*loaded, error) {
	u := &loaded{
		fset:  token.NewFileSet(),
		sizes: types.SizesFor("gc", build.Default.GOARCH),
	}
	if newerThanThis(cfg.GoVersion) {
		return nil, &newerError{built: runtime.Version(), needed: cfg.GoVersion}
	}
	for _, name := range cfg.GoFiles {
		src, err := source(cfg, name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(u.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		u.files = append(u.files, f)
	}
	u.info = newInfo(u.files)
	imports := newExportImporter(cfg, u.fset)
	conf := types.Config{
		Importer:  imports,
		Sizes:     u.sizes,
		GoVersion: cfg.GoVersion,
	}
	pkg, err := conf.Check(cfg.ImportPath, u.fset, u.files, u.info)
	if imports.newer != nil {
		return nil, imports.newer
	}
	if err != nil {
		return nil, err
	}
	u.pkg = pkg
	return u, nil
}

// newInfo returns maps for all that the type checker can tell of the files. It fills
// the largest with at least an entry for so many bytes of source, and a map that need
// not grow saves time.
func newInfo(files []*ast.File) *types.Info {
	bytes := 0
	for _, f := range files {
		bytes += int(f.FileEnd - f.FileStart)
	}
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue, bytes/20),
		Defs:         make(map[*ast.Ident]types.Object, bytes/125),
		Uses:         make(map[*ast.Ident]types.Object, bytes/30),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Scopes:       make(map[ast.Node]*types.Scope),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
	}
}

// source reads a file of the unit. What cmd/cgo wrote names the file that it read
// in //line comments, and with -trimpath the go command takes cmd/cgo's output for
// equal packages of other folders from its cache: the name is then that of another
// checkout, and the file in the unit's own folder is meant.
func source(cfg *relevance.Config, name string) ([]byte, error) {
	src, err := os.ReadFile(name)
	if err != nil || filepath.Dir(name) == cfg.Dir {
		return src, err
	}
	mark := []byte("//line ")
	for line := range bytes.Lines(src) {
		rest, ok := bytes.CutPrefix(line, mark)
		if !ok {
			continue
		}
		written, _, _ := strings.Cut(string(rest), ".go:")
		dir := filepath.Dir(written)
		if !filepath.IsAbs(written) || dir == cfg.Dir {
			return src, nil
		}
		if _, err := os.Stat(filepath.Join(cfg.Dir, filepath.Base(written)+".go")); err != nil {
			return src, nil
		}
		there, here := dir+string(filepath.Separator), cfg.Dir+string(filepath.Separator)
		return bytes.ReplaceAll(src, slices.Concat(mark, []byte(there)), slices.Concat(mark, []byte(here))), nil
	}
	return src, nil
}

// A newerError says that the unit is of a newer Go release than this binary: its
// imports have export data that cannot be read, or it is in a language version
// that cannot be checked.
type newerError struct {
	built    string // "go1.26.8"
	compiled string // what compiled the imports, "go1.28", or ""
	needed   string // the language version of the unit, or ""
}

func (e *newerError) Error() string {
	what := "packages compiled by " + e.compiled
	if e.compiled == "" {
		what = "the module needs " + e.needed
	}
	return fmt.Sprintf("%s%s, %s: run `go install github.com/sessionlint/sessionlint/cmd/sessionlint@latest` with that Go (in pre-commit: `pre-commit clean`)", tooOld, e.built, what)
}

// tooOld begins the text of a newerError.
const tooOld = "built with "

// IsTooOld reports whether a line is what the tool prints for a package that is
// of a newer Go release than the tool: the same line for every such package.
func (t *Tool) IsTooOld(line string) bool {
	return strings.HasPrefix(line, t.Name+": "+tooOld)
}

// newerThanThis reports whether a Go version is of a later release than the one
// this binary was built with. Of development versions nothing is known.
func newerThanThis(v string) bool {
	built := runtime.Version()
	return version.IsValid(v) && version.IsValid(built) && version.Compare(version.Lang(v), version.Lang(built)) > 0
}

// An exportImporter imports from the files in PackageFile.
type exportImporter struct {
	cfg   *relevance.Config
	under types.Importer
	newer *newerError // set once an import failed for the age of this binary
}

func newExportImporter(cfg *relevance.Config, fset *token.FileSet) *exportImporter {
	lookup := func(path string) (io.ReadCloser, error) {
		file, ok := cfg.PackageFile[path]
		if !ok {
			return nil, fmt.Errorf("no export data for package %q", path)
		}
		return os.Open(file)
	}
	return &exportImporter{cfg: cfg, under: importer.ForCompiler(fset, cfg.Compiler, lookup)}
}

// Import imports the package that the unit's sources call path.
func (imp *exportImporter) Import(path string) (pkg *types.Package, err error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	resolved, ok := imp.cfg.ImportMap[path]
	if !ok {
		return nil, fmt.Errorf("cannot resolve import %q", path)
	}
	defer func() {
		if p := recover(); p != nil { // a decoder meets a format it does not know
			pkg, err = nil, fmt.Errorf("cannot read the export data of %q: %v", resolved, p)
		}
		if err != nil {
			imp.blameAge(resolved)
		}
	}()
	return imp.under.Import(resolved)
}

// blameAge sets newer if the export data of the package was written by a newer
// Go release than the one this binary was built with.
func (imp *exportImporter) blameAge(path string) {
	compiled := compilerOf(imp.cfg.PackageFile[path])
	if newerThanThis(compiled) {
		imp.newer = &newerError{built: runtime.Version(), compiled: compiled}
	}
}

// compilerOf returns the Go version in the object header of an export data file
// ("go object linux amd64 go1.26.8 ..."), or "".
func compilerOf(filename string) string {
	f, err := os.Open(filename)
	if err != nil {
		return ""
	}
	defer f.Close()
	head, _ := bufio.NewReader(io.LimitReader(f, 4096)).Peek(4096)
	_, line, ok := bytes.Cut(head, []byte("go object "))
	if !ok {
		return ""
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	fields := strings.Fields(string(line))
	if len(fields) < 3 || !version.IsValid(fields[2]) {
		return ""
	}
	return fields[2]
}
