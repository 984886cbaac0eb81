package noreturn

import (
	"go/ast"
	"go/parser"
	"go/token"
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
