package cgosource_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
)

// everyForm holds each form of C call that cmd/cgo rewrites in its own way.
const everyForm = `package a

/*
#include <stdlib.h>
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
typedef int (*callback)(SSL *, SSL_SESSION *);
#define ONE 1
static int counter;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static SSL_SESSION *SSL_SESSION_new(void) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static int SSL_SESSION_up_ref(SSL_SESSION *s) { return 1; }
static int encode(SSL_SESSION *s, unsigned char *b, int n) { return n; }
static void fill(SSL_SESSION **p, SSL_SESSION **q) {}
static void set(SSL *s, callback cb) {}
static int target(SSL *s, SSL_SESSION *t) { return 0; }
*/
import "C"
import "unsafe"

type conn struct {
	s    *C.SSL_SESSION
	many [4]*C.SSL_SESSION
	b    [4]byte
}

func (c *conn) forms(ssl *C.SSL, b []byte, list []*C.SSL_SESSION) int {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	go C.SSL_SESSION_free(c.s)
	n, err := C.SSL_get1_session(ssl)
	_, _ = n, err
	if C.SSL_SESSION_up_ref(s) != C.ONE {
		return int(C.counter)
	}
	C.encode(s, (*C.uchar)(unsafe.Pointer(&b[0])), C.int(len(b)))
	C.encode(s, (*C.uchar)(unsafe.Pointer(&c.b[1])), 4)
	C.fill(&c.s, (**C.SSL_SESSION)(unsafe.Pointer(&s)))
	C.fill(&c.many[1], &list[0])
	C.SSL_SESSION_free(C.SSL_SESSION_new()); C.SSL_SESSION_free(s)
	C.set(ssl, C.callback(C.target))
	p := C.malloc(C.sizeof_int)
	C.free(p)
	for i := 0; i < 3; i++ {
		f := func() { C.SSL_SESSION_free(list[i]) }
		f()
	}
	switch {
	case s == nil:
		C.SSL_SESSION_free(s) // behind
	}
	return 0
}

func last() { C.SSL_SESSION_free(nil) }`

// rewrite writes text to a file, lets cmd/cgo rewrite it, and parses that.
func rewrite(t *testing.T, text string) (fset *token.FileSet, file *ast.File, name string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(dir, "a.go")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "tool", "cgo", "-objdir", filepath.Join(dir, "obj"), "a.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go tool cgo: %v\n%s", err, out)
	}
	fset = token.NewFileSet()
	file, err = parser.ParseFile(fset, filepath.Join(dir, "obj", "a.cgo1.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return fset, file, name
}

// statements returns the statements that a person wrote in the body of a
// function, as a driver meets them: by position.
func statements(file *ast.File, fn string) []ast.Stmt {
	var list []ast.Stmt
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Name.Name != fn {
			continue
		}
		list = append(list, f.Body.List...)
	}
	return list
}

func TestEveryFormIsFound(t *testing.T) {
	t.Parallel()
	fset, file, name := rewrite(t, everyForm)
	sources := cgosource.New(fset, true)
	var lines []string
	for _, stmt := range statements(file, "forms") {
		a, err := sources.Stmt(file, stmt.Pos())
		if err != nil {
			t.Error(err)
			continue
		}
		if a.Source.Name != name {
			t.Fatalf("found in %s, want %s", a.Source.Name, name)
		}
		got := fset.PositionFor(a.Stmt.Pos(), false)
		if want := fset.Position(stmt.Pos()).Line; got.Line != want {
			t.Errorf("statement of line %d found in line %d", want, got.Line)
		}
		first, _, _ := strings.Cut(a.Text(a.Stmt), "\n")
		lines = append(lines, first)
	}
	body := everyForm[strings.Index(everyForm, "\ts := "):strings.Index(everyForm, "\n}\n\nfunc last")]
	for _, line := range lines {
		if !strings.Contains(body, line) {
			t.Errorf("%q is not in the source", line)
		}
	}
	if want := 18; len(lines) != want {
		t.Errorf("%d statements found, want %d:\n%s", len(lines), want, strings.Join(lines, "\n"))
	}
}

// callOf returns the position of the call of a C function with the given
// ordinal, as an analyzer sees it.
func callOf(file *ast.File, name string, ordinal int) token.Pos {
	found := token.NoPos
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "_Cfunc_"+name {
			if ordinal == 0 {
				found = id.Pos()
			}
			ordinal--
		}
		return true
	})
	return found
}

func edited(a *cgosource.Anchor, fset *token.FileSet, e analysis.TextEdit) string {
	tok := fset.File(e.Pos)
	text := string(a.Source.Text)
	return text[:tok.Offset(e.Pos)] + string(e.NewText) + text[tok.Offset(e.End):]
}

func TestEdits(t *testing.T) {
	t.Parallel()
	fset, file, _ := rewrite(t, everyForm)
	sources := cgosource.New(fset, true)
	for _, test := range []struct {
		call     string
		ordinal  int
		edit     func(a *cgosource.Anchor) analysis.TextEdit
		old, new string
	}{
		{"SSL_get1_session", 0, func(a *cgosource.Anchor) analysis.TextEdit { return a.After("defer free(s)", "more()") },
			"\ts := C.SSL_get1_session(ssl)\n", "\ts := C.SSL_get1_session(ssl)\n\tdefer free(s)\n\tmore()\n"},
		{"SSL_SESSION_free", 0, (*cgosource.Anchor).Delete, "\tdefer C.SSL_SESSION_free(s)\n", ""},
		{"SSL_SESSION_free", 1, func(a *cgosource.Anchor) analysis.TextEdit { return a.Before("wait()") },
			"\tgo C.SSL_SESSION_free(c.s)\n", "\twait()\n\tgo C.SSL_SESSION_free(c.s)\n"},
		{"SSL_SESSION_free", 3, (*cgosource.Anchor).Delete, "; C.SSL_SESSION_free(s)\n", "; \n"},
		{"SSL_SESSION_free", 4, func(a *cgosource.Anchor) analysis.TextEdit { return a.Replace("g(i)") },
			"{ C.SSL_SESSION_free(list[i]) }", "{ g(i) }"},
		{"SSL_SESSION_free", 5, func(a *cgosource.Anchor) analysis.TextEdit { return a.After("s = nil") },
			"\t\tC.SSL_SESSION_free(s) // behind\n", "\t\tC.SSL_SESSION_free(s) // behind\n\t\ts = nil\n"},
		{"SSL_SESSION_free", 6, (*cgosource.Anchor).Delete, "{ C.SSL_SESSION_free(nil) }", "{  }"},
	} {
		a, err := sources.Stmt(file, callOf(file, test.call, test.ordinal))
		if err != nil {
			t.Errorf("%s %d: %v", test.call, test.ordinal, err)
			continue
		}
		got := edited(a, fset, test.edit(a))
		if want := strings.Replace(everyForm, test.old, test.new, 1); got != want {
			t.Errorf("%s %d: got\n%s", test.call, test.ordinal, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const small = "package a\n\n// void f(void *p) {}\nimport \"C\"\nimport \"unsafe\"\n\nfunc g(p, q unsafe.Pointer) {\n\tC.f(p)\n}\n"
	for _, test := range []struct {
		name  string
		disk  string // what the file says once cmd/cgo is done; "" if it is gone
		cgo   bool
		found bool
	}{
		{"same", small, true, true},
		{"driver cannot", small, false, false},
		{"gone", "", true, false},
		{"line moved", strings.Replace(small, "\tC.f", "\n\tC.f", 1), true, false},
		{"other argument", strings.Replace(small, "C.f(p)", "C.f(q)", 1), true, false},
		{"other callee", strings.Replace(small, "C.f(p)", "C.h(p)", 1), true, false},
		{"other function", strings.Replace(small, "func g", "func h", 1), true, false},
		{"comment added", strings.Replace(small, "C.f(p)", "C.f(p) // p", 1), true, true},
		{"syntax error", small + "}", true, false},
		{"generated", "// Code generated by hand. DO NOT EDIT.\npackage a\n" + strings.TrimPrefix(small, "package a\n\n"), true, false},
		{"CR LF", strings.ReplaceAll(small, "\n", "\r\n"), true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fset, file, name := rewrite(t, small)
			var err error
			if test.disk == "" {
				err = os.Remove(name)
			} else {
				err = os.WriteFile(name, []byte(test.disk), 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = cgosource.New(fset, test.cgo).Stmt(file, callOf(file, "f", 0))
			if (err == nil) != test.found {
				t.Errorf("got error %v, want found %v", err, test.found)
			}
		})
	}
}

func TestGenerated(t *testing.T) {
	t.Parallel()
	const header = "// Code generated by protoc. DO NOT EDIT.\n\n"
	const text = "package a\n\n// void f(void *p) {}\nimport \"C\"\n\nfunc g() {\n\tC.f(nil)\n}\n"
	for _, test := range []struct {
		text string
		want bool
	}{{text, false}, {header + text, true}} {
		fset, file, _ := rewrite(t, test.text)
		if !ast.IsGenerated(file) {
			t.Error("cmd/cgo no longer marks its output: this package is needless")
		}
		if got := cgosource.New(fset, false).Generated(file); got != test.want {
			t.Errorf("Generated is %v, want %v, for\n%s", got, test.want, test.text)
		}
	}
}

func TestGeneratedText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false,
		"// Code generated by x. DO NOT EDIT.\npackage a\n":              true,
		"// Code generated by x. DO NOT EDIT.\r\npackage a\r\n":          true,
		"/* a\nb */ // c\n// Code generated by x. DO NOT EDIT.\n":        true,
		"/*\n// Code generated by x. DO NOT EDIT.\n*/\npackage a\n":      false,
		"package a\n\n// Code generated by x. DO NOT EDIT.\n":            false,
		"//  Code generated by x. DO NOT EDIT.\npackage a\n":             false,
		"// Code generated by x. DO NOT EDIT. Really.\npackage a\n":      false,
		"/* a */ package a // b\n// Code generated by x. DO NOT EDIT.\n": false,
	} {
		if got := cgosource.GeneratedText([]byte(text)); got != want {
			t.Errorf("GeneratedText(%q) is %v, want %v", text, got, want)
		}
	}
}
