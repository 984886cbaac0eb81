package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unit runs the command on one unit as the go command does, and returns what it
// printed and the names of the outputs that it wrote.
func (s *sandbox) unit(cfg map[string]any, args ...string) (output, []string) {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("vet.cfg", "")
	outputs := []string{"VetxOutput", "Stdout", "FixArchive"}
	for _, key := range outputs {
		name := filepath.Join(s.dir, key)
		os.Remove(name)
		if cfg[key] == nil && key != "FixArchive" {
			cfg[key] = name
		}
	}
	data, err := json.Marshal(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("vet.cfg", string(data))
	out := s.run(exe, append(args, filepath.Join(s.dir, "vet.cfg"))...)
	var written []string
	for _, key := range outputs {
		if _, err := os.Stat(filepath.Join(s.dir, key)); err == nil {
			written = append(written, key)
		}
	}
	return out, written
}

// plainUnit is a package that cannot matter.
func plainUnit(s *sandbox) map[string]any {
	s.write("p.go", "package p\n\nfunc F() int { return 1 }\n")
	return map[string]any{
		"ID": "example.com/p", "ImportPath": "example.com/p", "Compiler": "gc", "GoVersion": "go1.26", "ModulePath": "example.com/p",
		"Dir": s.dir, "GoFiles": []string{filepath.Join(s.dir, "p.go")},
	}
}

// heavy are packages whose initialisation a unit that does not matter is spared.
var heavy = []string{"go/types", "golang.org/x/tools/go/ssa", "go.yaml.in/yaml/v3", "regexp", "net/netip"}

// initialised returns the packages among heavy that the runtime says it initialised.
func initialised(t *testing.T, trace string) (all []string) {
	t.Helper()
	if !strings.Contains(trace, "init os @") {
		t.Fatalf("no trace of the initialisation:\n%s", trace)
	}
	for _, path := range heavy {
		if strings.Contains(trace, "init "+path+" @") {
			all = append(all, path)
		}
	}
	return all
}

// A unit that cannot matter ends before the type checker and the contracts are
// initialised; one that does, or of which that is not known so early, does not.
func TestEarly(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.setenv("GODEBUG=inittrace=1")
	file := filepath.Join(s.dir, "settings.yaml")
	s.write("settings.yaml", "strict: true\n")
	for _, test := range []struct {
		what  string
		text  string // of the package, "" for nothing of interest
		args  []string
		env   string
		early bool
	}{
		{"nothing", "", nil, "", true},
		{"a panic that can be gone round", "package p\n\nfunc F(x int) { if x > 1 { panic(1) } }\n", nil, "", true},
		{"flags", "", []string{"-json", "-missingfree", "-refflow.strict"}, "", true},
		{"settings without contracts", "", []string{`-settings={"strict":true}`}, "", true},
		{"settings and an environment", "", []string{`-settings={"strict":true}`}, "SESSIONLINT_CONFIG=" + file, true},
		{"an environment", "", nil, "SESSIONLINT_CONFIG=" + file, false},
		{"settings with contracts", "", []string{`-settings={"contracts":[]}`}, "", false},
		{"settings with names", "", []string{`-settings={"noreturn":["example.com/p.F"]}`}, "", false},
		{"contracts in a flag", "", []string{"-refflow.define=functions: []"}, "", false},
		{"names in a flag", "", []string{"--refflow.noreturn=example.com/p.F"}, "", false},
		{"a file of contracts", "", []string{"-refflow.contracts=x.yaml"}, "", false},
		{"no early exit", "", []string{"-early-exit=false"}, "", false},
		{"a directive", "package p\n\n//sessionlint:ignore missingfree because\nvar X int\n", nil, "", false},
		{"an end", "package p\n\nfunc F() { panic(1) }\n", nil, "", true},
		{"an end, perhaps", "package p\n\nfunc F(x interface{ Fatal() }) { x.Fatal() }\n", nil, "", false},
	} {
		with := *s
		if test.env != "" {
			with.setenv(test.env)
		}
		cfg := plainUnit(&with)
		if test.text != "" {
			with.write("p.go", test.text)
		}
		out, written := with.unit(cfg, test.args...)
		if all := initialised(t, out.stderr); test.early != (len(all) == 0) {
			t.Errorf("%s: early is %v, initialised are %q", test.what, test.early, all)
		}
		// Only syntax needs more than the decision itself.
		if words := !strings.Contains(out.stderr, "init reflect @"); words != (test.early && test.what != "an end") {
			t.Errorf("%s: decided by words: %v", test.what, words)
		}
		if test.early && (out.code != 0 || len(written) != 2) {
			t.Errorf("%s: exit code %d, wrote %q", test.what, out.code, written)
		}
	}
}

// What is known early of functions that never return is what the analysis finds.
func TestEarlyFacts(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for _, text := range []string{
		"func F() { panic(1) }; func (T) G() { f(); panic(2) }; func (t *T) H() { t.h() }; func (t *T) h() { F() }; type T struct{}; func f() {}",
		"func F(x interface{ G() }) { x.G() }; type T struct{}; func (T) G() { panic(1) }; func (T) H() { defer F(nil); panic(1) }",
		"func f() { panic(1) }",
		"func F() { for { } }",
	} {
		cfg := plainUnit(s)
		s.write("p.go", "package p\n\n"+text+"\n")
		facts := func(args ...string) string {
			out, _ := s.unit(cfg, args...)
			s.wants(text, out, exitClean)
			data, err := os.ReadFile(filepath.Join(s.dir, "VetxOutput"))
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		s.setenv("GODEBUG=inittrace=1")
		out, _ := s.unit(cfg)
		if all := initialised(t, out.stderr); len(all) > 0 {
			t.Errorf("%s: initialised are %q", text, all)
		}
		s.setenv("GODEBUG=")
		early, late := facts(), facts("-early-exit=false")
		if early != late || (early == "") != !strings.Contains(text, "F() { panic") && !strings.Contains(text, "(T) G") {
			t.Errorf("%s: early\n%s\nby analysis\n%s", text, early, late)
		}
	}
}

// What goes wrong so early is told later.
func TestEarlyFailures(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	cfg := plainUnit(s)
	cfg["VetxOutput"] = filepath.Join(s.dir, "missing", "facts")
	out, _ := s.unit(cfg)
	s.wants("no folder for facts", out, exitFailure, "sessionlint: ", "missing")

	cfg = plainUnit(s)
	s.write("facts", "damaged")
	cfg["PackageVetx"] = map[string]string{"example.com/q": filepath.Join(s.dir, "facts")}
	out, _ = s.unit(cfg)
	s.wants("damaged facts", out, exitFailure, "facts of example.com/q", "not a facts file of this version")

	cfg = plainUnit(s)
	cfg["FixArchive"] = filepath.Join(s.dir, "FixArchive")
	out, written := s.unit(cfg)
	s.wants("an archive", out, exitClean)
	if len(written) != 3 {
		t.Errorf("wrote %q, want an archive too", written)
	}
}
