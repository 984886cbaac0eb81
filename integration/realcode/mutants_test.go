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

// mutants breaks one file of a module in every way that the operators know, one
// mistake a function at a time, and checks that each is answered and nothing
// else is said. The functions are those that must be among the broken ones. It
// changes the file.
func mutants(t *testing.T, dir, file string, voc mutate.Vocabulary, functions []string) {
	path := filepath.Join(dir, filepath.FromSlash(file))
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := mutate.Mutants(path, src, voc, mutate.Operators(voc))
	if err != nil {
		t.Fatal(err)
	}
	for _, fn := range functions {
		if !slices.ContainsFunc(all, func(m mutate.Mutant) bool { return m.Func == fn }) {
			t.Errorf("%s: no mutant of %s", file, fn)
		}
	}
	unmutated := vet(t, tool, dir)
	for _, f := range filter(unmutated.Findings, counted) {
		t.Errorf("unmutated: %v", f)
	}

	found := map[string]int{}
	for _, round := range mutate.Rounds(all) {
		text, err := mutate.Apply(src, round...)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		judge(t, vet(t, tool, dir), file, round, found)
	}
	t.Log("mutants found\n" + table(all, voc, found))
}

// judge holds one run against the mutants in it and counts those found, by operator.
func judge(t *testing.T, run *harness.Run, file string, round []mutate.Mutant, found map[string]int) {
	t.Helper()
	in := func(f harness.Finding, m mutate.Mutant) bool {
		return f.File == file && m.From <= f.Line && f.Line <= m.To
	}
	for _, m := range round {
		if slices.ContainsFunc(m.Wants, func(w mutate.Want) bool { return run.Answers(w.Check, file, w.Line) }) {
			found[m.Operator]++
			continue
		}
		there := filter(run.Findings, func(f harness.Finding) bool { return in(f, m) })
		t.Errorf("%s: %v: not found; want any of %v; in the function: %v", file, m, m.Wants, there)
	}
	for _, f := range filter(run.Findings, counted) {
		if !slices.ContainsFunc(round, func(m mutate.Mutant) bool { return in(f, m) }) {
			t.Errorf("%v: a finding where nothing was broken: %v", round, f)
		}
	}
}

// table is one line an operator: found / possible, and what it breaks.
func table(all []mutate.Mutant, voc mutate.Vocabulary, found map[string]int) string {
	possible := map[string]int{}
	for _, m := range all {
		possible[m.Operator]++
	}
	var text strings.Builder
	sum := 0
	for _, op := range mutate.Operators(voc) {
		if possible[op.Name] > 0 {
			fmt.Fprintf(&text, "%-16s %3d / %-3d %s\n", op.Name, found[op.Name], possible[op.Name], op.Doc)
			sum += found[op.Name]
		}
	}
	fmt.Fprintf(&text, "%-16s %3d / %-3d\n", "all", sum, len(all))
	return text.String()
}
