package realcode

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// A judged call is one of the binding's calls into C, by the method that makes it,
// and what reading the source says of it.
type judged struct{ place, method, why string }

// overtaken are all findings: calls that are the last use of a connection, whose
// finalizer (conn.go:150) frees the SSL that C works on. From the load of c.SSL.ssl
// on nothing keeps c, and the methods are exported: a caller that does not use the
// connection again has none.
var overtaken = []judged{
	{"conn.go:194", "Conn.CurrentCipher", "SSL_get_cipher_name reads the session of an SSL that SSL_free may have freed; the name that it returns is static"},
	{"conn.go:563", "Conn.SetTlsExtHostName", "SSL_ctrl stores the name in the SSL; what is deferred frees the C string and unlocks the thread, and has no hold of c"},
	{"conn.go:570", "Conn.VerifyResult", "SSL_get_verify_result reads the SSL, and nothing follows"},
	{"conn.go:574", "Conn.SessionReused", "SSL_session_reused reads the SSL, and only its result is used"},
	{"conn.go:582", "Conn.GetSession", "SSL_get1_session reads the SSL's session and adds a reference: to a session that SSL_free may just have freed; behind it the session has its own"},
}

// kept are the methods of the connection whose calls into C are safe.
var kept = []judged{
	{"conn.go", "Conn.getErrorHandler", "not exported; its callers unlock c.mtx when they return"},
	{"conn.go", "Conn.handshake", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.PeerCertificate", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.loadCertificateStack", "keeps c in each certificate; its caller unlocks c.mtx when it returns"},
	{"conn.go", "Conn.PeerCertificateChain", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.shutdown", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.read", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.write", "unlocks c.mtx when it returns"},
	{"conn.go", "Conn.setSession", "not exported; dialSession goes on to use the connection"},
	{"conn.go", "Client", "returns the connection"},
	{"conn.go", "Server", "returns the connection"},
	{"ctx.go", "Ctx.SetSessionId", "the context is in the table of package pointer until C frees it: its finalizer cannot run"},
	// The SSL has no finalizer, the connection around it has: c.GetServername() on
	// an unused connection is overtaken, and not found.
	{"ssl.go", "SSL.GetServername", "known to be missed: a method that the connection has from a type embedded in it"},
}

// The binding's connections can be collected while C works on them, in exactly
// these calls.
func TestBindingsKeepAlive(t *testing.T) {
	dir := download(t, bindings, bindingsVersion)
	var got, want []string
	for _, f := range vet(t, tool, dir).Findings {
		if !counted(f) {
			got = append(got, fmt.Sprintf("%s:%d %s", f.File, f.Line, method(t, dir, f)))
		}
	}
	for _, j := range overtaken {
		want = append(want, j.place+" "+j.method)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("found in\n%q\nwant\n%q", got, want)
	}
	for _, j := range kept {
		if !callsC(t, filepath.Join(dir, j.place), j.method) {
			t.Errorf("%s in %s is no function that calls C: %s", j.method, j.place, j.why)
		}
	}
}

// callsC reports whether a file has a function of that name which calls C.
func callsC(t *testing.T, name, function string) (found bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && nameOf(fn) == function {
			ast.Inspect(fn, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					id, ok := s.X.(*ast.Ident)
					found = found || ok && id.Name == "C"
				}
				return true
			})
		}
	}
	return found
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
		return nameOf(fn)
	}
	return f.String()
}

// nameOf is "F" or "T.M".
func nameOf(fn *ast.FuncDecl) string {
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
	return ""
}
