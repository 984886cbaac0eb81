package harness

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	raw := `# a
{
	"a": {
		"missingfree": [
			{"posn": "` + dir + `/b.go:3:2", "message": "m"},
			{"posn": "` + dir + `/sub/a.go:7:1", "message": "n", "suggested_fixes": [{"message": "mend"}], "related": [{"posn": "` + dir + `/sub/a.go:8:1", "message": "held 1"}]}
		]
	}
}
# a [a.test]
{"a [a.test]": {"missingfree": [{"posn": "` + dir + `/b.go:3:2", "message": "m"}], "refflow": {"error": "broke"}}}
`
	var run Run
	if err := run.parse([]byte(raw), dir); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range run.Findings {
		got = append(got, f.String())
	}
	want := []string{"b.go:3:2: m (missingfree)", "sub/a.go:7:1: n (missingfree)"}
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
	if got, want := run.Findings[1].Notes, "a.go:8: held 1\n"; got != want {
		t.Errorf("notes %q, want %q", got, want)
	}
	if got := run.Findings[1].Fix; got != "mend" || run.Findings[0].Fix != "" {
		t.Errorf("fixes %q and %q, want none and mend", run.Findings[0].Fix, got)
	}
	if len(run.Errors) != 1 {
		t.Errorf("errors %q, want one: that of refflow", run.Errors)
	}
	if !run.Answers("missingfree", "sub/a.go", 7) || run.Answers("doublefree", "sub/a.go", 7) || run.Answers("missingfree", "b.go", 7) {
		t.Error("Answers does not compare check, file and line")
	}
	if err := new(Run).parse([]byte("panic: x"), dir); err == nil {
		t.Error("no error for output that is no JSON")
	}
}

func TestBytes(t *testing.T) {
	one := Run{JSON: []byte("{\"b\": {\"x\": 1}}\n{}\n{\"a\": {}}\n")}
	other := Run{JSON: []byte("{\"a\": {}}\n{\"b\": {\"x\": 1}}\n{}\n")}
	changed := Run{JSON: []byte("{\"a\": {}}\n{\"b\": {\"x\": 2}}\n{}\n")}
	if one.Bytes() != other.Bytes() {
		t.Errorf("the order of packages counts: %q, %q", one.Bytes(), other.Bytes())
	}
	if one.Bytes() == changed.Bytes() || !strings.Contains(one.Bytes(), `{"x": 1}`) {
		t.Errorf("content does not count: %q", one.Bytes())
	}
}

func TestCopyModuleIsWritable(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	if err := Write(from, "sub/a.go", "package a\n"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sub/a.go", "sub", "."} {
		if err := os.Chmod(filepath.Join(from, name), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	if err := CopyModule(from, to); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sub/a.go", "sub"} {
		info, err := os.Stat(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode()&0o200 == 0 {
			t.Errorf("%s is read-only: %v", name, info.Mode())
		}
	}
	for _, name := range []string{"sub", "."} { // so that the folder can go
		if err := os.Chmod(filepath.Join(from, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReasons(t *testing.T) {
	file := filepath.Join(t.TempDir(), "known.txt")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("# WHAT -- WHY\n\na b -- nobody looks -- there\n")
	if got, err := Reasons(file); err != nil || len(got) != 1 || got["a b"] != "nobody looks -- there" {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"a b\n", "a b -- \n"} {
		write(text)
		if got, err := Reasons(file); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}
