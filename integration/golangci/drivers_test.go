package golangci

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// nogo builds the driver of nogo's shape, which is of another module.
func nogo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "driver")
	if out, err := exec.Command("go", "-C", filepath.Join("..", "nogo"), "build", "-o", path, "./driver").CombinedOutput(); err != nil {
		t.Fatalf("building the driver: %v\n%s", err, out)
	}
	return path
}

// findings are lines "file:line:column: message [check]", sorted, without those of
// the engine about itself.
type findings []string

func (f *findings) add(file string, line, column int, check, message string) {
	if check != engine {
		*f = append(*f, fmt.Sprintf("%s:%d:%d: %s [%s]", filepath.ToSlash(file), line, column, strings.TrimSuffix(message, " ["+check+"]"), check))
	}
}

func (f findings) sorted() []string {
	slices.Sort(f)
	return slices.Compact(f)
}

// byVet are the findings of go vet.
func byVet(t *testing.T, dir string, env ...string) []string {
	t.Helper()
	with := tool
	with.Env = env
	run, err := with.Vet(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range run.Errors {
		t.Errorf("go vet: %s", e)
	}
	return ofHarness(run.Findings)
}

func ofHarness(list []harness.Finding) []string {
	var f findings
	for _, x := range list {
		f.add(x.File, x.Line, x.Column, x.Check, x.Message)
	}
	return f.sorted()
}

// byFrontEnd are the findings of the command on its own.
func byFrontEnd(t *testing.T, dir string) []string {
	t.Helper()
	cmd := exec.Command(tool.Path, "-format=json", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "SESSIONLINT_CONFIG=")
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("sessionlint: %v\n%s", err, out)
	}
	var doc struct {
		Findings []struct {
			Check, Message string
			Place          struct {
				File         string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	var f findings
	for _, x := range doc.Findings {
		f.add(x.Place.File, x.Place.Line, x.Place.Column, x.Check, x.Message)
	}
	return f.sorted()
}

// byGolangci are the findings of golangci-lint under a configuration.
func byGolangci(t *testing.T, dir, settings string) []string {
	t.Helper()
	issues, out, exit := lint(t, dir, settings)
	if exit > 1 {
		t.Errorf("golangci-lint: exit status %d\n%s", exit, out)
	}
	var f findings
	for _, i := range issues {
		file, err := filepath.Rel(dir, i.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(i.Text, "\n")
		check, message, ok := strings.Cut(text, ": ")
		if i.FromLinter != "sessionlint" || !ok {
			t.Errorf("issue of %s: %s", i.FromLinter, i.Text)
		}
		f.add(file, i.Pos.Line, i.Pos.Column, check, message)
	}
	return f.sorted()
}

// byNogo are the findings of the driver of nogo's shape.
func byNogo(t *testing.T, driver, dir string, flags ...string) []string {
	t.Helper()
	list, err := harness.Nogo(driver, dir, flags...)
	if err != nil {
		t.Fatal(err)
	}
	return ofHarness(list)
}

// same compares the findings of a driver with go vet's.
func same(t *testing.T, driver string, got, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s lacks %s", driver, line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("only %s has %s", driver, line)
		}
	}
}

// Four drivers have the same findings at the same places in the same words: on our
// example, and on the acceptance cases, which are no part of the repository: they
// lie beside it, or where SESSIONLINT_CASES says.
func TestFourDrivers(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{"example": filepath.Join(root, "examples", "cgo")}
	cases, asked := os.LookupEnv("SESSIONLINT_CASES")
	if !asked {
		cases = filepath.Join(root, "..", "shared", "cases")
	}
	switch _, err := os.Stat(filepath.Join(cases, "go.mod")); {
	case err == nil:
		dirs["cases"] = cases
	case asked:
		t.Fatalf("SESSIONLINT_CASES: %v", err)
	default:
		t.Log("acceptance cases: NOT RUN, there are none beside the repository (SESSIONLINT_CASES names another place)")
	}
	driver := nogo(t)
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.EvalSymlinks(dir)
			if err != nil {
				t.Fatal(err)
			}
			want := byVet(t, dir)
			if len(want) < 5 {
				t.Fatalf("go vet has %d findings: %q", len(want), want)
			}
			same(t, "the front end", byFrontEnd(t, dir), want)
			same(t, "golangci-lint", byGolangci(t, dir, settings(t)), want)
			same(t, "nogo's shape", byNogo(t, driver, dir), want)
			t.Logf("%d findings, the same under four drivers", len(want))
		})
	}
}

// configured is a package on which every kind of setting, and every kind of
// suppression, changes something.
const configured = `package m

/*
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static SSL_SESSION *fetch(void) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
static void install(void) {}
*/
import "C"

var exits []func(string)

func die(why string) { exits[0](why) }

// Dies has no leak if die never returns.
func Dies(ssl *C.SSL, bad bool) {
	s := C.SSL_get1_session(ssl)
	if bad {
		die("bad")
		return
	}
	C.SSL_SESSION_free(s)
}

// Fetches leaks if fetch has a contract.
func Fetches() { _ = C.fetch() }

func Install() { C.install() }

//export onNew
func onNew(ssl *C.SSL, s *C.SSL_SESSION) C.int {
	return 1
}

// Twice is found unless its check is off.
func Twice(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s)
}

// TwiceIgnored is ignored, and that is not unused when the check is off.
func TwiceIgnored(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) //sessionlint:ignore doublefree it is shown here
}

// Leaks are accepted, or not.
func Leaks(ssl *C.SSL) {
	//sessionlint:ignore missingfree accepted, above the line
	a := C.SSL_get1_session(ssl)
	_ = a
	b := C.SSL_get1_session(ssl) //sessionlint:ignore missingfree
	_ = b
	c := C.SSL_get1_session(ssl) //sessionlint:ignore mising misspelt
	_ = c
	C.SSL_SESSION_free(nil) //sessionlint:ignore missingfree nothing is lost here
}
`

const define = `{version: 1, functions: [{name: fetch, like: SSL_SESSION_new, signature: "SSL_SESSION *fetch(void)"}]}`

// Settings and suppression mean the same under each driver, each told in its own
// way: the front end finds the file, go vet is told its name, golangci-lint has it
// inline, nogo has flags.
func TestSettingsUnderFourDrivers(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		t.Helper()
		if err := harness.Write(dir, name, text); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	write("go.mod", "module example.com/m\n\ngo 1.26.0\n")
	write("m.go", configured)
	driver := nogo(t)
	plain := byVet(t, dir, "SESSIONLINT_CONFIG=")
	same(t, "golangci-lint", byGolangci(t, dir, settings(t)), plain)
	same(t, "the front end", byFrontEnd(t, dir), plain)
	same(t, "nogo's shape", byNogo(t, driver, dir), plain)

	text := "checks: {doublefree: false}\nnoreturn: [example.com/m.die]\ncallbacks: {example.com/m.onNew: new_session}\ndefine: " + define + "\n"
	file := write(".sessionlint.yaml", text)
	want := byVet(t, dir, "SESSIONLINT_CONFIG="+file)
	for _, change := range []struct {
		line         string
		plain, under bool
	}{
		{"m.go:19:7: ", true, false},    // Dies
		{"m.go:28:22: ", false, true},   // Fetches
		{"m.go:34:2: ", false, true},    // onNew
		{"[doublefree]", true, false},   // Twice
		{"gives no reason", true, true}, // Leaks
		{"names the unknown check mising", true, true},
		{"there is no missingfree finding to ignore", true, true},
		{"there is no doublefree finding to ignore", false, false},
		{"m.go:54:7: ", false, false},
		{"m.go:56:7: ", true, true},
		{"m.go:58:7: ", true, true},
	} {
		has := func(list []string) bool {
			return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, change.line) })
		}
		if has(plain) != change.plain || has(want) != change.under {
			t.Errorf("%q: found %v, want %v; under the settings %v, want %v", change.line, has(plain), change.plain, has(want), change.under)
		}
	}
	if t.Failed() {
		t.Logf("without settings\n%s\nwith them\n%s", strings.Join(plain, "\n"), strings.Join(want, "\n"))
	}
	same(t, "the front end", byFrontEnd(t, dir), want)
	config, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	inline := "        settings:\n          yaml: |\n            " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n            ") + "\n"
	same(t, "golangci-lint", byGolangci(t, dir, write("golangci.yml", strings.Replace(string(config), "        type: module\n", "        type: module\n"+inline, 1))), want)
	same(t, "nogo's shape", byNogo(t, driver, dir, "-refflow.off=doublefree", "-refflow.noreturn=example.com/m.die",
		"-refflow.callbacks=example.com/m.onNew=new_session", "-refflow.define="+define), want)
}

// golangci-lint's own comment silences a finding there.
func TestNolint(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(configured, "\tC.SSL_SESSION_free(s)\n}\n\n// TwiceIgnored", "\tC.SSL_SESSION_free(s) //nolint:sessionlint // shown here\n}\n\n// TwiceIgnored", 1)
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.26.0\n", "m.go": text} {
		if err := harness.Write(dir, name, text); err != nil {
			t.Fatal(err)
		}
	}
	got := byGolangci(t, dir, settings(t))
	for _, line := range got {
		if strings.Contains(line, "[doublefree]") {
			t.Errorf("in spite of nolint: %s", line)
		}
	}
	if len(got) == 0 {
		t.Error("nothing else is found")
	}
}

// The names of our analyzers are nobody else's: golangci-lint's cache keeps facts
// by name.
func TestNamesAreUnique(t *testing.T) {
	out, err := exec.Command(custom, "help", "linters", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var linters []struct{ Name string }
	if err := json.Unmarshal(out, &linters); err != nil || len(linters) < 50 {
		t.Fatalf("%d linters, error %v", len(linters), err)
	}
	explained, err := exec.Command(tool.Path, "explain").Output()
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for line := range strings.Lines(string(explained)) {
		checks++
		name := strings.Fields(line)[0]
		for _, l := range linters {
			if l.Name == name {
				t.Errorf("%s is a linter of golangci-lint", name)
			}
		}
	}
	if checks < 10 {
		t.Errorf("%d checks", checks)
	}
}

// The example for `golangci-lint custom` names what the main package here is built
// from.
func TestCustomExample(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	example, gomod, main := read(".custom-gcl.yml"), read("go.mod"), read(filepath.Join("custom", "main.go"))
	field := func(name string) string {
		t.Helper()
		_, rest, ok := strings.Cut(example, name+": ")
		value, _, _ := strings.Cut(rest, "\n")
		if !ok || value == "" {
			t.Fatalf("the example has no %s", name)
		}
		return value
	}
	if !strings.Contains(gomod, "github.com/golangci/golangci-lint/v2 "+field("version")+"\n") {
		t.Errorf("the example builds golangci-lint %s, go.mod another one", field("version"))
	}
	if !strings.Contains(main, `"`+field("import")+`"`) || !strings.HasPrefix(field("import"), field("module")+"/") {
		t.Errorf("the example imports %s of %s, the main package another one", field("import"), field("module"))
	}
}
