package realcode

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/mutate"
)

// The published binding, which compiles against the installed OpenSSL.
const (
	bindings        = "github.com/libp2p/go-openssl"
	bindingsVersion = "v0.1.0"
)

// openssl is how bindings spell the counting of sessions.
var openssl = mutate.Vocabulary{
	Acquire: []string{"SSL_get1_session", "d2i_SSL_SESSION", "SSL_SESSION_new", "SSL_SESSION_dup"},
	Release: []mutate.Call{{Name: "SSL_SESSION_free"}},
	UpRef:   []mutate.Call{{Name: "SSL_SESSION_up_ref"}},
	Lend:    map[string]string{"SSL_get1_session": "SSL_get_session"},
}

// The binding as published counts its sessions right.
func TestBindings(t *testing.T) {
	dir := download(t, bindings, bindingsVersion)
	run := vet(t, tool, dir)
	for _, f := range filter(run.Findings, counted) {
		t.Errorf("finding in correct code: %v", f)
	}
	again := vet(t, twin, dir)
	if string(run.JSON) != string(again.JSON) {
		t.Errorf("two runs differ:\n%s\n%s", run.JSON, again.JSON)
	}
	t.Logf("%s@%s: no session finding, %.1f s and %.1f s", bindings, bindingsVersion, run.Wall.Seconds(), again.Wall.Seconds())
}

// Every mistake made in the binding is found, by the right check on the right
// line, and nothing else is reported because of it.
func TestBindingsMutants(t *testing.T) {
	const file = "conn.go"
	copied := copyWithoutTests(t, download(t, bindings, bindingsVersion))
	mutants(t, copied, file, openssl, []string{"(*Conn).GetSession", "(*Conn).setSession"})
}

// mutants breaks the file of the module in every way that the operators know,
// one mistake a function at a time, and checks each answer. It fails if one of
// the functions, which are those that must be broken, has no mutant.
func mutants(t *testing.T, dir, file string, voc mutate.Vocabulary, functions []string) {
	path := filepath.Join(dir, filepath.FromSlash(file))
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	operators := mutate.Operators(voc)
	all, err := mutate.Mutants(path, src, voc, operators)
	if err != nil {
		t.Fatal(err)
	}
	for _, fn := range functions {
		if !slices.ContainsFunc(all, func(m mutate.Mutant) bool { return m.Func == fn }) {
			t.Errorf("%s: no mutant of %s", file, fn)
		}
	}
	for _, f := range filter(vet(t, tool, dir).Findings, counted) {
		t.Errorf("unmutated: %v", f)
	}

	found, possible := map[string]int{}, map[string]int{}
	for _, round := range mutate.Rounds(all) {
		text, err := mutate.Apply(src, round...)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		run := vet(t, tool, dir)
		for _, m := range round {
			possible[m.Operator]++
			if answered(run, file, m) {
				found[m.Operator]++
			} else {
				t.Errorf("%s: %v: not found; want any of %v; in the function: %v", file, m, m.Wants, within(run, file, m))
			}
		}
		for _, f := range filter(run.Findings, counted) {
			if !slices.ContainsFunc(round, func(m mutate.Mutant) bool { return f.File == file && m.From <= f.Line && f.Line <= m.To }) {
				t.Errorf("outside of the mutants %v: %v", round, f)
			}
		}
	}
	if err := os.WriteFile(path, src, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Log("mutants found\n" + table(operators, found, possible))
}

func answered(run *harness.Run, file string, m mutate.Mutant) bool {
	return slices.ContainsFunc(m.Wants, func(w mutate.Want) bool { return run.Answers(w.Check, file, w.Line) })
}

func within(run *harness.Run, file string, m mutate.Mutant) []harness.Finding {
	return filter(run.Findings, func(f harness.Finding) bool { return f.File == file && m.From <= f.Line && f.Line <= m.To })
}

// table is one line an operator: found / possible, and what it breaks.
func table(operators []mutate.Operator, found, possible map[string]int) string {
	var text strings.Builder
	var allFound, allPossible int
	for _, op := range operators {
		if possible[op.Name] == 0 {
			continue
		}
		fmt.Fprintf(&text, "%-16s %3d / %-3d %s\n", op.Name, found[op.Name], possible[op.Name], op.Doc)
		allFound += found[op.Name]
		allPossible += possible[op.Name]
	}
	fmt.Fprintf(&text, "%-16s %3d / %-3d\n", "all", allFound, allPossible)
	return text.String()
}

// copyWithoutTests copies a module to where it can be changed. Its tests are
// left out: with them the go command runs cgo twice.
func copyWithoutTests(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "module")
	if err := harness.CopyModule(from, dir); err != nil {
		t.Fatal(err)
	}
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tests {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
