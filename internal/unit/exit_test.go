package unit_test

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A unit that cannot matter is left before it is parsed: a type error in it goes
// unnoticed.
func TestLeavesBeforeParsing(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("plain/wrong.go", "package plain\n\nvar X int = \"\"\n")
	if _, stderr, code := m.vet("./plain"); code != 0 {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if _, stderr, code := m.vet("-early-exit=false", "./plain"); code != 1 || !strings.Contains(stderr, "wrong.go:3:13") {
		t.Errorf("without early exit: exit code %d\n%s", code, stderr)
	}
}

func TestRelevant(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("other/other.go", "package other\n\nvar X = 1\n")
	tests := []struct {
		imports string
		text    string // beside a type error, in a package of its own
		left    bool
	}{
		{"", "var x = 1", true},
		{"os", "func F() { os.Exit(1) }", false},
		{"testing", "func F(t testing.TB) { t.Fatal(1) }", false},
		{"log", "func F() { log.Fatalf(``) }", false},
		{"runtime", "func F() { runtime.Goexit() }", false},
		{"os", "func f() { os.Exit(1) }", true},
		{"os", "func F(n int) { if n == 1 { os.Exit(1) } }", true},
		{"os", "func F() { f() }; func f() { os.Exit(1) }", false},
		{"", "func F() { panic(0) }", false},
		{"", "func F(n int) { if n == 1 { panic(0) } }", true},
		{"", "//sessionlint:ignore toyfree because\nvar x = 1", false},
		{"example.com/toys/toy", "var x = toy.Free", false},
		{"example.com/toys/user", "var x = user.Use", false},
		{"example.com/toys/other", "var x = other.X", true},
	}
	for i, test := range tests {
		text := fmt.Sprintf("package case%d\n\n", i)
		if test.imports != "" {
			text += fmt.Sprintf("import %q\n\n", test.imports)
		}
		m.write(fmt.Sprintf("case%d/wrong.go", i), text+"var wrong int = \"\"\n\n"+test.text+"\n")
	}
	// What test files declare can be called by the package's external tests alone.
	const inside = "\n\nimport \"testing\"\n\nvar wrong int = \"\"\n\nfunc Die(t testing.TB) { t.Fatal() }\n"
	m.write("intests/a_test.go", "package intests"+inside)
	m.write("outtests/a_test.go", "package outtests_test"+inside)
	m.write("bothtests/a_test.go", "package bothtests"+inside)
	m.write("bothtests/b_test.go", "package bothtests_test\n")
	_, stderr, _ := m.vet("./...")
	for folder, want := range map[string]bool{"intests": true, "outtests": true, "bothtests": false} {
		if left := !strings.Contains(stderr, folder+"/a_test.go:"); left != want {
			t.Errorf("left is %v, want %v, for %s", left, want, folder)
		}
	}
	for i, test := range tests {
		if left := !strings.Contains(stderr, fmt.Sprintf("case%d/wrong.go:", i)); left != test.left {
			t.Errorf("left is %v, want %v, for %s with %q", left, test.left, test.text, test.imports)
		}
	}
}

// randomModule makes packages that import earlier ones at random. Some hold
// toys, some free what others hold, some stand between without a trace.
func randomModule(seed int64) string {
	r := rand.New(rand.NewSource(seed))
	var b strings.Builder
	b.WriteString("-- go.mod --\nmodule example.com/toys\n\ngo 1.26\n")
	const n = 7
	for i := range n {
		var imports, body strings.Builder
		for j := range i {
			if r.Intn(3) == 0 {
				fmt.Fprintf(&imports, "import \"example.com/toys/p%d\"\n", j)
				fmt.Fprintf(&body, "\tp%d.F(nil)\n", j)
			}
		}
		switch r.Intn(4) {
		case 0:
			fmt.Fprintf(&b, "-- p%d/p.go --\npackage p%d\n\n/*\ntypedef struct toy toy;\nstatic void toy_free(toy *t) {}\n*/\nimport \"C\"\n%s\nfunc F(any) {\n\tC.toy_free(nil)\n%s}\n", i, i, &imports, &body)
		case 1: // breaks the chain of facts
			fmt.Fprintf(&b, "-- p%d/p.go --\npackage p%d\n\nfunc F(any) {}\n", i, i)
		default:
			fmt.Fprintf(&b, "-- p%d/p.go --\npackage p%d\n\n%s\nfunc F(any) {\n%s}\n", i, i, &imports, &body)
		}
		if r.Intn(3) == 0 {
			fmt.Fprintf(&b, "-- p%d/p_test.go --\npackage p%d\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) {\n\tF(nil)\n}\n", i, i)
		}
		if r.Intn(4) == 0 {
			fmt.Fprintf(&b, "-- p%d/x_test.go --\npackage p%d_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/toys/p%d\"\n)\n\nfunc TestX(t *testing.T) {\n\tp%d.F(nil)\n}\n", i, i, i, i)
		}
	}
	return b.String()
}

// Findings are the same with and without early exit, and none is printed twice.
func TestEarlyExitChangesNothing(t *testing.T) {
	t.Parallel()
	for seed := range int64(2) {
		archive := randomModule(seed)
		m := newModule(t, archive)
		with := m.findings("./...")
		without := m.findings("-early-exit=false", "./...")
		if !slices.Equal(with, without) {
			t.Errorf("with early exit\n%s\nwithout\n%s\nin\n%s", strings.Join(with, "\n"), strings.Join(without, "\n"), archive)
		}
		if once := slices.Compact(slices.Clone(with)); len(once) != len(with) {
			t.Errorf("findings printed twice:\n%s\nin\n%s", strings.Join(with, "\n"), archive)
		}
		if len(with) == 0 {
			t.Errorf("no findings in\n%s", archive)
		}
	}
}

// outputs returns what the units of a run wrote, by name of output and content,
// in an order that does not depend on the work folder.
func (m *module) outputs(args ...string) []string {
	m.t.Helper()
	work := m.work(args...)
	var all []string
	for _, kind := range []string{"vet.out", "vet.stdout"} {
		names, err := filepath.Glob(filepath.Join(work, "*", kind))
		if err != nil {
			m.t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				m.t.Fatal(err)
			}
			if len(data) > 0 {
				all = append(all, kind+"\n"+string(data))
			}
		}
	}
	return sorted(all)
}

// Facts and records of two checkouts are the same bytes, and name no folder.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	a, b := newModule(t, toys), newModule(t, toys)
	first, second := a.outputs("-json", "-record", "./..."), b.outputs("-json", "-record", "./...")
	if !slices.Equal(first, second) {
		t.Errorf("two checkouts differ:\n%q\n%q", first, second)
	}
	if again := a.outputs("-json", "-record", "./..."); !slices.Equal(first, again) {
		t.Errorf("two runs differ:\n%q\n%q", first, again)
	}
	if len(first) < 6 {
		t.Errorf("%d outputs, want facts and records of 3 packages: %q", len(first), first)
	}
	for _, out := range first {
		if strings.Contains(out, a.dir) || strings.Contains(out, os.TempDir()) {
			t.Errorf("an absolute path in %q", out)
		}
	}
}

// A package fact reaches a package that comes upon the package's types without
// importing it, through any number of others; and only such a package.
func TestFactsTravelWithTypes(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys, `
-- lend/lend.go --
package lend

import "example.com/toys/toy"

type Lender struct{ Toys []func() map[string]*toy.Toy }

func Lend() *Lender { return nil }
-- lend2/lend.go --
package lend2

import "example.com/toys/lend"

func Lend() **lend.Lender { return nil }
-- hide/hide.go --
package hide

import "example.com/toys/toy"

type Hider struct{ toy toy.Toy }

func Hide() *Hider { return &Hider{} }
-- far/far.go --
package far

import "example.com/toys/lend2"

var X = lend2.Lend()
-- blind/blind.go --
package blind

import "example.com/toys/hide"

var X = hide.Hide()
`)
	checkLines(t, m.findings("-toyowner", "./far", "./blind"),
		"far/far.go:1:1: import of example.com/toys/toy, which frees toys in Free [toyowner]",
		"hide/hide.go:3:8: import of example.com/toys/toy, which frees toys in Free [toyowner]",
		"lend/lend.go:3:8: import of example.com/toys/toy, which frees toys in Free [toyowner]",
		"lend2/lend.go:1:1: import of example.com/toys/toy, which frees toys in Free [toyowner]")
}
