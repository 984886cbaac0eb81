package contract

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

const (
	sessionPath = "github.com/sessionlint/sessionlint/session"
	sessionDir  = "../../session"
)

// TestSessionPackageHasContracts: an exported function of package session that
// takes or returns a handle has a contract, with the parameters it really has,
// and no contract is about a function that is gone. Methods of Ledger may go
// without: a ledger of one's own is for harnesses, not for code to analyse.
func TestSessionPackageHasContracts(t *testing.T) {
	real := map[string]string{}
	for _, decl := range exportedFunctions(t, sessionDir) {
		name, sig := goName(decl), goSignature(t, decl)
		real[name] = sig
		f, ok := Default().Go(name)
		if !mentionsHandle(decl) || !ok && strings.Contains(name, ".Ledger).") {
			continue
		}
		if !ok {
			t.Errorf("%s has no contract in session.yaml", name)
			continue
		}
		if got := countParams(decl); f.Args != got {
			t.Errorf("%s has %d parameters, its contract %d", name, got, f.Args)
		}
		if got := decl.Type.Results.NumFields(); got != countResults(f) {
			t.Errorf("%s has %d results, its contract %d", name, got, countResults(f))
		}
	}
	for _, f := range Default().Functions() {
		if f.Go && strings.Contains(f.Name, sessionPath) && real[f.Name] == "" {
			t.Errorf("session.yaml has a contract of %s, which does not exist", f.Name)
		}
	}
}

func countResults(f *Function) int {
	n := len(f.Results)
	for _, res := range f.Results {
		if res.Ownership == None {
			n--
		}
	}
	return n
}

func exportedFunctions(t *testing.T, dir string) []*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	var decls []*ast.FuncDecl
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.IsExported() && exportedReceiver(fn) {
				decls = append(decls, fn)
			}
		}
	}
	return decls
}

func exportedReceiver(fn *ast.FuncDecl) bool {
	return fn.Recv == nil || ast.IsExported(receiver(fn))
}

func receiver(fn *ast.FuncDecl) string {
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	return typ.(*ast.Ident).Name
}

// goName returns the name of fn as go/types prints it.
func goName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return sessionPath + "." + fn.Name.Name
	}
	star := ""
	if _, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
		star = "*"
	}
	return "(" + star + sessionPath + "." + receiver(fn) + ")." + fn.Name.Name
}

func goSignature(t *testing.T, fn *ast.FuncDecl) string {
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), fn.Type); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// mentionsHandle reports whether a handle is anywhere among receiver,
// parameters and results.
func mentionsHandle(fn *ast.FuncDecl) bool {
	found := false
	look := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			_, is := Default().HandleOfGo(sessionPath + "." + id.Name)
			found = found || is
		}
		return true
	}
	if fn.Recv != nil {
		ast.Inspect(fn.Recv, look)
	}
	for _, list := range []*ast.FieldList{fn.Type.Params, fn.Type.Results} {
		if list != nil {
			for _, field := range list.List {
				ast.Inspect(field.Type, look)
			}
		}
	}
	return found
}

func countParams(fn *ast.FuncDecl) int {
	n := fn.Type.Params.NumFields()
	if fn.Recv != nil {
		n++
	}
	return n
}
