package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A change of the settings file is never answered from an old cache.
func TestSettingsFile(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.wants("none", s.lint("./..."), exitFindings, leak)
	s.write(".sessionlint.yaml", "checks:\n  missingfree: false\n")
	s.wants("off", s.lint("./..."), exitClean, "!toy.go")
	s.wants("from below", s.lint("-C", "toy"), exitClean, "!toy.go")
	s.wants("on by flag", s.lint("-missingfree", "./..."), exitFindings, leak)
	s.write(".sessionlint.yaml", "checks:\n  missingfree: true\n")
	s.wants("on", s.lint("./..."), exitFindings, leak)
	s.write("other.yaml", "notes: off\n")
	s.wants("-config", s.lint("-config=other.yaml", "./..."), exitFindings, leak, "!held 1")
	s.wants("config", s.lint("config"), exitClean, "# from .sessionlint.yaml\n", "  missingfree: true\n")
	s.wants("config -config", s.lint("config", "-config=other.yaml"), exitClean, "# from other.yaml\n", "notes: off\n")
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	for text, want := range map[string]string{
		"checks:\n  misingfree: true\n":            `.sessionlint.yaml:2:3: unknown key "misingfree" in checks`,
		"strict: maybe\n":                          ".sessionlint.yaml:1:9: must be true or false",
		"contracts: [none.yaml]\n":                 ".sessionlint.yaml:1:13: contract file none.yaml: ",
		"define:\n  functoins: []\n":               ".sessionlint.yaml:2:3: ",
		"strict: true\nstrict: true\n":             ".sessionlint.yaml:2:1: duplicate key",
		"notes: [\n":                               ".sessionlint.yaml:",
		"callbacks: {example.com/m.F: neu_sesion}": `.sessionlint.yaml:1:30: unknown kind of callback "neu_sesion"`,
	} {
		s.write(".sessionlint.yaml", text)
		s.wants(text, s.lint("./..."), exitFailure, want, "!toy.go")
	}
}

// Contracts of a project's own, in a file and inline: a change of either is seen.
func TestOwnContracts(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write("own/own.go", `package own

// typedef struct ssl_session_st SSL_SESSION;
// static SSL_SESSION *fetch(void) { return 0; }
import "C"

func Fetch() { _ = C.fetch() }
`)
	const ownContract = "functions:\n  - name: fetch\n    like: SSL_SESSION_new\n    signature: SSL_SESSION *fetch(void)\n"
	const found = "own/own.go:7:"
	s.wants("unknown", s.lint("./own"), exitClean, "!own.go")
	s.write(".sessionlint.yaml", "contracts: [c/own.yaml]\n")
	s.write("c/own.yaml", "version: 1\n"+ownContract)
	s.wants("file", s.lint("./own"), exitFindings, found)
	s.write("c/own.yaml", "version: 1\n")
	s.wants("file changed", s.lint("./own"), exitClean, "!own.go")
	s.write(".sessionlint.yaml", "notes: related\ndefine:\n  version: 1\n  "+strings.ReplaceAll(strings.TrimSpace(ownContract), "\n", "\n  ")+"\nstrict: false\n")
	s.wants("inline", s.lint("./own"), exitFindings, found)
}

// The bare vet tool reads the file that the environment names, and nothing else.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write(".sessionlint.yaml", "checks: {missingfree: false}\n")
	s.wants("no variable", s.vet("./toy"), 1, leak)
	s.setenv("SESSIONLINT_CONFIG=" + filepath.Join(s.dir, ".sessionlint.yaml"))
	s.wants("off", s.vet("./toy"), 0, "!toy.go")
	s.wants("on by flag", s.vet("-missingfree", "./toy"), 1, leak)
	s.write(".sessionlint.yaml", "checks: {missingfree: true}\n")
	s.wants("changed", s.vet("./toy"), 1, leak)
	s.wants("config", s.lint("config"), exitClean, "named by SESSIONLINT_CONFIG")
	s.write(".sessionlint.yaml", "checks: {misingfree: true}\n")
	s.wants("wrong", s.vet("./toy"), 1, `.sessionlint.yaml:1:10: unknown key "misingfree"`, "!toy.go")
}

// Modules of one workspace have settings of their own.
func TestWorkspace(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, strings.ReplaceAll(sessions, "-- ", "-- one/"),
		strings.ReplaceAll(strings.ReplaceAll(sessions, "-- ", "-- two/"), "example.com/m", "example.com/n"),
		"-- go.work --\ngo 1.26\n\nuse (\n\t./one\n\t./two\n)\n-- two/.sessionlint.yaml --\nchecks: {missingfree: false}\n")
	s.wants("both", s.lint("./one/...", "./two/..."), exitFindings, "one/"+leak, "!two/")
}
