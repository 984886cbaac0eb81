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

// A subject is a module with files that count right, whose functions are broken
// in every way that the operators know.
type subject struct {
	name       string
	vocabulary mutate.Vocabulary
	files      []string
	functions  []string // must be among the broken ones
	copied     func(t *testing.T) string
}

var subjects = []subject{
	{"bindings", openssl, []string{"conn.go"}, []string{"(*Conn).GetSession", "(*Conn).setSession"}, func(t *testing.T) string {
		return copyWithoutTests(t, download(t, bindings, bindingsVersion))
	}},
	{"cgo", openssl, []string{"resume.go", "slot.go"}, []string{"(*Conn).Save", "(*Conn).Resume", "(*Conn).Move", "Latest"}, example("cgo")},
	{"purego", runtime, []string{"pool.go", "slot.go"}, []string{"Encode", "Decode", "Renamed", "Move", "Total"}, example("purego")},
}

// example copies one of the examples, without its file of mistakes.
func example(folder string) func(t *testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "module")
		if err := harness.CopyOurs("examples/"+folder, dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, "mistakes.go")); err != nil {
			t.Fatal(err)
		}
		return dir
	}
}

// A score is what came of an operator's mutants in a subject.
type score struct{ found, possible int }

// Every mistake made in correct code is found, by the right check on the right
// line, and nothing else is reported because of it; the same code without the
// mistakes is clean. What is missed stands with its reason in testdata/missed.txt,
// and nothing else stands there.
func TestMutants(t *testing.T) {
	reasons, err := harness.Reasons(filepath.Join("testdata", "missed.txt"))
	if err != nil {
		t.Fatal(err)
	}
	scores := map[string]score{} // by operator and subject
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) { s.breakAll(t, scores, reasons) })
	}
	for name := range reasons {
		t.Errorf("testdata/missed.txt: no such mutant, or it is found: %s", name)
	}
	t.Log("mutants found / possible\n" + table(scores))
	for _, op := range mutate.Operators(openssl) {
		if scores[op.Name].possible == 0 {
			t.Errorf("no mutant by %s", op.Name)
		}
	}
}

// breakAll breaks every file of the subject, one mistake a function at a time.
func (s subject) breakAll(t *testing.T, scores map[string]score, reasons map[string]string) {
	dir := s.copied(t)
	for _, f := range filter(vet(t, tool, dir).Findings, counted) {
		t.Errorf("unmutated: %v", f)
	}
	var rounds [][]mutate.Mutant // of all files together
	texts := map[string][]byte{}
	files := map[string][][]mutate.Mutant{}
	broken := map[string]bool{}
	for _, file := range s.files {
		src, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		all, err := mutate.Mutants(file, src, s.vocabulary, mutate.Operators(s.vocabulary))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			broken[m.Func] = true
		}
		texts[file], files[file] = src, mutate.Rounds(all)
		if len(files[file]) > len(rounds) {
			rounds = files[file]
		}
	}
	for _, fn := range s.functions {
		if !broken[fn] {
			t.Errorf("no mutant of %s", fn)
		}
	}
	for i := range rounds {
		for _, file := range s.files {
			text := texts[file]
			if i < len(files[file]) {
				var err error
				if text, err = mutate.Apply(text, files[file][i]...); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		run := vet(t, tool, dir)
		explained := map[string]bool{} // files and lines in broken functions
		for _, file := range s.files {
			if i < len(files[file]) {
				s.judge(t, run, file, files[file][i], scores, reasons, explained)
			}
		}
		lent := slices.ContainsFunc(s.files, func(file string) bool {
			return i < len(files[file]) && slices.ContainsFunc(files[file][i], s.lends)
		})
		for _, f := range filter(run.Findings, counted) {
			// A mutant that stores a loan says what the field is for: the finding stands where the field is freed.
			ofField := lent && strings.Contains(f.Message, "only loans are stored in")
			if !explained[place(f.File, f.Line, "")] && !ofField {
				t.Errorf("round %d: a finding where nothing was broken: %v", i, f)
			}
		}
	}
}

// lends reports whether the mutant may store what is only lent.
func (s subject) lends(m mutate.Mutant) bool {
	return slices.ContainsFunc(mutate.Operators(s.vocabulary), func(op mutate.Operator) bool {
		return op.Name == m.Operator && op.Lends
	})
}

// judge holds one run against the mutants in a file.
func (s subject) judge(t *testing.T, run *harness.Run, file string, round []mutate.Mutant, scores map[string]score, reasons map[string]string, explained map[string]bool) {
	t.Helper()
	for _, m := range round {
		var there []harness.Finding
		for _, f := range run.Findings {
			if f.File == file && m.From <= f.Line && f.Line <= m.To {
				there = append(there, f)
				explained[place(f.File, f.Line, "")] = true
			}
		}
		found := slices.ContainsFunc(m.Wants, func(w mutate.Want) bool { return run.Answers(w.Check, file, w.Line) })
		for _, key := range []string{m.Operator, m.Operator + " " + s.name} {
			sum := scores[key]
			sum.possible++
			if found {
				sum.found++
			}
			scores[key] = sum
		}
		name := fmt.Sprintf("%s/%s: %v", s.name, file, m)
		if found {
			continue
		}
		if _, known := reasons[name]; !known {
			t.Errorf("%s: not found; want any of %v; in the function: %v", name, m.Wants, there)
		}
		delete(reasons, name)
	}
}

// table is one line an operator: found / possible in all and in each subject.
func table(scores map[string]score) string {
	var text strings.Builder
	columns := []string{"all"}
	for _, s := range subjects {
		columns = append(columns, s.name)
	}
	fmt.Fprintf(&text, "%-16s", "")
	for _, c := range columns {
		fmt.Fprintf(&text, " %9s", c)
	}
	text.WriteString("\n")
	row := func(name, doc string, of func(column string) score) {
		fmt.Fprintf(&text, "%-16s", name)
		for _, c := range columns {
			cell := "-"
			if n := of(c); n.possible > 0 {
				cell = fmt.Sprintf("%d / %d", n.found, n.possible)
			}
			fmt.Fprintf(&text, " %9s", cell)
		}
		fmt.Fprintf(&text, "  %s\n", doc)
	}
	sums := map[string]score{}
	for _, op := range mutate.Operators(openssl) {
		row(op.Name, op.Doc, func(column string) score {
			key := op.Name
			if column != "all" {
				key += " " + column
			}
			n, sum := scores[key], sums[column]
			sums[column] = score{sum.found + n.found, sum.possible + n.possible}
			return n
		})
	}
	row("all", "", func(column string) score { return sums[column] })
	return text.String()
}
