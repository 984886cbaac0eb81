package relevance

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/noreturn"
)

var known = map[string]bool{"panic": true, "Exit": true, "Fatal": true}

func files(t *testing.T, text string) []*ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return []*ast.File{f}
}

// What is found in a file is found in the declarations that mention a name where all
// ways may come to it, however they are written, unless it loops for ever or calls what
// is found.
func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"func F() { os.Exit(1) }":                                                          "F",
		"func F() { os.Exit(1) }; func G() { panic(0) }":                                   "F G",
		"func F() { f() }\nfunc G() { panic(0) }\nfunc H() {}":                             "G",
		"func F() { // os.Exit\n}":                                                         "",
		"func F() { /* panic(0) */ }":                                                      "",
		"func F() { /*/ panic(0) */ panic(0) }":                                            "F",
		"func F() { f(\"panic(0)\", `panic`, 'p') }":                                       "",
		"func F() { f(\"\\\"\", '\\'', '\"', `\\`); panic(0) }":                            "F",
		"func F() { f(`a\n}\nfunc G() {`); panic(0) }\nfunc H() {}":                        "F",
		"func F() { Exits(); Exit2(); _Exit(); éExit(); ExitÉ() }":                         "",
		"func F() chan\nint { panic(0) }":                                                  "F",
		"func F() *\nint { panic(0) }":                                                     "F",
		"func F() struct\n{ a int } { panic(0) }":                                          "F",
		"func F(\n\ta int,\n) {\n\tpanic(0)\n}\n\nfunc G() {}":                             "F",
		"func F(interface{ M() }) map[struct{}]int { panic(0) }":                           "F",
		"func (t T[a, b]) F() { panic(0) }":                                                "F",
		"var a = 1\nfunc F() { panic(0) }":                                                 "F",
		"var a = 1.\nfunc F() { panic(0) }":                                                "F",
		"var a = .5e+1\nfunc F() { panic(0) }":                                             "F",
		"var a = 'x'\nfunc F() { panic(0) }":                                               "F",
		"var a = `x`\nfunc F() { panic(0) }":                                               "F",
		"var a = b[1]\nfunc F() { panic(0) }":                                              "F",
		"var a int // Exit\nfunc F() { panic(0) }":                                         "F",
		"var a int /* Exit\n */ func F() { panic(0) }":                                     "F",
		"var a =\nfunc() { panic(0) }\nfunc F() { panic(0) }":                              "F",
		"var a = func() { panic(0) }\nfunc F() { a() }":                                    "",
		"var (\n\ta = 1\n)\nfunc F() { panic(0) }":                                         "F",
		"type T struct {\n\tpanic int\n}\nfunc F() { panic(0) }":                           "F",
		"type panic func(\n)\nfunc bodiless()\nfunc F() { panic(0) }":                      "F",
		"func F() { panic(0) }\nfunc bodiless(Exit int) (a, b int)\nfunc G() { panic(0) }": "F G",
		"//go:noinline\nfunc F() { panic(0) } // Exit\n/* Exit\n*/\nfunc G() {}\n":         "F",
		// Ways round.
		"func F() { if x { panic(0) } }; func G() { panic(0) }":                                                 "G",
		"func F() { if x { panic(0) } else { panic(1) } }":                                                      "F",
		"func F() { if x { panic(0) } else if y { panic(1) } }":                                                 "",
		"func F() { if x { f() } else { panic(0) } }":                                                           "",
		"func F() { if x { panic(0) }\npanic(1) }":                                                              "F",
		"func F() { if x { f() }; panic(1) }":                                                                   "F",
		"func F() { if x { if y { panic(1) } else { panic(2) } } else { panic(3) } }":                           "F",
		"func F() {\n\tif x { // Exit\n\t\tpanic(0)\n\t} else /* a\n */ {\n\t\tpanic(1)\n\t}\n}":                "F",
		"func F() { if panic(0); x { } }":                                                                       "F",
		"func F() { if f(Exit(1)) { } }":                                                                        "F",
		"func F() { if v := []int{Exit(1)}; v != nil { f() } }":                                                 "F",
		"func F() { if v := (T{1}); v == w { panic(0) } }":                                                      "",
		"func F() { for _, v := range []int{Exit(1)} { f(v) } }":                                                "F",
		"func F() { for _, v := range []struct{ a int }{{1}, {2}} { panic(v) } }":                               "",
		"func F() { for range x { panic(0) } }":                                                                 "",
		"func F() { for x { panic(0) } }":                                                                       "",
		"func F() { for { panic(0) } }":                                                                         "F",
		"func F() { for i := 0; i < n; i++ { panic(0) } }":                                                      "",
		"func F() { for i := 0; ; i++ { panic(0) } }":                                                           "F",
		"func F() { for ; ; { panic(0) } }":                                                                     "F",
		"func F() { for ; x; { panic(0) } }":                                                                    "",
		"func F() { for { if x { panic(0) } } }":                                                                "F",
		"func F() { if x { return }; panic(0) }":                                                                "",
		"func F() int { f(func() int { return 1 }); panic(0) }":                                                 "F",
		"func F() int {\n\tf(func() int {\n\t\treturn 1\n\t})\n\tpanic(0)\n}":                                   "F",
		"func F() { var f func()\nif x { return }; panic(0) }":                                                  "",
		"func F() { var f func() int = func() int { return 1 }\npanic(f) }":                                     "F",
		"func F() { goto a; b: return; a: panic(0) }":                                                           "F",
		"func F() { for { }; return; panic(0) }":                                                                "F",
		"func F() { select { }; return; panic(0) }":                                                             "F",
		"func F() { defer f(); panic(0) }":                                                                      "",
		"func F() { panic(0); defer f() }":                                                                      "F",
		"func F() { switch x { case 1: return; default: panic(0) } }":                                           "",
		"func F() { switch x { case 1: panic(1); default: panic(0) } }":                                         "F",
		"func F() { if f(func() { return }) { }; panic(0) }":                                                    "F",
		"func F() { if func() bool { return Exit(1) }() { }\npanic(0) }":                                        "F",
		"func F() { if x { f := Exit; f(1) } }":                                                                 "",
		"func F() struct{ a int } { if x { return T{} }\npanic(0) }":                                            "",
		"func F() { { panic(0) } }":                                                                             "F",
		"func F() { a: if x { panic(0) }\npanic(1) }":                                                           "F",
		"func F(a func() int) { return; panic(0) }; func G(f func()) (func() int, error) { panic(0) }":          "G",
		"func F() int { return Exit(1) }; func G() int { return f(func() int { return Exit(1) }) }":             "F",
		"func F() int { return f(1,\n\tExit(1)) }":                                                              "F",
		"func F() int { return f(func() { panic(0) }()) }; func G() { defer f(Exit(1)) }":                       "F",
		"func F() { if x { Exit(1); return }; panic(0) }":                                                       "F",
		"func F() { if x { if y { return }; Exit(1); return }; panic(0) }":                                      "",
		"func F() bool { return x &&\n\tExit(1) }":                                                              "F",
		"func F() { if x { return Exit(1) }; for { } }":                                                         "F",
		"func F() { if x { Exit(1) }; if y { return }; for { } }":                                               "",
		"func F() { f()\n(func() { panic(0) })() }":                                                             "F",
		"func F() { x++\nif x { return }\nx = 1\npanic(0) }":                                                    "",
		"func F() { if x { return Exit(1) }; panic(0) }":                                                        "F",
		"func F() { if x { return f(\n\t1,\n) }; panic(0) }":                                                    "",
		"func F() { defer func() { panic(0) }(); Exit(1) }":                                                     "",
		"func F() { return (func() int { panic(0) })() }":                                                       "F",
		"func Exit() { }; func (t T) Fatal(panic int) (Exit error) { return }":                                  "",
		"func F(x T) T { x.Exit = 1; f(Exit{1}, T{Exit: 2}, Exit.x); for { }; panic(0) }":                       "F",
		"func F() { f(Exit{1}, T{Exit: 2}, Exit.x) }":                                                           "",
		"func F() { f(func() { panic(0) }) }":                                                                   "",
		"func F() { f(1, func() { panic(0) },\n func() int { return Exit(1) },\n) }":                            "",
		"func F() { f(func() struct{} { panic(0) }, 1) }":                                                       "",
		"func F() { f(func() { panic(0) }()) }":                                                                 "F",
		"func F() { f(g(func() { panic(0) })()) }":                                                              "",
		"func F() { (func() { panic(0) })() }":                                                                  "F",
		"func F() { f((func() { panic(0) })) }":                                                                 "",
		"func F() { f((func() int { panic(0) })()) }":                                                           "F",
		"func F() { f(func() { panic(0) }, Exit(1)) }":                                                          "F",
		"func F() { f(func() { g(func() { panic(0) }()) }) }":                                                   "",
		"func F() { f(func(a int) (b, c int) {\n\tpanic(0)\n}, 1)\nif x { return }\nExit(1) }":                  "",
		"func F() { f(func()(nil), func() { panic(0) }) }":                                                      "",
		"func F() { x, y := 1, func() { panic(0) }\ny() }":                                                      "F",
		"func F() { x := T{func() { panic(0) }}; f(x) }":                                                        "",
		"func F() { x := []func(){1, func() { panic(0) }}; f(x) }":                                              "",
		"func F() { return func() { panic(0) }() }":                                                             "F",
		"func F() { go func() { panic(0) }() }":                                                                 "",
		"func F() { go f(func() { panic(0) }()) }":                                                              "F",
		"func F() { for _, x := range y { t.Run(``, func(t T) { t.Fatal(0) }) } }":                              "",
		"func F() { func() { panic(0) }() }":                                                                    "F",
		"func F() { f := func() { panic(0) }; f() }":                                                            "F",
		"func (t *T[K]) F() (a map[string]func(), b error) { if x { panic(0) }; for i := range y { Exit(i) } }": "",
	} {
		pieces := mentioning([]byte("package p\n"+text), known)
		var got []string
		for _, fn := range noreturn.Functions(files(t, string(bytes.Join(pieces, []byte("\n")))), known) {
			got = append(got, fn.Name.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: found %q, want %q, in %q", text, got, want, pieces)
		}
	}
	if mentioning([]byte("package p\n\nfunc F() { for { } }"), known) != nil {
		t.Error("an endless loop mentions a name")
	}
	if !slices.ContainsFunc(noreturn.Functions(files(t, "func F() { for { } }"), nil), func(fn *ast.FuncDecl) bool { return fn.Name.Name == "F" }) {
		t.Error("an endless loop returns")
	}
}

// needed are the functions of a file that have to be among those that mention a name:
// each, by itself, may never return, and not for a loop without end.
func needed(file *ast.File) []string {
	var names []string
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		alone := []*ast.File{{Decls: []ast.Decl{decl}}}
		if ok && len(noreturn.Functions(alone, known)) > 0 && len(noreturn.Functions(alone, nil)) == 0 {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}

// declared are the functions that texts of declarations declare.
func declared(t *testing.T, pieces [][]byte) []string {
	var names []string
	for _, decl := range files(t, string(bytes.Join(pieces, []byte("\n"))))[0].Decls {
		names = append(names, decl.(*ast.FuncDecl).Name.Name)
	}
	return names
}

// All of the standard library's sources: what is needed of a file is in its pieces, and
// few of those that mention a name are.
func TestWordsInRealCode(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	parsed, found, mentions, wants := 0, 0, 0, 0
	for _, folder := range []string{"os", "net/http", "go/types", "encoding/json", "testing", "log", "runtime", "reflect", "math/big", "text/template", "cmd/go/internal/modload"} {
		names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			got := declared(t, mentioning(src, known))
			for _, fn := range needed(file) {
				if wants++; !slices.Contains(got, fn) {
					t.Errorf("%s: %s may never return, and is not found", name, fn)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && known[id.Name] {
					mentions++
				}
				return true
			})
			parsed++
			found += len(got)
		}
	}
	if parsed < 200 || wants < 100 || found < wants || found > mentions/4 {
		t.Errorf("%d files, %d mentions, %d functions found, %d needed", parsed, mentions, found, wants)
	}
	t.Logf("%d files, %d mentions, %d functions found, %d needed", parsed, mentions, found, wants)
}

// The same of any text.
func FuzzWords(f *testing.F) {
	f.Add("func F() { if x { panic(0) } else { Exit(1) } }")
	f.Add("func F() { for i := 0; i < 1; i++ { return }; f(func() { return }); panic(`a`) }")
	f.Add("func F() struct{} { for ; ; { }; select { }; goto a; a: defer Fatal() }")
	f.Fuzz(func(t *testing.T, text string) {
		src := []byte("package p\n" + text)
		pieces := mentioning(src, known)
		file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
		if err != nil {
			return
		}
		got := declared(t, pieces)
		for _, fn := range needed(file) {
			if !slices.Contains(got, fn) {
				t.Errorf("%s may never return, and is not found", fn)
			}
		}
	})
}

// The name in a package clause is the one that the parser sees.
func FuzzPackageName(f *testing.F) {
	for _, text := range []string{
		"package p", "package main\n\nfunc main() {}", "// package q\n/* package r */ package p // s", "/* a\n */package\n/**/ p_test;", "\ufeffpackage p",
		"//go:build x\n\npackage é\n", "", "package", "package 1", "package \"p\"", "import \"p\"", "pack age p", "package p.q", "/* package p", "/", "package\x00p", "package _",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
		if err != nil {
			mentioning([]byte(text), known) // whatever it is, it comes to an end
			packageName([]byte(text))
			return
		}
		if got := packageName([]byte(text)); got != file.Name.Name {
			t.Errorf("%q: package %q, want %q", text, got, file.Name.Name)
		}
	})
}
