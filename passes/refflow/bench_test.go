package refflow_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/passes/refflow"
)

// BenchmarkDense analyses a package in which every function counts, from the
// type-checked syntax on. Twice the functions should take twice the time.
func BenchmarkDense(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			pass := dense(b, n)
			b.ReportAllocs()
			for b.Loop() {
				findings := 0
				result, err := pass.Analyzer.Run(pass)
				if err != nil {
					b.Fatal(err)
				}
				if findings = len(result.(*refflow.Result).Findings); findings != (n+2)/len(shapes) {
					b.Fatalf("%d findings among %d functions, want %d", findings, n, (n+2)/len(shapes))
				}
			}
		})
	}
}

// dense makes a pass over n functions.
func dense(t testing.TB, n int) *analysis.Pass {
	t.Helper()
	text := strings.Builder{}
	text.WriteString(library)
	for i := range n {
		fmt.Fprintf(&text, shapes[i%len(shapes)], i)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "dense.go", text.String(), parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{}
	pkg, err := conf.Check("example.com/dense", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	return &analysis.Pass{
		Analyzer: refflow.New(refflow.Settings{}), Fset: fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info,
		Module:            &analysis.Module{Path: "example.com"},
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		Report:            func(d analysis.Diagnostic) { t.Errorf("%s", d.Message) },
		ExportPackageFact: func(analysis.Fact) {},
	}
}

// library is what cgo makes of the C functions that the shapes call.
const library = `package dense

type _Ctype_struct_ssl_session_st struct{ _ [0]byte }
type _Ctype_SSL_SESSION = _Ctype_struct_ssl_session_st
type _Ctype_struct_ssl_st struct{ _ [0]byte }
type _Ctype_SSL = _Ctype_struct_ssl_st

func _Cfunc_SSL_get1_session(*_Ctype_SSL) *_Ctype_SSL_SESSION            { return nil }
func _Cfunc_SSL_get0_session(*_Ctype_SSL) *_Ctype_SSL_SESSION            { return nil }
func _Cfunc_SSL_set_session(*_Ctype_SSL, *_Ctype_SSL_SESSION) (r int32)  { return }
func _Cfunc_SSL_SESSION_up_ref(*_Ctype_SSL_SESSION) (r int32)            { return }
func _Cfunc_SSL_SESSION_free(*_Ctype_SSL_SESSION)                        {}
func _Cfunc_SSL_SESSION_get_time(*_Ctype_SSL_SESSION) (r int64)          { return }

`

// shapes are functions as people write them, one in four wrong.
var shapes = []string{
	`func Deferred%d(ssl *_Ctype_SSL) int64 {
	s := func() *_Ctype_SSL_SESSION { _cgo0 := ssl; return _Cfunc_SSL_get1_session(_cgo0) }()
	if s == nil {
		return 0
	}
	defer func() func() { _cgo0 := s; return func() { _Cfunc_SSL_SESSION_free(_cgo0) } }()()
	return func() int64 { _cgo0 := s; return _Cfunc_SSL_SESSION_get_time(_cgo0) }()
}

`,
	`func Early%d(ssl, other *_Ctype_SSL, wanted bool) bool {
	s := func() *_Ctype_SSL_SESSION { _cgo0 := ssl; return _Cfunc_SSL_get1_session(_cgo0) }()
	if s == nil {
		return false
	}
	if !wanted {
		return false
	}
	ok := func() int32 { _cgo0, _cgo1 := other, s; return _Cfunc_SSL_set_session(_cgo0, _cgo1) }() == 1
	func() { _cgo0 := s; _Cfunc_SSL_SESSION_free(_cgo0) }()
	return ok
}

`,
	`func Loop%d(all []*_Ctype_SSL) (newest int64) {
	for _, ssl := range all {
		s := func() *_Ctype_SSL_SESSION { _cgo0 := ssl; return _Cfunc_SSL_get1_session(_cgo0) }()
		if s == nil {
			continue
		}
		if t := func() int64 { _cgo0 := s; return _Cfunc_SSL_SESSION_get_time(_cgo0) }(); t > newest {
			newest = t
		}
		func() { _cgo0 := s; _Cfunc_SSL_SESSION_free(_cgo0) }()
	}
	return newest
}

`,
	`func Shared%d(ssl, other *_Ctype_SSL) bool {
	s := func() *_Ctype_SSL_SESSION { _cgo0 := ssl; return _Cfunc_SSL_get0_session(_cgo0) }()
	if s == nil || func() int32 { _cgo0 := s; return _Cfunc_SSL_SESSION_up_ref(_cgo0) }() != 1 {
		return false
	}
	switch {
	case func() int64 { _cgo0 := s; return _Cfunc_SSL_SESSION_get_time(_cgo0) }() == 0:
		func() { _cgo0 := s; _Cfunc_SSL_SESSION_free(_cgo0) }()
		return false
	case func() int32 { _cgo0, _cgo1 := other, s; return _Cfunc_SSL_set_session(_cgo0, _cgo1) }() != 1:
		func() { _cgo0 := s; _Cfunc_SSL_SESSION_free(_cgo0) }()
		return false
	}
	func() { _cgo0 := s; _Cfunc_SSL_SESSION_free(_cgo0) }()
	return true
}

`,
}
