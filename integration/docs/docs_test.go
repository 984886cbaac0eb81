package docs

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/settings"
)

func read(t *testing.T, name string) string {
	t.Helper()
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block returns the first fenced block of the README in the language, as lines.
func block(t *testing.T, language string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, "README.md"), "\n```"+language+"\n")
	text, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatalf("README has no block of %s", language)
	}
	return strings.Split(text, "\n")
}

// The example of the README is code of ours, shortened only where it says so.
func TestExample(t *testing.T) {
	at := strings.Split(read(t, "examples/cgo/mistakes.go"), "\n")
	elided := false
	for i, line := range block(t, "go") {
		if strings.TrimSpace(line) == "..." {
			elided = true
			continue
		}
		found := slices.Index(at, line)
		if found < 0 || i > 0 && !elided && found != 0 {
			t.Fatalf("not in examples/cgo/mistakes.go, or not there: %q", line)
		}
		at, elided = at[found+1:], false
	}
}

// The output of the README is what the command of the README prints.
func TestOutput(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Build("cmd/sessionlint", t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	command, ok := strings.CutPrefix(block(t, "sh")[0], "go run ./cmd/sessionlint ")
	if !ok {
		t.Fatalf("the first command of the README does not run the tool: %q", block(t, "sh")[0])
	}
	cmd := exec.Command(tool, strings.Fields(command)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("%v, want exit status 1:\n%s", err, out)
	}
	if want := strings.Join(block(t, "text"), "\n"); !strings.Contains(string(out), want+"\n") {
		t.Errorf("README shows\n%s\nthe command prints\n%s", want, out)
	}
}

var linkRE = regexp.MustCompile(`\]\(([^)#:]+)\)`)

// Links between our own pages lead somewhere.
func TestLinks(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/integrations.md", "docs/contracts.md"} {
		for _, link := range linkRE.FindAllStringSubmatch(read(t, page), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(path.Join(path.Dir(page), link[1])))); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// The README and the example for Bazel have every check, and no other.
func TestChecks(t *testing.T) {
	want := slices.Sorted(slices.Values(analyzer.Names()))
	for page, row := range map[string]*regexp.Regexp{
		"README.md":                    regexp.MustCompile("(?m)^\\| `(\\w+)` \\| .* \\| .* \\|$"),
		"integration/nogo/BUILD.bazel": regexp.MustCompile(`(?m)PASSES \+ "(\w+)"`),
	} {
		text := read(t, page)
		if _, rest, ok := strings.Cut(text, "## What it reports"); ok {
			text, _, _ = strings.Cut(rest, "\n## ")
		}
		var got []string
		for _, m := range row.FindAllStringSubmatch(text, -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, the suite has %q", page, got, want)
		}
	}
}

// The table of settings has every flag, its examples are right, and each key and
// the flag beside it mean the same.
func TestSettings(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .* \\| ((?:`[^`]+`(?:, )?)+) \\|$")
	contracts := func(string) ([]byte, error) { return []byte("version: 1\n"), nil }
	var flags []string
	for _, m := range row.FindAllStringSubmatch(read(t, "docs/integrations.md"), -1) {
		example := strings.NewReplacer("FILE", "f.yaml", ", ...", "").Replace(m[1])
		want, err := settings.Decode([]byte(example), "", analyzer.Names(), contracts)
		if err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		got := new(settings.Settings)
		fs := flag.NewFlagSet("", flag.ContinueOnError)
		got.Flags(fs, "refflow.", analyzer.Names(), contracts)
		for _, f := range strings.Split(m[2], ", ") {
			name, value, _ := strings.Cut(strings.Trim(f, "`-"), "=")
			flags = append(flags, name)
			value = strings.NewReplacer("FILE", "f.yaml", "TEXT", "version: 1").Replace(value)
			if err := fs.Set(name, value); err != nil {
				t.Errorf("%s: %v", f, err)
			}
		}
		if len(want.Contracts) == 1 && len(got.Contracts) == 1 {
			want.Contracts, got.Contracts = nil, nil // they carry their own names
		}
		if got.Text() != want.Text() {
			t.Errorf("%s is %s, %s is %s", m[1], want.Text(), m[2], got.Text())
		}
	}
	var all []string
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	new(settings.Settings).Flags(fs, "refflow.", nil, nil)
	fs.VisitAll(func(f *flag.Flag) { all = append(all, f.Name) })
	slices.Sort(flags)
	if !slices.Equal(flags, all) {
		t.Errorf("documented are %q, there are %q", flags, all)
	}
}

// What CI runs is what the README tells people to run.
func TestTestCommand(t *testing.T) {
	const command = "make deps test"
	if !slices.Contains(block(t, "sh"), command) {
		t.Errorf("README does not say %q among its first commands", command)
	}
	if lines := strings.Split(strings.TrimSpace(read(t, ".ci/run")), "\n"); !strings.HasSuffix(lines[len(lines)-1], command) {
		t.Errorf("CI runs %q, not %q", lines[len(lines)-1], command)
	}
}
