package noreturn

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// TestSurely: the functions that surely never return, as types.Func.FullName has them;
// with "?" if there is another one of which syntax does not tell.
func TestSurely(t *testing.T) {
	ends := func(path, name string) bool {
		return slices.Contains([]string{"os.Exit", "example.com/glog/v2.Fatal"}, path+"."+name)
	}
	for _, test := range []struct{ text, want string }{
		{"func F() { panic(0) }", "p.F"},
		{"func F() { f(); panic(0); g() }", "p.F"},
		{"func F() { if a { f() } else { os.Exit(1) }; panic(0) }", "p.F"},
		{"func F() { if a { panic(1) }; for i := range b { if i { break } }; for a { continue }; panic(0) }", "p.F"},
		{"func F() { switch { case a: f(); default: }; select { case <-a: }; panic(0) }", "p.F"},
		{"func F() { f(func() int { return 1 }); g := func() { defer f() }; panic(g) }", "p.F"},
		{"func F() { if a { return }; panic(0) }", ""},
		{"func F() { defer f(); panic(0) }", ""},
		{"func F() { for { }; panic(0) }", "?"},
		{"func F() { select { }; panic(0) }", "?"},
		{"func F() { goto L; panic(0); L: f() }", "?"},
		{"func F() { L: for a { continue L }; panic(0) }", "?"},
		{"func F() { if a { panic(0) } }", ""},
		{"func F() { { panic(0) } }", "?"},
		{"func F() { x := f; x(panic(0)) }", "?"},
		{"func F() { go panic(0) }", ""},
		{"func F()", ""},
		{"func F[T any]() { panic(0) }", "?"},
		{"func F() { die() }; func die() { os.Exit(1) }", "p.F p.die"},
		{"func F() { die() }; func die() { F() }", ""},
		{"func F() { panic := f; panic(0) }", "?"},
		{"func F(panic func(int)) { panic(0) }", "?"},
		{"func F() { panic(0) }; func panic(int) {}", "?"},
		{"func F() { panic(0) }; var panic = f", "?"},
		{"func F() { panic(0) }; type panic int", "?"},
		{"func F() { panic(0) }\n-- x\nvar a, panic = f()", "?"},
		{"func F() { die := f; die() }; func die() { os.Exit(1) }", "p.die ?"},
		{"func F() { die() }\n-- x\nfunc die() { panic(0) }", "p.F p.die"},
		{"func F() { die() }\n-- x\nvar die = func() { panic(0) }", ""},
		{"func F() { os.Exit(1) }", "p.F"},
		{"func F() { os.Exit }", ""},
		{"func F(os T) { os.Exit(1) }", "?"},
		{"func F() { x.Exit(1) }", "?"},
		{"func F() { quit.Exit(1) }", "p.F"},
		{"func F() { log.Exit(1) }", "?"},
		{"func F() { glog.Fatal(1); glog.Print(1) }", "p.F"},
		{"func F() { v2.Fatal(1) }", "?"},
		{"type T int; func (t T) F() { panic(0) }; func (t *T) G() { panic(0) }", "(*p.T).G (p.T).F"},
		{"type T int; func (T) F() { panic(0) }", "(p.T).F"},
		{"type T int; func (t *T) F() { t.die() }; func (t T) die() { panic(0) }", "(*p.T).F (p.T).die"},
		{"type T int; func (t *T) F() { t.die() }; type U struct{ T }; func (u *U) G() { u.die() }; func (t T) die() { panic(0) }", "(*p.T).F (p.T).die ?"},
		{"type T int; func (t *T) F(u T) { u.die() }; func (t T) die() { panic(0) }", "(p.T).die ?"},
		{"type T[A any] int; func (t T[A]) F() { panic(0) }", "?"},
		{"type T = U; type U int; func (t T) F() { panic(0) }", "?"},
		{"func (t T) F() { panic(0) }", "?"},
		{"type T int; func (T) die() { panic(0) }; func F(t T) { f(t.die()) }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F(t *T) { f(t.die()) }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F(t log.T) { t.die(); log.die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t *log.T) { if t.die() { t.die() } }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t error) { t.die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t interface{ die() }) { t.die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t I) { t.die() }\n-- x\ntype I interface{ die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t U) { t.die() }; type U int; func (U) die() { f() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F(t U) { t.die() }; type U struct{ T }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F(t U) { t.die() }; type U = T", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F[U I](t U) { t.die() }; type U interface{ die() }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F(t U) { type U = T; t.die() }; type U interface{ die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F() { type U = T; f(func(t U) { t.die() }); var t U; t.die() }; type U interface{ die() }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func (s *S) F() { s.i.die(); s.t.die() }; type S struct { i, j I; t log.T }; type I interface{ die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func (s *S) F() { s.i.die() }; type S struct { i *T }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func (s *S) F() { s.i.die() }; type S struct { I }; type I struct{ i T }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F() { log.Get(\"x\").die() }", "(p.T).die"},
		{"type T int; func (T) die() { panic(0) }; func F() { log.Get(T(1)).die() }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F() { log.Get[T](1).die() }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F() { get().die() }; func get() T", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F(t log.T) { t.Fatal() }", "(p.T).die ?"},
		{"type T int; func (T) die() { panic(0) }; func F() { log.die() }; var log T", "(p.T).die ?"},
	} {
		p := &Package{Path: "p", Known: map[string]bool{"panic": true, "Exit": true, "Fatal": true}, Ends: ends}
		for text := range strings.SplitSeq(test.text, "\n-- x\n") {
			text = "package p\nimport (\"os\"; quit \"os\"; \"example.com/log\"; \"example.com/glog/v2\")\n" + text
			f, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			p.Files = append(p.Files, f)
		}
		got, all := Surely(p, Functions(p.Files, p.Known))
		if !all {
			got = append(got, "?")
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.text, got, test.want)
		}
	}
}
