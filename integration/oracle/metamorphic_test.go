package oracle

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle/execute"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
	"github.com/sessionlint/sessionlint/internal/oracle/rewrite"
)

var rewritten = flag.Int("oracle.rewritten", 250, "generated programs that are rewritten")

// What is reported of a program does not change when it says the same in other
// words: check by check and reference by reference.
func TestMetamorphic(t *testing.T) {
	packages := pureFixtures(t)
	var programs []string
	g := generate.New(*seed)
	for i := range *rewritten {
		programs = append(programs, g.Program(i).Text)
	}
	src, err := generate.Source("generated", programs...)
	if err != nil {
		t.Fatal(err)
	}
	packages["generated"] = map[string]string{"p.go": string(src)}
	tool, err := newVet(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	before := tool.report(t, "before", packages)
	if len(before) < 200 {
		t.Fatalf("only %d findings", len(before))
	}
	for k, r := range rewrite.All {
		t.Run(r.Name, func(t *testing.T) {
			other, places := rewriteAll(t, r, packages)
			if places < 20 {
				t.Errorf("applied at %d places only", places)
			}
			after := tool.report(t, fmt.Sprintf("after%d", k), other)
			n := 0
			for _, f := range before {
				if !contains(after, f) {
					n++
					t.Errorf("not reported any more: %s: %s", f, line(other, f))
				}
			}
			for _, f := range after {
				if !contains(before, f) {
					n++
					t.Errorf("reported now: %s: %s", f, line(other, f))
				}
			}
			t.Logf("%d places, %d of %d findings differ", places, n, len(before))
		})
	}
}

// A reported is a finding without its words.
type reported struct {
	file   string // package/file
	line   int
	check  string
	origin string // where the path begins: what gave the reference
}

func (r reported) String() string { return fmt.Sprintf("%s:%d: %s", r.file, r.line, r.check) }

// contains reports whether the same is said of a reference: which of several
// places where it goes wrong is named may differ.
func contains(list []reported, f reported) bool {
	return slices.ContainsFunc(list, func(g reported) bool {
		return f.check == g.check && f.file == g.file && (f.line == g.line || f.origin != "" && f.origin == g.origin)
	})
}

// origin returns the place of the first note of a path that is no assumption.
func origin(notes string) string {
	for _, n := range strings.Split(notes, "\n") {
		if place, text, ok := strings.Cut(n, ": "); ok && strings.Contains(text, "held ") {
			return place
		}
	}
	return ""
}

func line(packages map[string]map[string]string, f reported) string {
	text := packages[filepath.Dir(f.file)][filepath.Base(f.file)]
	lines := strings.Split(text, "\n")
	if f.line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[f.line-1])
}

// report writes packages as a module and returns what is reported.
func (v *vet) report(t *testing.T, name string, packages map[string]map[string]string) []reported {
	t.Helper()
	dir := filepath.Join(v.dir, name)
	if err := writeModule(dir, nil); err != nil {
		t.Fatal(err)
	}
	for pkg, files := range packages {
		for file, text := range files {
			if err := harness.Write(dir, pkg+"/"+file, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	run, err := v.tool.Vet(dir)
	if err != nil || len(run.Errors) > 0 {
		t.Fatalf("%v %s", err, strings.Join(run.Errors, "\n"))
	}
	var out []reported
	for _, f := range run.Findings {
		if f.Check == "missingkeepalive" { // about an object of Go, which is followed in no helper
			continue
		}
		out = append(out, reported{f.File, f.Line, f.Check, origin(f.Notes)})
	}
	return out
}

// pureFixtures returns the fixtures over package session: folder, file, text.
func pureFixtures(t *testing.T) map[string]map[string]string {
	t.Helper()
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	names, err := filepath.Glob(filepath.Join(root, "testdata", "src", "*", "pure", "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Base(filepath.Dir(filepath.Dir(name)))
		if out[dir] == nil {
			out[dir] = map[string]string{}
		}
		out[dir][filepath.Base(name)] = string(text)
	}
	return out
}

// rewriteAll applies a rewrite to all packages.
func rewriteAll(t *testing.T, r rewrite.Rewrite, packages map[string]map[string]string) (out map[string]map[string]string, places int) {
	t.Helper()
	out = map[string]map[string]string{}
	for dir, texts := range packages {
		fset := token.NewFileSet()
		var files []*ast.File
		var names []string
		for name := range texts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			f, err := parser.ParseFile(fset, name, texts[name], parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		p, err := execute.Check(fset, files...)
		if err != nil {
			t.Fatal(err)
		}
		out[dir] = map[string]string{}
		helped := false
		for i, name := range names {
			s := r
			if helped {
				s.Helper = ""
			}
			text, n, err := rewrite.Apply(s, &rewrite.File{Fset: fset, Syntax: files[i], Info: p.Info, Source: []byte(texts[name])})
			if err != nil {
				t.Fatal(err)
			}
			helped = helped || n > 0
			places += n
			out[dir][name] = string(text)
		}
	}
	return out, places
}
