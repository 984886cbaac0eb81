package lower

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
)

// TestGopls: gopls checks cgo files as they were written; the type checker finds
// C.name in cmd/cgo's declarations. The programs are those of the rewritten
// files.
func TestGopls(t *testing.T) {
	for _, name := range []string{"bindings", "cgo", "closures"} {
		t.Run(name, func(t *testing.T) {
			pkg := load(t, name)
			want := printed(t, lowered(t, input(t, pkg)))
			got := printed(t, lowered(t, asWritten(t, pkg)))
			diff(t, want, got)
		})
	}
}

// asWritten type-checks the original files of a cgo package the way gopls does.
func asWritten(t *testing.T, pkg *packages.Package) Input {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	parse := func(file string) {
		f, err := parser.ParseFile(fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	for _, file := range pkg.GoFiles {
		parse(file)
	}
	for _, f := range pkg.Syntax {
		if declaresCTypes(f) {
			parse(pkg.Fset.PositionFor(f.FileStart, false).Filename)
		}
	}
	conf := &types.Config{Importer: importer(pkg.Imports), Sizes: pkg.TypesSizes}
	// What gopls does through x/tools/internal/typesinternal.
	field := reflect.ValueOf(conf).Elem().FieldByName("go115UsesCgo")
	*(*bool)(unsafe.Pointer(field.UnsafeAddr())) = true
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
		Uses: make(map[*ast.Ident]types.Object), Implicits: make(map[ast.Node]types.Object),
		Instances: make(map[*ast.Ident]types.Instance), Scopes: make(map[ast.Node]*types.Scope),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), FileVersions: make(map[*ast.File]string),
	}
	checked, err := conf.Check(pkg.PkgPath, fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	built, err := Build(fset, files, checked, info)
	if err != nil {
		t.Fatal(err)
	}
	return Input{SSA: built, Fset: fset, Files: files, TypesInfo: info, Table: contract.Default()}
}

// declaresCTypes reports whether a file is cmd/cgo's _cgo_gotypes.go, which the
// build cache keeps under another name.
func declaresCTypes(f *ast.File) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "_cgo_runtime_") {
			return true
		}
	}
	return filepath.Base(f.Name.Name) == "_cgo_gotypes.go"
}

type importer map[string]*packages.Package

func (imports importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := imports[path]; p != nil {
		return p.Types, nil
	}
	return nil, &importError{path}
}

type importError struct{ path string }

func (e *importError) Error() string { return "no package " + e.path }
