package oracle

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A sample of the programs is compiled and run under the fixtures' driver, which
// shares nothing with the interpreter but the runtime: it finds the same.
func TestCompiled(t *testing.T) {
	const n = 80
	g := generate.New(*seed)
	var cases []*oracle.Case
	for i := 0; len(cases) < n; i++ {
		c, err := oracle.NewCase(g.Program(i))
		if err != nil {
			t.Fatal(err)
		}
		if !c.Alone.Truncated && c.Alone.Runs < 400 && len(c.Alone.Blind)+len(c.Alone.Endless) == 0 && !timely(c) {
			cases = append(cases, c)
		}
	}
	batch, err := oracle.NewBatch(cases)
	if err != nil {
		t.Fatal(err)
	}
	results := drive(t, batch)
	wrong := 0
	for i, c := range cases {
		want, got := shown(c), driven(batch, i, results[c.Name])
		if len(want) > 0 {
			wrong++
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s: interpreted %v, compiled %v\n%s", c.Name, want, got, c.Text)
		}
	}
	if wrong < n/5 {
		t.Errorf("only %d of %d programs are wrong", wrong, n)
	}
	t.Logf("%d programs compiled and run, %d of them wrong", n, wrong)
}

var (
	goRE       = regexp.MustCompile(`\bgo func\(|\.Go\(func\(`)
	callbackRE = regexp.MustCompile(`\.On\w+Session\(`)
)

// timely reports whether what is noticed of a case depends on when goroutines run,
// or is said of the answer of a callback instead. The fixtures have both.
func timely(c *oracle.Case) bool {
	return goRE.MatchString(c.Text) && len(c.Change) > 0 || callbackRE.MatchString(c.Text)
}

// shown returns what the interpreter has found in a case: leaks with the line of
// the acquire, the other violations without (a plain deferred call has another
// line when it is compiled).
func shown(c *oracle.Case) []string {
	var out []string
	for _, v := range c.Alone.Violations {
		if v.Said {
			continue
		}
		text := v.Check
		if v.Check == "missingfree" {
			text += fmt.Sprint(v.Lines[0])
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A result is what the driver writes; see testdata/src/internal/drive.
type result struct {
	Case       string
	Truncated  bool
	Violations []struct {
		Check       string
		Lines       []string
		FailedUpRef []string
	}
}

// driven returns the same of what was compiled.
func driven(b *oracle.Batch, at int, r result) []string {
	var out []string
	for _, v := range r.Violations {
		text := v.Check
		if v.Check == "missingfree" {
			var line int
			fmt.Sscanf(v.Lines[0], "p.go:%d", &line)
			text += fmt.Sprint(line - b.Before(at))
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// drive compiles a batch with the driver and runs it.
func drive(t *testing.T, b *oracle.Batch) map[string]result {
	t.Helper()
	dir, out := t.TempDir(), t.TempDir()
	if err := harness.CopyOurs("testdata/src", dir); err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	src.WriteString("package p\n\nimport (\n\t\"testing\"\n\n\t\"fixtures/internal/drive\"\n)\n\nfunc TestDrive(t *testing.T) {\n\tdrive.Run(t, \"out.json\", []any{")
	for _, name := range b.Variables() {
		fmt.Fprintf(&src, "&%s, ", name)
	}
	src.WriteString("}, false, []drive.Case{\n")
	for _, c := range b.Cases {
		fmt.Fprintf(&src, "\t\t{Name: %q, Func: %s, Ints: []int{0, 1, 2, 3}, Strings: []string{\"\", \"a\"}},\n", c.Name, c.Name)
	}
	src.WriteString("\t})\n}\n")
	// A run that exits ends like one that panics.
	text := strings.ReplaceAll(string(b.Source), "os.Exit(1)", "runtime.Goexit()")
	text = strings.Replace(text, "\t\"os\"\n", "\t\"runtime\"\n", 1)
	for name, text := range map[string]string{"p.go": text, "p_test.go": src.String()} {
		if err := harness.Write(dir, "generated/"+name, text); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-vet=off", "-count=1", "-timeout=5m", "./generated")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "FIXTURES_OUT="+out)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go test: %v\n%s", err, text)
	}
	written, err := os.ReadFile(filepath.Join(out, "out.json"))
	if err != nil {
		t.Fatal(err)
	}
	var results []result
	if err := json.Unmarshal(written, &results); err != nil {
		t.Fatal(err)
	}
	byName := map[string]result{}
	for _, r := range results {
		byName[r.Case] = r
	}
	return byName
}
