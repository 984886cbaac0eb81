package settings_test

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/settings"
)

var known = []string{"missingfree", "doublefree"}

// none is a folder without contract files.
func none(name string) ([]byte, error) {
	return nil, &os.PathError{Op: "open", Path: "/somewhere/" + name, Err: os.ErrNotExist}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", `{}`},
		{"# nothing\n", `{}`},
		{"---\n", `{}`},
		{"version: 1\n", `{}`},
		{"checks: {missingfree: false, doublefree: true}", `{"checks":{"doublefree":true,"missingfree":false}}`},
		{"library: openssl-3\nstrict: true\nstats: true\nsummaries: true\nnotes: message", `{"library":"openssl-3","strict":true,"stats":true,"summaries":true,"notes":"message"}`},
		{"exclude: {tests: true}", `{"exclude":{"tests":true}}`},
		{"noreturn: [b.G, a.F, b.G]", `{"noreturn":["a.F","b.G"]}`},
		{"callbacks: {b.G: new_session, a.F: remove_session}", `{"callbacks":[{"func":"a.F","kind":"remove_session"},{"func":"b.G","kind":"new_session"}]}`},
	} {
		s, err := settings.Decode([]byte(test.text), "s.yaml", known, none)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if got := s.Text(); got != test.want {
			t.Errorf("%q is %s, want %s", test.text, got, test.want)
		}
		again, err := settings.Parse(s.Text())
		if err != nil || again.Text() != test.want {
			t.Errorf("%q does not survive: %v", test.text, err)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"chekcs: {}", "s.yaml:1:1: unknown key \"chekcs\" in the settings (known: callbacks, checks, "},
		{"version: 2", "s.yaml:1:10: version must be 1"},
		{"strict: 1", "s.yaml:1:9: must be true or false"},
		{"strict: \"true\"", "s.yaml:1:9: must be true or false"},
		{"notes: loud", "s.yaml:1:8: must be one of related, message, off"},
		{"library: boring", "s.yaml:1:10: must be one of openssl-3"},
		{"checks: [missingfree]", "s.yaml:1:9: checks must be a mapping"},
		{"checks:\n  mising: true", "s.yaml:2:3: unknown key \"mising\" in checks (known: doublefree, missingfree)"},
		{"noreturn: a.F", "s.yaml:1:11: must be a list"},
		{"noreturn: [3]", "s.yaml:1:12: must be a text"},
		{"contracts: [c.yaml]", "s.yaml:1:13: contract file c.yaml: file does not exist"},
		{"contracts: [/c.yaml]", "s.yaml:1:13: contract file /c.yaml must be named relative to this file"},
		{"a: b: c", "s.yaml:1:1: mapping values are not allowed"},
		{"- a", "s.yaml:1:1: the settings must be a mapping"},
		{"{}\n---\n{}", "a settings file is one document"},
		{"strict: true\nnotes: x\nstats: y", "s.yaml:3:8: must be true or false"},
		{"callbacks: {a.F: nothing}", "s.yaml:1:18: unknown kind of callback \"nothing\""},
	} {
		_, err := settings.Decode([]byte(test.text), "s.yaml", known, none)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got error %v, want %q", test.text, err, test.want)
		}
	}
}

// Contracts that are written in the settings file have their faults there.
func TestDefine(t *testing.T) {
	const text = "strict: true # ä\ndefine:\n  version: 1\n  functions:\n    - {nmae: f}\n\nnotes: off\n"
	_, err := settings.Decode([]byte(text), "s.yaml", known, none)
	if err == nil || !strings.Contains(err.Error(), "\ns.yaml:5:8: unknown key \"nmae\"") {
		t.Errorf("got error %v, want one at s.yaml:5:8", err)
	}
	const good = "define: {version: 1, functions: [{name: f, like: SSL_SESSION_free, signature: \"void f(SSL_SESSION *s)\"}]}\nstats: true\n"
	s, err := settings.Decode([]byte(good), "s.yaml", known, none)
	if err != nil {
		t.Fatal(err)
	}
	table, err := s.Table()
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := table.C("f"); !ok || f.Like != "SSL_SESSION_free" {
		t.Errorf("got contract %v, want one like SSL_SESSION_free", f)
	}
	if !s.Stats {
		t.Error("what follows define is lost")
	}
}

func TestNoReturn(t *testing.T) {
	s := &settings.Settings{NoReturn: []string{"example.com/die.Die", "(*example.com/die.T).Die"}}
	table, err := s.Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.NoReturn {
		if b, ok := table.Behaviour(name); !ok || !b.NoReturn {
			t.Errorf("%s returns", name)
		}
	}
}

func TestParseIsStrict(t *testing.T) {
	for _, text := range []string{"", "x", `{"strct":true}`, `{"strict":1}`} {
		if _, err := settings.Parse(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// The nearest file up to the module's root counts; beyond it none does.
func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(dir string) string {
		name := filepath.Join(dir, settings.FileName)
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if got := settings.Find(deep, filepath.Join(root, "a")); got != "" {
		t.Errorf("found %s, want nothing", got)
	}
	top := write(root)
	if got := settings.Find(deep, filepath.Join(root, "a")); got != "" {
		t.Errorf("found %s beyond the root", got)
	}
	if got := settings.Find(deep, root); got != top {
		t.Errorf("found %s, want %s", got, top)
	}
	near := write(deep)
	if got := settings.Find(deep, root); got != near {
		t.Errorf("found %s, want %s", got, near)
	}
}

// What is printed is a settings file with the same meaning.
func TestYAML(t *testing.T) {
	s := &settings.Settings{
		Checks:    map[string]bool{"missingfree": false},
		Strict:    true,
		NoReturn:  []string{"a.F"},
		Callbacks: []settings.Callback{{Func: "a.G", Kind: "new_session"}},
	}
	again, err := settings.Decode([]byte(s.YAML(known)), "s.yaml", known, none)
	if err != nil {
		t.Fatalf("%v in\n%s", err, s.YAML(known))
	}
	want := *s
	want.Checks = map[string]bool{"missingfree": false, "doublefree": true}
	want.Library, want.Notes = "openssl-3", settings.NotesRelated
	if again.Text() != want.Text() {
		t.Errorf("got\n%s\nwant\n%s", again.Text(), want.Text())
	}
}

// Every setting says where it came from: a line of the file, a flag, or nowhere.
func TestOrigin(t *testing.T) {
	const text = "checks:\n  missingfree: false\nnotes: off\nexclude: {tests: true}\nnoreturn:\n- a.F\ndefine: {version: 1}\n"
	s, err := settings.Decode([]byte(text), "s.yaml", known, none)
	if err != nil {
		t.Fatal(err)
	}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	s.Flags(fs, "x.", known, none)
	if err := fs.Parse([]string{"-x.strict", "-x.notes=message", "-x.off=doublefree", "-x.define=version: 1"}); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(s.YAML(known)), " ")
	for _, want := range []string{
		"missingfree: false # s.yaml:2", "doublefree: false # -x.off", "library: openssl-3 # default", "strict: true # -x.strict",
		"notes: message # -x.notes", "tests: true # s.yaml:4", "generated: false # default", "noreturn: # s.yaml:5", "contracts: # -x.define",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, s.YAML(known))
		}
	}
}

// Each flag has the effect of the key in a file, and refuses what that refuses.
func TestFlags(t *testing.T) {
	read := func(name string) ([]byte, error) {
		if name != "c.yaml" {
			return none(name)
		}
		return []byte("version: 1\n"), nil
	}
	const function = `functions: [{name: f, like: SSL_SESSION_free, signature: "void f(SSL_SESSION *s)"}]`
	for _, test := range []struct{ flag, want string }{
		{"-strict", `{"strict":true}`},
		{"-stats=true", `{"stats":true}`},
		{"-stats=false", `{}`},
		{"-summaries", `{"summaries":true}`},
		{"-stats=often", "!want true or false"},
		{"-notes=off", `{"notes":"off"}`},
		{"-notes=loud", "!want one of related, message, off"},
		{"-library=openssl-3", `{"library":"openssl-3"}`},
		{"-library=boring", "!want one of openssl-3"},
		{"-exclude-tests=true", `{"exclude":{"tests":true}}`},
		{"-exclude-generated=true", `{"exclude":{"generated":true}}`},
		{"-off=missingfree, doublefree", `{"checks":{"doublefree":false,"missingfree":false}}`},
		{"-off=mising", `!no check "mising" (known: missingfree, doublefree)`},
		{"-contracts=c.yaml", `{"contracts":[{"name":"c.yaml","text":"version: 1\n"}]}`},
		{"-contracts=d.yaml", "!file does not exist"},
		{"-define=version: 1", `{"contracts":[{"name":"-define","text":"version: 1"}]}`},
		{"-define=version: 1\nfunctoins: []", "!-define:2:1: "},
		{"-define=version: 1\n" + function, `{"contracts":[{"name":"-define","text":"version: 1\nfunctions: [{name: f, like: SSL_SESSION_free, signature: \"void f(SSL_SESSION *s)\"}]"}]}`},
		{"-callbacks=b.G=new_session,a.F=remove_session", `{"callbacks":[{"func":"a.F","kind":"remove_session"},{"func":"b.G","kind":"new_session"}]}`},
		{"-callbacks=b.G", `!want name=kind, not "b.G"`},
		{"-callbacks=b.G=neu", `!unknown kind of callback "neu"`},
		{"-noreturn=b.G,a.F,b.G", `{"noreturn":["a.F","b.G"]}`},
	} {
		s := new(settings.Settings)
		fs := flag.NewFlagSet("", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		s.Flags(fs, "", known, read)
		err := fs.Parse([]string{test.flag})
		fault, wrong := strings.CutPrefix(test.want, "!")
		switch {
		case wrong && (err == nil || !strings.Contains(err.Error(), fault)):
			t.Errorf("%s: got error %v, want %q", test.flag, err, fault)
		case !wrong && (err != nil || s.Text() != test.want):
			t.Errorf("%s is %s (error %v), want %s", test.flag, s.Text(), err, test.want)
		}
	}
}

// A flag changes the settings that it was made for, and none that share lists
// with them.
func TestFlagsShareNothing(t *testing.T) {
	first := settings.Settings{
		Checks:    map[string]bool{"missingfree": true},
		Contracts: make([]settings.Contract, 0, 4),
		Callbacks: []settings.Callback{{Func: "x.F", Kind: "new_session"}},
	}
	second := first
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	second.Flags(fs, "", known, none)
	before := first.Text()
	if err := fs.Parse([]string{"-off=missingfree", "-define=version: 1", "-callbacks=a.F=new_session"}); err != nil {
		t.Fatal(err)
	}
	if first.Text() != before || len(first.Contracts[:1]) > 0 && first.Contracts[:1][0].Name != "" {
		t.Errorf("the original became %s", first.Text())
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"checks: {missingfree: false}", "define:\n  version: 1\n", "define: {}\nstrict: true", "&a [*a]", "callbacks: {a: b}", "a: b: c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := settings.Decode([]byte(text), "s.yaml", known, none)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if again, err := settings.Parse(s.Text()); err != nil || again.Text() != s.Text() {
			t.Errorf("%q does not survive: %v", s.Text(), err)
		}
		if errors.Is(err, os.ErrNotExist) {
			t.Error("a missing file is accepted")
		}
	})
}
