package noreturn

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var known = map[string]bool{"panic": true, "Exit": true, "Fatal": true}

func files(t *testing.T, texts ...string) []*ast.File {
	t.Helper()
	var files []*ast.File
	for _, text := range texts {
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// Each body is one of a function F. What may never return has to be found; what
// is not found can return.
func TestBodies(t *testing.T) {
	for _, test := range []struct {
		body  string
		never bool
	}{
		{"", false},
		{"os.Exit(1)", true},
		{"return", false},
		{"if x { os.Exit(1) }", false},
		{"if x { os.Exit(1) } else { panic(0) }", true},
		{"if x { return }; os.Exit(1)", false},
		{"if x { os.Exit(1); return }; panic(0)", true},
		{"if x { os.Exit(1) } else if y { panic(0) }", false},
		{"if err := die(); err != nil { return }", false},
		{"if err := os.Exit(1); err != nil { return }", true},
		{"return os.Exit(1)", true},
		{"x := f(os.Exit(1)); use(x)", true},
		{"defer os.Exit(1)", false},
		{"go os.Exit(1)", false},
		{"go f(os.Exit(1))", true},
		{"defer func() { os.Exit(1) }()", false},
		{"defer f(); os.Exit(1)", false}, // f may recover
		{"func() { defer f() }(); os.Exit(1)", true},
		{"func() { os.Exit(1) }()", true},
		{"f(func() { os.Exit(1) })", false},
		{"die := func() { os.Exit(1) }; die()", true},
		{"var die = os.Exit; die(1)", true},
		{"stop := log.Default().Fatal; if x { stop(1) }; stop(2)", true},
		{"(os.Exit)(1)", true},
		{"Fatal[int](1)", true},
		{"for { }", true},
		{"for { if x { break } }", false},
		{"for { if x { break } }; os.Exit(1)", true},
		{"for { if x { return } }", false},
		{"for { if x { continue } ; work() }", true},
		{"for x { os.Exit(1) }", false},
		{"for range x { os.Exit(1) }", false},
		{"for range x { }; os.Exit(1)", true},
		{"L: for { for { break L } }", false},
		{"L: for { for { break } ; os.Exit(1) }", true},
		{"L: for { switch { case x: break L } }; os.Exit(1)", true},
		{"for { switch { case x: break } }", true},
		{"switch { case x: os.Exit(1) }", false},
		{"switch { case x: os.Exit(1); default: panic(0) }", true},
		{"switch { case x: os.Exit(1); default: break }", false},
		{"switch { case x: fallthrough; default: panic(0) }", true},
		{"switch x := y.(type) { case int: os.Exit(x); default: panic(0) }", true},
		{"switch x := y.(type) { case int: use(x); default: panic(0) }", false},
		{"switch os.Exit(1); { case x: return }", true},
		{"select { }", true},
		{"select { case <-x: os.Exit(1); case <-y: panic(0) }", true},
		{"select { case <-x: os.Exit(1); case <-y: }", false},
		{"select { case <-x: break }; panic(0)", true},
		{"{ os.Exit(1) }", true},
		{"goto L; L: os.Exit(1)", true},
		{"a.b.c.Exit(2); return", true},
	} {
		found := Functions(files(t, "func F() {\n"+test.body+"\n}"), known)
		if never := len(found) == 1; never != test.never {
			t.Errorf("never returns: %v, want %v, of\n%s", never, test.never, test.body)
		}
	}
}

// Functions end because others do, in whatever order and file they are declared.
func TestChains(t *testing.T) {
	found := Functions(files(t,
		"func a() { b() }; func (T) c() { os.Exit(1) }; func ok() { x := T{}; _ = x.d }",
		"func b() { T{}.c() }; type T struct{}; func bodiless()",
	), known)
	var names []string
	for _, fn := range found {
		names = append(names, fn.Name.Name)
	}
	if got := strings.Join(names, " "); got != "a c b" {
		t.Errorf("found %q", got)
	}
}

// What is found in a file is found in the declarations that mention a name, however
// they are written, unless it loops for ever or calls what is found.
func TestMentioning(t *testing.T) {
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
	} {
		mentioning := Mentioning([]byte("package p\n"+text), known)
		pieces := files(t, string(bytes.Join(mentioning, []byte("\n"))))
		var got []string
		for _, fn := range Functions(pieces, known) {
			got = append(got, fn.Name.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: found %q, want %q, in %q", text, got, want, mentioning)
		}
	}
	if Mentioning([]byte("package p\n\nfunc F() { for { } }"), known) != nil {
		t.Error("an endless loop mentions a name")
	}
	if !slices.ContainsFunc(Functions(files(t, "func F() { for { } }"), nil), func(fn *ast.FuncDecl) bool { return fn.Name.Name == "F" }) {
		t.Error("an endless loop returns")
	}
}

// All of the standard library's sources: what a file holds is in its pieces.
func TestMentioningInRealCode(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	parsed, found := 0, 0
	for _, folder := range []string{"os", "net/http", "go/types", "encoding/json", "testing", "log", "runtime", "reflect", "math/big", "text/template"} {
		names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			mentions := make(map[string]bool)
			for _, decl := range whole.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok {
					ast.Inspect(fn, func(n ast.Node) bool {
						if id, ok := n.(*ast.Ident); ok && known[id.Name] {
							mentions[fn.Name.Name] = true
						}
						return true
					})
				}
			}
			got := make(map[string]bool)
			for _, decl := range files(t, string(bytes.Join(Mentioning(src, known), []byte("\n"))))[0].Decls {
				got[decl.(*ast.FuncDecl).Name.Name] = true
			}
			if !maps.Equal(got, mentions) {
				t.Errorf("%s: functions %v mention a name, found %v", name, mentions, got)
			}
			parsed++
			found += len(got)
		}
	}
	if parsed < 200 || found < 500 {
		t.Errorf("%d files, %d functions", parsed, found)
	}
}
