package endings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

// What words leave in doubt is settled: the unit matters, or is left with these facts.
func TestMatters(t *testing.T) {
	for _, test := range []struct {
		what   string
		files  map[string]string
		yes    bool
		reason string
		facts  string // a part of those it is left with, "" for none
	}{
		{"nothing", map[string]string{"p.go": "func F() {}"}, false, "nothing to follow", ""},
		{"no function ends", map[string]string{"p.go": "func F(x int) { switch x { case 1: default: panic(1) } }"}, false, "nothing to follow", ""},
		{"one ends", map[string]string{"p.go": "func F() { panic(1) }"}, false, "nothing to follow", `"example.com/p.F"`},
		{"one ends, in a file that mentions nothing", map[string]string{"p.go": "func F() { f() }", "q.go": "func f() { panic(1) }"}, false, "nothing to follow", `"example.com/p.F"`},
		{"one that nobody else can call", map[string]string{"p.go": "func f() { panic(1) }"}, false, "nothing to follow", ""},
		{"one by contract", map[string]string{"p.go": "import `example.com/die`; func F() { die.Now() }"}, false, "nothing to follow", `"example.com/p.F"`},
		{"one that only analysis can tell", map[string]string{"p.go": "func F(x interface{ Now() }) { x.Now() }"}, true, "may hold a function that does not return", ""},
		{"a command", map[string]string{"p.go": "package main; func F() { panic(1) }"}, false, "nothing to follow", ""},
		{"a test", map[string]string{"p.go": "func F() {}", "p_test.go": "func G() { panic(1) }"}, false, "nothing to follow", ""},
		{"a test that another one can call", map[string]string{"p_test.go": "func G() { panic(1) }", "x_test.go": "package p_test"}, false, "nothing to follow", `"example.com/p.G"`},
		{"a directive", map[string]string{"p.go": "//sessionlint:x\n"}, true, "directive", ""},
	} {
		dir := t.TempDir()
		var names []string
		for name, text := range test.files {
			filename := filepath.Join(dir, name)
			if !strings.HasPrefix(text, "package") {
				text = "package p\n\n" + text
			}
			if err := os.WriteFile(filename, []byte(text+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(text, "package p_test") {
				names = append(names, `"`+filename+`"`)
			}
		}
		facts := filepath.Join(dir, "facts")
		config := filepath.Join(dir, "vet.cfg")
		text := `{"ID":"example.com/p","ImportPath":"example.com/p","ModulePath":"example.com/p","Dir":"` + dir + `","VetxOutput":"` + facts +
			`","GoFiles":[` + strings.Join(names, ",") + `]}`
		if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		u, err := relevance.Read(config)
		if err != nil {
			t.Fatal(err)
		}
		rules := relevance.Rules{
			Mentions: func([]byte) bool { return true },
			Imports:  func(string) bool { return false },
			NoReturn: func() []string { return []string{"Now"} },
		}
		yes, reason := Matters(u, rules, func(path, name string) bool { return path == "example.com/die" && name == "Now" })
		if yes != test.yes || reason != test.reason {
			t.Errorf("%s: %v, %q", test.what, yes, reason)
		}
		if yes {
			continue
		}
		if err := u.Leave(); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadFile(facts)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(left), `"Functions"`); has != (test.facts != "") || !strings.Contains(string(left), test.facts) {
			t.Errorf("%s: left with %q", test.what, left)
		}
	}
}
