package realcode

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// overtaken are the methods of the binding whose call into C is the last use of
// a connection with a finalizer that frees what C works on. Methods that unlock
// the connection's mutex when they return (PeerCertificate) are none, nor are
// those of a context, which the binding keeps in a table until C frees it.
var overtaken = []string{
	"Conn.CurrentCipher",
	"Conn.GetSession",
	"Conn.SessionReused",
	"Conn.SetTlsExtHostName",
	"Conn.VerifyResult",
}

// The binding's connections can be collected while C works on them, in exactly
// these methods.
func TestBindingsKeepAlive(t *testing.T) {
	dir := download(t, bindings, bindingsVersion)
	var got []string
	for _, f := range vet(t, tool, dir).Findings {
		if !counted(f) {
			got = append(got, method(t, dir, f))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, overtaken) {
		t.Errorf("found in\n%q\nwant\n%q", got, overtaken)
	}
}

// method is the function in which a finding lies: "F", "T.M".
func method(t *testing.T, dir string, f harness.Finding) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filepath.Join(dir, filepath.FromSlash(f.File)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || f.Line < fset.Position(fn.Pos()).Line || f.Line > fset.Position(fn.End()).Line {
			continue
		}
		if fn.Recv == nil {
			return fn.Name.Name
		}
		typ := fn.Recv.List[0].Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		if id, ok := typ.(*ast.Ident); ok {
			return id.Name + "." + fn.Name.Name
		}
	}
	return f.String()
}
